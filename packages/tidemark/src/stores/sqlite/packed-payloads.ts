import { TidemarkError } from '../../errors.ts'
import { sameBytes } from '../../machine/same-bytes.ts'
import { packedTable } from './names.ts'
import { type Block, type BlockPayload, cutBlocks, isFull, OpenBlock, packBlock } from './payload-block.ts'
import type { RowOwner, RowSeries } from './rows.ts'
import type { WriteSession } from './session.ts'

type Queries = Pick<WriteSession, 'sql'>
type Named = Pick<RowSeries, 'definition'>

/** The block that was opened last, by connection: neighbours in time lie in one. */
const lastOpened = new WeakMap<object, OpenBlock>()

/**
 * The text of a packed payload; null where no block has it. Of an entity's blocks the first that ends at the number or
 * after it is the one that can: their ranges never meet.
 *
 * @throws STORE_CORRUPT when the block cannot be unpacked
 */
export function packedText(read: Queries, series: Named, entity: number, id: number): string | null {
  const found = read.sql(`SELECT id, tenant_id AS tenantId, digest, body FROM ${packedTable(series.definition.name)} WHERE tenant_id = (SELECT tenant_id FROM tm_entity WHERE id = ?) AND entity_id = ? AND id >= ? ORDER BY id LIMIT 1`)
    .get(entity, entity, id) as (Pick<Block, 'id' | 'digest' | 'body'> & { readonly tenantId: number }) | undefined
  if (found === undefined) return null
  const last = lastOpened.get(read)
  // The digest tells whether it still holds what it held: numbers of payloads that have gone are given again.
  if (last !== undefined && sameBytes(last.digest, found.digest)) return last.text(id)
  const opened = openBlock(series, { tenantId: found.tenantId, id: entity }, found)
  lastOpened.set(read, opened)
  return opened.text(id)
}

function openBlock({ definition }: Named, owner: RowOwner, block: Pick<Block, 'id' | 'digest' | 'body'>): OpenBlock {
  try {
    return new OpenBlock(owner, block)
  } catch (cause) {
    throw new TidemarkError('STORE_CORRUPT', `the packed payloads up to ${block.id} of entity ${owner.id} cannot be unpacked`, { where: definition.name, cause })
  }
}

/** Of an entity's blocks the one that has a number, or would take it; undefined: it is after all of them. */
function blockAround(session: Queries, { definition }: Named, { tenantId, id }: RowOwner, payload: number): Block | undefined {
  return session.sql(`SELECT id, payloads, digest, body FROM ${packedTable(definition.name)} WHERE tenant_id = ? AND entity_id = ? AND id >= ? ORDER BY id LIMIT 1`).get(tenantId, id, payload) as Block | undefined
}

function lastBlock(session: Queries, { definition }: Named, { tenantId, id }: RowOwner): Block | undefined {
  return session.sql(`SELECT id, payloads, digest, body FROM ${packedTable(definition.name)} WHERE tenant_id = ? AND entity_id = ? ORDER BY id DESC LIMIT 1`).get(tenantId, id) as Block | undefined
}

/**
 * Packs payloads of one entity into its blocks: each into the one whose range it falls in, those after all of them into
 * the last one while it has room and into new ones. Reads what it has written, and throws STORE_CORRUPT if it is not
 * what it was given: what lies plain goes only then.
 *
 * @param payloads in the order of their numbers
 */
export function packInto(session: Queries, series: Named, owner: RowOwner, payloads: readonly BlockPayload[]): void {
  const last = lastBlock(session, series, owner)
  const after = payloads.filter(({ id }) => last === undefined || id > last.id)
  const groups = new Map<number, { readonly block: Block; readonly own: BlockPayload[] }>()
  for (const payload of payloads) {
    if (last === undefined || payload.id > last.id) break
    const block = blockAround(session, series, owner, payload.id) as Block
    const group = groups.get(block.id)
    if (group === undefined) groups.set(block.id, { block, own: [payload] })
    else group.own.push(payload)
  }
  const filled = last !== undefined && after.length > 0 && !isFull(last.payloads) ? last : undefined
  for (const { block, own } of groups.values()) if (block.id !== filled?.id) remake(session, series, owner, block, own)
  if (after.length > 0) remake(session, series, owner, filled, [...filled === undefined ? [] : groups.get(filled.id)?.own ?? [], ...after])
}

/** Puts a block's payloads and more in its place, in one block or several. */
function remake(session: Queries, series: Named, owner: RowOwner, block: Block | undefined, more: readonly BlockPayload[]): void {
  const before = block === undefined ? [] : openBlock(series, owner, block).all()
  if (block !== undefined) dropBlock(session, series, block)
  putBlocks(session, series, owner, [...before, ...more].sort((a, b) => a.id - b.id))
}

function putBlocks(session: Queries, series: Named, owner: RowOwner, payloads: readonly BlockPayload[]): void {
  const table = packedTable(series.definition.name)
  const insert = session.sql(`INSERT INTO ${table} (id, tenant_id, entity_id, payloads, digest, body) VALUES (?, ?, ?, ?, ?, ?)`)
  const look = session.sql(`SELECT id, digest, body FROM ${table} WHERE id = ?`)
  for (const own of cutBlocks(payloads)) {
    const { id, payloads: count, digest, body } = packBlock(owner, own)
    insert.run(id, owner.tenantId, owner.id, count, digest, body)
    const lies = openBlock(series, owner, look.get(id) as Block)
    for (const one of own) {
      if (lies.text(one.id) !== one.text) throw new TidemarkError('STORE_CORRUPT', `payload ${one.id} of entity ${owner.id} is not in its block as it was`, { where: series.definition.name })
    }
  }
}

function dropBlock(session: Queries, { definition }: Named, { id }: Block): void {
  session.sql(`DELETE FROM ${packedTable(definition.name)} WHERE id = ?`).run(id)
}

/** Takes payloads of an entity out of its blocks, where they are in one; a block that is left without any goes. */
export function dropPacked(session: Queries, series: Named, owner: RowOwner, ids: Iterable<number>): void {
  const gone = new Set(ids)
  for (const id of [...gone].sort((a, b) => a - b)) {
    if (!gone.has(id)) continue
    const block = blockAround(session, series, owner, id)
    if (block === undefined) return
    const all = openBlock(series, owner, block).all()
    const left = all.filter((one) => !gone.has(one.id))
    for (const one of all) gone.delete(one.id)
    if (left.length === all.length) continue
    dropBlock(session, series, block)
    putBlocks(session, series, owner, left)
  }
}

/** Takes the first blocks of a series apart: their payloads, and whose they are. */
export function takeBlocks(session: Queries, series: Named, most: number): readonly { readonly owner: RowOwner; readonly payloads: readonly BlockPayload[] }[] {
  const found = session.sql(`SELECT id, tenant_id AS tenantId, entity_id AS entityId, payloads, digest, body FROM ${packedTable(series.definition.name)} ORDER BY id LIMIT ?`)
    .all(most) as (Block & { readonly tenantId: number; readonly entityId: number })[]
  return found.map((block) => {
    const owner = { tenantId: block.tenantId, id: block.entityId }
    const payloads = openBlock(series, owner, block).all()
    dropBlock(session, series, block)
    return { owner, payloads }
  })
}

import { isCollected } from '../../definitions/series.ts'
import type { PackingStanding, PackOrder, PackPiece, PlainPayload } from '../contract/packing.ts'
import { machine } from '../../machine/machine.ts'
import type { StoredCollected } from './collected-series.ts'
import { packedTable, payloadTable, rowTable } from './names.ts'
import { packedStanding } from './packed-rows.ts'
import { packInto, takeBlocks } from './packed-payloads.ts'
import type { BlockPayload } from './payload-block.ts'
import { inflated } from './payloads.ts'
import type { RowOwner } from './rows.ts'
import type { WriteSession } from './session.ts'

/** Plain payloads that one look tells: some 10 ms. */
const MOST_TOLD = 10_000
/** Blocks that one transaction takes apart: some 10 ms. */
const MOST_UNPACKED = 16

/** Under it stands that a series' payloads and rows are left plain. */
export const plainKey = (series: string): string => `plain_payloads ${series}`

export function isKeptPlain(session: Pick<WriteSession, 'sql'>, series: string): boolean {
  return session.sql('SELECT 1 FROM tm_meta WHERE key = ?').get(plainKey(series)) !== undefined
}

export function keepPlain(session: WriteSession, series: string, plain: boolean): void {
  session.housekeeping(() => {
    if (plain) session.sql("INSERT INTO tm_meta (key, value) VALUES (?, '1') ON CONFLICT DO NOTHING").run(plainKey(series))
    else session.sql('DELETE FROM tm_meta WHERE key = ?').run(plainKey(series))
  })
}

export function plainPayloads(session: WriteSession, series: string, after: number): { payloads: readonly PlainPayload[]; next: number | null } {
  return session.read(() => {
    if (session.catalogue.rowsOf(series).layout.payload === null || isKeptPlain(session, series)) return { payloads: [], next: null }
    const payloads = session.sql(`SELECT id, entity_id AS entity FROM ${payloadTable(series)} WHERE id > ? ORDER BY id LIMIT ?`).all(after, MOST_TOLD) as PlainPayload[]
    return { payloads, next: payloads.length < MOST_TOLD ? null : (payloads.at(-1) as PlainPayload).id }
  })
}

/** Packs payloads of entities, reads them back, and only then lets go of them where they lay. */
export function packPayloads(session: WriteSession, { series: name, pieces, before, least }: PackOrder): number {
  return session.housekeeping(() => {
    const series = session.catalogue.collected(name)
    if (isKeptPlain(session, name)) return 0
    let packed = 0
    for (const piece of pieces) packed += packPiece(session, series, piece, before, least)
    session.reach('pack.after-delete')
    return packed
  })
}

/** How many of them would be packed. */
export function packablePayloads(session: WriteSession, { series: name, pieces, before, least }: PackOrder): number {
  return session.read(() => {
    const series = session.catalogue.collected(name)
    if (isKeptPlain(session, name)) return 0
    return pieces.reduce((sum, piece) => sum + (payloadsOf(session, series, piece, before, least)?.payloads.length ?? 0), 0)
  })
}

function packPiece(session: WriteSession, series: StoredCollected, piece: PackPiece, before: number, least: number): number {
  const found = payloadsOf(session, series, piece, before, least)
  if (found === null) return 0
  packInto(session, series, found.owner, found.payloads)
  session.reach('pack.after-proof')
  const remove = session.sql(`DELETE FROM ${payloadTable(series.definition.name)} WHERE id = ?`)
  for (const { id } of found.payloads) remove.run(id)
  return found.payloads.length
}

/** Those of a piece that may be packed; null: too few. */
function payloadsOf(session: WriteSession, series: StoredCollected, { entity, payloads: ids }: PackPiece, before: number, least: number): { readonly owner: RowOwner; readonly payloads: readonly BlockPayload[] } | null {
  const tenantId = session.sql('SELECT tenant_id FROM tm_entity WHERE id = ?').pluck().get(entity) as number | undefined
  if (tenantId === undefined) return null
  const owner: RowOwner = { tenantId, id: entity }
  const staying = stayingPlain(session, series, owner, before)
  const look = session.sql(`SELECT text FROM ${payloadTable(series.definition.name)} WHERE id = ? AND tenant_id = ? AND entity_id = ?`).pluck()
  const payloads = ids.flatMap((id): BlockPayload[] => {
    const stored = staying.has(id) ? undefined : look.get(id, tenantId, entity) as string | Uint8Array | undefined
    return stored === undefined ? [] : [{ id, text: inflated(stored), deflated: typeof stored !== 'string' }]
  })
  return payloads.length === 0 || payloads.length < least ? null : { owner, payloads }
}

/** What any SQL is to read: the payloads of captured rows from a day on, and the latest of the entity in whatever tier. */
function stayingPlain(session: WriteSession, { definition }: StoredCollected, { tenantId, id }: RowOwner, before: number): ReadonlySet<number> {
  const staying = new Set<number>()
  for (const { tier } of definition.keep.tiers) {
    const rows = `FROM ${rowTable(definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND payload IS NOT NULL`
    if (tier === 'captured') for (const one of session.sql(`SELECT payload ${rows} AND bucket >= ?`).pluck().iterate(tenantId, id, before) as Iterable<number>) staying.add(one)
    if (staying.size > 0) break
    const latest = session.sql(`SELECT payload ${rows} ORDER BY bucket DESC${tier === 'captured' ? ', at DESC' : ''} LIMIT 1`).pluck().get(tenantId, id) as number | undefined
    if (latest !== undefined) return new Set([latest])
  }
  return staying
}

/** Gives payloads rows of their own again, each in the form that it had. */
export function unpackPayloads(session: WriteSession, name: string): number {
  return session.housekeeping(() => {
    const series = session.catalogue.rowsOf(name)
    if (series.layout.payload === null) return 0
    const insert = session.sql(`INSERT INTO ${payloadTable(name)} (id, tenant_id, entity_id, text) VALUES (?, ?, ?, ?)`)
    let unpacked = 0
    for (const { owner, payloads } of takeBlocks(session, series, MOST_UNPACKED)) {
      for (const { id, text, deflated: wasDeflated } of payloads) insert.run(id, owner.tenantId, owner.id, wasDeflated ? machine.deflate(text) : text)
      unpacked += payloads.length
    }
    session.reach('unpack.after-insert')
    return unpacked
  })
}

export function standingPayloads(session: WriteSession, name: string): PackingStanding {
  return session.read(() => {
    const { definition, layout } = session.catalogue.rowsOf(name)
    const count = (table: string): number => session.sql(`SELECT count(*) FROM ${table}`).pluck().get() as number
    const rows = isCollected(definition) ? { plain: count(rowTable(name, 'captured')), packed: packedStanding(session, name).rows } : { plain: 0, packed: 0 }
    const keptPlain = isKeptPlain(session, name)
    return layout.payload === null ? { plain: 0, packed: 0, rows, keptPlain } : { plain: count(payloadTable(name)), packed: packedCount(session, name), rows, keptPlain }
  })
}

export function packedCount(session: Pick<WriteSession, 'sql'>, series: string): number {
  return session.sql(`SELECT coalesce(sum(payloads), 0) FROM ${packedTable(series)}`).pluck().get() as number
}

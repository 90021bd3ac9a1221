import { isCollected } from '../../definitions/series.ts'
import { TidemarkError } from '../../errors.ts'
import type { StoredCollected } from './collected-series.ts'
import { rowBlockTable } from './names.ts'
import { blockFrom, blocksOfDays, firstBlocks, firstOf, inTime, openRows, type StoredRowBlock, type WindowPlace } from './packed-rows.ts'
import { ofDigests } from './row-block.ts'
import { type NamedOwner, SeriesRows } from './rows.ts'
import type { WriteSession } from './session.ts'

/** Blocks that one transaction takes apart: some 20 ms. */
const MOST_UNPACKED = 4

/**
 * Whatever changes or moves captured rows gives them back first, in its own transaction, and goes on as if they had never
 * been packed: so there is one way to write a row.
 */
export function giveBackBlock(session: WriteSession, series: StoredCollected, entity: NamedOwner, block: StoredRowBlock): number {
  const rows = SeriesRows.of(session, series)
  const packed = openRows(series, block)
  const digests = packed.rows().map((row) => rows.putBack('captured', entity, row) as Uint8Array)
  // What a row names is damaged: with a digest of what is there now nobody could tell.
  if (ofDigests(digests) !== packed.digests) throw new TidemarkError('STORE_CORRUPT', `the packed rows up to ${new Date(block.lastAt).toISOString()} of entity ${block.entityId} are not what their digests say`, { where: series.definition.name })
  session.sql(`DELETE FROM ${rowBlockTable(series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND last_day = ? AND last_at = ?`).run(block.tenantId, block.entityId, block.lastDay, block.lastAt)
  return block.count
}

/** The rows around one window. */
export function giveBackAround(session: WriteSession, series: StoredCollected, entity: NamedOwner, window: WindowPlace): void {
  const block = blockFrom(session, series, entity, window)
  if (block !== undefined && inTime(firstOf(block), window) <= 0) giveBackBlock(session, series, entity, block)
}

/** Every row of an entity before a day, and those that are packed with them. */
export function giveBackBefore(session: WriteSession, series: StoredCollected, entity: NamedOwner, before: number): void {
  for (const block of blocksOfDays(session, series, entity, Number.MIN_SAFE_INTEGER, before)) giveBackBlock(session, series, entity, block)
}

/** Every row of a series: before its columns change. */
export function giveBackAll(session: WriteSession, series: StoredCollected): void {
  for (const entity of series.entities.values()) giveBackBefore(session, series, entity, Number.MAX_SAFE_INTEGER)
}

/** Gives some blocks' rows their places back, as they were; how many, 0 when none is packed. */
export function unpackCapturedRows(session: WriteSession, name: string): number {
  return session.housekeeping(() => {
    if (!isCollected(session.catalogue.rowsOf(name).definition)) return 0
    const series = session.catalogue.collected(name)
    let unpacked = 0
    for (const block of firstBlocks(session, series, MOST_UNPACKED)) unpacked += giveBackBlock(session, series, series.entities.get(block.entityId) as NamedOwner, block)
    session.reach('unpack-rows.after-insert')
    return unpacked
  })
}

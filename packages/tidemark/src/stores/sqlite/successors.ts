import type { MeasureDefinition } from '../../definitions/measure.ts'
import type { Sample, State } from '../../measures/kind.ts'
import { kindOf } from '../../measures/kinds.ts'
import { previousOf } from './captured-states.ts'
import type { StoredCollected, StoredRostered } from './collected-series.ts'
import { giveBackBlock } from './give-back-rows.ts'
import { quoted, rowTable } from './names.ts'
import { AFTER_ALL, blockAfter } from './packed-rows.ts'
import { SeriesRows, type TierRow } from './rows.ts'
import type { Writing, WriteSession } from './session.ts'

/**
 * After a window among others has been filled in or restated: the nearest later window of each cell with a value of a
 * counter gets its increase anew, and what the counters have reached is looked for again.
 */
export function restateSuccessors(
  session: WriteSession, series: StoredCollected, entity: StoredRostered, window: { readonly day: number; readonly at: number }, cells: Iterable<number>, writing: Writing,
): void {
  if (!entity.latest.counts) return
  const counters = Object.entries(series.definition.measures).flatMap(([name, { kind }]) => (kind === 'counter' ? [name] : []))
  for (const cell of cells) {
    for (const counter of counters) restateNext(session, series, entity, window, cell, counter, writing)
    entity.latest.recompute(cell)
  }
}

function restateNext(
  session: WriteSession, series: StoredCollected, entity: StoredRostered, window: { readonly day: number; readonly at: number }, cell: number, counter: string, writing: Writing,
): void {
  const rows = SeriesRows.of(session, series)
  const { layout, definition } = series
  const offset = layout.offsets[counter] as number
  const parts = layout.columns.slice(offset, offset + (layout.sizes[counter] as number))
  const last = parts.findIndex(({ part }) => part === 'last')
  const name = quoted((parts[last] as { name: string }).name)
  const read = (): TierRow | null => {
    const found = session.sql(`SELECT ${rows.selection('captured')} FROM ${rowTable(definition.name, 'captured')} WHERE tenant_id = ? AND entity_id = ? AND (bucket, at) > (?, ?) AND cell = ? AND facts > 0 AND ${name} IS NOT NULL ORDER BY bucket, at LIMIT 1`)
      .raw().get(entity.tenantId, entity.id, window.day, window.at, cell) as unknown[] | undefined
    return found === undefined ? null : rows.parse('captured', found)
  }
  const plain = read()
  const block = blockAfter(session, series, entity, { bucket: window.day, at: window.at }, plain === null ? AFTER_ALL : { bucket: plain.bucket, at: plain.at as number }, (packed, index) => (
    packed.head('cell')[index] === cell && (packed.head('facts')[index] as number) > 0 && packed.states(offset + last)[index] !== null))
  if (block !== null) giveBackBlock(session, series, entity, block)
  const before = block === null ? plain : read()
  if (before === null) return
  const previous = previousOf(series, counter, entity.latest.nearestBefore(cell, counter, before.bucket, before.at as number))
  const measure = definition.measures[counter] as MeasureDefinition
  const seconds = before.seconds as number
  const anew = kindOf(measure).sample(measure, before.states[offset + last] as Sample, { seconds, longest: seconds, previous })
  const states = before.states.map((state, place): State => (place >= offset && place < offset + parts.length ? anew[place - offset] as State : state))
  if (states.every((state, place) => state === before.states[place])) return
  if (session.instantOf(before.transaction) < writing.at) rows.supersede('captured', entity, before, writing.id)
  rows.put('captured', entity, { ...before, transaction: writing.id, version: series.version, revision: before.revision + 1, states })
}

import { rowWindow, tierOfDay } from '../../calendar/row-window.ts'
import { dayText } from '../../canonical/day-text.ts'
import type { Tier } from '../../definitions/keep.ts'
import { TidemarkError } from '../../errors.ts'
import type { EventView } from '../../measures/evaluate.ts'
import type { StoredEntity, StoredSeries, StoredStream } from './catalogue.ts'
import { adjust, adjustmentsOfDay, type DayState, eventsOfDay, foldDay, mergeDayState, offsetOf } from './event-rows.ts'
import { SeriesRows, type TierRow } from './rows.ts'
import type { Writing, WriteSession } from './session.ts'

interface Pending {
  readonly series: StoredSeries
  readonly entity: StoredEntity
  readonly tier: Tier
  readonly bucket: number
  readonly days: number
  readonly cell: number
  readonly sum: DayState
}

/**
 * Collects what a command's facts add to which rows, then writes each row once: a late fact goes to whatever row holds
 * its day, at any age.
 */
export class FactFold {
  readonly #session: WriteSession
  readonly #pending = new Map<string, Pending>()
  readonly #recompute = new Map<string, { readonly entity: StoredEntity; readonly day: number }>()

  constructor(session: WriteSession) {
    this.#session = session
  }

  /** One new event on its day. */
  addEvent(stream: StoredStream, entity: StoredEntity, event: EventView, day: number): void {
    placed(stream, entity, day, () => this.#addEvent(stream, entity, event, day))
  }

  #addEvent(stream: StoredStream, entity: StoredEntity, event: EventView, day: number): void {
    for (const series of stream.series) {
      if (series.firstDay !== null && day < series.firstDay) continue
      for (const cell of series.fold.cells(event)) {
        const place = this.#place(series, entity, day, cell)
        if (place.tier === 'day') {
          series.fold.add(place.sum.states, event, day, offsetOf(entity), series.since)
          place.sum.facts++
          continue
        }
        // A coarser row may span the first day of a measure, so each fact is added up on its own day first.
        const own: DayState = { facts: 1, states: series.fold.zero(day, series.since) }
        series.fold.add(own.states, event, day, offsetOf(entity), series.since)
        mergeDayState(series, place.sum, own)
      }
    }
  }

  /** One adjustment on its day. */
  addAdjustment(series: StoredSeries, entity: StoredEntity, day: number, adjustment: { measure: string; amount: number | bigint; cells: readonly number[] }): void {
    for (const cell of adjustment.cells) {
      const own: DayState = { facts: 0, states: series.fold.zero(day, series.since) }
      adjust(series, own, adjustment)
      mergeDayState(series, this.#place(series, entity, day, cell).sum, own)
    }
  }

  /** A day whose facts were taken back or replaced: its rows are recomputed from what remains. */
  recompute(entity: StoredEntity, day: number): void {
    this.#recompute.set(`${entity.id}\0${day}`, { entity, day })
  }

  /** Writes every row that changed. Events must be written before. */
  write(stream: StoredStream, writing: Writing): void {
    const all = [...this.#pending.values()]
    const pending = this.#recompute.size === 0 ? all : all.filter(({ entity, tier, bucket }) => tier !== 'day' || !this.#recompute.has(`${entity.id}\0${bucket}`))
    pending.sort((a, b) => a.series.id - b.series.id || a.entity.tenantId - b.entity.tenantId || a.entity.id - b.entity.id || a.bucket - b.bucket || a.cell - b.cell)
    let rows: SeriesRows | null = null
    let of: StoredSeries | null = null
    for (const one of pending) {
      if (rows === null || of !== one.series) {
        of = one.series
        rows = SeriesRows.of(this.#session, of)
      }
      const into = rows
      placed(stream, one.entity, one.bucket, () => mergeInto(this.#session, into, one, writing))
    }
    this.#session.reach('append.after-rows')
    for (const { entity, day } of this.#recompute.values()) {
      for (const series of stream.series) if (series.firstDay === null || day >= series.firstDay) placed(stream, entity, day, () => recomputeDay(this.#session, stream, series, entity, day, writing))
    }
    if (this.#recompute.size > 0) this.#session.reach('append.after-recompute')
  }

  #place(series: StoredSeries, entity: StoredEntity, day: number, cell: number): Pending {
    const boundary = entity.boundaries.get(series.id)
    const tier = boundary === undefined ? 'day' : tierOfDay(series.definition.keep, boundary.tiers, day)
    const window = tier === 'day'
      ? { from: day, to: day + 1 }
      : SeriesRows.of(this.#session, series).holding(tier, entity, day, cell) ?? rowWindow(tier, day, series.definition.windows, boundary?.anchor ?? null)
    const key = `${series.id}\0${entity.id}\0${tier}\0${window.from}\0${cell}`
    let place = this.#pending.get(key)
    if (place === undefined) {
      // A day row starts from a measured zero; a coarser sum from nothing, since its facts bring their own zeros.
      const states = tier === 'day' ? series.fold.zero(day, series.since) : series.fold.layout.columns.map(() => null)
      place = { series, entity, tier, bucket: window.from, days: window.to - window.from, cell, sum: { facts: 0, states } }
      this.#pending.set(key, place)
    }
    return place
  }
}

/** A sum that does not fit is of somebody's day. */
function placed<T>(stream: StoredStream, { tenant, entity }: StoredEntity, day: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TidemarkError) || error.code !== 'SUM_TOO_LARGE') throw error
    throw new TidemarkError('SUM_TOO_LARGE', error.message, { where: `${stream.definition.name}: ${entity} of ${tenant}, ${dayText(day)}`, cause: error })
  }
}

function mergeInto(session: WriteSession, rows: SeriesRows, { series, entity, tier, bucket, days, cell, sum }: Pending, writing: Writing): void {
  const before = rows.get(tier, entity, bucket, cell)
  if (before !== undefined) {
    // A day row's past is recomputed from its events; a retired row has only this to remember it by.
    if (tier !== 'day' && session.instantOf(before.transaction) < writing.at) rows.supersede(tier, entity, before, writing.id)
    mergeDayState(series, sum, before)
  }
  rows.put(tier, entity, {
    bucket, cell, days, transaction: writing.id, version: series.version, revision: (before?.revision ?? 0) + 1, facts: sum.facts, states: sum.states,
  })
}

/** Makes the rows of one day what its remaining facts add up to. Says how many rows were created, changed and left. */
export function recomputeDay(
  session: WriteSession, stream: StoredStream, series: StoredSeries, entity: StoredEntity, day: number, writing: Writing,
): { created: number; restated: number; unchanged: number } {
  const rows = SeriesRows.of(session, series)
  const before = new Map(rows.cellsOfDay(entity, day).map((row) => [row.cell, row]))
  const events = eventsOfDay(session, stream, entity.tenantId, entity.id, day)
  const after = foldDay(
    series, day, offsetOf(entity), events.filter((event) => event.removed === null), adjustmentsOfDay(session, series, entity.tenantId, entity.id, day),
  )
  // What was taken back said something until then: by the row of a cell, even one that says nothing now, an earlier belief finds its day.
  const takenBack = events.flatMap((event) => (event.removed === null ? [] : series.fold.cells(event)))
  const counts = { created: 0, restated: 0, unchanged: 0 }
  for (const cell of new Set([...before.keys(), ...after.keys(), ...takenBack])) {
    const old = before.get(cell)
    const sum = after.get(cell) ?? { facts: 0, states: series.fold.zero(day, series.since) }
    if (old !== undefined && old.facts === sum.facts && old.states.every((state, index) => state === sum.states[index])) {
      counts.unchanged++
      continue
    }
    if (old !== undefined) counts.restated++
    else if (sum.facts > 0) counts.created++
    rows.put('day', entity, {
      bucket: day, cell, days: 1, transaction: writing.id, version: series.version, revision: (old?.revision ?? 0) + 1, facts: sum.facts, states: sum.states,
    } satisfies TierRow)
  }
  return counts
}

import { TidemarkError } from '../../errors.ts'
import type { State } from '../../measures/kind.ts'
import type { CapturedBatch, CapturedReport, CapturedWindow, FailedWindow } from '../contract/collected.ts'
import { cellsOf, type CapturedStates } from './captured-states.ts'
import type { StoredCollected, StoredRostered } from './collected-series.ts'
import { giveBackAround } from './give-back-rows.ts'
import { lastCapture } from './last-capture.ts'
import { rowTable } from './names.ts'
import { payloadPlace, payloadText, putPayload, sweepPayloads } from './payloads.ts'
import { putDecisions } from './roster.ts'
import { enterRun } from './runs.ts'
import { SeriesRows, type TierRow } from './rows.ts'
import type { Writing, WriteSession } from './session.ts'
import { restateSuccessors } from './successors.ts'

/** Longest text of a failure that is kept. */
const MOST_MESSAGE = 500

type Outcome = 'created' | 'unchanged' | 'restated' | 'failed' | 'sealed'

/** Writes what was captured: each window once, whatever is repeated; a window that says something else is restated. */
export function writeCaptured(session: WriteSession, batch: CapturedBatch): CapturedReport {
  return session.write(batch.now, 'collect', (writing) => {
    const series = session.catalogue.collected(batch.series)
    putDecisions(session, series, batch.decisions, writing)
    const report: Record<Outcome, number> = { created: 0, unchanged: 0, restated: 0, failed: 0, sealed: 0 }
    const writer = new WindowWriter(session, series, writing, batch.restates)
    // In the order of rows: neighbours share pages, and a counter's windows follow one another.
    const windows = batch.windows.toSorted((a, b) => a.entity - b.entity || a.at - b.at)
    for (const window of windows) report[writer.write(window)]++
    session.reach('collect.after-rows')
    for (const failure of batch.failures) report[writer.fail(failure)]++
    // A capture that only decided has said nothing of any window.
    if (writing.changed && batch.windows.length + batch.failures.length > 0) {
      const before = lastCapture(session, series.id, null)
      if (before === null || batch.now > before) session.sql('INSERT INTO tm_capture (series_id, transaction_id, at) VALUES (?, ?, ?)').run(series.id, writing.id, batch.now)
      enterRun(session, writing, series, { rows: report.created + report.restated, failed: report.failed })
      session.reach('collect.after-failures')
    }
    return report
  })
}

class WindowWriter {
  readonly #session: WriteSession
  readonly #series: StoredCollected
  readonly #writing: Writing
  readonly #rows: SeriesRows
  readonly #restates: boolean

  constructor(session: WriteSession, series: StoredCollected, writing: Writing, restates: boolean) {
    this.#session = session
    this.#series = series
    this.#writing = writing
    this.#rows = SeriesRows.of(session, series)
    this.#restates = restates
  }

  write(window: CapturedWindow): Outcome {
    const entity = this.#series.entities.get(window.entity)
    if (entity === undefined || isSealed(entity, window.day)) return 'sealed'
    const { at: latest } = entity.latest
    const outcome = latest === null || window.at > latest ? this.#append(entity, window) : this.#place(entity, window)
    if (outcome !== 'failed' && entity.failures.delete(window.at)) this.#resolve(entity, window)
    return outcome
  }

  fail(failure: FailedWindow): Outcome {
    const entity = this.#series.entities.get(failure.entity)
    if (entity === undefined || isSealed(entity, failure.day)) return 'sealed'
    if (this.#before(entity, failure).some(({ cell }) => cell === 0)) return 'failed'
    const message = failure.message.slice(0, MOST_MESSAGE)
    const known = this.#session.sql('SELECT message FROM tm_failure WHERE tenant_id = ? AND series_id = ? AND entity_id = ? AND day = ? AND at = ?').pluck()
      .get(entity.tenantId, this.#series.id, entity.id, failure.day, failure.at) as string | undefined
    if (known !== message) this.#session.touching.days(this.#series.id, entity.tenantId, failure.day, failure.day + 1)
    // Since when it has failed stays; why it failed last is what helps.
    if (known === undefined) {
      this.#session.sql('INSERT INTO tm_failure (tenant_id, series_id, entity_id, day, at, seconds, message, transaction_id, resolved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)')
        .run(entity.tenantId, this.#series.id, entity.id, failure.day, failure.at, secondsOf(failure), message, this.#writing.id)
    } else if (known !== message) {
      void this.#writing.id
      this.#session.sql('UPDATE tm_failure SET message = ? WHERE tenant_id = ? AND series_id = ? AND entity_id = ? AND day = ? AND at = ?')
        .run(message, entity.tenantId, this.#series.id, entity.id, failure.day, failure.at)
    }
    entity.failures.add(failure.at)
    return 'failed'
  }

  /** A window later than every other of its entity: nothing has to be looked for. */
  #append(entity: StoredRostered, window: CapturedWindow): Outcome {
    const cells = this.#statesOf(entity, window, (cell, counter) => entity.latest.value(cell, counter))
    if (cells === null) return 'failed'
    for (const { cell, states } of cells) {
      const text = cell === 0 ? this.#sharePayload(entity, states) : null
      this.#put(entity, window, cell, states, undefined, text)
      entity.latest.advance(cell, window.at, states)
    }
    return 'created'
  }

  /** A window among others: one that was missed is filled in, one that is there says the same or is restated. */
  #place(entity: StoredRostered, window: CapturedWindow): Outcome {
    const before = new Map(this.#before(entity, window, true).map((row) => [row.cell, row]))
    const said = [...before.values()].filter(({ facts }) => facts > 0)
    const captured = said.some(({ cell }) => cell === 0)
    if (captured && !this.#restates) return 'unchanged'
    const cells = this.#statesOf(entity, window, (cell, counter) => entity.latest.nearestBefore(cell, counter, window.day, window.at))
    if (cells === null) return 'failed'
    const next = new Map(cells.map(({ cell, states }) => [cell, this.#namedAsBefore(entity, states, before.get(cell))]))
    const same = said.length === next.size && said.every(({ cell, states }) => next.get(cell)?.every((state, place) => state === states[place]) === true)
    if (same) return 'unchanged'
    for (const [cell, states] of next) {
      const old = before.get(cell)
      if (old === undefined || old.facts === 0 || states.some((state, place) => state !== old.states[place])) this.#put(entity, window, cell, states, old)
    }
    // A group that is no longer given is no row any more, and was one until now.
    for (const old of said) {
      if (!next.has(old.cell)) this.#put(entity, window, old.cell, null, old)
    }
    const touched = new Set([...next.keys(), ...before.keys()])
    restateSuccessors(this.#session, this.#series, entity, window, touched, this.#writing)
    return captured ? 'restated' : 'created'
  }

  /** null: a value that is too great for its column; the window has failed, and others are kept. */
  #statesOf(entity: StoredRostered, window: CapturedWindow, value: (cell: number, counter: string) => State): readonly CapturedStates[] | null {
    try {
      return cellsOf(this.#series, window, secondsOf(window), value)
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== 'SUM_TOO_LARGE') throw error
      const { day, at, to } = window
      this.fail({ entity: entity.id, day, at, to, message: error.message })
      return null
    }
  }

  #put(entity: StoredRostered, { day, at, to }: CapturedWindow, cell: number, states: State[] | null, before: TierRow | undefined, payload: string | null = null): void {
    const kept = before === undefined || this.#session.instantOf(before.transaction) < this.#writing.at
    if (before !== undefined && kept) this.#rows.supersede('captured', entity, before, this.#writing.id)
    this.#rows.put('captured', entity, {
      bucket: day, at, seconds: secondsOf({ at, to }), cell, days: 1, transaction: this.#writing.id, version: this.#series.version,
      revision: (before?.revision ?? 0) + 1, facts: states === null ? 0 : 1, states: states ?? this.#rows.columns.map(() => null),
    }, payload)
    // What was said and unsaid at one instant nobody can ask for.
    if (before === undefined || kept) return
    sweepPayloads(this.#session, this.#series, entity, this.#rows.payloadsOf([before]), this.#series.payloadTables)
    entity.payload = null
  }

  /** Names the payload of the window before where it is the same: a state often lasts for many windows. Says the text. */
  #sharePayload(entity: StoredRostered, states: State[]): string | null {
    const place = payloadPlace(this.#series)
    const text = place === null ? null : states[place]
    if (place === null || typeof text !== 'string') return null
    const before = entity.payload
    const same = before !== null && before.length === text.length && payloadText(this.#session, this.#series, entity.id, before.id) === text
    const { id } = same ? before : entity.payload = { length: text.length, id: putPayload(this.#session, this.#series, entity, text) }
    states[place] = id
    return text
  }

  /** States that name the payload of the row before them where it has the same text. */
  #namedAsBefore(entity: StoredRostered, states: State[], before: TierRow | undefined): State[] {
    const place = payloadPlace(this.#series)
    const id = place === null ? null : before?.states[place]
    return place !== null && typeof id === 'number' && payloadText(this.#session, this.#series, entity.id, id) === states[place] ? states.with(place, id) : states
  }

  /** The rows of a window; those that say nothing any more only when they are asked for. */
  #before(entity: StoredRostered, { day, at }: { readonly day: number; readonly at: number }, all = false): TierRow[] {
    const latest = entity.latest.at
    if (latest === null || at > latest) return []
    giveBackAround(this.#session, this.#series, entity, { bucket: day, at })
    const rows = this.#session.sql(`SELECT ${this.#rows.selection('captured')} FROM ${rowTable(this.#series.definition.name, 'captured')} WHERE tenant_id = ? AND entity_id = ? AND bucket = ? AND at = ?${all ? '' : ' AND facts > 0'}`)
      .raw().all(entity.tenantId, entity.id, day, at) as unknown[][]
    return rows.map((row) => this.#rows.parse('captured', row))
  }

  #resolve(entity: StoredRostered, { day, at }: CapturedWindow): void {
    this.#session.touching.days(this.#series.id, entity.tenantId, day, day + 1)
    this.#session.sql('UPDATE tm_failure SET resolved = ? WHERE tenant_id = ? AND series_id = ? AND entity_id = ? AND day = ? AND at = ? AND resolved IS NULL')
      .run(this.#writing.id, entity.tenantId, this.#series.id, entity.id, day, at)
  }
}

/** Rows of the day have retired from the captured tier. */
function isSealed(entity: StoredRostered, day: number): boolean {
  const boundary = entity.boundaries.captured
  return boundary !== undefined && day < boundary
}

function secondsOf({ at, to }: { readonly at: number; readonly to: number }): number {
  return (to - at) / 1000
}

import { dayOfText } from '../oracle/civil.ts'
import type { Model } from '../oracle/model.ts'
import type { EntityKey, EventInput, IngestReport } from '../oracle/subject.ts'
import type { QueryAnswer, QueryRow, WindowAnswer, WindowRow } from '../../src/query/answer.ts'
import { canonical } from './compare.ts'
import { CollectedCensus } from './collected-census.ts'
import { COLLECTED_FLOORS } from './collected-floors.ts'
import type { Step } from './step.ts'

/** The cases that a run of histories must have met, and how many histories in a thousand must have met each. */
export const FLOORS = {
  late: 950,
  duplicate: 950,
  conflict: 950,
  replaced: 800,
  sealed: 800,
  fromTheFuture: 900,
  retracted: 950,
  adjusted: 950,
  crash: 950,
  zoneChange: 850,
  labelDays: 300,
  skippedDay: 30,
  measureAdded: 500,
  seriesAdded: 120,
  notMeasuredYet: 300,
  asOf: 950,
  asOfAtACommand: 600,
  archiveRead: 500,
  finerDetailRetired: 900,
  notCaptured: 900,
  beforeEnrolment: 900,
  unknownEntity: 500,
  total: 900,
  byDimension: 500,
  whereDimension: 450,
  compared: 900,
  declaredWindow: 650,
  givenWindow: 650,
  checkpoint: 450,
  ...COLLECTED_FLOORS,
} as const

export type Case = keyof typeof FLOORS

/** How often each case occurred: how many histories had it, and how many times in all. */
export class Census {
  readonly histories = new Map<Case, number>()
  readonly times = new Map<Case, number>()
  #total = 0

  /** Begins the next history; give every step of it to what is returned, with what `model` answered. */
  history(model: Model): HistoryCensus {
    this.#total += 1
    return new HistoryCensus(model, (found) => {
      for (const [name, times] of found) {
        this.histories.set(name, (this.histories.get(name) ?? 0) + 1)
        this.times.set(name, (this.times.get(name) ?? 0) + times)
      }
    })
  }

  /** The cases met by too few histories, as sentences. */
  get shortfalls(): readonly string[] {
    return (Object.keys(FLOORS) as Case[]).flatMap((name) => {
      const wanted = Math.floor((FLOORS[name] * this.#total) / 1000)
      const met = this.histories.get(name) ?? 0
      return met < wanted ? [`${name}: ${met} of ${this.#total} histories, expected at least ${wanted}`] : []
    })
  }

  get text(): string {
    return (Object.keys(FLOORS) as Case[])
      .map((name) => `${name}: ${this.histories.get(name) ?? 0} of ${this.#total} histories, ${this.times.get(name) ?? 0} times`).join('\n')
  }
}

class HistoryCensus {
  readonly #model: Model
  readonly #finish: (found: ReadonlyMap<Case, number>) => void
  readonly #found = new Map<Case, number>()
  /** The content that each identity was last sent with, of those that were not rejected. */
  readonly #contents = new Map<string, string>()
  readonly #entities = new Set<string>()
  readonly #commands = new Set<number>()
  #measures = new Map<string, number>()
  readonly #collected: CollectedCensus

  constructor(model: Model, finish: (found: ReadonlyMap<Case, number>) => void) {
    this.#model = model
    this.#finish = finish
    this.#collected = new CollectedCensus(model, (name, times) => this.#met(name as Case, times))
  }

  end(): void {
    this.#collected.end()
    this.#finish(this.#found)
  }

  note(step: Step, answer: unknown): void {
    this.#collected.note(step, answer)
    // What follows is told of event-fed series.
    if ('series' in step && step.series === 'samples') return
    switch (step.do) {
      case 'declare': this.#declared(step)
        break
      case 'setZone': this.#zone(step.entity)
        break
      case 'ingest': this.#ingested(step.events, step.now, answer as IngestReport)
        break
      case 'retract': this.#met('retracted', (answer as IngestReport).accepted)
        break
      case 'adjust':
        this.#met('adjusted', (answer as IngestReport).accepted)
        this.#met('skippedDay', codes(answer as IngestReport, 'day_does_not_exist'))
        break
      case 'crash': this.#met('crash')
        break
      case 'checkpoints': this.#met('checkpoint', (answer as readonly unknown[]).length)
        break
      case 'query':
      case 'window': this.#asked(step, (answer as QueryAnswer | WindowAnswer).rows)
        break
    }
    if (step.do !== 'query' && step.do !== 'window') this.#commands.add(step.now)
  }

  #met(name: Case, times = 1): void {
    if (times > 0) this.#found.set(name, (this.#found.get(name) ?? 0) + times)
  }

  #declared(step: Step & { do: 'declare' }): void {
    const before = this.#measures
    this.#measures = new Map(step.series.filter((series) => 'stream' in series).map((series) => [series.name, Object.keys(series.measures).length]))
    for (const [name, count] of this.#measures) {
      const known = before.get(name)
      if (known !== undefined && count > known) this.#met('measureAdded')
      if (known === undefined && before.size > 0) this.#met('seriesAdded')
    }
    const [first] = step.series
    if (before.size === 0 && first !== undefined && 'stream' in first && first.stream.day === 'eventOffset') this.#met('labelDays')
  }

  #zone(entity: EntityKey): void {
    const key = JSON.stringify([entity.tenant, entity.entity])
    if (this.#entities.has(key)) this.#met('zoneChange')
    this.#entities.add(key)
  }

  #ingested(events: readonly EventInput[], now: number, report: IngestReport): void {
    this.#met('conflict', codes(report, 'conflict'))
    this.#met('sealed', codes(report, 'window_sealed'))
    this.#met('fromTheFuture', codes(report, 'from_the_future'))
    this.#met('duplicate', report.duplicate)
    const rejected = new Set(report.rejections.map(({ line }) => line))
    for (const [index, event] of events.entries()) {
      if (rejected.has(index + 1)) continue
      const id = JSON.stringify([event.client_id, event.event_id])
      const content = canonical(event)
      const before = this.#contents.get(id)
      const literal = [...events.slice(0, index)].some((other) => canonical(other) === content)
      if (before === undefined && Date.parse(String(event.at)) < now - 3 * 86_400_000) this.#met('late')
      if (before !== undefined && before !== content && !literal && report.duplicate === 0) this.#met('replaced')
      this.#contents.set(id, content)
      this.#entities.add(JSON.stringify([event.client_id, event.thing_id]))
    }
  }

  #asked(step: Step & { do: 'query' | 'window' }, rows: readonly (QueryRow | WindowRow)[]): void {
    const { request } = step
    if (request.asOf !== undefined) this.#met('asOf')
    if (request.asOf !== undefined && this.#commands.has(new Date(request.asOf).getTime())) this.#met('asOfAtACommand')
    if (request.entity === 'nobody') this.#met('unknownEntity')
    if (request.by !== undefined) this.#met('byDimension')
    if (request.where !== undefined) this.#met('whereDimension')
    if (step.do === 'window') this.#met(step.request.anchor === undefined ? 'declaredWindow' : 'givenWindow')
    else {
      if (step.request.total) this.#met('total')
      if (step.request.compare !== undefined) this.#met('compared')
    }
    for (const row of rows) {
      const { reasons, measures } = row.coverage
      if (reasons.finer_detail_retired !== undefined) this.#met('finerDetailRetired')
      if (reasons.not_captured !== undefined) this.#met('notCaptured')
      if (reasons.before_enrolment !== undefined) this.#met('beforeEnrolment')
      if (measures !== undefined) this.#met('notMeasuredYet')
      if (row.entity === null || row.coverage.present === 0) continue
      const boundary = this.#model.archiveBoundary(step.series, { tenant: row.tenant, entity: row.entity })
      const first = 'period' in row ? String(row.period) : String(row.from)
      if (boundary !== null && dayOfText(first) < boundary) this.#met('archiveRead')
    }
  }
}

function codes(report: IngestReport, code: string): number {
  return report.rejections.filter((rejection) => rejection.code === code).length
}

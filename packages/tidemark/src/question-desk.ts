import type { Collector } from './definitions/collector.ts'
import type { ForecastRequest, SeriesForecast } from './forecast/series-forecast.ts'
import type { HistoryParts } from './history-parts.ts'
import type { ArchiveSource } from './query/archive-source.ts'
import type { QueryAnswer, WindowAnswer } from './query/answer.ts'
import type { CollectedInspection } from './query/collected/inspection.ts'
import type { StandingState, StatesRequest } from './query/collected/state-at.ts'
import type { EntitiesRequest, EntityPage } from './query/entities.ts'
import { type EntityName, type EntityRow, namesOfRows, rosteredOf } from './query/entity-names.ts'
import type { Explanation, QueryOptions } from './query/explain.ts'
import type { Freshness } from './query/freshness.ts'
import type { FailuresRequest, ListedFailure } from './query/failures.ts'
import type { InspectRequest } from './query/inspect.ts'
import type { Inspection } from './query/inspection.ts'
import type { QueryContext } from './query/question.ts'
import type { RankRequest, RankRow } from './query/rank.ts'
import type { RunPage, RunsRequest } from './query/runs.ts'
import type { Timeline, TimelineRequest } from './query/timeline.ts'
import type { QueryRequest, WindowRequest } from './query/request.ts'
import { isCollected } from './definitions/series.ts'
import { type Extent, type Touched, touchedOf } from './stores/contract/extent.ts'

/** Only these tenants exist for whoever asks; null: all. */
type Scope = readonly string[] | null

/** Periods of a forecast's history: fifty years of days. */
const MOST_HISTORY = 20_000

/** Transactions that are looked through for what touched an answer: to make it anew costs no more. */
const MOST_TOUCHED = 500

/** What most questions need. To import what is there already takes 10 µs, a twentieth of a question about one entity. */
const loadQuery = once(() => import('./query/query.ts'))
const loadStates = once(() => import('./query/collected/state-at.ts'))
const loadQuestion = once(() => import('./query/question.ts'))

function once<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined
  return () => loaded ??= load()
}

/** Every question that a history answers, by names that are known at run time, for whoever asks. Each loads what it needs. */
export class Questions {
  readonly #parts: HistoryParts
  readonly #archive: ArchiveSource
  /** The last transaction, while nothing was committed since. */
  #last = { committed: -1, id: 0 }

  constructor(parts: HistoryParts, archive: ArchiveSource) {
    this.#parts = parts
    this.#archive = archive
  }

  async ask(series: string, request: QueryRequest, options: QueryOptions): Promise<QueryAnswer & { readonly explain?: Explanation }> {
    const { runQuery } = await loadQuery()
    return this.#answered((context) => runQuery(context, this.#named(series), request, options))
  }

  async askWindows(series: string, request: WindowRequest, options: QueryOptions): Promise<WindowAnswer & { readonly explain?: Explanation }> {
    const { runWindow } = await import('./query/window.ts')
    return this.#answered((context) => runWindow(context, this.#named(series), request, options))
  }

  async rank(series: string, request: RankRequest, scope: Scope): Promise<readonly RankRow[]> {
    const { runRank } = await import('./query/rank.ts')
    return this.#answered((context) => runRank(context, this.#named(series), request, scope))
  }

  async forecast(series: string, request: ForecastRequest, scope: Scope): Promise<SeriesForecast> {
    const { forecastSeries } = await import('./forecast/series-forecast.ts')
    return forecastSeries((name, question) => this.ask(name, question, { tenants: scope, mostRows: MOST_HISTORY }), this.#named(series), request, this.#parts.clock())
  }

  async inspect(series: string, request: InspectRequest, scope: Scope): Promise<Inspection | CollectedInspection> {
    const { inspectAny } = await import('./query/inspect.ts')
    return inspectAny({ store: this.#parts.store, archive: this.#archive, now: this.#parts.clock(), tenants: scope }, this.#named(series), request)
  }

  /** @param options.payload whether the complete state is read, too; it comes in the declared version */
  async states(series: string, { at, ...whose }: StatesRequest, { scope, payload }: { readonly scope: Scope; readonly payload: boolean }): Promise<readonly StandingState[]> {
    const [{ instantAsked, statesAt }, { scopedContext }] = await Promise.all([loadStates(), loadQuestion()])
    const instant = at === undefined ? this.#parts.clock() : instantAsked(at)
    const reader = payload ? this.#collectorOf(series)?.payload ?? null : null
    return this.#answered((context) => statesAt(scopedContext(context, scope), this.#named(series), { ...whose, at: instant }, reader))
  }

  async entities(series: string, request: EntitiesRequest, scope: Scope): Promise<EntityPage> {
    const [{ listEntities }, { scopedContext }] = await Promise.all([import('./query/entities.ts'), loadQuestion()])
    return this.#answered((context) => listEntities(scopedContext(context, scope), this.#named(series), request, this.#rostered(series)))
  }

  /** The names of the entities of rows, by tenant and entity; of those that have none there is nothing. */
  async names(series: string, rows: readonly EntityRow[], scope: Scope): Promise<readonly EntityName[]> {
    const { scopedContext } = await loadQuestion()
    return this.#answered((context) => namesOfRows(scopedContext(context, scope).snapshot, this.#rostered(series), rows))
  }

  async tenants(scope: Scope): Promise<readonly string[]> {
    const { scopedContext } = await loadQuestion()
    return this.#answered((context) => scopedContext(context, scope).snapshot.tenants())
  }

  async timeline(series: string, request: TimelineRequest, scope: Scope): Promise<Timeline> {
    const { timelineOf } = await import('./query/timeline.ts')
    return timelineOf({ store: this.#parts.store, now: this.#parts.clock(), tenants: scope }, this.#named(series), request)
  }

  async failures(series: string, request: FailuresRequest, scope: Scope): Promise<readonly ListedFailure[]> {
    const [{ listFailures }, { scopedContext }] = await Promise.all([import('./query/failures.ts'), loadQuestion()])
    return this.#answered((context) => listFailures(scopedContext(context, scope), this.#named(series), request))
  }

  async runs(request: RunsRequest): Promise<RunPage> {
    const { listRuns } = await import('./query/runs.ts')
    return listRuns(this.#parts.store, request.series === undefined ? request : { ...request, series: this.#named(request.series) })
  }

  async freshness(series: string): Promise<Freshness> {
    const { freshnessOf } = await import('./query/freshness.ts')
    return this.#answered((context) => freshnessOf(context, this.#named(series)))
  }

  /** The id of the last transaction. */
  async transaction(): Promise<number> {
    const committed = await this.#parts.store.committed()
    if (this.#last.committed === committed) return this.#last.id
    const id = await this.#answered(({ snapshot }) => snapshot.transactionAt(Number.MAX_SAFE_INTEGER))
    this.#last = { committed, id }
    return id
  }

  /** What of a part of history was touched by transactions after this one. */
  async touched(about: Extent, transaction: number): Promise<Touched> {
    const transactions = await this.#answered(({ snapshot }) => snapshot.touchedSince(transaction, MOST_TOUCHED))
    return transactions === null ? 'all' : touchedOf(about, transactions)
  }

  #rostered(series: string): readonly string[] {
    const { declared } = this.#parts
    return rosteredOf(declared.series, declared.seriesNamed(series))
  }

  #named(series: string): string {
    return this.#parts.declared.seriesNamed(series).name
  }

  #collectorOf(series: string): Collector | null {
    return isCollected(this.#parts.declared.seriesNamed(series)) ? this.#parts.collectors.of(series) : null
  }

  async #answered<Answer>(answer: (context: QueryContext) => Promise<Answer>): Promise<Answer> {
    const snapshot = await this.#parts.store.snapshot()
    try {
      return await answer({ snapshot, archive: this.#archive, now: this.#parts.clock() })
    } finally {
      snapshot.close()
    }
  }
}

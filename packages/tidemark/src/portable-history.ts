import type { CollectPlan } from './capture/collect-plan.ts'
import type { CollectReport } from './capture/collect-report.ts'
import type { CaptureDecision } from './capture/decide.ts'
import type { CaptureReport } from './capture/run.ts'
import { Captures } from './capture-desk.ts'
import { type Clock, monotonicMs, wallClock } from './clock.ts'
import { Declared } from './declared.ts'
import type { CollectedSeries } from './definitions/collected-chain.ts'
import type { Collector } from './definitions/collector.ts'
import { checkOptions } from './definitions/options.ts'
import type { Series, SeriesDefinition } from './definitions/series.ts'
import type { Stream, StreamDefinition } from './definitions/stream.ts'
import { TidemarkError } from './errors.ts'
import type { HistoryParts } from './history-parts.ts'
import type { InferInput, InferKey, InferRow, InferState, InferWindowRow, QueryOf, WindowOf } from './infer.ts'
import { type EventReport, type IngestOptions, ingestRows, type Rows } from './intake.ts'
import { bringUp } from './migrations.ts'
import { PROGRAM } from './program.ts'
import type { QueryAnswer, WindowAnswer } from './query/answer.ts'
import type { StatesRequest } from './query/collected/state-at.ts'
import type { Comparison, QueryRequest, WindowRequest } from './query/request.ts'
import { Questions } from './question-desk.ts'
import type { Store } from './stores/contract/store.ts'
import type { SqliteConnection } from './stores/sqlite/driver.ts'
import { openSqliteStoreOn } from './stores/sqlite/one-connection.ts'
import { rollUpDue } from './tiers/roll-up-due.ts'
import type { TierStepReport } from './tiers/step-report.ts'

/** What a history is opened with on a connection. */
export interface OpenOnOptions {
  /** A collected one ends in `.collect` with functions: SQL needs a source, and there is none here. */
  readonly series: readonly Series[]
  /** What the store is called in errors. Default: `the store`. */
  readonly name?: string
  /** A clock of your own, to simulate time. Given, it is also taken as confirmed. Default: the wall clock. */
  readonly now?: Clock
}

/**
 * Opens a history on a SQLite connection that is its own from now on. A brand-new store is created as declared.
 *
 * Throws CONFIG_INVALID for an option that is not known, MIGRATION_NEEDED when the store holds something else than is
 * declared, SOURCE_UNKNOWN for a series that is collected by SQL, STORE_DURABILITY for a file whose journal would not
 * survive the loss of power.
 */
export async function openOn(connection: SqliteConnection, options: OpenOnOptions): Promise<PortableHistory> {
  checkOptions(options, ['series', 'name', 'now'], 'openOn(…)', 'CONFIG_INVALID')
  const declared = new Declared(options.series.map((series) => series.definition))
  const clock = options.now ?? wallClock
  const collectors = collectorsOf(options.series)
  const store = openSqliteStoreOn(connection, { name: options.name ?? 'the store', program: PROGRAM, clockConfirmed: options.now !== undefined })
  try {
    await bringUp(store, declared, clock)
  } catch (error) {
    await store.close()
    throw error
  }
  return new PortableHistory({ store, declared, clock, collectors: { of: (series) => named(collectors, series), sources: { during: () => ({}) } } }, options.now !== undefined)
}

/** A history wherever JavaScript and SQLite run: what is declared, taken in, captured, rolled up and asked. Made by `openOn`. */
export class PortableHistory {
  /** The contract of stores, for what has no method here. */
  readonly store: Store
  readonly #parts: HistoryParts
  readonly #clockConfirmed: boolean
  readonly #captures: Captures
  readonly #questions: Questions

  constructor(parts: HistoryParts, clockConfirmed: boolean) {
    this.store = parts.store
    this.#parts = parts
    this.#clockConfirmed = clockConfirmed
    this.#captures = new Captures(parts)
    this.#questions = new Questions(parts, { read: async (file) => ({ ok: false, damage: { reason: 'not_here', detail: `${file.path} is in an archive, which is not read here` } }) })
  }

  /** Takes events in, in pieces; resolves when all of them are durable. */
  async ingest<S extends Stream>(stream: S, rows: Rows<InferInput<S>>, options: Pick<IngestOptions, 'onConflict' | 'tenants'> = {}): Promise<EventReport> {
    return ingestRows(this.store, this.#streamOf(stream), rows, { ...options, now: this.#parts.clock(), source: 'ingest' })
  }

  /** Closes the days that are over, or asks the collector for the windows that are due. */
  async capture(series: CollectedSeries): Promise<CollectReport>
  async capture(series: Series): Promise<CaptureReport>
  async capture(series: Series): Promise<CaptureReport> {
    return this.#captures.run(this.#seriesOf(series), null)
  }

  /** What `capture` would do now. Changes nothing. */
  async planCapture(series: Series): Promise<CaptureDecision | CollectPlan> {
    return this.#captures.plan(this.#seriesOf(series))
  }

  /** Rolls up, proves and retires what is due; what is due for the archive stays where it is. Throws CLOCK_JUMPED, ROLLUP_PROOF_FAILED. */
  async rollUp(series: Series): Promise<readonly TierStepReport[]> {
    return rollUpDue({ store: this.store, series: this.#seriesOf(series).name, now: this.#parts.clock(), monotonicMs }, this.#clockConfirmed)
  }

  /** Answers by day, week, month, quarter, year or the range as a whole, with the coverage of each row. */
  async query<S extends Series, const Key extends InferKey<S>, const C extends Comparison = never>(series: S, request: QueryOf<S, Key, C>): Promise<QueryAnswer<InferRow<S, Key, C>>> {
    return await this.#questions.ask(this.#seriesOf(series).name, request as QueryRequest, {}) as unknown as QueryAnswer<InferRow<S, Key, C>>
  }

  /** Answers by windows that start on each entity's own day, or on one given day. */
  async window<S extends Series, const Key extends InferKey<S>>(series: S, request: WindowOf<S, Key>): Promise<WindowAnswer<InferWindowRow<S, Key>>> {
    return await this.#questions.askWindows(this.#seriesOf(series).name, request as WindowRequest, {}) as unknown as WindowAnswer<InferWindowRow<S, Key>>
  }

  /** The states of entities at an instant (left out: now), each with its complete payload, ordered by entity. */
  async states<S extends CollectedSeries>(series: S, request: StatesRequest = {}): Promise<readonly InferState<S>[]> {
    return await this.#questions.states(this.#seriesOf(series).name, request, { scope: null, payload: true }) as unknown as readonly InferState<S>[]
  }

  /** Lets go of the store, and closes its connection. */
  close(): Promise<void> {
    return this.store.close()
  }

  #seriesOf(series: Series): SeriesDefinition {
    return this.#parts.declared.seriesNamed(series.definition.name)
  }

  #streamOf(stream: Stream): StreamDefinition {
    return this.#parts.declared.streamNamed(stream.definition.name)
  }
}

function collectorsOf(series: readonly Series[]): ReadonlyMap<string, Collector> {
  const collectors = new Map<string, Collector>()
  for (const one of series) {
    if (!('collector' in one)) continue
    const { name } = one.definition
    const collector = one.collector as Collector
    for (const part of [collector.collect, collector.entities]) {
      if (typeof part !== 'function') throw new TidemarkError('SOURCE_UNKNOWN', `${name} is collected from the source ${JSON.stringify(part.source)}, and a history on a connection has none`, { where: name, hint: 'Collect it by a function.' })
    }
    collectors.set(name, collector)
  }
  return collectors
}

function named(collectors: ReadonlyMap<string, Collector>, series: string): Collector {
  const collector = collectors.get(series)
  if (collector !== undefined) return collector
  throw new TidemarkError('DECLARATION_INVALID', `${series} has no collector`, { where: series, hint: 'End its declaration in .collect(…).' })
}

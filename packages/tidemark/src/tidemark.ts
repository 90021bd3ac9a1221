import { resolve } from 'node:path'
import type { Gate, GateOptions } from './access/gate.ts'
import { Access } from './access-desk.ts'
import type { AdjustmentInput } from './adjustment.ts'
import type { CollectPlan } from './capture/collect-plan.ts'
import type { CollectReport } from './capture/collect-report.ts'
import type { CaptureDecision } from './capture/decide.ts'
import type { CaptureReport } from './capture/run.ts'
import { Captures } from './capture-desk.ts'
import { wallClock, type Clock } from './clock.ts'
import { Collectors } from './collectors.ts'
import { Declared } from './declared.ts'
import type { CollectedSeries } from './definitions/collected-chain.ts'
import type { EntityDefinition } from './definitions/entity.ts'
import { checkOptions } from './definitions/options.ts'
import type { Series, SeriesDefinition } from './definitions/series.ts'
import type { Stream, StreamDefinition } from './definitions/stream.ts'
import { Erasures } from './erasure-desk.ts'
import { TidemarkError } from './errors.ts'
import { Holds } from './hold-desk.ts'
import type { EventReport, IngestOptions, RetractionInput, Rows } from './intake.ts'
import type { ForecastRequest, SeriesForecast } from './forecast/series-forecast.ts'
import type { InferInput, InferKey, InferRank, InferRow, InferState, InferWindowRow, InspectionOf, QueryOf, RankOf, WindowOf } from './infer.ts'
import { LazyArchive } from './lazy-archive.ts'
import { bringUp, Migrations } from './migrations.ts'
import { Quarantine } from './quarantine.ts'
import type { QueryAnswer, WindowAnswer } from './query/answer.ts'
import type { Explanation, QueryOptions } from './query/explain.ts'
import type { StatesRequest } from './query/collected/state-at.ts'
import type { RankRequest } from './query/rank.ts'
import type { InspectRequest } from './query/inspect.ts'
import type { Comparison, QueryRequest, WindowRequest } from './query/request.ts'
import { type Answer, checkAnswers } from './panels/answer.ts'
import { PROGRAM } from './program.ts'
import { Questions } from './question-desk.ts'
import type { QuestionPlace } from './question-place.ts'
import { Recorder, type RecordCounts, type RecorderOptions } from './record.ts'
import { parseSourceUrl } from './sources/source-url.ts'
import { Sources } from './sources/sources.ts'
import { parseStoreUrl, type StoreLocation } from './store-url.ts'
import type { Store } from './stores/contract/store.ts'
import { Tiers } from './tier-desk.ts'
import type { VerifyReport } from './verify/report.ts'
import { type Channel, checkChannels, consoleChannel } from './watch/channel.ts'
import { Work, type WorkDesks } from './work-desk.ts'
import { jobsOf, type WorkOptions } from './work/job.ts'
import { Alerts } from './watch/desk.ts'
import { type AlertRule, checkRules } from './watch/rule.ts'

/** What a history is opened with. */
export interface OpenOptions {
  /** `sqlite:PATH`; a relative path is taken from the working folder. */
  readonly store: string
  readonly series: readonly Series[]
  /** The folder of the Parquet archive. Default: `archive`, beside the store. */
  readonly archive?: string
  /** Databases that collectors read: `{ app: 'sqlite:app.db' }`; a relative path is taken from the working folder. */
  readonly sources?: Readonly<Record<string, string>>
  /** Rules that `alerts.check()` sets the latest values beside. */
  readonly alerts?: readonly AlertRule[]
  /** Where alerts are told. Default: a line on standard error. */
  readonly channels?: readonly Channel[]
  /** Answers of the project, for whoever serves the history. */
  readonly answers?: readonly Answer[]
  /** How the worker is set up. */
  readonly work?: WorkOptions
  /** A clock of your own, to simulate time. Given, it is also taken as confirmed. Default: the wall clock. */
  readonly now?: Clock
  /** Bounds of the queue behind `record()`. */
  readonly record?: RecorderOptions
}

/** What a history is put together from. */
export interface Parts {
  readonly store: Store
  readonly declared: Declared
  readonly collectors: Collectors
  /** Absolute, like `archive`. */
  readonly storePath: string
  readonly archive: string
  readonly clock: Clock
  /** Somebody has said that the clock is right. */
  readonly clockConfirmed: boolean
  readonly alerts?: readonly AlertRule[]
  readonly channels?: readonly Channel[]
  readonly answers?: readonly Answer[]
  readonly work?: WorkOptions
  readonly record?: RecorderOptions
}

/** Opens the store of a location by the engine that its URL names; looks at nothing in it, and makes nothing. */
export async function openStore(location: StoreLocation, options: { readonly thread?: 'worker' | 'inline'; readonly clockConfirmed?: boolean } = {}): Promise<Store> {
  const { openSqliteStore } = await import('./stores/sqlite/open.ts')
  return openSqliteStore({ path: location.path, program: PROGRAM, ...options })
}

const OPEN_OPTIONS = ['store', 'series', 'archive', 'sources', 'alerts', 'channels', 'answers', 'work', 'now', 'record'] as const satisfies readonly (keyof OpenOptions)[]

/**
 * Opens a history. A brand-new store is created as declared.
 *
 * Throws CONFIG_INVALID for an option that is not known, MIGRATION_NEEDED when the store holds something else than is
 * declared, STORE_* when it cannot be opened.
 */
export async function open(options: OpenOptions): Promise<Tidemark> {
  checkOptions(options, OPEN_OPTIONS, 'open(…)', 'CONFIG_INVALID')
  checkOptions(options.record ?? {}, ['mostQueued', 'delayMs'], 'open(…).record', 'CONFIG_INVALID')
  const declared = new Declared(options.series.map((series) => series.definition))
  const location = parseStoreUrl(options.store, process.cwd(), 'store')
  const collectors = new Collectors(options.series, new Sources(Object.entries(options.sources ?? {}).map(([name, url]) => parseSourceUrl(name, url, process.cwd(), 'sources'))))
  const clock = options.now ?? wallClock
  checkRules(options.alerts ?? [], declared.series.map(({ name }) => name))
  checkChannels(options.channels ?? [])
  const answers = checkAnswers(options.answers ?? [])
  jobsOf(declared.series, options.work ?? {}, true)
  const clockConfirmed = options.now !== undefined
  const store = await openStore(location, { clockConfirmed })
  try {
    await bringUp(store, declared, clock)
  } catch (error) {
    await store.close()
    throw error
  }
  return new Tidemark({
    store, declared, collectors, clock, clockConfirmed, answers, storePath: location.path,
    archive: options.archive === undefined ? resolve(location.path, '..', 'archive') : resolve(options.archive),
    ...(options.alerts === undefined ? {} : { alerts: options.alerts }), ...(options.channels === undefined ? {} : { channels: options.channels }),
    ...(options.work === undefined ? {} : { work: options.work }),
    ...(options.record === undefined ? {} : { record: options.record }),
  })
}

/**
 * One history: everything that an application does with it. Made by `open`.
 * What a method needs is loaded when it is first called, so that a process that only asks does not load what only writes.
 */
export class Tidemark {
  /** What was not accepted, and why. */
  readonly quarantine: Quarantine
  /** Rollup, retention and archive. */
  readonly tiers: Tiers
  /** Legal holds. */
  readonly holds: Holds
  /** Erasure, with certificates. */
  readonly erasures: Erasures
  /** Declared alerts: what is open, why, and who knows. */
  readonly alerts: Alerts
  /** What is due of all this, and the worker that does it. */
  readonly work: Work
  readonly migrate: Migrations
  /** Tokens, and the audit log. */
  readonly access: Access
  /** The declared answers of the project. */
  readonly answers: readonly Answer[]
  readonly #parts: Parts
  readonly #captures: Captures
  readonly #recorder: Recorder
  readonly #questions: Questions

  constructor(parts: Parts) {
    this.#parts = parts
    this.#questions = new Questions(parts, new LazyArchive(parts.archive))
    this.access = new Access(parts, this.#questions)
    this.answers = parts.answers ?? []
    this.quarantine = new Quarantine(parts.store, parts.declared, parts.clock)
    const desks = ({ store, ...rest }: Parts): WorkDesks => ({
      captures: new Captures({ store, ...rest }), tiers: new Tiers({ store, ...rest }),
      alerts: new Alerts({
        store: store.alerts, rules: rest.alerts ?? [], channels: rest.channels ?? [consoleChannel()], clock: rest.clock,
        ask: (series, request) => this.ask(series, request), kinds: new Map(rest.declared.series.map(({ name, of }) => [name, of.name])),
      }),
    })
    const { captures, tiers, alerts } = desks(parts)
    this.tiers = tiers
    this.alerts = alerts
    this.#captures = captures
    this.holds = new Holds(parts)
    this.erasures = new Erasures(parts)
    this.work = new Work(parts, desks)
    this.migrate = new Migrations(parts.store, parts.declared, parts.clock)
    this.#recorder = new Recorder((stream, rows) => this.#ingest(stream, rows, 'record', {}), parts.record)
  }

  /**
   * Takes an event in memory and writes it in the background. Never throws and never waits; what it cannot keep is
   * counted in `recorded.dropped`.
   */
  record<S extends Stream>(stream: S, event: InferInput<S>): void {
    this.#recorder.record(stream, event)
  }

  /** Where its answers lie, for whoever asks them from another thread. */
  get place(): QuestionPlace {
    const { storePath: path, archive, declared } = this.#parts
    return { store: { engine: 'sqlite', path, url: `sqlite:${path}` }, archive, series: declared.series }
  }

  /** The instant that questions are asked and work is done at: the clock it was opened with, in epoch milliseconds. */
  get now(): number {
    return this.#parts.clock()
  }

  /** Whether that clock was set by somebody: it is not the wall clock. */
  get clockSet(): boolean {
    return this.#parts.clock !== wallClock
  }

  /** What became of the recorded events so far. */
  get recorded(): RecordCounts {
    return this.#recorder.counts
  }

  /** Writes what `record()` has queued. Never rejects: see `recorded`. */
  flush(): Promise<void> {
    return this.#recorder.flush()
  }

  /** Takes events in, in pieces; resolves when all of them are durable. */
  async ingest<S extends Stream>(stream: S, rows: Rows<InferInput<S>>, options: Pick<IngestOptions, 'onConflict' | 'tenants'> = {}): Promise<EventReport> {
    return this.#ingest(stream, rows, 'ingest', options)
  }

  /** Takes events in from a file: CSV or NDJSON, also gzipped. */
  async ingestFile(stream: Stream | string, path: string, options: Pick<IngestOptions, 'onConflict' | 'format' | 'progress' | 'tenants'> = {}): Promise<EventReport> {
    const { ingestFile } = await import('./file-intake.ts')
    return ingestFile(this.#parts.store, this.#streamOf(stream), path, { ...options, now: this.#parts.clock(), source: path })
  }

  /** Takes events back, while the rows that count them are retained. */
  async retract(stream: Stream | string, ids: readonly RetractionInput[]): Promise<EventReport> {
    const definition = this.#streamOf(stream)
    const { retractionsOf } = await import('./intake.ts')
    return reportOf(await this.#parts.store.retract(definition.name, retractionsOf(ids), this.#parts.clock(), 'retract'))
  }

  /** Changes sums and counts by signed amounts, at any age. */
  async adjust(series: Series | string, inputs: readonly AdjustmentInput[], options: Pick<IngestOptions, 'tenants'> = {}): Promise<EventReport> {
    const definition = this.#seriesOf(series)
    const { readAdjustments } = await import('./adjustment.ts')
    const { adjustments, rejects } = readAdjustments(definition, inputs, options.tenants)
    const report = await this.#parts.store.adjust(definition.name, adjustments, this.#parts.clock(), 'adjust')
    return reportOf({
      ...report, rejected: report.rejected + rejects.length,
      rejections: [...report.rejections, ...rejects.map(({ line, code, reason }) => ({ line, code, reason }))].sort((a, b) => a.line - b.line),
    })
  }

  /**
   * Of an event-fed series: closes the days that are over, for every entity; one capture covers every gap up to now. Of
   * a collected one: asks its source for the windows that are due. What fails is in the report, and on record.
   * @param options.backfill computes (or asks for) the rows of these days anew, `YYYY-MM-DD`, half-open.
   * Throws PAST_NOT_COLLECTED for a source that answers for the present only.
   */
  async capture(series: CollectedSeries, options?: { readonly backfill?: { readonly from: string; readonly to: string } }): Promise<CollectReport>
  async capture(series: Series | string, options?: { readonly backfill?: { readonly from: string; readonly to: string } }): Promise<CaptureReport>
  async capture(series: Series | string, options: { readonly backfill?: { readonly from: string; readonly to: string } } = {}): Promise<CaptureReport> {
    const definition = this.#seriesOf(series)
    if (options.backfill === undefined) return this.#captures.run(definition, null)
    const { readRange } = await import('./day-range.ts')
    return this.#captures.run(definition, readRange(options.backfill.from, options.backfill.to, 'backfill'))
  }

  /** What `capture` would do now. Changes nothing; the source of a collected series is asked for its roster. */
  async planCapture(series: CollectedSeries): Promise<CollectPlan>
  async planCapture(series: Series | string): Promise<CaptureDecision | CollectPlan>
  async planCapture(series: Series | string): Promise<CaptureDecision | CollectPlan> {
    return this.#captures.plan(this.#seriesOf(series))
  }

  /** Answers by day, week, month, quarter, year or the range as a whole, with the coverage of each row. */
  async query<S extends Series, const Key extends InferKey<S>, const C extends Comparison = never>(
    series: S, request: QueryOf<S, Key, C>,
  ): Promise<QueryAnswer<InferRow<S, Key, C>>> {
    return await this.ask(this.#seriesOf(series).name, request as QueryRequest) as unknown as QueryAnswer<InferRow<S, Key, C>>
  }

  /** Answers by windows that start on each entity's own day, or on one given day. */
  async window<S extends Series, const Key extends InferKey<S>>(series: S, request: WindowOf<S, Key>): Promise<WindowAnswer<InferWindowRow<S, Key>>> {
    return await this.askWindows(this.#seriesOf(series).name, request as WindowRequest) as unknown as WindowAnswer<InferWindowRow<S, Key>>
  }

  /** `query` for names that are only known at run time: checked as it is asked, not by the compiler. */
  async ask(series: string, request: QueryRequest, options: QueryOptions = {}): Promise<QueryAnswer & { readonly explain?: Explanation }> {
    return this.#questions.ask(series, request, options)
  }

  /** `window` for names that are only known at run time. */
  async askWindows(series: string, request: WindowRequest, options: QueryOptions = {}): Promise<WindowAnswer & { readonly explain?: Explanation }> {
    return this.#questions.askWindows(series, request, options)
  }

  /**
   * Forecasts one answer of one entity by the method that has missed by least on its own past, with intervals, the day on
   * which a threshold is reached, and the measured error.
   */
  async forecast<S extends Series>(series: S, request: ForecastRequest<InferKey<S>>): Promise<SeriesForecast>
  async forecast(series: string, request: ForecastRequest): Promise<SeriesForecast>
  async forecast(series: Series | string, request: ForecastRequest): Promise<SeriesForecast> {
    return this.#questions.forecast(this.#seriesOf(series).name, request, null)
  }

  /**
   * Checks every row and every archive file by other means than those that made them; changes nothing.
   * @param options.deep re-reads everything
   */
  async verify(options: { readonly deep?: boolean; readonly progress?: (check: string) => void } = {}): Promise<VerifyReport> {
    const [{ runVerify }, { LocalFolder }] = await Promise.all([import('./verify/verify.ts'), import('./archive/local-folder.ts')])
    return runVerify({ store: this.#parts.store, folder: new LocalFolder(this.#parts.archive), ...options })
  }

  /** The row that holds a day, what produced it, and everything it said before. */
  async inspect<S extends Series | string>(series: S, request: InspectRequest): Promise<InspectionOf<S>> {
    return await this.#questions.inspect(this.#seriesOf(series).name, request, null) as InspectionOf<S>
  }

  /** The state of an entity at its latest captured window, with the complete payload; null: it was never captured. */
  async latest<S extends CollectedSeries>(series: S, request: Required<Omit<StatesRequest, 'at'>>): Promise<InferState<S> | null> {
    return (await this.#statesAt(series, request))[0] ?? null
  }

  /** The state of an entity at an instant: that of its latest captured window that had begun by then, from whatever tier. */
  async stateAt<S extends CollectedSeries>(series: S, request: Required<StatesRequest>): Promise<InferState<S> | null> {
    return (await this.#statesAt(series, request))[0] ?? null
  }

  /** The states of all entities of a tenant at an instant (left out: now), ordered by entity. */
  latestAll<S extends CollectedSeries>(series: S, request: Omit<StatesRequest, 'entity'> = {}): Promise<readonly InferState<S>[]> {
    return this.#statesAt(series, request)
  }

  /** Ranks entities among their peers by one answer over a range. */
  async rank<S extends Series, const Key extends InferKey<S>>(series: S, request: RankOf<S, Key>): Promise<readonly InferRank<S, Key>[]> {
    return await this.#questions.rank(this.#seriesOf(series).name, request as RankRequest, null) as readonly InferRank<S, Key>[]
  }

  /** Gives entities a zone from their next local midnight; ones never heard of start in it. */
  async setZone(entity: EntityDefinition, zones: readonly { readonly tenant: string; readonly entity: string; readonly zone: string }[]): Promise<void> {
    const { isZone } = await import('./calendar/zone.ts')
    const unknown = zones.find(({ zone }) => !isZone(zone))
    if (unknown !== undefined) throw new TidemarkError('ZONE_UNKNOWN', `there is no zone ${JSON.stringify(unknown.zone)}`, { where: unknown.entity })
    await this.#parts.store.setZones(entity.name, entity.zone, zones, this.#parts.clock())
  }

  /**
   * This history as the holder of a token may use it. The history itself stays its owner's.
   * @param options.minimumPeople the fewest entities that a row of a viewer stands for; default 10
   * Throws TOKEN_MALFORMED, TOKEN_UNKNOWN, TOKEN_EXPIRED, TOKEN_REVOKED.
   */
  as(token: string, options: GateOptions = {}): Promise<Gate> {
    return this.access.gate(this, token, options)
  }

  /** Writes what is queued, and lets go of the store. */
  async close(): Promise<void> {
    await this.#recorder.close()
    await this.#parts.collectors.close()
    await this.#parts.store.close()
  }

  async #ingest(stream: Stream | string, rows: Rows<unknown>, source: string, options: Pick<IngestOptions, 'onConflict' | 'tenants'>): Promise<EventReport> {
    const { ingestRows } = await import('./intake.ts')
    return ingestRows(this.#parts.store, this.#streamOf(stream), rows, { ...options, now: this.#parts.clock(), source })
  }

  #seriesOf(series: Series | string): SeriesDefinition {
    return this.#parts.declared.seriesNamed(typeof series === 'string' ? series : series.definition.name)
  }

  #streamOf(stream: Stream | string): StreamDefinition {
    return this.#parts.declared.streamNamed(typeof stream === 'string' ? stream : stream.definition.name)
  }

  async #statesAt<S extends CollectedSeries>(series: S, request: StatesRequest): Promise<readonly InferState<S>[]> {
    return await this.#questions.states(this.#seriesOf(series).name, request, { scope: null, payload: true }) as unknown as readonly InferState<S>[]
  }
}

function reportOf({ accepted, duplicate, rejected, rejections }: EventReport): EventReport {
  return { accepted, duplicate, rejected, rejections }
}

import { resolve } from 'node:path'
import type { AdjustmentInput } from './adjustment.ts'
import type { CaptureDecision } from './capture/decide.ts'
import type { CaptureReport } from './capture/run.ts'
import { wallClock, type Clock } from './clock.ts'
import { Declared } from './declared.ts'
import type { EntityDefinition } from './definitions/entity.ts'
import type { Series, SeriesDefinition } from './definitions/series.ts'
import type { Stream, StreamDefinition } from './definitions/stream.ts'
import { TidemarkError } from './errors.ts'
import type { EventReport, IngestOptions, RetractionInput, Rows } from './intake.ts'
import type { InferInput, InferKey, InferRow, InferWindowRow, QueryOf, WindowOf } from './infer.ts'
import { LazyArchive } from './lazy-archive.ts'
import { bringUp, Migrations } from './migrations.ts'
import { Quarantine } from './quarantine.ts'
import type { QueryAnswer, WindowAnswer } from './query/answer.ts'
import type { Explanation, QueryOptions } from './query/explain.ts'
import type { QueryContext } from './query/question.ts'
import type { InspectRequest } from './query/inspect.ts'
import type { Inspection } from './query/inspection.ts'
import type { Comparison, QueryRequest, WindowRequest } from './query/request.ts'
import { PROGRAM } from './program.ts'
import { Recorder, type RecordCounts, type RecorderOptions } from './record.ts'
import { parseStoreUrl, type StoreLocation } from './store-url.ts'
import type { Store } from './stores/contract/store.ts'
import { Tiers } from './tier-desk.ts'
import type { VerifyReport } from './verify/report.ts'

/** What a history is opened with. */
export interface OpenOptions {
  /** `sqlite:PATH`; a relative path is taken from the working folder. */
  readonly store: string
  readonly series: readonly Series[]
  /** The folder of the Parquet archive. Default: `archive`, beside the store. */
  readonly archive?: string
  /** A clock of your own, to simulate time. Given, it is also taken as confirmed. Default: the wall clock. */
  readonly now?: Clock
  /** Bounds of the queue behind `record()`. */
  readonly record?: RecorderOptions
}

/** What a history is put together from. */
export interface Parts {
  readonly store: Store
  readonly declared: Declared
  /** Absolute, like `archive`. */
  readonly storePath: string
  readonly archive: string
  readonly clock: Clock
  /** Somebody has said that the clock is right. */
  readonly clockConfirmed: boolean
  readonly record?: RecorderOptions
}

/** Opens the store of a location by the engine that its URL names; looks at nothing in it, and makes nothing. */
export async function openStore(location: StoreLocation, options: { readonly thread?: 'worker' | 'inline' } = {}): Promise<Store> {
  const { openSqliteStore } = await import('./stores/sqlite/open.ts')
  return openSqliteStore({ path: location.path, program: PROGRAM, ...options })
}

/**
 * Opens a history. A brand-new store is created as declared.
 *
 * Throws MIGRATION_NEEDED when the store holds something else than is declared, STORE_* when it cannot be opened.
 */
export async function open(options: OpenOptions): Promise<Tidemark> {
  const declared = new Declared(options.series.map((series) => series.definition))
  const location = parseStoreUrl(options.store, process.cwd(), 'store')
  const clock = options.now ?? wallClock
  const store = await openStore(location)
  try {
    await bringUp(store, declared, clock)
  } catch (error) {
    await store.close()
    throw error
  }
  return new Tidemark({
    store, declared, clock, clockConfirmed: options.now !== undefined, storePath: location.path,
    archive: options.archive === undefined ? resolve(location.path, '..', 'archive') : resolve(options.archive),
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
  readonly migrate: Migrations
  readonly #parts: Parts
  readonly #recorder: Recorder
  readonly #archive: LazyArchive

  constructor(parts: Parts) {
    this.#parts = parts
    this.#archive = new LazyArchive(parts.archive)
    this.quarantine = new Quarantine(parts.store, parts.declared, parts.clock)
    this.tiers = new Tiers(parts)
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

  /** What became of the recorded events so far. */
  get recorded(): RecordCounts {
    return this.#recorder.counts
  }

  /** Writes what `record()` has queued. Never rejects: see `recorded`. */
  flush(): Promise<void> {
    return this.#recorder.flush()
  }

  /** Takes events in, in pieces; resolves when all of them are durable. */
  async ingest<S extends Stream>(stream: S, rows: Rows<InferInput<S>>, options: Pick<IngestOptions, 'onConflict'> = {}): Promise<EventReport> {
    return this.#ingest(stream, rows, 'ingest', options)
  }

  /** Takes events in from a file: CSV or NDJSON, also gzipped. */
  async ingestFile(stream: Stream | string, path: string, options: Pick<IngestOptions, 'onConflict' | 'format' | 'progress'> = {}): Promise<EventReport> {
    const { ingestFile } = await import('./intake.ts')
    return ingestFile(this.#parts.store, this.#streamOf(stream), path, { ...options, now: this.#parts.clock(), source: path })
  }

  /** Takes events back, while the rows that count them are retained. */
  async retract(stream: Stream | string, ids: readonly RetractionInput[]): Promise<EventReport> {
    const definition = this.#streamOf(stream)
    const { retractionsOf } = await import('./intake.ts')
    return reportOf(await this.#parts.store.retract(definition.name, retractionsOf(ids), this.#parts.clock(), 'retract'))
  }

  /** Changes sums and counts by signed amounts, at any age. */
  async adjust(series: Series | string, inputs: readonly AdjustmentInput[]): Promise<EventReport> {
    const definition = this.#seriesOf(series)
    const { readAdjustments } = await import('./adjustment.ts')
    const { adjustments, rejects } = readAdjustments(definition, inputs)
    const report = await this.#parts.store.adjust(definition.name, adjustments, this.#parts.clock(), 'adjust')
    return reportOf({
      ...report, rejected: report.rejected + rejects.length,
      rejections: [...report.rejections, ...rejects.map(({ line, code, reason }) => ({ line, code, reason }))].sort((a, b) => a.line - b.line),
    })
  }

  /**
   * Closes the days that are over, for every entity; one capture covers every gap up to now.
   * @param options.backfill recomputes the rows of these days, `YYYY-MM-DD`, half-open
   */
  async capture(series: Series | string, options: { readonly backfill?: { readonly from: string; readonly to: string } } = {}): Promise<CaptureReport> {
    const definition = this.#seriesOf(series)
    const { runBackfill, runCapture } = await import('./capture/run.ts')
    if (options.backfill === undefined) return runCapture(this.#parts.store, definition.name, this.#parts.clock())
    const { readRange } = await import('./day-range.ts')
    const { from, to } = readRange(options.backfill.from, options.backfill.to, 'backfill')
    return runBackfill(this.#parts.store, definition.name, from, to, this.#parts.clock())
  }

  /** What `capture` would do now. Changes nothing. */
  async planCapture(series: Series | string): Promise<CaptureDecision> {
    const { planCapture } = await import('./capture/run.ts')
    return planCapture(this.#parts.store, this.#seriesOf(series).name, this.#parts.clock())
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
    const { runQuery } = await import('./query/query.ts')
    return this.#answered((context) => runQuery(context, this.#parts.declared.seriesNamed(series).name, request, options))
  }

  /** `window` for names that are only known at run time. */
  async askWindows(series: string, request: WindowRequest, options: QueryOptions = {}): Promise<WindowAnswer & { readonly explain?: Explanation }> {
    const { runWindow } = await import('./query/window.ts')
    return this.#answered((context) => runWindow(context, this.#parts.declared.seriesNamed(series).name, request, options))
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
  async inspect(series: Series | string, request: InspectRequest): Promise<Inspection> {
    const { inspectRow } = await import('./query/inspect.ts')
    return inspectRow({ store: this.#parts.store, archive: this.#archive, now: this.#parts.clock() }, this.#seriesOf(series).name, request)
  }

  /** Gives entities a zone from their next local midnight; ones never heard of start in it. */
  async setZone(entity: EntityDefinition, zones: readonly { readonly tenant: string; readonly entity: string; readonly zone: string }[]): Promise<void> {
    const { isZone } = await import('./calendar/zone.ts')
    const unknown = zones.find(({ zone }) => !isZone(zone))
    if (unknown !== undefined) throw new TidemarkError('ZONE_UNKNOWN', `there is no zone ${JSON.stringify(unknown.zone)}`, { where: unknown.entity })
    await this.#parts.store.setZones(entity.name, entity.zone, zones, this.#parts.clock())
  }

  /** Writes what is queued, and lets go of the store. */
  async close(): Promise<void> {
    await this.#recorder.close()
    await this.#parts.store.close()
  }

  async #ingest(stream: Stream, rows: Rows<unknown>, source: string, options: Pick<IngestOptions, 'onConflict'>): Promise<EventReport> {
    const { ingestRows } = await import('./intake.ts')
    return ingestRows(this.#parts.store, this.#streamOf(stream), rows, { ...options, now: this.#parts.clock(), source })
  }

  #seriesOf(series: Series | string): SeriesDefinition {
    return this.#parts.declared.seriesNamed(typeof series === 'string' ? series : series.definition.name)
  }

  #streamOf(stream: Stream | string): StreamDefinition {
    return this.#parts.declared.streamNamed(typeof stream === 'string' ? stream : stream.definition.name)
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

function reportOf({ accepted, duplicate, rejected, rejections }: EventReport): EventReport {
  return { accepted, duplicate, rejected, rejections }
}

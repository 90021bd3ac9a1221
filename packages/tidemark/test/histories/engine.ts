import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readAdjustments } from '../../src/adjustment.ts'
import { Declared } from '../../src/declared.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import { isCollected, type SeriesDefinition } from '../../src/definitions/series.ts'
import { finishErasures, runErasure } from '../../src/erasure/run.ts'
import { ingestRows, retractionsOf } from '../../src/intake.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { type CollectRequest, runCollect, runCollectBackfill } from '../../src/capture/collect.ts'
import { runCapture } from '../../src/capture/run.ts'
import { parseDay } from '../../src/calendar/civil.ts'
import { statesAt } from '../../src/query/collected/state-at.ts'
import { runQuery } from '../../src/query/query.ts'
import { runWindow } from '../../src/query/window.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import type { ArchivePlace } from '../../src/tiers/archive-period.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { type SourceChange, SourceTable } from '../oracle/source-table.ts'
import type {
  AdjustmentInput, CaptureCounts, CheckpointState, EntityKey, EventInput, HoldInput, IngestReport, StateAt, Subject,
} from '../oracle/subject.ts'
import { deleteRows } from './application.ts'
import { collectorOn } from './collector-on.ts'
import { packSome } from './pack-some.ts'
import { Random } from './random.ts'

/** The files of one store, as a crash leaves them. */
const FILES = ['history.db', 'history.db-wal'] as const

/**
 * The engine as a Subject, on real SQLite and real Parquet. At a crash the files are copied as they are at that instant,
 * the command runs to its end for the sake of its report, and then the copy takes the original's place and is given the
 * command again: what the copy does not know by then has been lost.
 */
export class Engine implements Subject {
  readonly #folder: string
  readonly #random: () => number
  readonly #intake: number
  /** Every failpoint that was reached while a crash was wanted, and how often. */
  readonly crashes = new Map<string, number>()
  #generation = 0
  #store: Store | null = null
  #archive: ArchivePlace | null = null
  #declared = new Declared([])
  readonly #sources = new Map<string, SourceTable>()
  #crash: { left: number; taken: string | null } | null = null

  /** @param folder an empty folder of its own @param random for where to crash @param intake events that wait until they settle; 0: none does */
  constructor(folder: string, random: () => number, intake = 4) {
    this.#intake = intake
    this.#folder = folder
    this.#random = random
    mkdirSync(this.#place, { recursive: true })
  }

  crashInNextCommand(): void {
    this.#crash = { left: Math.floor(this.#random() * 24), taken: null }
  }

  async close(): Promise<void> {
    await this.#store?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async declare(series: readonly SeriesDefinition[], now: number): Promise<void> {
    await this.#do(async (store) => {
      await store.migrate(planMigration(await store.schema(), series, []), now)
    })
    this.#declared = new Declared(series)
  }

  async setZone({ tenant, entity }: EntityKey, zone: string, now: number): Promise<void> {
    const { name, zone: usual } = (this.#declared.series[0] as SeriesDefinition).of
    await this.#do((store) => store.setZones(name, usual, [{ tenant, entity, zone }], now))
  }

  async ingest(stream: string, events: readonly EventInput[], { now, onConflict = 'quarantine' }: { now: number; onConflict?: 'quarantine' | 'replace' }): Promise<IngestReport> {
    const definition = this.#declared.streamNamed(stream)
    return plain(await this.#do((store) => ingestRows(store, definition, events, { now, onConflict, source: 'history' }), counted))
  }

  async retract(stream: string, ids: readonly { tenant: string; id: string }[], now: number): Promise<IngestReport> {
    return plain(await this.#do((store) => store.retract(stream, retractionsOf(ids), now, 'history'), counted))
  }

  async adjust(series: string, inputs: readonly AdjustmentInput[], now: number): Promise<IngestReport> {
    const { adjustments, rejects } = readAdjustments(this.#declared.seriesNamed(series), inputs)
    const report = await this.#do((store) => store.adjust(series, adjustments, now, 'history'), counted)
    return plain({
      ...report, rejected: report.rejected + rejects.length,
      rejections: [...report.rejections, ...rejects].toSorted((a, b) => a.line - b.line),
    })
  }

  async capture(series: string, now: number): Promise<{ covered: number } | CaptureCounts> {
    const definition = this.#declared.seriesNamed(series)
    if (isCollected(definition)) {
      await this.#pack(series, now)
      return windowsOf(await this.#do((store) => runCollect(this.#collecting(store, definition, now)), captured))
    }
    const { covered } = await this.#do((store) => runCapture(store, series, now))
    return { covered }
  }

  async runTiers(series: string, now: number): Promise<void> {
    await this.#pack(series, now)
    await this.#do(async (store) => {
      const reach = (name: string): void => this.#reach(name)
      if ((await store.erasures.open()).length > 0) await finishErasures({ store, place: this.#archivePlace(), now, reach })
      await runTiers({ store, series, now, confirmed: true, monotonicMs: () => performance.now(), reach, archive: this.#archivePlace() })
    })
    const open = await (await this.#opened()).erasures.open()
    if (open.length > 0) throw new Error(`after a run of tiers the erasures ${open.map(({ id }) => id).join(', ')} are not finished`)
  }

  async query(series: string, request: QueryRequest, now: number) {
    return this.#ask((context) => runQuery(context, series, request), now)
  }

  async window(series: string, request: WindowRequest, now: number) {
    return this.#ask((context) => runWindow(context, series, request), now)
  }

  async checkpoints(series: string, { tenant, entity }: EntityKey): Promise<readonly CheckpointState[]> {
    const { checkpoints, measures } = this.#declared.seriesNamed(series)
    const found = await (await this.#opened()).checkpoints(series, { tenant, entity })
    const place = (every: number): number => checkpoints.findIndex((one) => one.every === every)
    return found.toSorted((a, b) => place(a.every) - place(b.every) || a.count - b.count)
      .map(({ every, count, payload }) => ({ every, count, states: plainStates(measures, JSON.parse(payload) as CheckpointState['states']) }))
  }

  async setSource(series: string, change: SourceChange): Promise<void> {
    this.#sourceOf(series).change(change)
  }

  async backfill(series: string, from: string, to: string, now: number): Promise<CaptureCounts> {
    const definition = this.#declared.seriesNamed(series) as CollectedSeriesDefinition
    const [first, end] = [parseDay(from), parseDay(to)] as [number, number]
    await this.#pack(series, now)
    return windowsOf(await this.#do((store) => runCollectBackfill(this.#collecting(store, definition, now), first, end)))
  }

  async stateAt(series: string, { tenant, entity }: EntityKey, instantMs: number, now: number): Promise<StateAt | null> {
    const definition = this.#declared.seriesNamed(series) as CollectedSeriesDefinition
    const { payload } = collectorOn(this.#sourceOf(series), definition)
    const [found] = await this.#ask((context) => statesAt(context, series, { tenant, entity, at: instantMs }, payload), now)
    if (found === undefined) return null
    const instant = (text: string): string => new Date(text).toISOString()
    return {
      at: found.at === null ? null : instant(found.at), from: instant(found.window.from), to: instant(found.window.to), values: found.values, payload: found.payload,
    }
  }

  async hold(name: string, hold: HoldInput, now: number): Promise<void> {
    await this.#do((store) => store.holds.place({ ...hold, by: name, reason: 'a dispute' }, now))
  }

  async liftHold(name: string, now: number): Promise<void> {
    await this.#do(async (store) => {
      // Placed again after a crash it may be two.
      const placed = (await store.holds.list()).filter(({ placedBy, lifted }) => placedBy === name && lifted === null)
      for (const { id } of placed) await store.holds.lift(id, name, 'it was settled', now)
    })
  }

  async forget(kind: string, { tenant, entity }: EntityKey, override: boolean, now: number): Promise<void> {
    await this.#do((store) => runErasure(
      { store, place: this.#archivePlace(), now, reach: (name) => this.#reach(name) },
      { kind, tenant, entity, by: 'somebody', reason: 'they asked', override: override ? 'a court said so' : null },
    ))
  }

  async cascade(kind: string, entities: readonly EntityKey[]): Promise<number> {
    const store = await this.#opened()
    const before = (await store.erasures.list()).length
    await deleteRows(store, join(this.#place, 'history.db'), kind, entities)
    return (await store.erasures.list()).length - before
  }

  /** By chance of its own, so that where crashes come stays where it was. */
  async #pack(series: string, now: number): Promise<void> {
    const random = new Random(now / 1000)
    if (random.chance(0.4)) await packSome(await this.#opened(), this.#declared.seriesNamed(series), random, now)
  }

  #sourceOf(series: string): SourceTable {
    const known = this.#sources.get(series) ?? new SourceTable()
    this.#sources.set(series, known)
    return known
  }

  #collecting(store: Store, series: CollectedSeriesDefinition, now: number): CollectRequest {
    return { store, series, collector: collectorOn(this.#sourceOf(series.name), series), sources: () => ({}), now }
  }

  get #place(): string {
    return join(this.#folder, String(this.#generation))
  }

  async #opened(): Promise<Store> {
    this.#store ??= await openSqliteStore({ path: join(this.#place, 'history.db'), program: 'test', thread: 'inline', intake: this.#intake, reach: (name) => this.#reach(name) })
    return this.#store
  }

  #archivePlace(): ArchivePlace {
    if (this.#archive === null) {
      const folder = new LocalFolder(join(this.#place, 'archive'))
      this.#archive = { folder, reader: new ArchiveReader(folder), program: 'test', owner: 'history' }
    }
    return this.#archive
  }

  async #ask<T>(ask: (context: Parameters<typeof runQuery>[0]) => Promise<T>, now: number): Promise<T> {
    const snapshot = await (await this.#opened()).snapshot()
    try {
      return await ask({ snapshot, archive: this.#archivePlace().reader, now })
    } finally {
      snapshot.close()
    }
  }

  /** Runs a command; where a crash is wanted, goes on from the files of that instant and repeats it. */
  async #do<T>(command: (store: Store) => Promise<T>, agree: (first: T, again: T) => void = () => {}): Promise<T> {
    const result = await command(await this.#opened())
    const taken = this.#crash?.taken ?? null
    this.#crash = null
    if (taken === null) return result
    await this.#store?.close()
    this.#store = null
    this.#archive = null
    this.#generation++
    agree(result, await command(await this.#opened()))
    return result
  }

  #reach(failpoint: string): void {
    const crash = this.#crash
    if (crash === null || crash.taken !== null) return
    if (crash.left-- > 0) return
    crash.taken = failpoint
    this.crashes.set(failpoint, (this.crashes.get(failpoint) ?? 0) + 1)
    const from = this.#place
    const to = join(this.#folder, String(this.#generation + 1))
    mkdirSync(to, { recursive: true })
    for (const file of FILES) if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file))
    if (existsSync(join(from, 'archive'))) cpSync(join(from, 'archive'), join(to, 'archive'), { recursive: true })
  }
}

function windowsOf({ created, unchanged, restated, failed }: CaptureCounts): CaptureCounts {
  return { created, unchanged, restated, failed }
}

/** A repeated capture finds what the first has written, and asks for the rest. */
function captured(first: CaptureCounts, again: CaptureCounts): void {
  if (again.created <= first.created && again.failed === first.failed && again.restated === 0) return
  throw new Error(`after the crash ${JSON.stringify(windowsOf(again))}, before it ${JSON.stringify(windowsOf(first))}`)
}

/** A repeated command finds every event either new or known: none is lost, none is counted twice. */
function counted(first: IngestReport, again: IngestReport): void {
  if (first.accepted + first.duplicate === again.accepted + again.duplicate && first.rejected === again.rejected) return
  throw new Error(`after the crash ${JSON.stringify(plain(again))}, before it ${JSON.stringify(plain(first))}`)
}

function plain({ accepted, duplicate, rejected, rejections }: IngestReport): IngestReport {
  return { accepted, duplicate, rejected, rejections: rejections.map(({ line, code }) => ({ line, code })) }
}

/** Without the kinds whose states are no numbers. */
function plainStates(measures: SeriesDefinition['measures'], states: CheckpointState['states']): CheckpointState['states'] {
  return Object.fromEntries(Object.entries(states).filter(([name]) => !['histogram', 'distinct'].includes(measures[name]?.kind ?? '')))
}

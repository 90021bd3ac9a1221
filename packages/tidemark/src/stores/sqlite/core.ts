import type { AppendBatch, Adjustment, Retraction } from '../contract/events.ts'
import type { MigrationPlan } from '../contract/schema.ts'
import type { ArchiveCommit, RollupStep } from '../contract/tiers.ts'
import { adjustRows } from './adjust.ts'
import { append } from './append.ts'
import { archivePeriods, archiveSource, commitArchive } from './archive-step.ts'
import { recordCapture } from './capture.ts'
import { checkpoints } from './checkpoints.ts'
import { connect, durabilityOf, translated } from './connection.ts'
import type { Reach } from './failpoint.ts'
import { migrate, storedSchema } from './migrate.ts'
import { quarantined, release } from './quarantine.ts'
import { recompute } from './recompute.ts'
import { retract } from './retract.ts'
import { rollUp } from './rollup.ts'
import { WriteSession } from './session.ts'
import { pruneSuperseded, tierStatus } from './status.ts'
import { setZones } from './zones.ts'

/** By the machine's clock nothing is recorded: housekeeping takes the instant of the last transaction. */
const NO_LATER_THAN_THE_LAST = 0

/** Every command of the store on one connection, synchronously: what the writer thread runs. */
export class SqliteCore {
  readonly #session: WriteSession
  readonly #program: string

  constructor(path: string, program: string, reach: Reach) {
    this.#session = new WriteSession(connect(path, { readonly: false }), path, reach)
    this.#program = program
  }

  schema() {
    return translated(this.#session.path, () => storedSchema(this.#session))
  }

  migrate(plan: MigrationPlan, now: number) {
    migrate(this.#session, plan, now, this.#program)
  }

  setZones(kind: string, defaultZone: string, zones: readonly { tenant: string; entity: string; zone: string }[], now: number) {
    setZones(this.#session, kind, defaultZone, zones, now)
  }

  append(batch: AppendBatch) {
    return append(this.#session, batch)
  }

  retract(stream: string, retractions: readonly Retraction[], now: number, source: string) {
    return retract(this.#session, stream, retractions, now, source)
  }

  adjust(series: string, adjustments: readonly Adjustment[], now: number, source: string) {
    return adjustRows(this.#session, series, adjustments, now, source)
  }

  quarantined(filter: { stream?: string; ids?: readonly number[]; limit: number }) {
    return quarantined(this.#session, filter)
  }

  release(ids: readonly number[]) {
    release(this.#session, ids, NO_LATER_THAN_THE_LAST)
  }

  capture(series: string, now: number) {
    return recordCapture(this.#session, series, now)
  }

  recompute(series: string, from: number, to: number, now: number) {
    return recompute(this.#session, series, from, to, now)
  }

  checkpoints(series: string, filter: { tenant?: string; entity?: string }) {
    return checkpoints(this.#session, series, filter)
  }

  clockHighWater(): number | null {
    return this.#session.read(() => this.#session.sql('SELECT max(at) FROM tm_transaction').pluck().get() as number | null)
  }

  rollUp(step: RollupStep) {
    return rollUp(this.#session, step)
  }

  archivePeriods(series: string) {
    return archivePeriods(this.#session, series)
  }

  archiveSource(series: string, period: number, horizon: number) {
    return archiveSource(this.#session, series, period, horizon)
  }

  commitArchive(commit: ArchiveCommit) {
    return commitArchive(this.#session, commit)
  }

  pruneSuperseded(series: string, horizon: number) {
    return pruneSuperseded(this.#session, series, horizon, NO_LATER_THAN_THE_LAST)
  }

  tierStatus(series: string) {
    return tierStatus(this.#session, series)
  }

  durability() {
    return durabilityOf(this.#session.connection)
  }

  /** Folds the log back into the file, so that a closed store is one file. */
  close(): void {
    this.#session.connection.close()
  }
}

/** The commands that the writer thread answers. */
export type Command = Exclude<keyof SqliteCore, 'close'>

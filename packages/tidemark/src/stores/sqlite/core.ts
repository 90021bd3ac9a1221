import type { AuditRecord, NewToken, RecordFilter } from '../contract/access.ts'
import type { CapturedBatch, RosteredEntity } from '../contract/collected.ts'
import type { AlertChanges, AlertFilter, Silence } from '../contract/alert.ts'
import type { AppendBatch, Adjustment, Retraction } from '../contract/events.ts'
import type { Fence } from '../contract/lease.ts'
import type { PackOrder, RowsOrder } from '../contract/packing.ts'
import type { CascadeSource, ErasureRequest, ErasureSubject, HoldRequest } from '../contract/hold.ts'
import type { ArchiveFile } from '../contract/series-state.ts'
import type { MigrationPlan } from '../contract/schema.ts'
import { TidemarkError } from '../../errors.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { ArchiveCommit, RollupStep } from '../contract/tiers.ts'
import { audit, audited, createToken, listTokens, revokeToken } from './access.ts'
import { adjustRows } from './adjust.ts'
import { acknowledgeAlert, changeAlerts, claimNotification, listAlerts, notificationFailed, notificationSent, silenceAlerts } from './alerts.ts'
import { append } from './append.ts'
import { archivePeriods, archiveSource, commitArchive } from './archive-step.ts'
import { recordCapture } from './capture.ts'
import { capturedWindows, rosteredEntities } from './capture-look.ts'
import { checkpoints } from './checkpoints.ts'
import { durabilityOf, translated } from './connection.ts'
import { believeClock, believedClock } from './believed-clock.ts'
import { cascadeFrom } from './cascade.ts'
import { beginErasure, completeErasures, forgetErasedName, isErased, listErasures, openErasures, previewErasure, removeErasedRows, replaceErasedArchive } from './erasure.ts'
import type { Reach } from './failpoint.ts'
import { heldRows, liftHold, listHolds, placeHold } from './holds.ts'
import { failJob, finishJob, jobStates, latestSignals, sendSignal } from './jobs.ts'
import { acquireLease, releaseLease, renewLease } from './leases.ts'
import { migrate, storedSchema } from './migrate.ts'
import { keepPlain, packablePayloads, packPayloads, plainPayloads, standingPayloads, unpackPayloads } from './pack.ts'
import { packableRows, packCapturedRows } from './pack-rows.ts'
import { lastQuarantined, quarantined, release } from './quarantine.ts'
import { recompute } from './recompute.ts'
import { retract } from './retract.ts'
import { unpackCapturedRows } from './give-back-rows.ts'
import { rollUp } from './rollup.ts'
import { roster, rosterAgain } from './roster.ts'
import type { SqliteConnection } from './driver.ts'
import { ReadUnderWay, WriteSession } from './session.ts'
import { pruneSuperseded, tierStatus } from './status.ts'
import { writeCaptured } from './write-captured.ts'
import { setZones } from './zones.ts'

const INTAKE = 200_000

/** What has no clock of its own takes the instant of the last transaction. */
const AT_THE_LAST = null

/** What the commands work with. */
export interface CoreParts {
  readonly connection: SqliteConnection
  /** What the store is called in errors. */
  readonly path: string
  /** The program's version, written into migrations. */
  readonly program: string
  readonly clockConfirmed: boolean
  readonly reach: Reach
  /** Events that a stream's intake holds before they begin to settle; default 200,000. 0: each goes to its own place at once. */
  readonly intake?: number
}

/** Every command of the store on one connection, synchronously: what the writer thread runs. */
export class SqliteCore {
  readonly #session: WriteSession
  readonly #program: string

  constructor({ connection, path, program, clockConfirmed, reach, intake = INTAKE }: CoreParts) {
    this.#session = new WriteSession(connection, { path, reach, clockConfirmed, intake })
    this.#program = program
  }

  /** Runs commands that a lease stands behind: each of their transactions looks first whether it was taken over. */
  under<T>(fence: Fence | null, work: () => T): T {
    return this.#session.under(fence, work)
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

  lastQuarantined() {
    return lastQuarantined(this.#session)
  }

  quarantined(filter: Parameters<typeof quarantined>[1]) {
    return quarantined(this.#session, filter)
  }

  release(ids: readonly number[]) {
    release(this.#session, ids, AT_THE_LAST)
  }

  capture(series: string, now: number) {
    return recordCapture(this.#session, series, now)
  }

  recompute(series: string, from: number, to: number, now: number) {
    return recompute(this.#session, series, from, to, now)
  }

  roster(series: string, entities: readonly RosteredEntity[], now: number) {
    return roster(this.#session, series, entities, now)
  }

  rosterAgain(series: string, round: number, now: number) {
    return rosterAgain(this.#session, series, round, now)
  }

  rosteredEntities(series: string, now: number, round: number | null) {
    return rosteredEntities(this.#session, series, now, round)
  }

  capturedWindows(series: string, from: number, to: number) {
    return capturedWindows(this.#session, series, from, to)
  }

  writeCaptured(batch: CapturedBatch) {
    return writeCaptured(this.#session, batch)
  }

  checkpoints(series: string, filter: { tenant?: string; entity?: string }) {
    return checkpoints(this.#session, series, filter)
  }

  believedClock() {
    return believedClock(this.#session)
  }

  believeClock(now: number, confirmed: boolean) {
    believeClock(this.#session, now, confirmed)
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
    return pruneSuperseded(this.#session, series, horizon, AT_THE_LAST)
  }

  tierStatus(series: string) {
    return tierStatus(this.#session, series)
  }

  standingPayloads(series: string) {
    return standingPayloads(this.#session, series)
  }

  plainPayloads(series: string, after: number) {
    return plainPayloads(this.#session, series, after)
  }

  packPayloads(order: PackOrder) {
    return packPayloads(this.#session, order)
  }

  unpackPayloads(series: string) {
    return unpackPayloads(this.#session, series)
  }

  packablePayloads(order: PackOrder) {
    return packablePayloads(this.#session, order)
  }

  packableRows(order: RowsOrder) {
    return packableRows(this.#session, order)
  }

  packRows(order: RowsOrder) {
    return packCapturedRows(this.#session, order)
  }

  unpackRows(series: string) {
    return unpackCapturedRows(this.#session, series)
  }

  keepPlain(series: string, plain: boolean) {
    keepPlain(this.#session, series, plain)
  }

  acquireLease(name: string, holder: string, ttlMs: number) {
    return acquireLease(this.#session, name, holder, ttlMs)
  }

  renewLease(fence: Fence, ttlMs: number) {
    return renewLease(this.#session, fence, ttlMs)
  }

  releaseLease(fence: Fence) {
    releaseLease(this.#session, fence)
  }

  jobStates() {
    return jobStates(this.#session)
  }

  finishJob(fence: Fence, at: number, signal: number) {
    finishJob(this.#session, fence, at, signal)
  }

  failJob(fence: Fence, at: number, error: string) {
    failJob(this.#session, fence, at, error)
  }

  sendSignal(name: string, now: number) {
    return sendSignal(this.#session, name, now)
  }

  latestSignals() {
    return latestSignals(this.#session)
  }

  placeHold(hold: HoldRequest, now: number) {
    return placeHold(this.#session, hold, now)
  }

  liftHold(id: number, by: string, reason: string, now: number) {
    return liftHold(this.#session, id, by, reason, now)
  }

  listHolds(filter?: RecordFilter) {
    return listHolds(this.#session, filter)
  }

  heldRows(series: string, tier: Tier, entities: readonly number[], before: number) {
    return heldRows(this.#session, series, tier, entities, before)
  }

  previewErasure(subject: ErasureSubject) {
    return previewErasure(this.#session, subject)
  }

  beginErasure(request: ErasureRequest, now: number) {
    return beginErasure(this.#session, request, now)
  }

  openErasures() {
    return openErasures(this.#session)
  }

  listErasures() {
    return listErasures(this.#session)
  }

  isErased(subject: ErasureSubject) {
    return isErased(this.#session, subject)
  }

  removeErasedRows(id: number, now: number) {
    return removeErasedRows(this.#session, id, now)
  }

  replaceErasedArchive(erased: readonly { readonly id: number; readonly rows: number }[], before: ArchiveFile, after: ArchiveFile | null, now: number) {
    return replaceErasedArchive(this.#session, erased, before, after, now)
  }

  forgetErasedName(id: number, now: number) {
    forgetErasedName(this.#session, id, now)
  }

  completeErasures(ids: readonly number[], now: number) {
    completeErasures(this.#session, ids, now)
  }

  cascadeFrom(kind: string, source: CascadeSource) {
    cascadeFrom(this.#session, kind, source)
  }

  changeAlerts(changes: AlertChanges) {
    return changeAlerts(this.#session, changes)
  }

  listAlerts(filter: AlertFilter, now: number) {
    return listAlerts(this.#session, filter, now)
  }

  acknowledgeAlert(id: number, by: string, note: string | null, now: number) {
    return acknowledgeAlert(this.#session, id, by, note, now)
  }

  silenceAlerts(silence: Silence, now: number) {
    return silenceAlerts(this.#session, silence, now)
  }

  claimNotification(channel: string, now: number, ttlMs: number) {
    return claimNotification(this.#session, channel, now, ttlMs)
  }

  notificationSent(id: number, channel: string, attempt: number, now: number) {
    notificationSent(this.#session, id, channel, attempt, now)
  }

  notificationFailed(id: number, channel: string, attempt: number, error: string, retryAt: number) {
    notificationFailed(this.#session, id, channel, attempt, error, retryAt)
  }

  createToken(token: NewToken, now: number) {
    return createToken(this.#session, token, now)
  }

  listTokens(filter?: RecordFilter) {
    return listTokens(this.#session, filter)
  }

  revokeToken(id: number, by: string, now: number) {
    return revokeToken(this.#session, id, by, now)
  }

  audit(record: AuditRecord, now: number) {
    audit(this.#session, record, now)
  }

  audited(filter: { readonly after: number; readonly limit: number; readonly tenants?: readonly string[] }) {
    return audited(this.#session, filter)
  }

  durability() {
    return durabilityOf(this.#session.connection)
  }

  /** After a command that was answered: settles as much as it has to pay. What keeps it from that, the next command will meet. */
  settleOwed(): void {
    this.#unlessRefused(() => this.#session.intakes.settleOwed())
  }

  /** While nothing else is asked: settles one piece. @returns whether there may be more */
  settleIdle(): boolean {
    let more = false
    this.#unlessRefused(() => { more = this.#session.intakes.settlePiece() > 0 })
    return more
  }

  #unlessRefused(settle: () => void): void {
    try {
      settle()
    } catch (error) {
      if (!(error instanceof TidemarkError || error instanceof ReadUnderWay)) throw error
    }
  }

  /** Folds the log back into the file, so that a closed store is one file. */
  close(): void {
    this.#unlessRefused(() => this.#session.intakes.settleAtClosing())
    this.#session.connection.close()
  }
}

/** The commands that the writer thread answers. */
export type Command = Exclude<keyof SqliteCore, 'close' | 'under' | 'settleOwed' | 'settleIdle'>

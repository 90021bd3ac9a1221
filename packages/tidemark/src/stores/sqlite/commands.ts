import type { Inventory } from '../contract/inventory.ts'
import type { Snapshot } from '../contract/read.ts'
import type { StoredSchema } from '../contract/schema.ts'
import type { Lock, Store } from '../contract/store.ts'
import { TOKEN_BY_DIGEST, tokenOf } from './access.ts'
import { collectedCommands, CollectedMemory } from './collected-commands.ts'
import { listRuns } from './runs.ts'
import type { ReadConnection } from './snapshot.ts'
import type { Writer } from './writer.ts'

/** Where the store lies, and how it is read there: what differs between a file with connections at will and a single connection. */
export interface Place {
  schema(writer: Pick<Writer, 'run'>): Promise<StoredSchema>
  lock(name: string, waitMs: number): Promise<Lock | null>
  /** Lends a connection for one synchronous read. */
  reading<T>(read: (connection: ReadConnection) => T): T
  /** See the contract. */
  committed(): Promise<number>
  snapshot(): Promise<Snapshot>
  inventory(): Promise<Inventory>
  close(writer: Writer): Promise<void>
}

/** The contract, by a writer's commands and a place to read at. */
export function storeOf(whole: Writer, place: Place): Store {
  const memory = new CollectedMemory()
  const commandsOf = (writer: Pick<Writer, 'run'>): Store => ({
    capabilities: { engine: 'sqlite', concurrentWriters: false },
    schema: () => place.schema(writer),
    migrate: (plan, now) => writer.run('migrate', plan, now),
    setZones: (kind, defaultZone, zones, now) => writer.run('setZones', kind, defaultZone, zones, now),
    append: (batch) => writer.run('append', batch),
    retract: (stream, retractions, now, source) => writer.run('retract', stream, retractions, now, source),
    adjust: (series, adjustments, now, source) => writer.run('adjust', series, adjustments, now, source),
    quarantined: (filter) => writer.run('quarantined', filter),
    lastQuarantined: () => writer.run('lastQuarantined'),
    release: (ids) => writer.run('release', ids),
    capture: (series, now) => writer.run('capture', series, now),
    recompute: (series, from, to, now) => writer.run('recompute', series, from, to, now),
    checkpoints: (series, filter) => writer.run('checkpoints', series, filter),
    lock: (name, waitMs) => place.lock(name, waitMs),
    believedClock: () => writer.run('believedClock'),
    believeClock: (now, confirmed) => writer.run('believeClock', now, confirmed),
    rollUp: (step) => writer.run('rollUp', step),
    archivePeriods: (series) => writer.run('archivePeriods', series),
    archiveSource: (series, period, horizon) => writer.run('archiveSource', series, period, horizon),
    commitArchive: (commit) => writer.run('commitArchive', commit),
    pruneSuperseded: (series, horizon) => writer.run('pruneSuperseded', series, horizon),
    tierStatus: (series) => writer.run('tierStatus', series),
    collected: collectedCommands(writer, memory),
    packing: {
      standing: (series) => writer.run('standingPayloads', series),
      plain: (series, after) => writer.run('plainPayloads', series, after),
      pack: (order) => writer.run('packPayloads', order),
      packable: (order) => writer.run('packablePayloads', order),
      unpack: (series) => writer.run('unpackPayloads', series),
      packableRows: (order) => writer.run('packableRows', order),
      packRows: (order) => writer.run('packRows', order),
      unpackRows: (series) => writer.run('unpackRows', series),
      keepPlain: (series, plain) => writer.run('keepPlain', series, plain),
    },
    leases: {
      acquire: (name, holder, ttlMs) => writer.run('acquireLease', name, holder, ttlMs),
      renew: (fence, ttlMs) => writer.run('renewLease', fence, ttlMs),
      release: (fence) => writer.run('releaseLease', fence),
    },
    jobs: {
      states: () => writer.run('jobStates'),
      finish: (fence, at, signal) => writer.run('finishJob', fence, at, signal),
      fail: (fence, at, error) => writer.run('failJob', fence, at, error),
      signal: (name, now) => writer.run('sendSignal', name, now),
      signals: () => writer.run('latestSignals'),
    },
    holds: {
      place: (hold, now) => writer.run('placeHold', hold, now),
      lift: (id, by, reason, now) => writer.run('liftHold', id, by, reason, now),
      list: (filter) => writer.run('listHolds', filter),
      rows: (series, tier, entities, before) => writer.run('heldRows', series, tier, entities, before),
    },
    erasures: {
      preview: (subject) => writer.run('previewErasure', subject),
      begin: (request, now) => writer.run('beginErasure', request, now),
      open: () => writer.run('openErasures'),
      removeRows: (id, now) => writer.run('removeErasedRows', id, now),
      replaceArchive: (erased, before, after, now) => writer.run('replaceErasedArchive', erased, before, after, now),
      forgetName: (id, now) => writer.run('forgetErasedName', id, now),
      complete: (ids, now) => writer.run('completeErasures', ids, now),
      list: () => writer.run('listErasures'),
      erased: (subject) => writer.run('isErased', subject),
      cascadeFrom: (kind, source) => writer.run('cascadeFrom', kind, source),
    },
    alerts: {
      change: (changes) => writer.run('changeAlerts', changes),
      list: (filter, now) => writer.run('listAlerts', filter, now),
      acknowledge: (id, by, note, now) => writer.run('acknowledgeAlert', id, by, note, now),
      silence: (silence, now) => writer.run('silenceAlerts', silence, now),
      claim: (channel, now, ttlMs) => writer.run('claimNotification', channel, now, ttlMs),
      sent: (id, channel, attempt, now) => writer.run('notificationSent', id, channel, attempt, now),
      failed: (id, channel, attempt, error, retryAt) => writer.run('notificationFailed', id, channel, attempt, error, retryAt),
    },
    access: {
      createToken: (token, now) => writer.run('createToken', token, now),
      // Asked of every request: it does not wait for what is being written.
      findToken: async (digest) => place.reading((read) => tokenOf(read.sql(TOKEN_BY_DIGEST).get(digest))),
      listTokens: (filter) => writer.run('listTokens', filter),
      revokeToken: (id, by, now) => writer.run('revokeToken', id, by, now),
      audit: (record, now) => writer.run('audit', record, now),
      audited: (filter) => writer.run('audited', filter),
    },
    runs: { list: async (filter) => place.reading((read) => listRuns(read, filter)) },
    committed: () => place.committed(),
    snapshot: () => place.snapshot(),
    inventory: () => place.inventory(),
    close: () => place.close(whole),
    under: (fence) => commandsOf(whole.under(fence)),
  })
  return commandsOf(whole)
}

import { existsSync, statSync } from 'node:fs'
import type { SqliteStoreOptions } from './options.ts'
import type { Store } from '../contract/store.ts'
import { TOKEN_BY_DIGEST, tokenOf } from './access.ts'
import { collectedCommands, CollectedMemory } from './collected-commands.ts'
import { connect, durabilityOf, translated } from './connection.ts'
import { passFailpoints } from './failpoint.ts'
import { holdLock } from './lock.ts'
import { storedSchema } from './migrate.ts'
import { listRuns } from './runs.ts'
import { ReadConnection, SqliteSnapshot } from './snapshot.ts'
import { InlineWriter, ThreadWriter, type Writer } from './writer.ts'

/** Connections that lie idle for the next snapshot. */
const MOST_IDLE_READERS = 4

/**
 * Opens a SQLite store. The file is made by the first write. Reads run here, on connections of their own; writes run
 * one after another on the writer.
 *
 * @throws STORE_UNREADABLE, STORE_DURABILITY when the file cannot be trusted
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { thread = 'worker', reach = passFailpoints, ...rest } = options
  const { path } = rest
  const whole: Writer = thread === 'inline' ? new InlineWriter(rest, reach) : new ThreadWriter(rest)
  const idle: ReadConnection[] = []
  const reader = (): ReadConnection => idle.pop() ?? new ReadConnection(connect(path, { readonly: true }), path)
  const memory = new CollectedMemory()
  const commandsOf = (writer: Pick<Writer, 'run'>): Store => ({
    capabilities: { engine: 'sqlite', concurrentWriters: false },
    async schema() {
      // A file that is not there yet, or that a crash left empty, is an empty store; asking must not make it.
      if (!existsSync(path) || (statSync(path).isFile() && statSync(path).size === 0)) return { format: 0, id: null, series: [], migrations: [] }
      const look = connect(path, { readonly: true, durable: false })
      try {
        const schema = translated(path, () => storedSchema({ connection: look, path }))
        // A copy made by VACUUM INTO, or by hand, is not in WAL; the writer's connection puts it there.
        if (schema.format > 0 && durabilityOf(look).journalMode !== 'wal') await writer.run('durability')
        return schema
      } finally {
        look.close()
      }
    },
    migrate: (plan, now) => writer.run('migrate', plan, now),
    setZones: (kind, defaultZone, zones, now) => writer.run('setZones', kind, defaultZone, zones, now),
    append: (batch) => writer.run('append', batch),
    retract: (stream, retractions, now, source) => writer.run('retract', stream, retractions, now, source),
    adjust: (series, adjustments, now, source) => writer.run('adjust', series, adjustments, now, source),
    quarantined: (filter) => writer.run('quarantined', filter),
    release: (ids) => writer.run('release', ids),
    capture: (series, now) => writer.run('capture', series, now),
    recompute: (series, from, to, now) => writer.run('recompute', series, from, to, now),
    checkpoints: (series, filter) => writer.run('checkpoints', series, filter),
    lock: (name, waitMs) => holdLock(path, name, waitMs),
    believedClock: () => writer.run('believedClock'),
    believeClock: (now, confirmed) => writer.run('believeClock', now, confirmed),
    rollUp: (step) => writer.run('rollUp', step),
    archivePeriods: (series) => writer.run('archivePeriods', series),
    archiveSource: (series, period, horizon) => writer.run('archiveSource', series, period, horizon),
    commitArchive: (commit) => writer.run('commitArchive', commit),
    pruneSuperseded: (series, horizon) => writer.run('pruneSuperseded', series, horizon),
    tierStatus: (series) => writer.run('tierStatus', series),
    collected: collectedCommands(writer, memory),
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
      async findToken(digest) {
        // Asked of every request: it does not wait for what is being written.
        const read = reader()
        try {
          return translated(path, () => tokenOf(read.sql(TOKEN_BY_DIGEST).get(digest)))
        } finally {
          giveBack(idle, read)
        }
      },
      listTokens: (filter) => writer.run('listTokens', filter),
      revokeToken: (id, by, now) => writer.run('revokeToken', id, by, now),
      audit: (record, now) => writer.run('audit', record, now),
      audited: (filter) => writer.run('audited', filter),
    },
    runs: {
      async list(filter) {
        const read = reader()
        try {
          return translated(path, () => listRuns(read, filter))
        } finally {
          giveBack(idle, read)
        }
      },
    },
    async snapshot() {
      const read = reader()
      return new SqliteSnapshot(read, () => giveBack(idle, read))
    },
    inventory: async () => new (await import('./inventory.ts')).SqliteInventory(path),
    async close() {
      // The writer last: the last connection to go folds the log back into the file, and a reader cannot.
      for (const read of idle.splice(0)) read.connection.close()
      await whole.close()
    },
    under: (fence) => commandsOf(whole.under(fence)),
  })
  return commandsOf(whole)
}

function giveBack(idle: ReadConnection[], read: ReadConnection): void {
  if (idle.length < MOST_IDLE_READERS) idle.push(read)
  else read.connection.close()
}

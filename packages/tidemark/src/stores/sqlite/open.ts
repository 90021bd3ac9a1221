import { existsSync, statSync } from 'node:fs'
import type { Store } from '../contract/store.ts'
import { type Place, storeOf } from './commands.ts'
import { connect } from './connect.ts'
import { durabilityOf, translated } from './connection.ts'
import type { SqliteConnection, SqliteStatement } from './driver.ts'
import { passFailpoints } from './failpoint.ts'
import { holdLock } from './lock.ts'
import { storedSchema } from './migrate.ts'
import { openCore } from './open-core.ts'
import type { SqliteStoreOptions } from './options.ts'
import { ReadConnection, SqliteSnapshot } from './snapshot.ts'
import { ThreadWriter } from './thread-writer.ts'
import { InlineWriter, type Writer } from './writer.ts'

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
  const writer: Writer = thread === 'inline' ? new InlineWriter(openCore(rest, reach)) : new ThreadWriter(rest)
  return storeOf(writer, placeOf(rest.path, thread))
}

function placeOf(path: string, thread: 'worker' | 'inline'): Place {
  const idle: ReadConnection[] = []
  const reader = (): ReadConnection => idle.pop() ?? new ReadConnection(connect(path, { readonly: true }), path)
  // On a connection of its own: what it counts of others' commits can be compared on one connection alone.
  let watching: { readonly connection: SqliteConnection; readonly version: SqliteStatement } | null = null
  // Each asking takes a lock of the file, and one request asks several times. That somebody else has committed reaches
  // this process in a later turn of its loop, so within one turn the number is asked for once; what an inline writer commits is there at once.
  let thisTurn: number | null = null
  const giveBack = (read: ReadConnection): void => {
    if (idle.length < MOST_IDLE_READERS) idle.push(read)
    else read.connection.close()
  }
  return {
    async schema(writer) {
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
    lock: (name, waitMs) => holdLock(path, name, waitMs),
    reading(work) {
      const read = reader()
      try {
        return translated(path, () => work(read))
      } finally {
        giveBack(read)
      }
    },
    async committed() {
      if (thisTurn !== null) return thisTurn
      if (watching === null) {
        const connection = connect(path, { readonly: true })
        watching = { connection, version: connection.prepare('PRAGMA data_version').pluck() }
      }
      const { version } = watching
      const number = translated(path, () => version.get() as number)
      if (thread === 'worker') {
        thisTurn = number
        process.nextTick(() => { thisTurn = null })
      }
      return number
    },
    async snapshot() {
      const read = reader()
      return new SqliteSnapshot(read, () => giveBack(read))
    },
    inventory: async () => new (await import('./inventory.ts')).SqliteInventory(path),
    async close(writer) {
      // The writer last: the last connection to go folds the log back into the file, and a reader cannot.
      for (const read of idle.splice(0)) read.connection.close()
      watching?.connection.close()
      watching = null
      await writer.close()
    },
  }
}

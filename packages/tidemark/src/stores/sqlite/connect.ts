import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { TidemarkError } from '../../errors.ts'
import { durabilityOf, translated } from './connection.ts'

/** How long a statement waits for another process's lock. */
const BUSY_TIMEOUT_MS = 15_000
/**
 * Pages in the log before a commit folds it into the file, which that commit waits for. Batches of 1,000 events on a base of
 * 5 million: 8,266 events/s and the longest 252 ms at 8,000 pages, 7,690 and 422 ms at 25,000; on 1 million 10,892 and
 * 135 ms at 4,000, 11,365 and 223 ms at 25,000. A second thread that folds beside the writer took 1.1 times the CPU time
 * and left 157 ms.
 */
const WAL_AUTOCHECKPOINT_PAGES = 4_000
const READER_CACHE_KIB = 65_536
/** Less than a reader's, for an ingest is to stay below 256 MB. The pages that a batch of 4,000 events changes fit in it. */
const WRITER_CACHE_KIB = 24_576

/**
 * Opens a connection that can be trusted: WAL, synchronous=FULL, a SQLite that does not lose pages. The build's own
 * default for WAL is weaker, so both are set and then read back. `durable: false` is for a look at a file that nothing
 * has opened for writing yet, and may be somebody else's.
 */
export function connect(path: string, options: { readonly readonly: boolean; readonly durable?: false; readonly busyTimeoutMs?: number }): Database.Database {
  checkPath(path, options.readonly)
  return translated(path, () => {
    const connection = new Database(path, { readonly: options.readonly, fileMustExist: options.readonly, timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS })
    try {
      if (!options.readonly) connection.pragma('journal_mode = WAL')
      connection.pragma('synchronous = FULL')
      connection.pragma(`cache_size = -${options.readonly ? READER_CACHE_KIB : WRITER_CACHE_KIB}`)
      connection.pragma('temp_store = MEMORY')
      connection.pragma('foreign_keys = ON')
      if (!options.readonly) connection.pragma(`wal_autocheckpoint = ${WAL_AUTOCHECKPOINT_PAGES}`)
      if (options.durable !== false) assertDurable(connection, path)
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  })
}

const FULL = 2

function assertDurable(connection: Database.Database, path: string): void {
  const { journalMode, synchronous, sqliteVersion } = durabilityOf(connection)
  const [major = 0, minor = 0, patch = 0] = sqliteVersion.split('.').map(Number)
  const recent = major > 3 || (major === 3 && (minor > 51 || (minor === 51 && patch >= 3)))
  if (journalMode === 'wal' && synchronous === FULL && recent) return
  throw new TidemarkError('STORE_DURABILITY', `the connection has journal_mode=${journalMode}, synchronous=${synchronous}, SQLite ${sqliteVersion}`, { where: path })
}

function checkPath(path: string, mustExist: boolean): void {
  if (path === ':memory:') throw new TidemarkError('STORE_URL_INVALID', 'history kept in memory would be lost', { where: path })
  const unreadable = (why: string): never => {
    throw new TidemarkError('STORE_UNREADABLE', `the store ${path} cannot be opened`, { where: path, why })
  }
  if (existsSync(path) && statSync(path).isDirectory()) unreadable('It is a folder.')
  if (mustExist && !existsSync(path)) unreadable('There is no such file.')
  if (!existsSync(dirname(path))) unreadable(`There is no folder ${dirname(path)}.`)
}


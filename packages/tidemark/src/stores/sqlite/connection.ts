import { TidemarkError } from '../../errors.ts'
import type { SqliteConnection } from './driver.ts'

/** What `doctor` shows and every connection must have. */
export interface Durability {
  readonly journalMode: string
  readonly synchronous: number
  readonly sqliteVersion: string
}

export function durabilityOf(connection: SqliteConnection): Durability {
  return {
    journalMode: connection.pragma('journal_mode', { simple: true }) as string,
    synchronous: connection.pragma('synchronous', { simple: true }) as number,
    sqliteVersion: connection.prepare('SELECT sqlite_version()').pluck().get() as string,
  }
}

/** Runs `work`; what the driver throws becomes a coded error, what is coded already passes through. */
export function translated<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw translate(error, path)
  }
}

export function translate(error: unknown, path: string): unknown {
  if (error instanceof TidemarkError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  const coded = (name: ConstructorParameters<typeof TidemarkError>[0], message: string): TidemarkError =>
    new TidemarkError(name, message, { where: path, cause: error })
  if (code === 'SQLITE_FULL') return coded('STORE_FULL', `no room to write to ${path}`)
  if (code.startsWith('SQLITE_IOERR')) return coded('STORE_IO', `reading or writing ${path} failed (${code})`)
  if (code === 'SQLITE_BUSY' || code.startsWith('SQLITE_BUSY_') || code === 'SQLITE_LOCKED') return coded('STORE_BUSY', `${path} is locked by another process`)
  if (code === 'SQLITE_NOTADB') return coded('STORE_UNREADABLE', `${path} is not a SQLite database`)
  if (code.startsWith('SQLITE_CORRUPT')) return coded('STORE_CORRUPT', `${path} is damaged`)
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) {
    return coded('STORE_UNREADABLE', `${path} cannot be opened or written (${code})`)
  }
  // A sum that leaves 64 bits: SUM() says so, and a STRICT column refuses the float that + makes of it.
  if (/integer overflow/.test(error.message) || code === 'SQLITE_CONSTRAINT_DATATYPE') {
    return coded('SUM_TOO_LARGE', 'a sum does not fit in 64 bits')
  }
  return error
}

import Database from 'better-sqlite3'

/**
 * Takes a file for this process alone, until it is let go of or the process ends, however it ends: the lock is the
 * operating system's, and the engine knows how each of them has it. Nothing is written to the file.
 *
 * @returns what lets go of it; null when another process has it
 */
export function claimFile(path: string): (() => void) | null {
  const db = new Database(path, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
    return () => db.close()
  } catch (thrown) {
    db.close()
    if (String((thrown as { readonly code?: unknown }).code).startsWith('SQLITE_BUSY')) return null
    throw thrown
  }
}

import Database from 'better-sqlite3'
import { translate } from './connection.ts'

/**
 * Takes a file for this process alone, until it is let go of or the process ends, however it ends: the lock is the
 * operating system's, and the engine knows how each of them has it. Nothing is written to the file.
 *
 * @returns what lets go of it; null when another process has it
 */
export function claimFile(path: string): (() => void) | null {
  const connection = new Database(path, { timeout: 0 })
  try {
    connection.exec('BEGIN EXCLUSIVE')
    return () => connection.close()
  } catch (error) {
    connection.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return null
    throw translate(error, path)
  }
}

import Database from 'better-sqlite3'
import type { Lock } from '../contract/store.ts'
import { translate } from './connection.ts'

const POLL_MS = 50

/**
 * Holds a name by an exclusive transaction on a small database beside the store: the operating system lets go of it
 * when the process ends, however it ends, so there is no lease to expire and no clock to trust.
 */
export async function holdLock(path: string, name: string, waitMs: number): Promise<Lock | null> {
  const file = `${path}-${name}.lock`
  const until = performance.now() + waitMs
  for (;;) {
    const connection = tryHold(file)
    if (connection !== null) return { release: async () => void connection.close() }
    if (performance.now() >= until) return null
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function tryHold(file: string): Database.Database | null {
  const connection = new Database(file, { timeout: 0 })
  try {
    connection.exec('BEGIN EXCLUSIVE')
    return connection
  } catch (error) {
    connection.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return null
    throw translate(error, file)
  }
}

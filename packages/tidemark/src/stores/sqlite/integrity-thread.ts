import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

/** What the thread is started with. */
export interface IntegrityData {
  readonly path: string
  readonly deep: boolean
}

/** As many as a person reads; a damaged file has them by the thousand. */
const MOST_PROBLEMS = 100

/** A single statement reads the whole file, so it runs where nothing waits for it. */
const { path, deep } = workerData as IntegrityData
parentPort?.postMessage(problems())

function problems(): string[] {
  try {
    const connection = new Database(path, { readonly: true, fileMustExist: true })
    try {
      const found = connection.prepare(`PRAGMA ${deep ? 'integrity_check' : 'quick_check'}(${MOST_PROBLEMS})`).pluck().all() as string[]
      const foreign = connection.prepare('PRAGMA foreign_key_check').all() as { table: string; parent: string }[]
      return [...found.filter((line) => line !== 'ok'), ...foreign.slice(0, MOST_PROBLEMS).map(({ table, parent }) => `${table} refers to a row of ${parent} that is not there`)]
    } finally {
      connection.close()
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

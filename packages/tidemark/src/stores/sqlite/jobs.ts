import type { Fence } from '../contract/lease.ts'
import type { JobState, Signal } from '../contract/work.ts'
import { checkFence } from './leases.ts'
import type { WriteSession } from './session.ts'

export const JOB_TABLES: readonly string[] = [
  'CREATE TABLE tm_job (job TEXT PRIMARY KEY, ran_at INTEGER, failures INTEGER NOT NULL, failed_at INTEGER, error TEXT, signal INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_signal (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
]

export function jobStates(session: WriteSession): readonly JobState[] {
  return session.read(() => session.sql('SELECT job, ran_at AS ranAt, failures, failed_at AS failedAt, error, signal FROM tm_job ORDER BY job').all() as JobState[])
}

export function finishJob(session: WriteSession, fence: Fence, at: number, signal: number): void {
  session.housekeeping(() => {
    checkFence(session, fence)
    session.sql(`INSERT INTO tm_job (job, ran_at, failures, failed_at, error, signal) VALUES (:job, :at, 0, NULL, NULL, :signal)
      ON CONFLICT DO UPDATE SET ran_at = excluded.ran_at, failures = 0, failed_at = NULL, error = NULL, signal = excluded.signal`).run({ job: fence.name, at, signal })
  })
}

export function failJob(session: WriteSession, fence: Fence, at: number, error: string): void {
  session.housekeeping(() => {
    checkFence(session, fence)
    session.sql(`INSERT INTO tm_job (job, ran_at, failures, failed_at, error, signal) VALUES (:job, NULL, 1, :at, :error, 0)
      ON CONFLICT DO UPDATE SET failures = failures + 1, failed_at = excluded.failed_at, error = excluded.error`).run({ job: fence.name, at, error })
  })
}

/** Keeps the latest sending of each name only: which earlier ones there were, nobody asks. */
export function sendSignal(session: WriteSession, name: string, now: number): Signal {
  return session.housekeeping(() => {
    const id = ((session.sql('SELECT max(id) FROM tm_signal').pluck().get() as number | null) ?? 0) + 1
    session.sql('INSERT INTO tm_signal (id, name, at) VALUES (?, ?, ?)').run(id, name, now)
    session.sql('DELETE FROM tm_signal WHERE name = ? AND id < ?').run(name, id)
    return { name, id, at: now }
  })
}

export function latestSignals(session: WriteSession): readonly Signal[] {
  return session.read(() => session.sql('SELECT name, id, at FROM tm_signal ORDER BY id').all() as Signal[])
}

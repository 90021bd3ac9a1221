import { localCalendar } from '../calendar/local-calendar.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { JobState, Signal } from '../stores/contract/work.ts'
import type { Job, Schedule } from './job.ts'

/** Why a job is run: its time has come (once or several times), its signal has come, or its last run failed. */
export type DueReason = 'schedule' | 'catch_up' | 'signal' | 'retry'

export interface DueJob {
  readonly job: Job
  readonly reason: DueReason
  /** The latest sending of its signal; 0: none was sent. */
  readonly signal: number
}

export interface WorkDecision {
  /** In the order of the jobs. */
  readonly due: readonly DueJob[]
  /** When something will be due, as far as it is known now; null: only signals can come. */
  readonly nextAt: Instant | null
}

const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 600_000

/** How long after the nth failure in a row a job is tried again: 5 s, 10 s, 20 s … 10 minutes. */
export function retryAfterMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS)
}

/** Which jobs are due at an instant. Pure: `now` is the only clock. */
export function decideWork(jobs: readonly Job[], states: readonly JobState[], signals: readonly Signal[], now: Instant): WorkDecision {
  const known = new Map(states.map((state) => [state.job, state]))
  const due: DueJob[] = []
  let nextAt = Infinity
  for (const job of jobs) {
    const state = known.get(job.name)
    const signal = job.signal === null ? 0 : signals.find(({ name }) => name === job.signal)?.id ?? 0
    const reason = reasonOf(job, state, signal, now)
    if (reason !== null && state !== undefined && state.failures > 0) {
      const failedAt = state.failedAt as Instant
      const retryAt = failedAt + retryAfterMs(state.failures)
      // What failed later than now did so by a clock that was wrong, and its wait would last until then.
      if (failedAt <= now && retryAt > now) nextAt = Math.min(nextAt, retryAt)
      else due.push({ job, reason: 'retry', signal })
    } else if (reason !== null) {
      due.push({ job, reason, signal })
    } else {
      nextAt = Math.min(nextAt, afterwards(job.schedule, now))
    }
  }
  return { due, nextAt: nextAt === Infinity ? null : nextAt }
}

function reasonOf(job: Job, state: JobState | undefined, signal: number, now: Instant): DueReason | null {
  if (signal > (state?.signal ?? 0)) return 'signal'
  if (job.schedule.kind === 'signalled') return null
  const latest = latestAt(job.schedule, now)
  const ranAt = state?.ranAt ?? null
  // What ran later than now ran by a clock that was wrong: until then nothing would be due.
  if (ranAt === null || ranAt > now) return 'schedule'
  if (ranAt >= latest) return null
  return ranAt >= latestAt(job.schedule, latest - 1) ? 'schedule' : 'catch_up'
}

/** The latest scheduled instant up to `now`. */
function latestAt(schedule: Exclude<Schedule, { kind: 'signalled' }>, now: Instant): Instant {
  if (schedule.kind === 'every') return Math.floor(now / schedule.ms) * schedule.ms
  const calendar = localCalendar([{ zone: schedule.zone, from: 0 }])
  let day = calendar.today(now)
  while (calendar.instantAt(day, schedule.secondOfDay) > now) day--
  return calendar.instantAt(day, schedule.secondOfDay)
}

/** The first scheduled instant after `now`. */
function afterwards(schedule: Schedule, now: Instant): Instant {
  if (schedule.kind === 'signalled') return Infinity
  if (schedule.kind === 'every') return Math.floor(now / schedule.ms) * schedule.ms + schedule.ms
  const calendar = localCalendar([{ zone: schedule.zone, from: 0 }])
  let day = calendar.today(now)
  while (calendar.instantAt(day, schedule.secondOfDay) <= now) day++
  return calendar.instantAt(day, schedule.secondOfDay)
}

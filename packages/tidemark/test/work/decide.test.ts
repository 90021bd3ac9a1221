import { describe, expect, it } from 'vitest'
import { decideWork, retryAfterMs } from '../../src/work/decide.ts'
import type { Job } from '../../src/work/job.ts'
import type { JobState } from '../../src/stores/contract/work.ts'

const at = (text: string): number => Date.parse(text)
const MINUTE = 60_000

const everyMinute: Job = { name: 'capture:metrics', kind: 'capture', series: 'metrics', schedule: { kind: 'every', ms: MINUTE }, signal: null }
const nightly: Job = { name: 'tiers:metrics', kind: 'tiers', series: 'metrics', schedule: { kind: 'daily', secondOfDay: 2.5 * 3600, zone: 'Europe/Berlin' }, signal: null }
const waiting: Job = { name: 'capture:imports', kind: 'capture', series: 'imports', schedule: { kind: 'signalled' }, signal: 'import-finished' }

const ran = (job: Job, when: string, more: Partial<JobState> = {}): JobState =>
  ({ job: job.name, ranAt: at(when), failures: 0, failedAt: null, error: null, signal: 0, ...more })

const reasons = (jobs: readonly Job[], states: readonly JobState[], now: string, signals: { name: string; id: number }[] = []) =>
  decideWork(jobs, states, signals.map((signal) => ({ ...signal, at: 0 })), at(now)).due.map(({ job, reason }) => `${job.name} ${reason}`)

describe('a job of every minute', () => {
  it('is due when it never ran', () => {
    expect(reasons([everyMinute], [], '2026-01-01T00:00:30Z')).toEqual(['capture:metrics schedule'])
  })
  it('is not due twice in one minute', () => {
    expect(reasons([everyMinute], [ran(everyMinute, '2026-01-01T00:00:02Z')], '2026-01-01T00:00:59.999Z')).toEqual([])
  })
  it('is due at the turn of the minute', () => {
    expect(reasons([everyMinute], [ran(everyMinute, '2026-01-01T00:00:02Z')], '2026-01-01T00:01:00Z')).toEqual(['capture:metrics schedule'])
  })
  it('catches up with one run, however many were missed', () => {
    expect(reasons([everyMinute], [ran(everyMinute, '2026-01-01T00:00:02Z')], '2026-01-03T00:00:00Z')).toEqual(['capture:metrics catch_up'])
  })
  it('says when it will be due', () => {
    expect(decideWork([everyMinute], [ran(everyMinute, '2026-01-01T00:00:02Z')], [], at('2026-01-01T00:00:40Z')).nextAt).toBe(at('2026-01-01T00:01:00Z'))
  })
})

describe('a job that ran by a clock that was ahead', () => {
  it.each([everyMinute, nightly])('is due at once when the clock is right again: $name', (job) => {
    expect(reasons([job], [ran(job, '2027-01-01T02:00:00Z')], '2026-01-01T02:00:30Z')).toEqual([`${job.name} schedule`])
  })
  it('is due at once when it failed then', () => {
    expect(reasons([everyMinute], [ran(everyMinute, '2025-12-31T23:00:00Z', { failures: 3, failedAt: at('2027-01-01T00:00:00Z') })], '2026-01-01T00:00:30Z')).toEqual(['capture:metrics retry'])
    expect(reasons([everyMinute], [ran(everyMinute, '2027-01-01T00:00:00Z', { failures: 3, failedAt: at('2027-01-01T00:00:00Z') })], '2026-01-01T00:00:30Z')).toEqual(['capture:metrics retry'])
  })
  it('waits for its retry as ever when it failed before now', () => {
    expect(reasons([everyMinute], [ran(everyMinute, '2027-01-01T00:00:00Z', { failures: 3, failedAt: at('2026-01-01T00:00:29Z') })], '2026-01-01T00:00:30Z')).toEqual([])
  })
})

describe('a job of 02:30 in Berlin', () => {
  it('runs at the first instant after the gap on the night that skips it', () => {
    // 29 March 2026: 02:00 becomes 03:00, at 01:00 UTC.
    const before = [ran(nightly, '2026-03-28T01:30:00Z')]
    expect(reasons([nightly], before, '2026-03-29T00:59:59Z')).toEqual([])
    expect(reasons([nightly], before, '2026-03-29T01:00:00Z')).toEqual(['tiers:metrics schedule'])
  })
  it('runs at the first of two on the night that repeats it', () => {
    // 25 October 2026: 03:00 becomes 02:00, at 01:00 UTC; 02:30 is at 00:30 UTC and again at 01:30.
    const before = [ran(nightly, '2026-10-24T00:30:00Z')]
    expect(reasons([nightly], before, '2026-10-25T00:29:59Z')).toEqual([])
    expect(reasons([nightly], before, '2026-10-25T00:30:00Z')).toEqual(['tiers:metrics schedule'])
    expect(reasons([nightly], [ran(nightly, '2026-10-25T00:30:00Z')], '2026-10-25T01:30:00Z')).toEqual([])
  })
  it('says when it will be due, across the change', () => {
    expect(decideWork([nightly], [ran(nightly, '2026-10-24T00:30:00Z')], [], at('2026-10-24T12:00:00Z')).nextAt).toBe(at('2026-10-25T00:30:00Z'))
    expect(decideWork([nightly], [ran(nightly, '2026-10-25T00:30:00Z')], [], at('2026-10-25T12:00:00Z')).nextAt).toBe(at('2026-10-26T01:30:00Z'))
  })
  it('catches up after days', () => {
    expect(reasons([nightly], [ran(nightly, '2026-01-01T01:30:00Z')], '2026-01-05T12:00:00Z')).toEqual(['tiers:metrics catch_up'])
  })
})

describe('a job that waits for a signal', () => {
  const signals = [{ name: 'other', id: 7 }, { name: 'import-finished', id: 4 }]
  it('is never due without one', () => {
    expect(decideWork([waiting], [], [], at('2026-01-01T00:00:00Z'))).toEqual({ due: [], nextAt: null })
  })
  it('is due once for it', () => {
    expect(reasons([waiting], [], '2026-01-01T00:00:00Z', signals)).toEqual(['capture:imports signal'])
    expect(reasons([waiting], [ran(waiting, '2026-01-01T00:00:00Z', { signal: 4 })], '2026-01-02T00:00:00Z', signals)).toEqual([])
  })
  it('is due again for the next', () => {
    expect(reasons([waiting], [ran(waiting, '2026-01-01T00:00:00Z', { signal: 3 })], '2026-01-01T00:00:00Z', signals)).toEqual(['capture:imports signal'])
  })
})

describe('a job that failed', () => {
  const failed = (failures: number): JobState[] => [ran(everyMinute, '2026-01-01T00:00:00Z', { failures, failedAt: at('2026-01-01T00:10:00Z') })]
  it('is tried again after 5 s, then 10, 20, and at the most 10 minutes', () => {
    expect([1, 2, 3, 7, 8, 50].map(retryAfterMs)).toEqual([5_000, 10_000, 20_000, 320_000, 600_000, 600_000])
  })
  it('waits for that, and says until when', () => {
    const decision = decideWork([everyMinute], failed(2), [], at('2026-01-01T00:10:09.999Z'))
    expect(decision).toEqual({ due: [], nextAt: at('2026-01-01T00:10:10Z') })
    expect(reasons([everyMinute], failed(2), '2026-01-01T00:10:10Z')).toEqual(['capture:metrics retry'])
  })
  it('does not hold up others', () => {
    expect(reasons([everyMinute, nightly], failed(5), '2026-01-01T03:00:00Z')).toContain('tiers:metrics schedule')
  })
})

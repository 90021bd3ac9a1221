import { describe, expect, it } from 'vitest'
import { runBackfill, runCapture } from '../../src/capture/run.ts'
import { SingleFlight } from '../../src/capture/single-flight.ts'
import { activity, at, day, entityState } from '../tiers/sample.ts'
import { MemoryStore } from '../tiers/memory-store.ts'

function storeOf(...enrolments: readonly (string | null)[]): MemoryStore {
  return new MemoryStore(activity({ day: 'forever' }), enrolments.map((enrolment, index) => entityState(index + 1, enrolment === null ? null : day(enrolment))))
}

describe('runCapture', () => {
  it('says what it covered and why not more, and repeating it changes nothing', async () => {
    const store = storeOf('2024-03-01', '2024-03-04', null)
    const now = at('2024-03-04T10:00:00Z')
    expect(await runCapture(store.store, 'activity', now)).toEqual({
      created: 0, unchanged: 0, restated: 0, failed: 0, covered: 1, skipped: { nothing_closed: 1, not_enrolled: 1 },
    })
    expect(await runCapture(store.store, 'activity', now)).toMatchObject({ covered: 0, skipped: { already_covered: 1, nothing_closed: 1, not_enrolled: 1 } })
    expect(store.captures).toEqual([now])
  })

  it('is one for callers at one time, and runs once more for a later now', async () => {
    const store = storeOf('2024-03-01')
    const now = at('2024-03-04T10:00:00Z')
    const later = at('2024-03-06T10:00:00Z')
    const [first, same, second, third] = await Promise.all([now, now, later - 1, later].map((instant) => runCapture(store.store, 'activity', instant)))
    expect(first).toBe(same)
    expect(second).toBe(third)
    expect(store.captures).toEqual([now, later])
  })

  it('names a series that is not there', async () => {
    await expect(runCapture(storeOf('2024-03-01').store, 'nothing', 0)).rejects.toMatchObject({ code: 'SERIES_UNKNOWN' })
  })
})

describe('runBackfill', () => {
  it('counts the days whose events are gone as sealed', async () => {
    const store = storeOf('2024-03-01')
    store.recomputed = { created: 1, unchanged: 2, restated: 3, sealed: 4 }
    expect(await runBackfill(store.store, 'activity', day('2024-03-01'), day('2024-03-03'), at('2024-03-04T10:00:00Z'))).toEqual({
      created: 1, unchanged: 2, restated: 3, failed: 0, covered: 1, skipped: { window_sealed: 4 },
    })
  })
})

describe('SingleFlight', () => {
  it('goes on after one that failed, and never runs two at once', async () => {
    const flights = new SingleFlight<number>()
    let running = 0
    const work = (fail: boolean) => async (now: number): Promise<number> => {
      running++
      expect(running).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running--
      if (fail) throw new Error('no')
      return now
    }
    const outcomes = await Promise.allSettled([flights.run('a', 1, work(true)), flights.run('a', 2, work(false)), flights.run('a', 5, work(false)), flights.run('a', 1, work(false))])
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed'))).toEqual(['failed', 5, 5, 'failed'])
    expect(await flights.run('a', 0, work(false))).toBe(0)
  })
})

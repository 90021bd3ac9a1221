import { describe, expect, it } from 'vitest'
import { believedAfter } from '../../src/stores/contract/clock.ts'
import { checkClock } from '../../src/tiers/clock-guard.ts'
import { at, DAY } from './sample.ts'

const BELIEVED = at('2024-03-01T00:00:00Z')

describe('a clock', () => {
  it.each([
    ['a day back', -DAY, true],
    ['more than a day back', -DAY - 1, false],
    ['35 days ahead', 35 * DAY, true],
    ['more than 35 days ahead', 35 * DAY + 1, false],
  ] as const)('%s', (_name, byMs, passes) => {
    const guard = () => checkClock(BELIEVED + byMs, BELIEVED)
    if (passes) expect(guard).not.toThrow()
    else expect(guard).toThrow(expect.objectContaining({ code: 'CLOCK_JUMPED' }))
  })

  it('may begin an empty store at any time', () => {
    expect(() => checkClock(0, null)).not.toThrow()
  })

  it.each([
    ['goes on', 5 * DAY, false, 5 * DAY],
    ['goes back a little', -DAY, false, 0],
    ['has jumped ahead', 36 * DAY, false, 0],
    ['has jumped back', -2 * DAY, false, 0],
    ['has jumped ahead, as was said', 3000 * DAY, true, 3000 * DAY],
    ['has jumped back, as was said', -3000 * DAY, true, -3000 * DAY],
  ] as const)('that %s is believed no further than that', (_name, byMs, confirmed, moves) => {
    expect(believedAfter(BELIEVED, BELIEVED + byMs, confirmed)).toBe(BELIEVED + moves)
  })
})

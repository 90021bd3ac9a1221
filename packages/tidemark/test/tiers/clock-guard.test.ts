import { describe, expect, it } from 'vitest'
import { guardClock } from '../../src/tiers/clock-guard.ts'
import { at, DAY } from './sample.ts'

const HIGH_WATER = at('2024-03-01T00:00:00Z')

describe('guardClock', () => {
  it.each([
    ['a day back', -DAY, false, true],
    ['more than a day back', -DAY - 1, false, false],
    ['35 days ahead', 35 * DAY, false, true],
    ['more than 35 days ahead', 35 * DAY + 1, false, false],
    ['years ahead, as was said', 3000 * DAY, true, true],
    ['years back, as was said', -3000 * DAY, true, true],
  ] as const)('%s', (_name, byMs, confirmed, passes) => {
    const guard = () => guardClock(HIGH_WATER + byMs, HIGH_WATER, confirmed)
    if (passes) expect(guard).not.toThrow()
    else expect(guard).toThrow(expect.objectContaining({ code: 'CLOCK_JUMPED' }))
  })

  it('lets an empty store begin at any time', () => {
    expect(() => guardClock(0, null, false)).not.toThrow()
  })
})

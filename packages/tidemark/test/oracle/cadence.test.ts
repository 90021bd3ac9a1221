import { describe, expect, test } from 'vitest'
import type { Cadence, FrequencyDefinition } from '../../src/definitions/frequency.ts'
import { type Decision, decide, type DecisionQuestion } from './cadence.ts'
import { ZoneHistory } from './local-day.ts'
import { windowsOf } from './sub-day.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

const frequency: FrequencyDefinition = {
  status: 'status', activity: 'sessions',
  rules: [
    { statuses: ['active'], every: 'day', steps: [{ every: 'sixHours', bound: 25, inclusive: true }, { every: 'hour', bound: 100, inclusive: false }] },
    { statuses: ['planned', 'paused'], every: 'day', steps: [] },
    { statuses: ['completed'], every: 'final', steps: [] },
    { statuses: ['draft'], every: 'never', steps: [] },
  ],
}

function inForce(cadence: Cadence, rule: number | null = 0): Decision {
  return { day: 0, atMs: 0, cadence, rule }
}

function asked(more: Partial<DecisionQuestion>): string {
  const { cadence, lowDays } = decide({
    grain: 'hour', frequency, gone: false, status: 'active', inForce: null, activity: 0n, unit: 1n, lowDays: 0, finalCaptured: false, ...more,
  })
  return `${cadence} ${lowDays}`
}

describe('a frequency follows status and activity', () => {
  test.each([[0n, 'day 0'], [24n, 'day 0'], [25n, 'sixHours 0'], [100n, 'sixHours 0'], [101n, 'hour 0']])('an activity of %s asks for %s', (activity, expected) => {
    expect(asked({ activity })).toBe(expected)
  })

  test('activity is compared at its own scale', () => {
    expect(asked({ activity: 2_499n, unit: 100n })).toBe('day 0')
    expect(asked({ activity: 2_500n, unit: 100n })).toBe('sixHours 0')
  })

  test.each([
    ['planned', 'day 0'], ['completed', 'final 0'], ['draft', 'never 0'], ['unheard', 'null 0'], [null, 'null 0'],
  ])('the status %s asks for %s', (status, expected) => expect(asked({ status })).toBe(expected))

  test('up at once', () => {
    expect(asked({ inForce: inForce('day'), activity: 25n })).toBe('sixHours 0')
    expect(asked({ inForce: inForce('sixHours'), activity: 101n, lowDays: 5 })).toBe('hour 0')
  })

  test('down on the seventh decided day below 80 % of the bound in force, straight to what is asked', () => {
    expect(asked({ inForce: inForce('hour'), activity: 79n, lowDays: 0 })).toBe('hour 1')
    expect(asked({ inForce: inForce('hour'), activity: 10n, lowDays: 5 })).toBe('hour 6')
    expect(asked({ inForce: inForce('hour'), activity: 10n, lowDays: 6 })).toBe('day 0')
    expect(asked({ inForce: inForce('hour'), activity: 30n, lowDays: 6 })).toBe('sixHours 0')
  })

  test('between 80 % and the bound all stays, and the count starts anew', () => {
    expect(asked({ inForce: inForce('hour'), activity: 80n, lowDays: 6 })).toBe('hour 0')
    expect(asked({ inForce: inForce('sixHours'), activity: 20n, lowDays: 6 })).toBe('sixHours 0')
    expect(asked({ inForce: inForce('sixHours'), activity: 19n, lowDays: 6 })).toBe('day 0')
  })

  test('a level of another rule is no hindrance', () => {
    expect(asked({ inForce: inForce('hour', 1), activity: 0n })).toBe('day 0')
    expect(asked({ inForce: inForce('hour'), status: 'paused', activity: 150n, lowDays: 3 })).toBe('day 0')
    expect(asked({ inForce: inForce('never', null), activity: 101n })).toBe('hour 0')
  })

  test('final until it is captured, then never while the status is of the same rule', () => {
    expect(asked({ status: 'completed', inForce: inForce('hour') })).toBe('final 0')
    expect(asked({ status: 'completed', inForce: inForce('final', 2) })).toBe('final 0')
    expect(asked({ status: 'completed', inForce: inForce('final', 2), finalCaptured: true })).toBe('never 0')
    expect(asked({ status: 'completed', inForce: inForce('never', 2) })).toBe('never 0')
    expect(asked({ status: 'active', inForce: inForce('never', 2) })).toBe('day 0')
    expect(asked({ status: 'completed', inForce: inForce('never', 3) })).toBe('final 0')
  })

  test('one that is gone ends, without rules too', () => {
    expect(asked({ gone: true, inForce: inForce('hour') })).toBe('never 0')
    expect(asked({ gone: true, frequency: null, inForce: inForce('hour', null) })).toBe('never 0')
    expect(asked({ frequency: null, status: null })).toBe('hour 0')
  })
})

describe('a day is cut from its start', () => {
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000
  const hours = (zone: string, text: string, cadence: Exclude<Cadence, 'never'>): readonly number[] =>
    windowsOf(new ZoneHistory(zone), day(text), cadence).map(({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000)

  test.each([
    ['UTC', '2024-01-01', 'sixHours', [6, 6, 6, 6]],
    // 25 hours: 25 / 6 = 4.17 pieces; 23 hours: 3.83.
    ['Europe/Berlin', '2024-10-27', 'sixHours', [6, 6, 6, 7]], ['Europe/Berlin', '2024-03-31', 'sixHours', [6, 6, 6, 5]],
    ['Europe/Berlin', '2024-10-27', 'day', [25]], ['Europe/Berlin', '2024-03-31', 'final', [23]], ['Pacific/Apia', '2011-12-30', 'day', []],
    ['Pacific/Apia', '2011-12-30', 'hour', []],
  ] as const)('%s %s by %s', (zone, text, cadence, expected) => expect(hours(zone, text, cadence)).toEqual(expected))

  test('a day of 23.5 hours has 24 hour pieces, one of 24.5 also 24, the last half or one and a half', () => {
    expect(hours('Australia/Lord_Howe', '2024-10-06', 'hour')).toEqual([...new Array(23).fill(1), 0.5])
    expect(hours('Australia/Lord_Howe', '2024-04-07', 'hour')).toEqual([...new Array(23).fill(1), 1.5])
  })

  test('a local time that is skipped is reached after the gap, one that comes twice at its first coming', () => {
    const berlin = new ZoneHistory('Europe/Berlin')
    expect(berlin.reachedAt(day('2024-03-31'), 2.5 * 3600)).toBe(Date.parse('2024-03-31T01:00:00Z'))
    expect(berlin.reachedAt(day('2024-10-27'), 2.5 * 3600)).toBe(Date.parse('2024-10-27T00:30:00Z'))
    expect(berlin.reachedAt(day('2024-06-01'), 3 * 3600)).toBe(Date.parse('2024-06-01T01:00:00Z'))
  })
})

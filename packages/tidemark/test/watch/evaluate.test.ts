import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alert, type AlertRule, series } from '../../src/index.ts'
import { compareDecimals, type Decimal, readDecimal } from '../../src/measures/decimal.ts'
import type { StoredAlert } from '../../src/stores/contract/alert.ts'
import { evaluate, type Reading } from '../../src/watch/evaluate.ts'
import { campaign, capacity, metrics, overspent, states } from './declarations.ts'

const reading = (value: Reading['value'], rule = 'capacity', reason: string | null = null): Reading =>
  ({ rule, kind: 'campaign', tenant: 'acme', entity: 'c1', value, period: value === null ? null : '2026-03-01', reason })
const opened = (rule = 'capacity', id = 1): StoredAlert =>
  ({ id, rule, tenant: 'acme', entity: 'c1', state: 'open', openedAt: 0, value: '0.8000', period: '2026-02-28', acknowledged: null, resolved: null, silencedUntil: null, notifications: {} })

/** `open`, `resolve`, `keep`, `unknown` or `nothing`, of one value beside one rule. */
function verdict(rule: AlertRule, value: Reading['value'], isOpen: boolean): string {
  const plan = evaluate([rule], [reading(value, rule.name)], isOpen ? [opened(rule.name)] : [])
  if (plan.unknown.length > 0) return plan.keep.length === (isOpen ? 1 : 0) && plan.open.length + plan.resolve.length === 0 ? 'unknown' : 'wrong'
  if (plan.open.length > 0) return 'open'
  if (plan.resolve.length > 0) return plan.keep.length === 0 ? 'resolve' : 'wrong'
  return plan.keep.length > 0 ? 'keep' : 'nothing'
}

describe('at least 0.80, clear below 0.78', () => {
  test.each([
    ['0.7999', 'nothing', 'keep'], ['0.8000', 'open', 'keep'], ['0.80', 'open', 'keep'], ['0.8001', 'open', 'keep'], ['1.2500', 'open', 'keep'], [1, 'open', 'keep'],
    ['0.7800', 'nothing', 'keep'], ['0.7799', 'nothing', 'resolve'], [0, 'nothing', 'resolve'], ['-0.5000', 'nothing', 'resolve'],
    [null, 'unknown', 'unknown'], [true, 'unknown', 'unknown'], ['active', 'unknown', 'unknown'],
  ])('%s: %s, and %s when it is open', (value, closed, open) => {
    expect([verdict(capacity, value, false), verdict(capacity, value, true)]).toEqual([closed, open])
  })
})

describe('a quotient is judged by its parts, not as it is printed', () => {
  const of = (current: string | number, target: string | number, isOpen: boolean) => {
    const printed = (Number(current) / Number(target)).toFixed(4)
    const plan = evaluate([capacity], [{ ...reading(printed), parts: { above: [current], below: [target] } }], isOpen ? [opened()] : [])
    return [plan.open.length, plan.resolve.length]
  }
  // 0.79996 is printed 0.8000, and 0.77996 is printed 0.7800.
  test.each([
    [79_996, 100_000, [0, 0], [0, 0]], [80_000, 100_000, [1, 0], [0, 0]], [80_004, 100_000, [1, 0], [0, 0]],
    [77_996, 100_000, [0, 0], [0, 1]], [78_000, 100_000, [0, 0], [0, 0]], ['-79996.00', '-100000', [0, 0], [0, 0]], ['-80000.00', '-100000.0', [1, 0], [0, 0]],
  ])('%s of %s', (current, target, closed, open) => {
    expect([of(current, target, false), of(current, target, true)]).toEqual([closed, open])
  })

  test('a ratio is watched by what it divides, a ratio of ratios by products, a mean by sum and number', () => {
    const deep = series('deep', { of: campaign, grain: 'day' })
      .from(states, (e, { delta, any }) => ({ seats: delta(e.seats), target: delta(e.target), seen: any() }))
      .derive(({ ratio }) => ({ used: ratio('seats', 'target'), daily: ratio('seats', 'seen') })).derive(({ ratio }) => ({ both: ratio('used', 'daily') }))
    expect(capacity.parts).toEqual({ above: ['seats.sum'], below: ['target.sum'] })
    expect(overspent.parts).toEqual({ above: ['left.sum'], below: ['left.n'] })
    expect(alert('both', { of: deep, measure: 'both.value', atLeast: 1, action: 'x' }).parts).toEqual({ above: ['seats.sum', 'seen.count'], below: ['target.sum', 'seats.sum'] })
    expect(alert('seats', { of: deep, measure: 'seats.sum', atLeast: 1, action: 'x' }).parts).toBeNull()
  })
})

describe('the other sides', () => {
  const atMost = alert('few', { of: metrics, measure: 'seats.sum', atMost: 10, action: 'Recruit' })
  test.each([[11, 'nothing', 'resolve'], [10, 'open', 'keep'], [-3, 'open', 'keep']])('at most 10, clear above 10.50: %s is %s, or %s', (value, closed, open) => {
    expect([verdict(atMost, value, false), verdict(atMost, value, true)]).toEqual([closed, open])
  })
  test.each([['0.00', 'nothing', 'resolve'], ['-0.01', 'open', 'keep'], ['-9999999999.99', 'open', 'keep'], ['0.01', 'nothing', 'resolve']])('below 0: %s is %s, or %s', (value, closed, open) => {
    expect([verdict(overspent, value, false), verdict(overspent, value, true)]).toEqual([closed, open])
  })

  test('the clear bound is 5 % of the bound off it, exactly', () => {
    const of = (options: object) => alert('a', { of: metrics, measure: 'seats.sum', action: 'x', ...options } as unknown as Parameters<typeof alert>[1]).clear
    expect(of({ atLeast: '0.80' })).toBe('0.7600')
    expect(of({ atMost: '-40' })).toBe('-38.00')
    expect(of({ below: '12.5' })).toBe('13.125')
    expect(of({ atLeast: '-40' })).toBe('-42.00')
    expect(of({ atLeast: 0 })).toBe('0.00')
  })
})

describe('readings and alerts that do not meet', () => {
  test('an alert without a reading, or of a rule that is gone, stays', () => {
    expect(evaluate([capacity], [], [opened('capacity', 4), opened('gone', 5)])).toEqual({ open: [], resolve: [], keep: [4, 5], unknown: [] })
  })

  test('a missing value says why', () => {
    expect(evaluate([capacity], [reading(null, 'capacity', 'source_failed')], [opened()])).toEqual({ open: [], resolve: [], keep: [1], unknown: [{ rule: 'capacity', tenant: 'acme', entity: 'c1', reason: 'source_failed' }] })
  })

  test('of an entity that has ended its alert resolves, and nothing is unknown', () => {
    expect(evaluate([capacity], [reading(null, 'capacity', 'entity_ended')], [opened()])).toEqual({ open: [], resolve: [{ id: 1, value: null }], keep: [], unknown: [] })
    expect(evaluate([capacity], [reading(null, 'capacity', 'entity_ended')], [])).toEqual({ open: [], resolve: [], keep: [], unknown: [] })
  })

  test('tenants and rules do not meet, whatever their names hold', () => {
    const elsewhere = { ...reading('0.9000'), tenant: 'acme","c1', entity: '' }
    expect(evaluate([capacity], [elsewhere], [opened()]).open).toEqual([{ rule: 'capacity', kind: 'campaign', tenant: 'acme","c1', entity: '', value: '0.9000', period: '2026-03-01' }])
    expect(evaluate([capacity, overspent], [reading('-1.000000', 'overspent')], [opened()])).toMatchObject({ open: [{ rule: 'overspent' }], keep: [1] })
  })
})

test('decimals are compared as fractions, whatever their scales', () => {
  const decimal = fc.record({ digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), scale: fc.integer({ min: 0, max: 9 }) })
  fc.assert(fc.property(decimal, decimal, (a: Decimal, b: Decimal) => {
    const difference = a.digits * 10n ** BigInt(b.scale) - b.digits * 10n ** BigInt(a.scale)
    expect(Math.sign(compareDecimals(a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0)
  }), { seed: 1 })
  expect([readDecimal(0.1), readDecimal('1e3'), readDecimal(''), readDecimal('0x1'), readDecimal(2 ** 53)]).toEqual([null, null, null, null, null])
})

describe('refused', () => {
  const declared = (options: object) => () => alert('a', { of: metrics, measure: 'seats.sum', action: 'x', ...options } as unknown as Parameters<typeof alert>[1])
  test.each([
    ['no bound', {}], ['two bounds', { atLeast: 1, below: 0 }], ['a float', { atLeast: 0.8 }], ['a word', { atLeast: 'much' }],
    ['a clear bound on the wrong side', { atLeast: '0.80', clearBelow: '0.81' }], ['the wrong clear', { atLeast: '0.80', clearAbove: '0.70' }],
    ['no action', { atLeast: 1, action: '' }], ['an unknown severity', { atLeast: 1, severity: 'loud' }], ['a flag', { atLeast: 1, measure: 'seen.any' }],
  ])('%s', (_, options) => expect(declared(options)).toThrow(expect.objectContaining({ code: 'ALERT_INVALID' })))

  test('an answer that the series does not have', () => {
    expect(declared({ atLeast: 1, measure: 'seats.median' })).toThrow(expect.objectContaining({ code: 'ANSWER_UNKNOWN' }))
    expect(declared({ atLeast: 1, measure: 'chairs.sum' })).toThrow(expect.objectContaining({ code: 'MEASURE_UNKNOWN' }))
  })
})

import { describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import type { PredicateExpression } from '../../src/definitions/expression.ts'
import { bigint, boolean, decimal, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { handles } from '../../src/definitions/handle.ts'
import { type DayMode, stream } from '../../src/definitions/stream.ts'
import { compilePredicate, compileValue, type EventView } from '../../src/measures/evaluate.ts'

const fields = {
  tenant: text(), who: text(), id: text(), at: instant({ offset: 'kept' }), kind: oneOf(['fix', 'docs', 'test']), note: text().optional(),
  lines: integer().optional(), bytes: bigint().optional(), cost: decimal(2).optional(), urgent: boolean().optional(),
  seen: instant().optional(), signed: instant({ offset: 'kept' }).optional(),
} as const

const streamOf = (day: DayMode) => stream('acts', {
  of: entity('person', { tenant: 'client' }), tenant: 'tenant', entity: 'who', id: 'id', at: 'at', day, fields,
}).definition
const e = handles(fields, 'stream("acts")')

interface Given {
  readonly kind?: string
  readonly note?: string | null
  readonly lines?: number | null
  readonly bytes?: number | bigint | null
  readonly cost?: number | null
  readonly urgent?: number | null
  readonly seen?: number | null
  readonly signed?: readonly [number, number] | null
  readonly at?: number
  readonly offsetMinutes?: number
}

/** An event as a store holds it: decimals scaled, booleans 0 and 1, an instant with its offset as two values. */
function event({ kind = 'fix', note = null, lines = null, bytes = null, cost = null, urgent = null, seen = null, signed = null, at = 0, offsetMinutes = 0 }: Given): EventView {
  return { at, offsetMinutes, values: [kind, note, lines, bytes, cost, urgent, seen, ...(signed ?? [null, null])] }
}

const holds = (expression: PredicateExpression | null, given: Given) => compilePredicate(streamOf('entityZone'), expression)(event(given), () => 0)

describe('a comparison', () => {
  const comparisons = ['lessThan', 'atMost', 'equals', 'atLeast', 'moreThan'] as const
  const truths = { below: [true, true, false, false, false], at: [false, true, true, true, false], above: [false, false, false, true, true] } as const

  test.each(comparisons.map((comparison, index) => [comparison, index] as const))('%s holds on its side of the bound, and at it or not', (comparison, index) => {
    for (const [side, cost] of [['below', 1049], ['at', 1050], ['above', 1051]] as const) {
      expect(holds(e.cost[comparison]('10.5').predicate, { cost }), `${cost}`).toBe(truths[side][index])
      expect(holds(e.cost[comparison](10.5).predicate, { cost }), `${cost}`).toBe(truths[side][index])
    }
    for (const [side, lines] of [['below', -8], ['at', -7], ['above', -6]] as const) {
      expect(holds(e.lines[comparison](-7).predicate, { lines }), `${lines}`).toBe(truths[side][index])
    }
    for (const [side, bytes] of [['below', 2n ** 62n - 1n], ['at', 2n ** 62n], ['above', 2n ** 62n + 1n]] as const) {
      expect(holds(e.bytes[comparison]('4611686018427387904').predicate, { bytes }), `${bytes}`).toBe(truths[side][index])
    }
    expect(holds(e.cost[comparison](0).predicate, { cost: null })).toBe(false)
  })
})

describe('a condition', () => {
  test.each([
    ['of nothing', null, {}, true],
    ['is', e.kind.is('fix').predicate, { kind: 'fix' }, true],
    ['is another', e.kind.is('fix').predicate, { kind: 'docs' }, false],
    ['is one of', e.kind.in(['fix', 'test']).predicate, { kind: 'test' }, true],
    ['is none of', e.kind.in(['fix', 'test']).predicate, { kind: 'docs' }, false],
    ['text is', e.note.is('x').predicate, { note: 'x' }, true],
    ['absent text is not', e.note.is('x').predicate, {}, false],
    ['is true', e.urgent.isTrue().predicate, { urgent: 1 }, true],
    ['is false', e.urgent.isTrue().predicate, { urgent: 0 }, false],
    ['is absent', e.urgent.isTrue().predicate, {}, false],
    ['is not true', e.urgent.isTrue().not().predicate, { urgent: 0 }, true],
    ['absent is not true', e.urgent.isTrue().not().predicate, {}, true],
    ['is there', e.lines.isPresent().predicate, { lines: 0 }, true],
    ['is not there', e.lines.isPresent().predicate, {}, false],
    ['the time is always there', e.at.isPresent().predicate, {}, true],
    ['both', e.kind.is('fix').and(e.urgent.isTrue()).predicate, { urgent: 1 }, true],
    ['only one of both', e.kind.is('fix').and(e.urgent.isTrue()).predicate, { urgent: 0 }, false],
    ['either', e.kind.is('docs').or(e.urgent.isTrue()).predicate, { urgent: 1 }, true],
    ['neither', e.kind.is('docs').or(e.urgent.isTrue()).predicate, {}, false],
    ['not both', e.kind.is('fix').and(e.urgent.isTrue()).not().predicate, { urgent: 0 }, true],
  ] as const)('%s', (_what, predicate, given, truth) => {
    expect(holds(predicate, given)).toBe(truth)
  })
})

describe('a time of day', () => {
  const read = (day: DayMode, field: 'at' | 'seen' | 'signed', given: Given, offsetSeconds = 0) =>
    compileValue(streamOf(day), e[field].timeOfDay().value)(event(given), () => offsetSeconds)
  const noon = Date.UTC(2024, 2, 1, 12, 0, 59, 999)

  test.each([
    ['whole seconds, not rounded', 'entityZone', 'at', { at: noon }, 0, 43_259],
    ["on the entity's clock", 'entityZone', 'at', { at: noon }, 19_800 + 900, 43_259 + 20_700],
    ['past midnight eastward', 'entityZone', 'at', { at: noon }, 13 * 3600, 43_259 + 13 * 3600 - 86_400],
    ['before midnight westward', 'entityZone', 'at', { at: noon }, -13 * 3600, 43_259 - 13 * 3600 + 86_400],
    ['before 1970', 'entityZone', 'at', { at: -1 }, 0, 86_399],
    ["of label days: in the event's own offset", 'eventOffset', 'at', { at: noon, offsetMinutes: -210 }, 3600, 43_259 - 210 * 60],
    ['of another instant, in the offset that it keeps', 'eventOffset', 'signed', { signed: [noon, 330], offsetMinutes: -60 }, 0, 43_259 + 330 * 60],
    ["of another instant that keeps none: in the event's", 'eventOffset', 'seen', { seen: noon, offsetMinutes: -60 }, 0, 43_259 - 3600],
    ["of another instant, on the entity's clock", 'entityZone', 'signed', { signed: [noon, 330] }, 7200, 43_259 + 7200],
    ['of what is absent', 'eventOffset', 'signed', {}, 0, null],
    ['of what is absent, by zone', 'entityZone', 'seen', {}, 0, null],
  ] as const)('%s', (_what, day, field, given, offsetSeconds, seconds) => {
    expect(read(day, field, given, offsetSeconds)).toBe(seconds)
  })
})

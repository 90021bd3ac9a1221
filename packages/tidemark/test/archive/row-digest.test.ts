import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { machine } from '../../src/machine/machine.ts'
import { sha256Hex } from '../../src/machine/sha256-hex.ts'
import { dayText } from '../../src/canonical/day-text.ts'
import { canonicalRow, rowDigest } from '../../src/canonical/row-digest.ts'
import type { State } from '../../src/stores/contract/state.ts'

const text = fc.string({ unit: 'binary' })
const day = fc.integer({ min: -719_162, max: 2_932_896 })
const integer = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
const key = fc.record({
  series: text, tenant: text, entity: text, tier: fc.constantFrom('day', 'week', 'month', 'quarter'),
  from: day, to: day, group: fc.option(fc.dictionary(text.filter((name) => name !== '__proto__'), text, { minKeys: 1, maxKeys: 4 })),
} as const)
const states = fc.uniqueArray(fc.tuple(text.filter((name) => name !== '__proto__'), fc.option(fc.oneof(integer, text))), { selector: ([name]) => name })

describe('the digest of a row', () => {
  test('is taken of the canonical JSON that the canonicalize package writes', () => {
    fc.assert(fc.property(key, integer, states, (row, facts, columns) => {
      const plain = {
        series: row.series, tenant: row.tenant, entity: row.entity, tier: row.tier, from: dayText(row.from), to: dayText(row.to), group: row.group,
        facts: String(facts), states: Object.fromEntries(columns.flatMap(([name, state]) => (state === null ? [] : [[name, String(state)]]))),
      }
      expect(canonicalRow(row, facts, columns.map(([name]) => ({ name })), columns.map(([, state]) => state))).toBe(canonicalize(plain))
    }), { numRuns: 500 })
  })

  test('is the same by the portable SHA-256 and by the one of Node: 16 bytes', () => {
    fc.assert(fc.property(key, integer, text, (row, facts, state) => {
      const portable = rowDigest(row, facts, [{ name: 'a' }], [state])
      expect(portable).toHaveLength(16)
      expect(Buffer.from(portable).equals(rowDigest(row, facts, [{ name: 'a' }], [state], machine.sha256))).toBe(true)
      expect(Buffer.from(portable).toString('hex')).toBe(sha256Hex(canonicalRow(row, facts, [{ name: 'a' }], [state])).slice(0, 32))
    }), { numRuns: 100 })
  })

  const row = { series: 'activity', tenant: 'kysely', entity: 'ada', tier: 'quarter', from: 16_071, to: 16_161, group: { kind: 'fix' } } as const
  const digest = (change: object, facts: number | bigint = 3, columns = [{ name: 'a' }, { name: 'b' }], values: State[] = [1, 'x']): string =>
    Buffer.from(rowDigest({ ...row, ...change }, facts, columns, values)).toString('hex')

  test('of a captured row is also of its window', () => {
    const window = { at: Date.parse('2014-01-01T05:00:00Z'), until: Date.parse('2014-01-01T06:00:00Z') }
    const captured = { ...row, tier: 'captured', to: 16_072, group: null, window } as const
    const line = canonicalRow(captured, 1, [{ name: 'a' }], [1])
    expect(line).toBe('{"at":"2014-01-01T05:00:00.000Z","entity":"ada","facts":"1","from":"2014-01-01","group":null,"series":"activity","states":{"a":"1"},"tenant":"kysely","tier":"captured","to":"2014-01-02","until":"2014-01-01T06:00:00.000Z"}')
    expect(canonicalize(JSON.parse(line))).toBe(line)
    expect(digest({ ...captured, window: { ...window, until: window.until + 1000 } })).not.toBe(digest(captured))
  })

  test('is of this form, for ever', () => {
    expect(canonicalRow(row, 3, [{ name: 'b' }, { name: 'a' }], ['x', 1])).toBe(
      '{"entity":"ada","facts":"3","from":"2014-01-01","group":{"kind":"fix"},"series":"activity","states":{"a":"1","b":"x"},"tenant":"kysely","tier":"quarter","to":"2014-04-01"}')
    // The first half of what sha256sum says of that line.
    expect(digest({})).toBe('94d7d7cca9fda16cbabda5e90cc840df')
  })

  test('differs when anything that identifies or fills the row differs', () => {
    const all = [
      digest({}), digest({ series: 'other' }), digest({ tenant: 'b' }), digest({ entity: 'b' }), digest({ tier: 'month' }), digest({ from: 16_072 }),
      digest({ to: 16_162 }), digest({ group: null }), digest({ group: { kind: 'docs' } }), digest({}, 4), digest({}, 3, undefined, [2, 'x']),
      digest({}, 3, undefined, [1, 'y']), digest({}, 3, undefined, [null, 'x']), digest({}, 3, undefined, [0, 'x']),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  test('does not see the order of columns, a column without a value, or how an integer is held', () => {
    expect(digest({}, 3, [{ name: 'b' }, { name: 'a' }], ['x', 1])).toBe(digest({}))
    expect(digest({}, 3, [{ name: 'a' }, { name: 'b' }, { name: 'later' }], [1, 'x', null])).toBe(digest({}))
    expect(digest({}, 3n, undefined, [1n, 'x'])).toBe(digest({}))
    expect(digest({ group: {} })).toBe(digest({ group: null }))
  })
})

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bigint, boolean, decimal, type Field, type FieldType, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { type Decoded, decoder, eventIdentity, isRejected, type ValueForm, valuesDecoder } from '../../src/events/decode.ts'
import { NumberText } from '../../src/events/field-value.ts'
import type { DecodedEvent, FieldValue } from '../../src/stores/contract/events.ts'
import { NOW, sales, withValue } from './fixtures.ts'

const KEY = { client: 'c', shop: 's', id: '1', at: '2024-03-01T09:30:00+01:00' }
const SALE = { client: 'c', shop: 's', sale: '1', sold_at: '2024-03-01T09:30:00+01:00' }

function decodeValue(field: Field<FieldType>, form: ValueForm, value: unknown): Decoded {
  return decoder(withValue(field), { now: NOW, form })({ ...KEY, value }, 1, 'raw')
}

function decodeSale(input: Readonly<Record<string, unknown>>): DecodedEvent {
  const decoded = decoder(sales, { now: NOW })({ ...SALE, ...input }, 1, 'raw')
  if (isRejected(decoded)) throw new Error(decoded.reason)
  return decoded
}

const long = (length: number): string => 'x'.repeat(length)
const nested: unknown = { deep: [1] }

/** A field, where the value comes from, the value, and what becomes of it: a value, or the code of its rejection. */
type Case = readonly [field: Field<FieldType>, form: ValueForm, value: unknown, expected: { readonly value: FieldValue } | string]
const is = (value: FieldValue): { readonly value: FieldValue } => ({ value })

const CASES: readonly Case[] = [
  [text(), 'csv', 'word', is('word')],
  [text(), 'csv', '', is('')],
  [text(), 'json', '', is('')],
  [text().optional(), 'csv', '', is(null)],
  [text().optional(), 'json', '', is('')],
  [text().optional(), 'json', null, is(null)],
  [text().optional(), 'json', undefined, is(null)],
  [text(), 'json', null, 'missing_field'],
  [text(), 'json', undefined, 'missing_field'],
  [text(), 'json', 5, 'wrong_type'],
  [text(), 'json', true, 'wrong_type'],
  [text(), 'json', nested, 'wrong_type'],
  [text(), 'json', ['a'], 'wrong_type'],
  [text(), 'csv', long(4096), is(long(4096))],
  [text(), 'csv', long(4097), 'text_too_long'],
  [text(), 'csv', '😀'.repeat(4096), is('😀'.repeat(4096))],
  [text(), 'csv', '😀'.repeat(4097), 'text_too_long'],
  [text(), 'json', 'a\0b', 'text_has_nul'],
  [text(), 'json', 'a\ud800', 'text_not_well_formed'],
  [text(), 'json', '\udc00a', 'text_not_well_formed'],
  [text(), 'json', '=1+1', is('=1+1')],

  [integer(), 'csv', '12', is(12)],
  [integer(), 'csv', '-12', is(-12)],
  [integer(), 'csv', '-0', is(0)],
  [integer(), 'csv', '007', is(7)],
  [integer(), 'csv', '9007199254740991', is(9007199254740991)],
  [integer(), 'csv', '9007199254740992', 'integer_unsafe'],
  [integer(), 'csv', '-9007199254740992', 'integer_unsafe'],
  [integer(), 'csv', '9'.repeat(100_000), 'integer_unsafe'],
  [integer(), 'csv', '1e3', 'not_an_integer'],
  [integer(), 'csv', '1.0', 'not_an_integer'],
  [integer(), 'csv', '+1', 'not_an_integer'],
  [integer(), 'csv', ' 1', 'not_an_integer'],
  [integer(), 'csv', '0x10', 'not_an_integer'],
  [integer(), 'csv', '1_000', 'not_an_integer'],
  [integer(), 'csv', '１２', 'not_an_integer'],
  [integer(), 'csv', 'NaN', 'not_finite'],
  [integer(), 'csv', '-Infinity', 'not_finite'],
  [integer(), 'csv', '', 'missing_field'],
  [integer().optional(), 'csv', '', is(null)],
  [integer(), 'json', 12, is(12)],
  [integer(), 'json', -0, is(0)],
  [integer(), 'json', 1.5, 'not_an_integer'],
  [integer(), 'json', 2 ** 53, 'integer_unsafe'],
  [integer(), 'json', 12n, 'wrong_type'],
  [integer(), 'json', '12', 'wrong_type'],
  [integer(), 'json', '', 'wrong_type'],
  [integer(), 'json', NaN, 'not_finite'],
  [integer(), 'json', Infinity, 'not_finite'],
  [integer(), 'json', new NumberText('9007199254740993'), 'integer_unsafe'],
  [integer(), 'json', new NumberText('1.00000000000000001'), 'not_an_integer'],

  [bigint(), 'csv', '5', is(5)],
  [bigint(), 'csv', '9223372036854775807', is(9223372036854775807n)],
  [bigint(), 'csv', '-9223372036854775808', is(-9223372036854775808n)],
  [bigint(), 'csv', '9223372036854775808', 'integer_out_of_range'],
  [bigint(), 'csv', '9'.repeat(100_000), 'integer_out_of_range'],
  [bigint(), 'csv', '5.5', 'not_an_integer'],
  [bigint(), 'json', '9007199254740993', is(9007199254740993n)],
  [bigint(), 'json', 9007199254740993n, is(9007199254740993n)],
  [bigint(), 'json', new NumberText('9007199254740993'), is(9007199254740993n)],
  [bigint(), 'json', 5, is(5)],
  [bigint(), 'json', 5.5, 'not_an_integer'],
  [bigint(), 'json', 2 ** 60, 'integer_unsafe'],
  [bigint(), 'json', Infinity, 'not_finite'],
  [bigint(), 'json', true, 'wrong_type'],

  [decimal(2), 'csv', '12.5', is(1250)],
  [decimal(2), 'csv', '-12.50', is(-1250)],
  [decimal(2), 'csv', '-0.00', is(0)],
  [decimal(2), 'csv', '12', is(1200)],
  [decimal(2), 'csv', '12.500', is(1250)],
  [decimal(2), 'csv', '12.505', 'decimal_too_fine'],
  [decimal(2), 'csv', '9999999999999999.99', is(999999999999999999n)],
  [decimal(2), 'csv', '-9999999999999999.99', is(-999999999999999999n)],
  [decimal(2), 'csv', '10000000000000000.00', 'decimal_too_large'],
  [decimal(2), 'csv', '00000000000000000001.00', is(100)],
  [decimal(2), 'csv', '.5', 'not_a_decimal'],
  [decimal(2), 'csv', '5.', 'not_a_decimal'],
  [decimal(2), 'csv', '1,5', 'not_a_decimal'],
  [decimal(2), 'csv', '1e2', 'not_a_decimal'],
  [decimal(2), 'csv', 'nan', 'not_finite'],
  [decimal(2), 'csv', '', 'missing_field'],
  [decimal(0), 'csv', '5', is(5)],
  [decimal(2), 'json', 12.5, is(1250)],
  [decimal(2), 'json', '12.5', is(1250)],
  [decimal(2), 'json', 0.1 + 0.2, 'decimal_too_fine'],
  [decimal(9), 'json', 1e-7, is(100)],
  [decimal(9), 'json', 1.5e-9, 'decimal_too_fine'],
  [decimal(9), 'json', 1e-30, 'decimal_too_fine'],
  [decimal(9), 'json', 1.23456789012345e-7, 'decimal_too_fine'],
  [decimal(2), 'json', 1e21, 'decimal_too_large'],
  [decimal(2), 'json', 1e300, 'decimal_too_large'],
  [decimal(9), 'json', new NumberText('123456789.123456789'), is(123456789123456789n)],
  [decimal(2), 'json', NaN, 'not_finite'],
  [decimal(2), 'json', -Infinity, 'not_finite'],
  [decimal(2), 'json', false, 'wrong_type'],
  [decimal(2), 'json', 5n, 'wrong_type'],

  [boolean(), 'csv', 'true', is(1)],
  [boolean(), 'csv', 'false', is(0)],
  [boolean(), 'csv', '1', is(1)],
  [boolean(), 'csv', '0', is(0)],
  [boolean(), 'csv', 'yes', 'not_a_boolean'],
  [boolean(), 'csv', '', 'missing_field'],
  [boolean(), 'json', true, is(1)],
  [boolean(), 'json', false, is(0)],
  [boolean(), 'json', 'true', 'wrong_type'],
  [boolean(), 'json', 1, 'wrong_type'],

  [oneOf(['fix', 'docs']), 'csv', 'fix', is('fix')],
  [oneOf(['fix', 'docs']), 'csv', 'fixx', 'unknown_value'],
  [oneOf(['fix', 'docs']), 'csv', 'Fix', 'unknown_value'],
  [oneOf(['fix', 'docs']), 'csv', 'constructor', 'unknown_value'],
  [oneOf(['fix', 'docs']), 'csv', '', 'missing_field'],
  [oneOf(['fix', 'docs']).optional(), 'csv', '', is(null)],
  [oneOf(['fix', 'docs']).optional(), 'json', '', 'unknown_value'],
  [oneOf(['fix', 'docs']), 'json', 5, 'wrong_type'],

  [instant(), 'csv', '2024-03-01T09:30:00+01:00', is(Date.UTC(2024, 2, 1, 8, 30))],
  [instant(), 'json', new Date(5), is(5)],
  [instant(), 'json', new Date(NaN), 'not_an_instant'],
  [instant(), 'json', new Date(8.64e15), 'year_out_of_range'],
  [instant(), 'json', 5, 'wrong_type'],
  [instant(), 'csv', '2024-02-30T00:00:00Z', 'date_does_not_exist'],
  [instant(), 'csv', '2023-02-29T00:00:00Z', 'date_does_not_exist'],
  [instant(), 'csv', '0000-01-01T00:00:00Z', 'year_out_of_range'],
  [instant(), 'csv', '9999-12-31T00:00:00Z', is(Date.UTC(9999, 11, 31))],
  [instant(), 'csv', '2024-03-01T00:00:00+18:00', 'offset_out_of_range'],
  [instant(), 'csv', '2024-03-01T00:00:00-18:00', 'offset_out_of_range'],
  [instant(), 'csv', '2024-03-01', 'not_an_instant'],
  [instant(), 'csv', 'yesterday', 'not_an_instant'],
]

describe('a value is read by its declaration', () => {
  test.each(CASES.map(([field, form, value, expected]) => ({
    field, form, value, expected,
    title: `${field.definition.type}${field.definition.optional ? '?' : ''} ${form} ${typeof value === 'bigint' ? `${value}n` : String(JSON.stringify(value)).slice(0, 40)}`,
  })))('$title', ({ field, form, value, expected }) => {
    const decoded = decodeValue(field, form, value)
    if (typeof expected === 'string') {
      expect(decoded).toMatchObject({ line: 1, raw: 'raw', code: expected })
      const { reason } = decoded as { reason: string }
      expect(reason).toContain('value')
      expect(reason.length).toBeLessThan(400)
      expect([...reason].every((character) => character >= ' ')).toBe(true)
    } else {
      expect(isRejected(decoded) ? decoded.reason : decoded.values).toStrictEqual([expected.value])
    }
  })
})

describe('a record', () => {
  test('becomes an event with its values in declared order, an instant with its offset as two', () => {
    const event = decodeSale({
      kind: 'card', units: 3, cents: '12345678901234567890'.slice(0, 18), price: '9.99', paid: true, note: 'n',
      shipped_at: '2024-03-02T00:00:00-03:30', booked_at: '2024-03-02T00:00:00-03:30',
    })
    const midnight = Date.UTC(2024, 2, 2, 3, 30)
    expect(event).toMatchObject({ tenant: 'c', entity: 's', id: '1', at: Date.UTC(2024, 2, 1, 8, 30), offsetMinutes: 60, line: 1, raw: 'raw' })
    expect(event.values).toStrictEqual(['n', 3, 123456789012345678n, 999, 1, 'card', midnight, -210, midnight])
  })

  test('without optional fields has null in each of their places', () => {
    expect(decodeSale({}).values).toStrictEqual(Array(9).fill(null))
  })

  test('of a stream that drops offsets has offset 0', () => {
    const decoded = decodeValue(text(), 'json', 'x') as DecodedEvent
    expect(decoded.offsetMinutes).toBe(0)
  })

  test.each(['client', 'shop', 'sale'])('with an empty %s is rejected', (name) => {
    expect(decoder(sales, { now: NOW })({ ...SALE, [name]: '' }, 4, '')).toMatchObject({ code: 'empty_key', line: 4 })
    expect(decoder(sales, { now: NOW, form: 'csv' })({ ...SALE, [name]: '' }, 4, '')).toMatchObject({ code: 'empty_key' })
    expect(decoder(sales, { now: NOW })({ ...SALE, [name]: null }, 4, '')).toMatchObject({ code: 'missing_field' })
    expect(decoder(sales, { now: NOW })({ ...SALE, [name]: 7 }, 4, '')).toMatchObject({ code: 'wrong_type' })
  })

  test.each([null, undefined, ''])('without its time (%j) is rejected', (value) => {
    expect(decoder(sales, { now: NOW, form: 'csv' })({ ...SALE, sold_at: value }, 1, '')).toMatchObject({ code: 'missing_field', reason: expect.stringContaining('sold_at') })
  })

  test('may have fields that the stream does not declare, and names that objects inherit', () => {
    const hostile: unknown = JSON.parse('{"client":"c","shop":"s","sale":"1","sold_at":"2024-03-01T09:30:00+01:00","__proto__":{"units":9},"constructor":{"prototype":{}},"extra":[1]}')
    const event = decoder(sales, { now: NOW })(hostile as Record<string, unknown>, 1, '')
    expect(isRejected(event) ? event.reason : event.values).toStrictEqual(Array(9).fill(null))
    expect(({} as Record<string, unknown>)['units']).toBeUndefined()
  })

  test('takes nothing from its prototype', () => {
    expect(decoder(sales, { now: NOW })(Object.create(SALE) as Record<string, unknown>, 1, '')).toMatchObject({ code: 'missing_field' })
  })

  test('names the field and at most 80 characters of the value, and the nearest word', () => {
    const decode = decoder(sales, { now: NOW })
    expect(decode({ ...SALE, kind: 'crad' }, 1, '')).toMatchObject({ reason: 'kind is "crad", which is not one of its values. Did you mean card? Known: card, cash, voucher.' })
    const reason = (decode({ ...SALE, kind: 'y'.repeat(500) }, 1, '') as { reason: string }).reason
    expect(reason).toContain(`"${'y'.repeat(80)}…"`)
    expect(reason).not.toContain('y'.repeat(81))
  })
})

describe('the future', () => {
  const at = (ms: number): Decoded => decoder(sales, { now: NOW })({ ...SALE, sold_at: new Date(ms) }, 1, '')
  const day = 86_400_000

  test('begins one day ahead, and its first millisecond is still accepted', () => {
    expect(isRejected(at(NOW + day))).toBe(false)
    expect(at(NOW + day + 1)).toMatchObject({ code: 'from_the_future', reason: expect.stringContaining('sold_at') })
  })

  test('begins where it is declared to', () => {
    const decode = decoder(sales, { now: NOW, aheadMs: 0 })
    expect(isRejected(decode({ ...SALE, sold_at: new Date(NOW) }, 1, ''))).toBe(false)
    expect(decode({ ...SALE, sold_at: new Date(NOW + 1) }, 1, '')).toMatchObject({ code: 'from_the_future' })
  })

  test('is no excuse for being malformed', () => {
    expect(decoder(sales, { now: NOW })({ ...SALE, sold_at: '9999-01-01T00:00:00Z', kind: 'x' }, 1, '')).toMatchObject({ code: 'unknown_value' })
  })
})

describe('digests', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex')

  test('are the first bytes of SHA-256 over a form that is written down', () => {
    const event = decodeSale({ units: 3, note: 'é', shipped_at: '2024-03-02T00:00:00-03:30' })
    expect(hex(event.identity)).toBe(sha('c\0' + '1').slice(0, 32))
    expect(hex(event.content)).toBe(sha(`s\0${event.at}\0` + `60\0note\0é\0shipped_at\0${Date.UTC(2024, 2, 2, 3, 30)}\0-210\0units\0` + '3').slice(0, 16))
    expect(hex(eventIdentity('c', '1'))).toBe(hex(event.identity))
  })

  test('are the same for CSV and JSON, and for each way to write a value', () => {
    const json = decodeSale({ units: 3, price: 9.5, paid: true, cents: 5 })
    const csv = decoder(sales, { now: NOW, form: 'csv' })({ ...SALE, sold_at: '2024-03-01T09:30:00.000+0100', units: '3', price: '9.50', paid: '1', cents: '5', note: '' }, 2, '') as DecodedEvent
    expect(hex(csv.content)).toBe(hex(json.content))
    expect(hex(csv.identity)).toBe(hex(json.identity))
  })

  test('keep identity and content apart: tenant and id in one, all else in the other', () => {
    const base = decodeSale({})
    const other = decodeSale({ shop: 't' })
    expect(hex(other.identity)).toBe(hex(base.identity))
    expect(hex(other.content)).not.toBe(hex(base.content))
    expect(hex(decodeSale({ sale: '2' }).content)).toBe(hex(base.content))
    expect(hex(decodeSale({ sale: '2' }).identity)).not.toBe(hex(base.identity))
    expect(hex(decodeSale({ sold_at: '2024-03-01T08:30:00Z' }).content)).not.toBe(hex(base.content))
  })

  test('do not change when an optional field is added or the declaration is reordered', () => {
    const fields = Object.entries(sales.fields)
    const grown = { ...sales, fields: Object.fromEntries([...fields.toReversed(), ['added', text().optional().definition]]) }
    const input = { ...SALE, units: 3, note: 'n', kind: 'cash' }
    const event = decoder(grown, { now: NOW })(input, 1, '') as DecodedEvent
    expect(hex(event.content)).toBe(hex(decodeSale(input).content))
  })

  test('differ whenever the content differs', () => {
    const value = fc.option(fc.constantFrom('a', 'b', 'ab', 'a\u0001b', '1', '12'), { nil: null })
    const content = fc.record({ shop: fc.constantFrom('a', 'ab', 'b'), note: value, units: fc.option(fc.integer({ min: 0, max: 12 }), { nil: null }), kind: fc.constantFrom('card', 'cash', null) })
    fc.assert(fc.property(content, content, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b)
      return (hex(decodeSale(a).content) === hex(decodeSale(b).content)) === same
    }), { numRuns: 2000 })
  })

  test('of identities differ however the letters are spread over tenant and id', () => {
    expect(hex(eventIdentity('ab', 'c'))).not.toBe(hex(eventIdentity('a', 'bc')))
  })
})

test('values by position give the event that a record gives', () => {
  const columns = Object.keys(sales.fields).map((name) => ['booked_at', 'sale', 'client', 'kind', 'sold_at', 'shop', 'price'].indexOf(name))
  const cells = ['', '1', 'c', 'cash', SALE.sold_at, 's', '1.5']
  const byPosition = valuesDecoder(sales, { now: NOW, form: 'csv' }, columns)(cells, 3, 'r')
  const byName = decoder(sales, { now: NOW, form: 'csv' })({ ...SALE, kind: 'cash', price: '1.5', booked_at: '' }, 3, 'r')
  expect(byPosition).toStrictEqual(byName)
})

test('no value, however odd, is accepted changed or throws', () => {
  const numbers = decoder(withValue(decimal(4)), { now: NOW })
  fc.assert(fc.property(fc.double(), (value) => {
    const decoded = numbers({ ...KEY, value }, 1, '')
    if (isRejected(decoded)) return true
    const scaled = String(decoded.values[0]).replace('-', '').padStart(5, '0')
    return Number(`${value < 0 ? '-' : ''}${scaled.slice(0, -4)}.${scaled.slice(-4)}`) === value
  }), { numRuns: 2000 })
  const all = decoder(sales, { now: NOW })
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(sales.fields), '__proto__', 'toString'), fc.anything({ withBigInt: true, withDate: true })), (input) => {
    all({ ...SALE, ...input }, 1, '')
  }), { numRuns: 5000 })
})

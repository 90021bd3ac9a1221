import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bigint, decimal, integer } from '../../src/definitions/field.ts'
import { MAX_RECORD_CHARACTERS } from '../../src/events/csv.ts'
import { NumberText } from '../../src/events/field-value.ts'
import { type JsonRow, jsonRows, MAX_DEPTH } from '../../src/events/ndjson.ts'
import type { RejectedEvent } from '../../src/stores/contract/events.ts'
import { iterable, pieces, readAll, withValue } from './fixtures.ts'

async function rowsOf(...text: readonly string[]): Promise<{ rows: JsonRow[]; rejects: RejectedEvent[] }> {
  const rows: JsonRow[] = []
  const rejects: RejectedEvent[] = []
  for await (const read of jsonRows(iterable(text))) {
    rows.push(...read.rows)
    rejects.push(...read.rejects)
  }
  return { rows, rejects }
}

const deep = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth)

/** A line and the code of its rejection; null when it is read. */
const LINES: readonly (readonly [string, string | null])[] = [
  ['{"a":1}', null],
  ['  {"a":1}\t', null],
  ['{"a":{"b":[1]}}', null],
  ['{}', null],
  ['{"a":1', 'not_json'],
  ['{"a":1}}', 'not_json'],
  ['{"a":1} {"a":2}', 'not_json'],
  ["{'a':1}", 'not_json'],
  ['{"a":NaN}', 'not_json'],
  ['{"a":Infinity}', 'not_json'],
  ['{"a":01}', 'not_json'],
  ['{"a":undefined}', 'not_json'],
  ['a,b,c', 'not_json'],
  ['\u0000', 'not_json'],
  ['null', 'not_an_object'],
  ['5', 'not_an_object'],
  ['12345678901234567890', 'not_an_object'],
  ['"x"', 'not_an_object'],
  ['[{"a":1}]', 'not_an_object'],
  [`{"a":${deep(MAX_DEPTH - 1)}}`, null],
  [`{"a":${deep(MAX_DEPTH)}}`, 'too_deep'],
  [`{"a":${deep(10_000)}}`, 'too_deep'],
  [deep(10_000), 'too_deep'],
  ['['.repeat(500_000), 'too_deep'],
  ['{"a":'.repeat(10_000), 'too_deep'],
  [`{"a":"${deep(100)}"}`, null],
  [`{"a":"\\"${deep(100)}\\\\"}`, null],
  [`{"a":[${Array(200).fill('[]').join()}]}`, null],
  [`{"a":"${'x'.repeat(MAX_RECORD_CHARACTERS - 8)}"}`, null],
  [`{"a":"${'x'.repeat(MAX_RECORD_CHARACTERS)}"}`, 'line_too_long'],
]

describe('a line of JSON', () => {
  test.each(LINES.map(([line, code]) => ({ line, code, title: line.length > 50 ? `${line.slice(0, 40)}… (${line.length} characters)` : line })))('$title → $code', async ({ line, code }) => {
    for (const end of ['\n', '\r\n']) {
      const text = `{"first":1}${end}${line}${end}${end}{"last":1}`
      const whole = await rowsOf(text)
      expect(whole.rejects.map((reject) => [reject.line, reject.code])).toEqual(code === null ? [] : [[2, code]])
      expect(whole.rows.map((row) => row.line)).toEqual(code === null ? [1, 2, 4] : [1, 4])
      if (code !== 'line_too_long') expect([...whole.rows, ...whole.rejects].find((each) => each.line === 2)?.raw).toBe(line)
      for (const reject of whole.rejects) expect(reject.reason.length).toBeLessThan(250)
      const cut = text.match(/.{1,70000}/gs) ?? []
      expect(await rowsOf(...cut)).toEqual(whole)
    }
  })

  test('comes out alike wherever the pieces end', async () => {
    const text = '{"a":1}\r\n\n  \n{"b":"é\\n"}\nx\n{"c":3}'
    const whole = await rowsOf(text)
    expect(whole.rows.map((row) => row.line)).toEqual([1, 4, 6])
    expect(whole.rejects).toMatchObject([{ line: 5, raw: 'x' }])
    for (let cut = 1; cut < text.length; cut++) expect(await rowsOf(text.slice(0, cut), text.slice(cut))).toEqual(whole)
    expect(await rowsOf(...text)).toEqual(whole)
  })

  test('that is too long comes with its start only', async () => {
    const { rejects } = await rowsOf(`{"a":"${'x'.repeat(3 * MAX_RECORD_CHARACTERS)}"}\n`)
    expect(rejects[0]?.raw.length).toBeLessThan(5000)
  })
})

describe('a number', () => {
  const numbers: readonly (readonly [string, unknown])[] = [
    ['1', 1], ['-0', -0], ['1e3', 1000], ['1.5', 1.5], ['9007199254740991', 9007199254740991],
    ['9007199254740992', new NumberText('9007199254740992')],
    ['9007199254740993', new NumberText('9007199254740993')],
    ['-123456789012345678901', new NumberText('-123456789012345678901')],
    ['123456789.123456789', new NumberText('123456789.123456789')],
    ['0.30000000000000004', 0.30000000000000004],
    ['0.1000000000000000', new NumberText('0.1000000000000000')], ['1.000000000000000', new NumberText('1.000000000000000')],
    ['1e400', Infinity],
  ]
  test.each(numbers)('%s is kept as it was written when a double would change it', async (source, expected) => {
    const { rows } = await rowsOf(`{"value":${source},"text":"12345678901234567890"}`)
    expect(rows[0]?.record).toStrictEqual({ value: expected, text: '12345678901234567890' })
  })

  const line = (value: string): string => `{"client":"c","shop":"s","id":"1","at":"2024-03-01T00:00:00Z","value":${value}}`
  test('past 2^53 is exact as a bigint and refused as an integer', async () => {
    const exact = await readAll(pieces('ndjson', line('9007199254740993')), withValue(bigint()))
    expect(exact.events[0]?.values).toEqual([9007199254740993n])
    const refused = await readAll(pieces('ndjson', line('9007199254740993')), withValue(integer()))
    expect(refused.rejects[0]).toMatchObject({ code: 'integer_unsafe', reason: expect.stringContaining('9007199254740993') })
    const infinite = await readAll(pieces('ndjson', line('1e400')), withValue(integer()))
    expect(infinite.rejects[0]).toMatchObject({ code: 'not_finite' })
  })

  test('is never rounded on its way into a decimal or a bigint', async () => {
    const digits = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })
    await fc.assert(fc.asyncProperty(digits, async (value) => {
      const whole = await readAll(pieces('ndjson', line(String(value))), withValue(bigint()))
      expect(BigInt(whole.events[0]?.values[0] as number)).toBe(value)
      const sign = value < 0n ? '-' : ''
      const padded = String(value).replace('-', '').padStart(10, '0')
      const decimals = await readAll(pieces('ndjson', line(`${sign}${padded.slice(0, -9)}.${padded.slice(-9)}`.replace(/^(-?)0+(?=\d)/, '$1'))), withValue(decimal(9)))
      expect(BigInt(decimals.events[0]?.values[0] as number)).toBe(value)
    }), { numRuns: 500 })
  })
})

test('__proto__ and constructor are keys like any others, and harmless', async () => {
  const { events, rejects } = await readAll(pieces('ndjson', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"client":"c","shop":"s","id":"1","at":"2024-03-01T00:00:00Z","value":12345678901234567890}'), withValue(decimal(0).optional()))
  expect(rejects).toMatchObject([{ code: 'decimal_too_large' }])
  expect(events).toEqual([])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

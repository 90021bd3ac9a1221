import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytes, csvLine, NOW, pieces, readAll, sales, VISIT_HEADER, visitRow, visits } from './fixtures.ts'

const SIZE = 100
const BATCH = 25

/** A garbled row, and what becomes of it. */
const GARBLED: readonly (readonly [is: string, row: string, code: string])[] = [
  ['too few fields', 'kysely,shop 1', 'wrong_field_count'],
  ['too many fields', `${visitRow(1)},`, 'wrong_field_count'],
  ['a stray quote', visitRow(1).replace('shop', 'sh"op'), 'bad_quote'],
  ['text behind a quote', '"kysely"x,shop 1,v1,2024-03-01T09:30:00Z', 'bad_quote'],
  ['no id', 'kysely,shop 1,,2024-03-01T09:30:00Z', 'empty_key'],
  ['no time', 'kysely,shop 1,v1,', 'missing_field'],
  ['a date that does not exist', 'kysely,shop 1,v1,2023-02-29T09:30:00Z', 'date_does_not_exist'],
  ['the year 0', 'kysely,shop 1,v1,0000-03-01T09:30:00Z', 'year_out_of_range'],
  ['the year 9999', 'kysely,shop 1,v1,9999-03-01T09:30:00Z', 'from_the_future'],
  ['an offset of +18 h', 'kysely,shop 1,v1,2024-03-01T09:30:00+18:00', 'offset_out_of_range'],
  ['an offset of −18 h', 'kysely,shop 1,v1,2024-03-01T09:30:00-18:00', 'offset_out_of_range'],
  ['NUL', 'kysely,shop\0,v1,2024-03-01T09:30:00Z', 'text_has_nul'],
  ['a long text', `kysely,${'x'.repeat(5000)},v1,2024-03-01T09:30:00Z`, 'text_too_long'],
  ['a line of 2 Mi', `kysely,${'x'.repeat(2 << 20)},v1,2024-03-01T09:30:00Z`, 'line_too_long'],
]
const PLACES = [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH - 1, SIZE / 2, SIZE - 2, SIZE - 1]

describe('a garbled row at every class of position goes to the rejects, all others in', () => {
  test.each(GARBLED)('%s', async (_, row, code) => {
    for (const place of PLACES) {
      for (const lineEnd of ['\n', '\r\n']) {
        const rows = Array.from({ length: SIZE }, (__, i) => (i === place ? row : visitRow(i)))
        const text = [VISIT_HEADER, ...rows].join(lineEnd) + (place % 2 === 0 ? lineEnd : '')
        const { events, rejects, batches, error } = await readAll(pieces('csv', text), visits, { batchRows: BATCH })
        expect(error).toBeNull()
        expect(rejects).toMatchObject([{ line: place + 2, code }])
        expect(events.map((event) => event.line)).toEqual(rows.flatMap((__, i) => (i === place ? [] : [i + 2])))
        expect(batches.map((batch) => batch.events.length + batch.rejects.length)).toEqual(code === 'line_too_long' ? expect.any(Array) : Array(SIZE / BATCH).fill(BATCH))
      }
    }
  })

  test('in NDJSON alike', async () => {
    const line = (i: number): string => JSON.stringify({ client: 'kysely', shop: `shop ${i % 7}`, visit: `v${i}`, at: '2024-03-01T09:30:00+01:00' })
    const garbled: readonly (readonly [string, string])[] = [
      ['{', 'not_json'], ['[]', 'not_an_object'], ['['.repeat(10_000), 'too_deep'], [line(1).replace('"v1"', '1'), 'wrong_type'],
      [line(1).replace('"v1"', '"\\ud800"'), 'text_not_well_formed'], [line(1).replace('"v1"', '"\\u0000"'), 'text_has_nul'], ['NaN', 'not_json'],
    ]
    for (const [row, code] of garbled) {
      for (const place of PLACES) {
        const rows = Array.from({ length: SIZE }, (__, i) => (i === place ? row : line(i)))
        const { events, rejects, error } = await readAll(pieces('ndjson', rows.join('\n')), visits, { batchRows: BATCH })
        expect(error).toBeNull()
        expect(rejects).toMatchObject([{ line: place + 1, code, raw: row }])
        expect(events.length).toBe(SIZE - 1)
      }
    }
  })
})

describe('an error of the file comes after everything before its place', () => {
  const rows = (count: number): string => [VISIT_HEADER, ...Array.from({ length: count }, (_, i) => visitRow(i)), ''].join('\n')

  test.each([0, 1, BATCH - 1, BATCH, BATCH + 1, 60])('a quote never closed after %d rows', async (count) => {
    const { events, error } = await readAll(pieces('csv', `${rows(count).trimEnd()}\nkysely,"shop 1,v,2024-03-01T09:30:00Z\n${visitRow(1)}\n`), visits, { batchRows: BATCH })
    expect(events.length).toBe(count)
    expect(error).toMatchObject({
      code: 'FILE_TRUNCATED', where: `test.csv:${count + 2}`, message: `the quote opened on line ${count + 2} is never closed`,
      why: expect.stringContaining(count === 0 ? 'Nothing was read before it.' : `Before it ${count} events were read and 0 records rejected.`),
    })
  })

  test.each([0, 1, BATCH, 60])('a byte that is not UTF-8 after %d rows', async (count) => {
    const good = rows(count)
    const content = Buffer.concat([Buffer.from(good), Buffer.from(`kysely,caf\xe9,v,2024-03-01T09:30:00Z\n${visitRow(1)}\n`, 'latin1')])
    for (const cut of [content.length, good.length, good.length + 3, good.length + 11]) {
      const { events, rejects, error } = await readAll(bytes('csv', content.subarray(0, cut), content.subarray(cut)), visits, { batchRows: BATCH })
      expect(error).toMatchObject({ code: 'FILE_ENCODING', where: `test.csv:${count + 2}` })
      expect([events.length, rejects.length]).toEqual([count, 0])
    }
  })

  test('UTF-16, an empty file, blank lines', async () => {
    expect((await readAll(bytes('csv', Buffer.from(`\uFEFF${rows(3)}`, 'utf16le')), visits)).error).toMatchObject({ code: 'FILE_ENCODING' })
    for (const format of ['csv', 'ndjson'] as const) {
      for (const text of ['', '\uFEFF', '\n', '\r\n\r\n']) {
        expect((await readAll(pieces(format, text), visits)).error).toMatchObject({ code: 'FILE_EMPTY', exitCode: 1, where: `test.${format}` })
      }
    }
  })

  test('a byte order mark is none', async () => {
    expect(await readAll(pieces('csv', `\uFEFF${rows(3)}`), visits)).toMatchObject({ events: { length: 3 }, error: null })
    expect(await readAll(pieces('csv', `\uFEFF"client",shop,visit,at\n${visitRow(1)}`), visits)).toMatchObject({ events: { length: 1 }, error: null })
  })
})

test('events and rejects carry what was sent', async () => {
  const row = '"c","s,\n1",1,2024-03-01T00:00:00Z'
  const { events, rejects } = await readAll(pieces('csv', `${VISIT_HEADER}\r\n${row}\r\n${row.replace('2024', '2O24')}\r\n`), visits)
  expect(events).toMatchObject([{ line: 2, raw: row, entity: 's,\n1' }])
  expect(rejects).toMatchObject([{ line: 4, raw: row.replace('2024', '2O24'), code: 'not_an_instant' }])
})

test('batches end early when their records are long', async () => {
  const text = `${VISIT_HEADER}\n${`kysely,${'x'.repeat(1_000_000)},v,2024-03-01T00:00:00Z\n`.repeat(12)}`
  const { batches, rejects } = await readAll(pieces('csv', text), visits)
  expect(rejects.length).toBe(12)
  expect(batches.length).toBeGreaterThan(2)
})

test('what is written as CSV reads back, wherever its pieces end', async () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0') && text.isWellFormed())
  const event = fc.record({
    client: name, shop: name, sale: name, note: fc.option(name, { nil: null }), units: fc.option(fc.maxSafeInteger(), { nil: null }),
    cents: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null }), paid: fc.option(fc.boolean(), { nil: null }),
    sold_at: fc.date({ min: new Date(0), max: new Date(NOW), noInvalidDate: true }),
  })
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 40 }), async (written, lineEnd, size) => {
    const columns = ['units', 'sold_at', 'client', 'shop', 'sale', 'note', 'cents', 'paid'] as const
    const lines = written.map((one) => csvLine(columns.map((column) => {
      const value = one[column]
      return value === null ? '' : value instanceof Date ? value.toISOString() : String(value)
    })))
    const content = new TextEncoder().encode([columns.join(','), ...lines].join(lineEnd))
    const parts = Array.from({ length: Math.ceil(content.length / size) }, (_, i) => content.subarray(i * size, (i + 1) * size))
    const { events, rejects, error } = await readAll(bytes('csv', ...parts), sales)
    expect([error, rejects]).toEqual([null, []])
    const back = events.map(({ tenant, entity, id, at, values: [note, units, cents, , paid] }) => ({
      client: tenant, shop: entity, sale: id, note, units, cents: cents === null ? null : BigInt(cents as number), paid: paid === null ? null : paid === 1, sold_at: new Date(at),
    }))
    expect(back).toEqual(written)
  }), { numRuns: 300 })
})

describe('memory is bounded', () => {
  let folder: string
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'tidemark-memory-')) })
  afterAll(async () => { await rm(folder, { recursive: true }) })

  interface Reading {
    readonly events: number
    readonly rejects: number
    readonly error: string | null
    readonly maxRssMb: number
  }

  /** Reads a file in a process of its own, so that nothing of this one is measured. */
  async function read(path: string): Promise<Reading> {
    const script = fileURLToPath(new URL('read-in-process.ts', import.meta.url))
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    for await (const piece of child.stdout) out += String(piece)
    return JSON.parse(out) as Reading
  }

  async function write(name: string, lines: Iterable<string>): Promise<string> {
    const path = join(folder, name)
    await pipeline(Readable.from(lines), createGzip({ level: 1 }), createWriteStream(path))
    return path
  }

  function* repeated(head: string, body: string, times: number, tail = ''): Generator<string> {
    yield head
    for (let i = 0; i < times; i++) yield body
    yield tail
  }

  test('for 200,000 rows, half of them garbled', async () => {
    function* lines(): Generator<string> {
      yield `${VISIT_HEADER}\n`
      for (let i = 0; i < 200; i++) {
        yield Array.from({ length: 1000 }, (_, k) => (k % 2 === 0 ? visitRow(i * 1000 + k) : `${visitRow(k)}"`)).join('\n') + '\n'
      }
    }
    const { maxRssMb, ...rest } = await read(await write('rows.csv.gz', lines()))
    expect(rest).toEqual({ events: 100_000, rejects: 100_000, error: null })
    expect(maxRssMb).toBeLessThan(256)
  }, 60_000)

  const mega = 'x'.repeat(1 << 20)
  /** What a small file expands to, 400 MB each, and what is read of it. */
  const bombs: readonly (readonly [string, () => Iterable<string>, Omit<Reading, 'maxRssMb'>])[] = [
    ['one line.csv.gz', () => repeated(`${VISIT_HEADER}\n${visitRow(1)}\n`, mega, 400, `\n${visitRow(2)}\n`), { events: 2, rejects: 1, error: null }],
    ['one header.csv.gz', () => repeated('', mega, 400), { events: 0, rejects: 0, error: 'FILE_HEADER' }],
    ['one quote.csv.gz', () => repeated(`${VISIT_HEADER}\n${visitRow(1)}\n"`, mega, 400), { events: 1, rejects: 0, error: 'FILE_TRUNCATED' }],
    ['quotes only.csv.gz', () => repeated(`${VISIT_HEADER}\n${visitRow(1)}\n`, '"'.repeat(1 << 20), 400), { events: 1, rejects: 0, error: 'FILE_TRUNCATED' }],
    ['zeros.ndjson.gz', () => repeated('', '\0'.repeat(1 << 20), 400), { events: 0, rejects: 1, error: null }],
    ['long lines.ndjson.gz', () => repeated('', `${mega.slice(1)}\n`, 400), { events: 0, rejects: 400, error: null }],
    ['brackets.ndjson.gz', () => repeated('', `${'['.repeat(1 << 19)}\n`, 800), { events: 0, rejects: 800, error: null }],
    ['blank lines.csv.gz', () => repeated(`${VISIT_HEADER}\n`, '\n'.repeat(1 << 20), 40, visitRow(1)), { events: 1, rejects: 0, error: null }],
  ]
  test.each(bombs)('for a small file that expands: %s', async (name, lines, expected) => {
    const { maxRssMb, ...rest } = await read(await write(name, lines()))
    expect(rest).toEqual(expected)
    // V8 lets its young generation grow to 134 MB where the machine has room, and stripping types costs 40.
    expect(maxRssMb).toBeLessThan(320)
  }, 60_000)
})

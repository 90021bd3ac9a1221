import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsvRow, csvRows, MAX_RECORD_CHARACTERS } from '../../src/events/csv.ts'
import type { TidemarkError } from '../../src/errors.ts'
import type { RejectedEvent } from '../../src/stores/contract/events.ts'
import { csvLine, iterable, sales, pieces, readAll, VISIT_HEADER, visitRow, visits } from './fixtures.ts'

async function rowsOf(...text: readonly string[]): Promise<{ rows: CsvRow[]; rejects: RejectedEvent[]; error: TidemarkError | null }> {
  const rows: CsvRow[] = []
  const rejects: RejectedEvent[] = []
  try {
    for await (const read of csvRows(iterable(text), 'f.csv')) {
      rows.push(...read.rows)
      rejects.push(...read.rejects)
    }
  } catch (error) {
    return { rows, rejects, error: error as TidemarkError }
  }
  return { rows, rejects, error: null }
}

/** Text, its records as [line, ...cells], and its rejects as [line, code]. */
interface Case {
  readonly is: string
  readonly text: string
  readonly rows: readonly (readonly [number, ...string[]])[]
  readonly rejects?: readonly (readonly [number, string, string?])[]
  /** Code and place of the error that ends the reading. */
  readonly error?: readonly [string, string]
}

const CASES: readonly Case[] = [
  { is: 'nothing', text: '', rows: [] },
  { is: 'a header alone', text: 'a,b', rows: [[1, 'a', 'b']] },
  { is: 'LF', text: 'a,b\n1,2\n', rows: [[1, 'a', 'b'], [2, '1', '2']] },
  { is: 'CRLF', text: 'a,b\r\n1,2\r\n', rows: [[1, 'a', 'b'], [2, '1', '2']] },
  { is: 'both, and no last line end', text: 'a,b\r\n1,2\n3,4', rows: [[1, 'a', 'b'], [2, '1', '2'], [3, '3', '4']] },
  { is: 'CR at the very end', text: 'a,b\r\n1,2\r', rows: [[1, 'a', 'b'], [2, '1', '2']] },
  { is: 'blank lines', text: '\n\na,b\n\r\n1,2\n\n', rows: [[3, 'a', 'b'], [5, '1', '2']] },
  { is: 'empty fields', text: 'a,b,c\n,,\n,2,\n', rows: [[1, 'a', 'b', 'c'], [2, '', '', ''], [3, '', '2', '']] },
  { is: 'quoted fields', text: 'a,b\n"1","2"\n"x,y",z\n', rows: [[1, 'a', 'b'], [2, '1', '2'], [3, 'x,y', 'z']] },
  { is: 'quoted empty fields', text: 'a,b\n"",""\n1,""\n', rows: [[1, 'a', 'b'], [2, '', ''], [3, '1', '']] },
  { is: 'doubled quotes', text: 'a,b\n"say ""hi""",2\n"""",""""""\n', rows: [[1, 'a', 'b'], [2, 'say "hi"', '2'], [3, '"', '""']] },
  { is: 'line ends in quotes', text: 'a,b\r\n"1\r\n1",2\r\n3,4\r\n', rows: [[1, 'a', 'b'], [2, '1\r\n1', '2'], [4, '3', '4']] },
  { is: 'a quoted last field without line end', text: 'a,b\n1,"2"', rows: [[1, 'a', 'b'], [2, '1', '2']] },
  { is: 'a quoted field, then an empty one at the end', text: 'a,b\n"1",', rows: [[1, 'a', 'b'], [2, '1', '']] },
  { is: 'a quoted header', text: '"a","b"\n1,2\n', rows: [[1, 'a', 'b'], [2, '1', '2']] },
  { is: 'too few fields', text: 'a,b\n1\n3,4\n', rows: [[1, 'a', 'b'], [3, '3', '4']], rejects: [[2, 'wrong_field_count', '1']] },
  { is: 'too many fields', text: 'a,b\n1,2,3\n3,4\n', rows: [[1, 'a', 'b'], [3, '3', '4']], rejects: [[2, 'wrong_field_count', '1,2,3']] },
  { is: 'too many quoted fields', text: 'a,b\n"1\n",2,3\n3,4\n', rows: [[1, 'a', 'b'], [4, '3', '4']], rejects: [[2, 'wrong_field_count', '"1\n",2,3']] },
  { is: 'a quote inside a field', text: 'a,b\n5" pipe,2\n3,4\n', rows: [[1, 'a', 'b'], [3, '3', '4']], rejects: [[2, 'bad_quote', '5" pipe,2']] },
  { is: 'text after a closing quote', text: 'a,b\n"x"y,2\n3,4\n', rows: [[1, 'a', 'b'], [3, '3', '4']], rejects: [[2, 'bad_quote', '"x"y,2']] },
  { is: 'a stray quote, before rows with quotes', text: 'a,b\n"x,2\n3,4\n"5",6\n7,8\n', rows: [[1, 'a', 'b'], [3, '3', '4'], [4, '5', '6'], [5, '7', '8']], rejects: [[2, 'bad_quote', '"x,2']] },
  { is: 'a stray quote in the last line', text: 'a,b\n1,2\n5"', rows: [[1, 'a', 'b'], [2, '1', '2']], rejects: [[3, 'bad_quote', '5"']] },
  { is: 'a lone CR after a quote', text: 'a,b\n"x"\ry,2\n3,4', rows: [[1, 'a', 'b'], [3, '3', '4']], rejects: [[2, 'bad_quote', '"x"\ry,2']] },
  { is: 'a quote never closed', text: 'a,b\n1,2\n3,"4\n5,6\n', rows: [[1, 'a', 'b'], [2, '1', '2']], error: ['FILE_TRUNCATED', 'f.csv:3'] },
  { is: 'a quote never closed, in a record of several lines', text: 'a,b\n"1\n\n1","4\n5,6\n', rows: [[1, 'a', 'b']], error: ['FILE_TRUNCATED', 'f.csv:4'] },
  { is: 'a quote opened by the last character', text: 'a,b\n1,2\n3,"', rows: [[1, 'a', 'b'], [2, '1', '2']], error: ['FILE_TRUNCATED', 'f.csv:3'] },
  { is: 'a quote never closed in the header', text: 'a,"b\n1,2\n', rows: [], error: ['FILE_TRUNCATED', 'f.csv:1'] },
  { is: 'a garbled header', text: 'a,b"\n1,2\n', rows: [], error: ['FILE_HEADER', 'f.csv:1'] },
  { is: 'letters of several bytes', text: 'a,b\n"ü😀",é\n', rows: [[1, 'a', 'b'], [2, 'ü😀', 'é']] },
]

describe('CSV text is split into records', () => {
  test.each(CASES)('$is', async ({ text, rows, rejects = [], error }) => {
    const inOne = await rowsOf(text)
    expect(inOne.rows.map((row) => [row.line, ...row.cells])).toEqual(rows)
    expect(inOne.rejects.map((reject) => [reject.line, reject.code, reject.raw])).toEqual(rejects)
    expect(inOne.error === null ? undefined : [inOne.error.code, inOne.error.where]).toEqual(error)
    // Wherever the pieces end, the same comes out.
    for (let cut = 1; cut < text.length; cut++) expect(await rowsOf(text.slice(0, cut), text.slice(cut))).toEqual(inOne)
    expect(await rowsOf(...text)).toEqual(inOne)
  })

  test('raw is the record as it was written', async () => {
    const { rows } = await rowsOf('a,b\r\n"1\r\n""",2\r\n3,4')
    expect(rows.map((row) => row.raw)).toEqual(['a,b', '"1\r\n""",2', '3,4'])
  })
})

describe('against csv-parse', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', '\r\n', ' ', 'é', '😀', ''), maxLength: 6 })
  const table = fc.integer({ min: 2, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))

  test('what is written as CSV reads back', async () => {
    await fc.assert(fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.nat(), async (rows, lineEnd, ended, cut) => {
      const text = rows.map(csvLine).join(lineEnd) + (ended ? lineEnd : '')
      const at = text.length === 0 ? 0 : cut % text.length
      const read = await rowsOf(text.slice(0, at), text.slice(at))
      expect(read.error).toBeNull()
      expect(read.rejects).toEqual([])
      expect(read.rows.map((row) => row.cells)).toEqual(rows)
      expect(parse(text, { record_delimiter: lineEnd })).toEqual(rows)
    }), { numRuns: 1000 })
  })

  test('whatever csv-parse accepts is read alike', async () => {
    const soup = fc.string({ unit: fc.constantFrom('a', ',', '"', '"', '\n'), maxLength: 14 })
    let accepted = 0
    await fc.assert(fc.asyncProperty(soup, async (text) => {
      let expected: string[][]
      try {
        expected = parse(text, { skip_empty_lines: true, record_delimiter: '\n' })
      } catch {
        return
      }
      accepted += 1
      const read = await rowsOf(text)
      expect(read.rows.map((row) => row.cells)).toEqual(expected)
      expect(read.error).toBeNull()
    }), { numRuns: 5000 })
    expect(accepted).toBeGreaterThan(500)
  })

  test('no text is lost: what is not in rows is in rejects or behind an error', async () => {
    const soup = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r'), maxLength: 20 })
    await fc.assert(fc.asyncProperty(soup, async (tail) => {
      const text = `h,i\n${tail}`
      const read = await rowsOf(text)
      const raws = [...read.rows, ...read.rejects].toSorted((a, b) => a.line - b.line).map((each) => each.raw)
      const whole = raws.join('\n').replaceAll(/[\r\n]+/g, '')
      const flat = text.replaceAll(/[\r\n]+/g, '')
      expect(read.error === null ? whole === flat : flat.startsWith(whole)).toBe(true)
    }), { numRuns: 5000 })
  })
})

describe('a record that is too long', () => {
  const max = 'x'.repeat(MAX_RECORD_CHARACTERS - 2)
  const split = (text: string): string[] => text.match(/.{1,65536}/gs) ?? []
  const shapes: readonly (readonly [string, string, readonly (readonly [number, string])[]])[] = [
    ['at the bound is a row', `a,b\n1,${max}\n3,4\n`, []],
    ['past the bound is one reject', `a,b\n1,y${max}\n3,4\n`, [[2, 'line_too_long']]],
    ['of many pieces is one reject', `a,b\n1,${max}${max}${max}\n3,4\n`, [[2, 'line_too_long']]],
    ['with quotes is one reject', `a,b\n"1",y${max}${max}\n3,4\n`, [[2, 'line_too_long']]],
    ['with line ends in quotes is one reject', `a,b\n"1\n1",y${max}${max}\n3,4\n`, [[2, 'line_too_long']]],
    ['with a garbled quote is one reject', `a,b\n1"1,y${max}${max}\n3,4\n`, [[2, 'line_too_long']]],
    ['with quotes after the bound is one reject', `a,b\n${max}${max},"3"\n3,4\n`, [[2, 'line_too_long']]],
  ]
  test.each(shapes)('%s', async (_, text, rejects) => {
    for (const parts of [[text], split(text)]) {
      const read = await rowsOf(...parts)
      expect(read.error).toBeNull()
      expect(read.rejects.map((reject) => [reject.line, reject.code])).toEqual(rejects)
      expect(read.rejects.every((reject) => reject.raw.length < 5000)).toBe(true)
      const last = read.rows.at(-1)
      expect([last?.line, last?.cells]).toEqual([text.includes('\n1",') ? 4 : 3, ['3', '4']])
    }
  })

  test('is told apart from a quote never closed alike wherever the pieces end', async () => {
    for (const length of [-3, -2, -1, 0, 1, 2]) {
      const text = `a,b,c\n1,${max.slice(2, max.length + length)},"2\n3"\n4,5,6\n`
      const whole = await rowsOf(text)
      for (const around of [-4, -3, -2, -1, 0, 1, 2, 3]) {
        const cut = text.indexOf('"') + around
        expect(await rowsOf(text.slice(0, cut), text.slice(cut))).toEqual(whole)
      }
    }
  })

  test('in the header is an error of the file', async () => {
    expect((await rowsOf(max + max)).error).toMatchObject({ code: 'FILE_HEADER', where: 'f.csv:1' })
  })

  test('in quotes is a quote never closed, found without holding the file', async () => {
    const text = `a,b\n1,2\n3,"${max}\n${max}\n"`
    for (const parts of [[text], split(text)]) {
      const read = await rowsOf(...parts)
      expect(read.rows).toHaveLength(2)
      expect(read.error).toMatchObject({ code: 'FILE_TRUNCATED', where: 'f.csv:3' })
    }
  })
})

describe('the header', () => {
  const row = visitRow(1)
  const refused: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ['without a column', `client,shop,vist,at\n${row}\n`, /no column visit/, /Did you mean vist\?/],
    ['without two columns', `client,shop\n${row}\n`, /no columns visit, at/, /exactly as visits declares/],
    ['that is missing', `${row}\n${row}\n`, /no columns client, shop, visit, at/, /first line names/],
    ['with a column twice', `client,shop,visit,at,shop\n${row},x\n`, /two columns .* shop/, /Rename/],
    ['with semicolons', `client;shop;visit;at\n`, /no columns/, /separated by commas; this file has ";"/],
    ['with tabs', `client\tshop\tvisit\tat\n`, /no columns/, /this file has "\\t"/],
    ['of a file with lone CRs', `client,shop,visit,at\r${row}\r`, /lone carriage return/, /LF or CRLF/],
    ['in other case', `Client,shop,visit,at\n${row}\n`, /no column client/, /Did you mean Client\?/],
  ]
  test.each(refused)('%s is refused', async (_, text, message, hint) => {
    const { error, events, rejects } = await readAll(pieces('csv', text), visits)
    expect(error).toMatchObject({ code: 'FILE_HEADER', where: 'test.csv:1', exitCode: 1, message: expect.stringMatching(message), hint: expect.stringMatching(hint) })
    expect([events, rejects]).toEqual([[], []])
  })

  test('may leave out optional fields, have others, in any order, and name others twice', async () => {
    const { error, events } = await readAll(pieces('csv', 'x,sale,x,sold_at,,client,,shop,kind\n1,s1,2,2024-03-01T09:30:00Z,3,c,4,s,cash\n'), sales)
    expect(error).toBeNull()
    expect(events[0]).toMatchObject({ tenant: 'c', entity: 's', id: 's1', values: [null, null, null, null, null, 'cash', null, null, null] })
  })

  test('alone is a file without events', async () => {
    expect(await readAll(pieces('csv', `${VISIT_HEADER}\r\n`), visits)).toMatchObject({ events: [], rejects: [], error: null })
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvLine, escapeFormula, unescapeFormula } from '../../src/server/csv.ts'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, type Place, sale, sales, words } from './place.ts'

let place: Place
let server: Server
let token: string
const folder = mkdtempSync(join(tmpdir(), 'tidemark-tables-'))
const HOSTILE = ['=cmd|\' /C calc\'!A0', '+1', '-2', '@sum', '\tx', '\r=y', ' =z', '\u00a0=n', 'a\n=b', "'=q", 'with,comma "and quotes"', 'ünïcode 🌊']

beforeAll(async () => {
  place = await furnished()
  server = await place.serve()
  token = await place.token()
  await place.history.ingest(sales, HOSTILE.map((name, i) => sale('evil', name, `h${i}`, '2026-02-03T10:00:00Z', { amount: '-1.25', big: '-9007199254740993' })))
})
afterAll(async () => {
  await place.close()
  rmSync(folder, { recursive: true, force: true })
})

const ASKED = { select: 'sales.sum,amount.sum,big.sum,open.any,mean.value', tenant: 'evil', grain: 'month', from: '2026-02-01', to: '2026-04-01', by: 'kind' }

describe('CSV', () => {
  test('has the rows of the JSON answer; numbers stay numbers and no text is a formula', async () => {
    const { json: whole } = await ask(server, `/v1/series/turnover/query${words(ASKED)}`, { token })
    const got = await ask(server, `/v1/series/turnover/query${words({ ...ASKED, format: 'csv' })}`, { token })
    expect(got.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="turnover-month.csv"')
    expect(got.text.split('\r\n')[0]).toBe('tenant,entity,name,kind,period,sales.sum,amount.sum,big.sum,open.any,mean.value,expected,present,missing')
    const rows = parse(got.text, { columns: true }) as Record<string, string>[]
    const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value))
    expect(rows.map(({ missing: _, ...row }) => ({ ...row, entity: unescapeFormula(row['entity'] as string) }))).toEqual(whole.rows.map((row: { group: { kind: string }; coverage: { expected: number; present: number } } & Record<string, unknown>) => ({
      tenant: row['tenant'], entity: row['entity'], name: '', kind: row.group.kind, period: row['period'], ...Object.fromEntries(['sales.sum', 'amount.sum', 'big.sum', 'open.any', 'mean.value'].map((key) => [key, text(row[key])])),
      expected: text(row.coverage.expected), present: text(row.coverage.present),
    })))
    expect(new Set(rows.map(({ entity }) => unescapeFormula(entity as string)))).toEqual(new Set(HOSTILE))
    for (const { entity } of rows) expect(entity).not.toMatch(/^[=+\-@\t\r]/)
    expect(rows.some((row) => row['amount.sum'] === '-1.25' && row['big.sum'] === '-9007199254740993')).toBe(true)
  })

  test.each([['=1', "'=1"], [' +1', "' +1"], ['\u00a0-1', "'\u00a0-1"], ['a\n@b', "a\n'@b"], ['\tx', "'\tx"], ['\rx', "'\rx"], ["'=1", "''=1"], ['＝1', "'＝1"], ['a=1', 'a=1'], ['a;=1', "a;'=1"], ['a\t-1;b', "a\t'-1;b"], ["a; '@b", "a;' '@b"], ['\t=1', "'\t'=1"], [';+1', ";'+1"], ['a;b', 'a;b'], ['plain', 'plain'], ["it's", "it's"]])('%j is written as %j', (text, written) => {
    expect(escapeFormula(text)).toBe(written)
    expect(unescapeFormula(written)).toBe(text)
  })

  test('gives every text back, and lets none through that a spreadsheet would run', () => {
    const pieces = fc.array(fc.constantFrom('=', '+', '-', '@', ';', '\t', '\r', '\n', ' ', '\u00a0', "'", '"', ',', 'a', '1', '\ufeff'), { maxLength: 8 }).map((all) => all.join(''))
    fc.assert(fc.property(fc.oneof(pieces, fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())), (text) => {
      const [[back] = []] = parse(csvLine([{ kind: 'text', value: text }, { kind: 'number', value: -1 }]), { relax_column_count: true, bom: false }) as string[][]
      expect(unescapeFormula(back as string)).toBe(text)
      for (const line of (back as string).split(/[\r\n;\t]/)) expect(line).not.toMatch(/^[\s\u00a0\ufeff]*[=+\-@]/)
      expect(back).not.toMatch(/^[\t\r]/)
    }), { numRuns: 2000 })
  })

  test('a number that is text and looks like one stays; text in a place for numbers does not', () => {
    expect(csvLine([{ kind: 'number', value: '-0.50' }, { kind: 'number', value: '-1+1' }, { kind: 'text', value: '-5' }, { kind: 'number', value: null }])).toBe("-0.50,'-1+1,'-5,\r\n")
  })
})

describe('Parquet', () => {
  test('has the rows of the JSON answer, exactly, as two other readers see them', async () => {
    const { json: whole } = await ask(server, `/v1/series/turnover/query${words(ASKED)}`, { token })
    const response = await fetch(`${server.url}/v1/series/turnover/query${words({ ...ASKED, format: 'parquet' })}`, { headers: { authorization: `Bearer ${token}` } })
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    const bytes = await response.arrayBuffer()
    const rows = await parquetReadObjects({ file: { byteLength: bytes.byteLength, slice: (from, to) => bytes.slice(from, to) }, compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) } }) as Record<string, unknown>[]
    expect(rows).toHaveLength(whole.rows.length)
    for (const [index, row] of rows.entries()) {
      const told = whole.rows[index]
      expect(row).toMatchObject({
        tenant: told.tenant, entity: told.entity, kind: told.group.kind, period: told.period, 'sales.sum': told['sales.sum'] === null ? null : BigInt(told['sales.sum']),
        'amount.sum': told['amount.sum'], 'big.sum': told['big.sum'], 'open.any': told['open.any'], 'mean.value': told['mean.value'], expected: BigInt(told.coverage.expected), present: BigInt(told.coverage.present),
      })
    }
    const path = join(folder, 'answer.parquet')
    writeFileSync(path, new Uint8Array(bytes))
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const { rows: types } = { rows: await (await connection.run(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`)).getRows() }
    expect(Object.fromEntries(types as [string, string][])).toMatchObject({ 'sales.sum': 'BIGINT', 'amount.sum': 'VARCHAR', 'big.sum': 'VARCHAR', 'open.any': 'BOOLEAN', period: 'VARCHAR' })
    const [[sum]] = await (await connection.run(`SELECT sum("amount.sum"::DECIMAL(18, 2))::VARCHAR FROM '${path}'`)).getRows() as [[string]]
    expect(sum).toBe('-15.00')
    connection.closeSync()
  })

  test('of no rows has its columns', async () => {
    const response = await fetch(`${server.url}/v1/series/turnover/query${words({ select: 'sales.sum', tenant: 'nobody', format: 'parquet' })}`, { headers: { authorization: `Bearer ${token}` } })
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100)
  })
})

test('a file that leaves is in the audit log', async () => {
  await ask(server, `/v1/series/turnover/query${words({ ...ASKED, format: 'csv' })}`, { token })
  const { json: log } = await ask(server, '/v1/audit?limit=1000', { token })
  expect(log.entries.at(-1)).toMatchObject({ actor: 'admin of all (token 1)', action: 'export', target: 'turnover', tenants: ['evil'], detail: { format: 'csv' } })
})

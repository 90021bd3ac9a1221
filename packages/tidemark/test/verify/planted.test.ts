import { closeSync, copyFileSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import type { CheckName } from '../../src/verify/report.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { buildHistory, Copy, problemsOf } from './fixture.ts'

let root: string
beforeAll(async () => {
  root = mkdtempSync(join(scratchRoot(), 'tidemark-verify-'))
  await buildHistory(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The keys of one row, as a condition. */
const oneOf = (table: string, columns: string, where = '1'): string => `(${columns}) = (SELECT ${columns} FROM ${table} WHERE ${where} ORDER BY ${columns} LIMIT 1)`
const ROW = 'tenant_id, entity_id, bucket, cell'
const EVENT = 'tenant_id, entity_id, day, seq'

interface Planted {
  readonly what: string
  readonly check: CheckName
  readonly sql: readonly string[]
  /** A problem of the check says so. */
  readonly says: RegExp
  /** Without `deep` it is not found by this check. */
  readonly onlyDeep?: true
}

const PLANTED: readonly Planted[] = [
  { what: 'a column that nobody declared', check: 'schema', sql: ['ALTER TABLE tm_day_activity ADD COLUMN extra INTEGER'], says: /tm_day_activity has a column extra/ },
  { what: 'a column renamed', check: 'schema', sql: ['ALTER TABLE tm_day_activity RENAME COLUMN events_n TO events_m'], says: /tm_day_activity has no column events_n INTEGER/ },
  { what: 'a table that is not STRICT', check: 'schema', sql: ['CREATE TABLE copied AS SELECT * FROM tm_meta', 'DROP TABLE tm_meta', 'ALTER TABLE copied RENAME TO tm_meta'], says: /tm_meta is not STRICT/ },
  { what: 'a definition rewritten', check: 'schema', sql: [`UPDATE tm_series SET definition = replace(definition, '"asOfDays":35', '"asOfDays":36')`], says: /definition of activity is not the one that the last migration made/ },
  { what: 'a transaction gone', check: 'transactions', sql: ['DELETE FROM tm_transaction WHERE id = 7'], says: /transaction 8 .* follows 6: 1 are missing/ },
  { what: 'an instant that goes back', check: 'transactions', sql: ['UPDATE tm_transaction SET at = at - 999999999999 WHERE id = 9'], says: /transaction 9 .* before the one before it/ },
  { what: 'a count off by one', check: 'day-rows', sql: [`UPDATE tm_day_activity SET events_n = events_n + 1 WHERE ${oneOf('tm_day_activity', ROW, 'cell = 0')}`], says: /^activity day row of zeta \/ ada, 2024-\d\d-\d\d, the whole: events_n is \d+, and its facts say \d+/ },
  { what: 'a least value changed', check: 'day-rows', sql: [`UPDATE tm_day_activity SET firstAt_min = 1 WHERE ${oneOf('tm_day_activity', ROW, 'cell <> 0 AND facts > 0')}`], says: /firstAt_min is 1, and its facts say/ },
  { what: 'a sum past 2^53 off by one', check: 'day-rows', sql: [`UPDATE tm_day_activity SET bytes_sum = bytes_sum + 1 WHERE ${oneOf('tm_day_activity', ROW, 'bytes_sum > 9007199254740993')}`], says: /bytes_sum is 9\d{15}, and its facts say 9\d{15}/ },
  { what: 'a day row gone', check: 'day-rows', sql: [`DELETE FROM tm_day_activity WHERE ${oneOf('tm_day_activity', ROW, 'facts > 0')}`], says: /there is no row, and \d+ facts are there/ },
  { what: 'an event gone', check: 'day-rows', sql: [`DELETE FROM tm_event_sales WHERE ${oneOf('tm_event_sales', EVENT, 'removed IS NULL')}`], says: /it counts \d+ facts, and \d+ are there|and none is there/ },
  { what: 'an event’s field changed', check: 'day-rows', sql: [`UPDATE tm_event_sales SET f_kind = CASE f_kind WHEN 'fix' THEN 'docs' ELSE 'fix' END WHERE ${oneOf('tm_event_sales', EVENT, 'removed IS NULL')}`], says: /day row of/ },
  { what: 'an adjustment changed', check: 'day-rows', sql: ["UPDATE tm_adjustment SET amount = 4 WHERE id = 'a1'"], says: /2024-03-01, .*: events_n is \d+, and its facts say \d+/ },
  { what: 'a rolled-up value changed', check: 'row-digests', sql: [`UPDATE tm_month_activity SET events_n = events_n + 1 WHERE ${oneOf('tm_month_activity', ROW)}`], says: /^activity month row of zeta \/ ada, .*: its digest is [0-9a-f]{32}, and its values have/ },
  { what: 'a digest changed', check: 'row-digests', sql: [`UPDATE tm_week_activity SET digest = x'00' WHERE ${oneOf('tm_week_activity', ROW)}`], says: /activity week row of .*: its digest is 00/ },
  { what: 'a day of a flag changed', check: 'row-digests', sql: [`UPDATE tm_week_activity SET active_days = '1:1' WHERE ${oneOf('tm_week_activity', ROW, 'active_n > 0')}`], says: /its digest is/ },
  { what: 'a row moved a day', check: 'rows', sql: [`UPDATE tm_week_activity SET bucket = bucket + 1 WHERE ${oneOf('tm_week_activity', ROW, 'days > 2')}`], says: /activity week row of .*: it crosses the end of its week|is an edge of no week/ },
  { what: 'a row too long', check: 'rows', sql: [`UPDATE tm_month_activity SET days = days + 1 WHERE ${oneOf('tm_month_activity', ROW)}`], says: /it crosses the end of its month|is an edge of no month/ },
  { what: 'a row across a declared window', check: 'rows', sql: [`UPDATE tm_month_activity SET bucket = bucket - 5, days = days + 5 WHERE ${oneOf('tm_month_activity', ROW, "strftime('%d', bucket * 86400, 'unixepoch') <> '01'")}`], says: /it is not cut at 20\d\d-\d\d-\d\d, where a declared window begins/ },
  { what: 'a row too short', check: 'rows', sql: [`UPDATE tm_week_activity SET days = days - 1 WHERE ${oneOf('tm_week_activity', ROW, 'days > 3')}`], says: /is an edge of no week/ },
  { what: 'two rows over each other', check: 'rows', sql: [`UPDATE tm_week_activity SET bucket = bucket - 1 WHERE ${oneOf('tm_week_activity', ROW, 'bucket - 1 IN (SELECT bucket + days - 1 FROM tm_week_activity)')}`], says: /it begins before the row before it ends|crosses the end/ },
  { what: 'a row on the wrong side', check: 'rows', sql: [`UPDATE tm_day_activity SET bucket = bucket - 200 WHERE ${oneOf('tm_day_activity', ROW)}`], says: /day rows before 20\d\d-\d\d-\d\d have retired/ },
  { what: 'a cell of no group', check: 'rows', sql: [`UPDATE tm_day_activity SET cell = 999 WHERE ${oneOf('tm_day_activity', ROW, 'cell = 1')}`], says: /cell 999 stands for no combination/ },
  { what: 'rows of an entity that is not there', check: 'rows', sql: [`UPDATE tm_day_activity SET entity_id = 999 WHERE entity_id = 2`], says: /tm_day_activity has rows of tenant \d+, entity 999/ },
  { what: 'a boundary ahead of the finer one', check: 'rows', sql: ['UPDATE tm_boundary SET week = day + 7 WHERE entity_id = 1'], says: /week rows have retired up to .*, further than the finer tier/ },
  { what: 'a cell that does not add up', check: 'cells', sql: [`UPDATE tm_quarter_activity SET events_n = events_n + 1 WHERE ${oneOf('tm_quarter_activity', ROW, 'cell = 0')}`], says: /activity quarter row of .*, the whole, by kind: events_n is \d+, and its cells come to \d+/ },
  { what: 'a cell gone', check: 'cells', sql: [`DELETE FROM tm_month_activity WHERE ${oneOf('tm_month_activity', ROW, 'cell = 1')}`], says: /activity month row of .*by kind: it counts \d+ facts, and its cells \d+/ },
  { what: 'facts counted twice', check: 'facts', sql: [`UPDATE tm_month_activity SET facts = facts + 1 WHERE ${oneOf('tm_month_activity', ROW, 'cell = 0')}`], says: /^activity, (zeta \/ ada|in all): \d+ events and \d+ adjustments were accepted, and \d+ facts are counted; 1 too many/ },
  { what: 'a rolled-up row lost', check: 'facts', sql: [`DELETE FROM tm_week_activity WHERE ${oneOf('tm_week_activity', ROW, 'cell = 0')}`], says: /are lost/ },
  { what: 'an identity lost', check: 'facts', sql: ['DELETE FROM tm_identity_sales WHERE identity = (SELECT min(identity) FROM tm_identity_sales WHERE retracted = 0)'], says: /1 too many/ },
  { what: 'an identity lost whose event is kept', check: 'identities', sql: ['DELETE FROM tm_identity_sales WHERE (tenant_id, entity_id, day, seq) = (SELECT tenant_id, entity_id, day, seq FROM tm_event_sales WHERE removed IS NULL LIMIT 1)'], says: /^sales event "e\d+" of zeta \/ ada, .*: its identity is not known/ },
  { what: 'a pointer that points elsewhere', check: 'identities', sql: ['UPDATE tm_identity_sales SET seq = seq + 100000 WHERE (tenant_id, entity_id, day, seq) = (SELECT tenant_id, entity_id, day, seq FROM tm_event_sales WHERE removed IS NULL LIMIT 1)'], says: /its identity points at/ },
  { what: 'a retraction forgotten', check: 'identities', sql: ['UPDATE tm_identity_sales SET retracted = 0 WHERE (tenant_id, entity_id, day, seq) = (SELECT e.tenant_id, e.entity_id, e.day, e.seq FROM tm_event_sales e JOIN tm_identity_sales i USING (tenant_id, entity_id, day, seq) WHERE e.removed IS NOT NULL LIMIT 1)'], says: /it was taken back, and its identity says that it counts/ },
  { what: 'a content that was not accepted', check: 'identities', sql: ["UPDATE tm_event_sales SET f_note = 'changed' WHERE seq = (SELECT max(seq) FROM tm_event_sales WHERE removed IS NULL)"], says: /it holds something else than was accepted/ },
  { what: 'an event lost that no row counts', check: 'identities', sql: [`DELETE FROM tm_event_sales WHERE ${oneOf('tm_event_sales', EVENT, 'removed IS NULL')}`], says: /^sales identity [0-9a-f]{32} of zeta \/ ada, .*: its event \d+ is not there/, onlyDeep: true },
  { what: 'an enrolment lost', check: 'enrolments', sql: ['DELETE FROM tm_enrolment WHERE entity_id = 2'], says: /^sales, acme \/ ada: it is not enrolled, and has an event of/ },
  { what: 'an enrolment later than the first event', check: 'enrolments', sql: ['UPDATE tm_enrolment SET day = day + 20 WHERE entity_id = 3'], says: /acme \/ bob: it is enrolled on .*, and has an event of/ },
  { what: 'an anchor that is no enrolment', check: 'enrolments', sql: ['UPDATE tm_boundary SET anchor = anchor + 1 WHERE entity_id = 1'], says: /its windows of activity are anchored on/ },
  { what: 'a checkpoint lost', check: 'checkpoints', sql: ['DELETE FROM tm_checkpoint WHERE entity_id = 1 AND count = 10'], says: /^activity, zeta \/ ada: checkpoint 15, every 5 events: it follows 5/ },
  { what: 'a checkpoint of no multiple', check: 'checkpoints', sql: ['UPDATE tm_checkpoint SET count = 11 WHERE entity_id = 2 AND count = 10'], says: /acme \/ ada: checkpoint 11, every 5 events: its count is no multiple/ },
  { what: 'a payload that jumps', check: 'checkpoints', sql: [`UPDATE tm_checkpoint SET payload = json_set(payload, '$.events.sum', '999') WHERE entity_id = 1 AND count = 20`], says: /checkpoint 20, every 5 events: events.sum grew from 15 to 999/ },
  { what: 'a last payload unlike the lifetime', check: 'checkpoints', sql: ['UPDATE tm_lifetime_activity SET events_n = events_n + 50 WHERE entity_id = 1'], says: /in the lifetime of/ },
  { what: 'a lifetime that counts too much', check: 'checkpoints', sql: ['UPDATE tm_lifetime_activity SET count = count + 3 WHERE entity_id = 3'], says: /lifetimes count \d+ acceptances, and \d+ identities are known/ },
  { what: 'beliefs over each other', check: 'superseded', sql: ["UPDATE tm_superseded_activity SET until = transaction_id WHERE (tier, bucket, cell, transaction_id) = (SELECT tier, bucket, cell, transaction_id FROM tm_superseded_activity WHERE tier <> 'archive' LIMIT 1)"], says: /believed from transaction \d+ to \d+: it ends before it begins/ },
  { what: 'a belief that ends after the current began', check: 'superseded', sql: ["UPDATE tm_superseded_activity SET until = until + 1 WHERE tier <> 'archive'"], says: /it ends after the current row began/ },
  { what: 'a belief about an archived row that ends too late', check: 'superseded', sql: ["UPDATE tm_superseded_activity SET until = until + 1 WHERE tier = 'archive'"], says: /it ends after the row in activity\/.*\.parquet began/, onlyDeep: true },
  { what: 'a generation forgotten', check: 'archive', sql: ['DELETE FROM tm_archive WHERE period = (SELECT max(period) FROM tm_archive)'], says: /activity\/\d{4}-Q\d\.g\d\.parquet: the catalogue does not name it/ },
  { what: 'two current generations', check: 'archive', sql: ['UPDATE tm_archive SET current = 1'], says: /the catalogue holds generation 1 and 2( and 3)? as current/ },
  { what: 'facts of the catalogue changed', check: 'archive', sql: [`UPDATE tm_archive SET file = json_set(file, '$.facts', 1) WHERE current = 1 AND period = (SELECT max(period) FROM tm_archive)`], says: /parquet\.json: it differs from the catalogue/ },
  { what: 'another journal', check: 'durability', sql: ['PRAGMA journal_mode = DELETE'], says: /history\.db: the connection has journal_mode=delete/ },
]

describe('a planted violation', () => {
  test.each(PLANTED)('$check: $what is found and named', async ({ check, sql, says, onlyDeep }) => {
    const copy = new Copy(root)
    copy.tamper(...sql)
    const deep = problemsOf(await copy.verify())
    expect(deep[check]?.join('\n'), JSON.stringify(deep, null, 1)).toMatch(new RegExp(says, 'm'))
    if (onlyDeep !== true) expect(problemsOf(await copy.verify(false))[check]?.join('\n')).toMatch(new RegExp(says, 'm'))
  })
})

/** Flips one bit. */
function flip(path: string, offset: number): void {
  const byte = readFileSync(path)[offset] as number
  const file = openSync(path, 'r+')
  writeSync(file, Uint8Array.of(byte ^ 4), 0, 1, offset)
  closeSync(file)
}

describe('a damaged archive file', () => {
  const files = (copy: Copy): string[] => readdirSync(join(copy.archive, 'activity')).filter((name) => name.endsWith('.parquet')).sort()
  const whole = (copy: Copy, name: string): string => join(copy.archive, 'activity', name)

  test.each<[string, (copy: Copy, name: string, other: string) => void]>([
    ['a flipped bit', (copy, name) => flip(whole(copy, name), 300)],
    ['cut short', (copy, name) => truncateSync(whole(copy, name), statSync(whole(copy, name)).size - 10)],
    ['removed', (copy, name) => rmSync(whole(copy, name))],
    ['another in its place', (copy, name, other) => copyFileSync(whole(copy, other), whole(copy, name))],
    ['swapped with another', (copy, name, other) => {
      renameSync(whole(copy, name), whole(copy, 'x'))
      renameSync(whole(copy, other), whole(copy, name))
      renameSync(whole(copy, 'x'), whole(copy, other))
    }],
    ['a manifest removed', (copy, name) => rmSync(`${whole(copy, name)}.json`)],
    ['a manifest with a flipped bit', (copy, name) => flip(`${whole(copy, name)}.json`, 100)],
  ])('is named: %s', async (_what, damage) => {
    const copy = new Copy(root)
    const names = files(copy)
    const current = new Set(copy.value<string>("SELECT group_concat(file ->> 'path') FROM tm_archive WHERE current = 1").split(','))
    for (const [index, name] of names.entries()) {
      // A generation that was replaced is read by nobody, and the next run takes it away.
      if (!current.has(`activity/${name}`)) continue
      const own = new Copy(root)
      damage(own, name, names[(index + 1) % names.length] as string)
      for (const deep of [true, false]) {
        const report = await own.verify(deep)
        expect(report.ok).toBe(false)
        expect(problemsOf(report).archive?.join('\n')).toContain(`activity/${name}`)
      }
    }
  })

  test('so is a second copy under another name, and a file that is nobody’s', async () => {
    const copy = new Copy(root)
    const name = files(copy).at(-1) as string
    copyFileSync(whole(copy, name), whole(copy, '1999-Q1.g1.parquet'))
    writeFileSync(join(copy.archive, 'stray.parquet'), 'PAR1')
    expect(problemsOf(await copy.verify(false)).archive).toEqual([
      expect.stringContaining('activity/1999-Q1.g1.parquet: it is a copy of activity/'), expect.stringContaining('stray.parquet: the catalogue does not name it'),
    ])
  })

  test('with its facts no longer proven, the sentence does not hold', async () => {
    const copy = new Copy(root)
    const path = copy.value<string>("SELECT file ->> 'path' FROM tm_archive WHERE current = 1 LIMIT 1")
    flip(join(copy.archive, path), 300)
    expect(problemsOf(await copy.verify()).facts?.join('\n')).toContain(`${path}: `)
  })
})

describe('a damaged database file', () => {
  /** Overwrites one of the pages in use: what lies on a free page is nothing that could be damaged. Says what it held. */
  function overwrite(copy: Copy, which: string, place: number): { readonly page: number; readonly name: string } {
    const path = join(copy.folder, 'history.db')
    const database = new Database(path, { readonly: true })
    const pages = database.prepare(`SELECT pageno AS page, name FROM dbstat WHERE ${which} ORDER BY pageno`).all() as { page: number; name: string }[]
    database.close()
    const own = pages[Math.floor(pages.length * place)] as { page: number; name: string }
    const file = openSync(path, 'r+')
    writeSync(file, new Uint8Array(4096).fill(0xa5), 0, 4096, (own.page - 1) * 4096)
    closeSync(file)
    return own
  }

  test.each([0.2, 0.4, 0.6, 0.8])('is reported, not thrown: a page of rows overwritten, %f of them before it', async (place) => {
    const copy = new Copy(root)
    const { page } = overwrite(copy, "name <> 'sqlite_schema'", place)
    const report = await copy.verify()
    expect(report.ok).toBe(false)
    // SQLite says which page, or gives up before it has come there.
    expect(problemsOf(report).integrity?.[0]).toMatch(new RegExp(`history\\.db: (.*\\bpage ${page}\\b|database disk image is malformed$)`))
  })

  test('is reported, not thrown: a page of the schema overwritten, without which no page is found', async () => {
    const copy = new Copy(root)
    overwrite(copy, "name = 'sqlite_schema' AND pageno > 1", 0.5)
    const report = await copy.verify()
    expect(report.ok).toBe(false)
    expect(problemsOf(report).integrity).toEqual([`${join(copy.folder, 'history.db')} is damaged (database disk image is malformed)`])
  })

  test.each([
    ['its header', (path: string) => writeFileSync(path, new Uint8Array(8192).fill(7))],
    ['all but its first page', (path: string) => truncateSync(path, 4096)],
    ['all of it', (path: string) => truncateSync(path, 0)],
    ['the file', (path: string) => rmSync(path)],
  ])('is reported, not thrown: %s is lost', async (_what, damage) => {
    const copy = new Copy(root)
    damage(join(copy.folder, 'history.db'))
    const report = await copy.verify()
    expect(report.ok).toBe(false)
    expect(report.checks.every(({ ok }) => !ok) || problemsOf(report).schema !== undefined).toBe(true)
    expect(JSON.stringify(problemsOf(report))).toContain('history.db')
  })

  test('a read-only copy can be verified at any clock', async () => {
    const copy = new Copy(root)
    const report = await copy.opened((store) => runVerify({ store, folder: new LocalFolder(join(copy.folder, 'archive')) }))
    expect(report.ok).toBe(true)
  })
})

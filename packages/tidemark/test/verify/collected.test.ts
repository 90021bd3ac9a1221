import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import type { CheckName } from '../../src/verify/report.ts'
import { runErasure } from '../../src/erasure/run.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { DAY, day, Source } from '../tiers/collected-years.ts'
import { Copy, problemsOf } from './fixture.ts'

const BEGIN = day('2020-11-02')
const END = day('2024-04-20')

let root: string
beforeAll(async () => {
  root = mkdtempSync(join(scratchRoot(), 'tidemark-verify-'))
  const store = await openSqliteStore({ path: join(root, 'history.db'), program: 'test', thread: 'inline' })
  const folder = new LocalFolder(join(root, 'archive'))
  const source = new Source(store, [
    { entity: 'spring', zone: 'Europe/Berlin', cadence: 'sixHours', value: null }, { entity: 'autumn', zone: 'UTC', cadence: 'day', value: null }, { entity: 'erased one', zone: 'UTC', cadence: 'day', value: null },
  ])
  await source.begin(BEGIN)
  await source.capture(BEGIN, END)
  await store.collected.write({
    series: 'snapshots', now: END * DAY, windows: [], decisions: [], restates: false,
    failures: [{ entity: source.ids[1] as number, day: END, at: END * DAY, to: (END + 1) * DAY, message: 'the source did not answer' }],
  })
  const place = { folder, reader: new ArchiveReader(folder), program: 'test', owner: 'test' }
  await runTiers({ store, series: 'snapshots', now: END * DAY + 43_200_000, confirmed: true, monotonicMs: () => 0, archive: place })
  await runErasure({ store, place, now: END * DAY + 43_200_000 }, { kind: 'campaign', tenant: 'acme', entity: 'erased one', by: 'test', reason: 'test', override: null })
  await store.close()
}, 60_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a collected history with an erasure has nothing wrong with it, and both checks have looked at something', async () => {
  for (const deep of [true, false]) {
    const report = await new Copy(root).verify(deep)
    expect(problemsOf(report)).toEqual({})
    for (const name of ['collected', 'erasures', 'row-digests', 'archive'] as const) expect(report.checks.find((check) => check.name === name)?.checked, name).toBeGreaterThan(0)
  }
})

const SPRING = "(SELECT id FROM tm_entity WHERE name = 'spring')"
const NEWEST = `entity_id = ${SPRING} AND at = (SELECT max(at) FROM tm_captured_snapshots WHERE entity_id = ${SPRING})`
const KEY = 'ab'.repeat(32)
const digestOf = (entity: string): string => createHmac('sha256', Buffer.from(KEY, 'hex')).update(JSON.stringify(['campaign', 'acme', entity])).digest('hex')
const ledger = (entity: string): string => `INSERT INTO tm_erasure (at, by, reason, subject, entity_id, rows, files, completed_at) VALUES (1, 'x', 'y', '${digestOf(entity)}', NULL, '{}', '[]', 2)`

const PLANTS: readonly (readonly [what: string, statements: readonly string[], check: CheckName, problem: RegExp])[] = [
  ['a captured value changed', [`UPDATE tm_captured_snapshots SET seats_last = seats_last + 1 WHERE ${NEWEST}`], 'row-digests', /snapshots captured row of acme \/ spring, 2024-04-19.*its digest is/],
  ['a rolled-up day changed', [`UPDATE tm_day_snapshots SET seats_max = seats_max + 1 WHERE entity_id = ${SPRING}`], 'row-digests', /snapshots day row of acme \/ spring/],
  ['a growth that is not', [`UPDATE tm_captured_snapshots SET hours_increase = hours_increase + 1 WHERE ${NEWEST}`], 'collected', /hours grew by \d+, and its neighbours say \d+/],
  ['a growth of a rolled-up row', [`UPDATE tm_month_snapshots SET hours_increase = hours_increase - 1 WHERE entity_id = ${SPRING} AND bucket = (SELECT max(bucket) FROM tm_month_snapshots)`], 'collected', /snapshots month row.*hours grew by \d+, and its neighbours say \d+/],
  ['a window counted too often', [`UPDATE tm_week_snapshots SET facts = facts + 1 WHERE entity_id = ${SPRING} AND bucket = (SELECT max(bucket) FROM tm_week_snapshots)`], 'collected', /counts \d+ windows, and \d+ were asked for/],
  ['a window that no frequency asked for', [`UPDATE tm_captured_snapshots SET at = at + 60000 WHERE ${NEWEST}`], 'collected', /the frequency in force had no such window/],
  ['a window over the next one', [`UPDATE tm_captured_snapshots SET seconds = seconds * 2 WHERE entity_id = ${SPRING} AND bucket = ${END - 2}`], 'rows', /it begins before the row before it ends, 2024-04-\d\dT/],
  ['a failure of a captured window', [`INSERT INTO tm_failure SELECT tenant_id, 1, entity_id, bucket, at, seconds, 'no', transaction_id, NULL FROM tm_captured_snapshots WHERE ${NEWEST}`], 'collected', /it was captured, and a failure of it is on record/],
  ['decisions out of order', [`INSERT INTO tm_frequency SELECT tenant_id, series_id, entity_id, day + 5, at - 1, cadence, status, activity, transaction_id FROM tm_frequency WHERE entity_id = ${SPRING}`], 'collected', /was decided before the one before it/],
  ['latest values that are not', [`UPDATE tm_latest_snapshots SET hours_last = hours_last + 1 WHERE entity_id = ${SPRING} AND place = 0`], 'collected', /latest values of cell 0: hours is \d+, and its newest row says \d+/],
  ['a payload that is not canonical', [`UPDATE tm_payload_snapshots SET text = '{"of" : 1}' WHERE id = (SELECT payload FROM tm_captured_snapshots WHERE ${NEWEST})`], 'collected', /its payload is not canonical JSON/],
  ['a payload lost', [`DELETE FROM tm_payload_snapshots WHERE id = (SELECT payload FROM tm_captured_snapshots WHERE ${NEWEST})`], 'collected', /its payload \d+ is not there/],
  ['a table changed', ['ALTER TABLE tm_captured_snapshots ADD COLUMN more INTEGER'], 'schema', /tm_captured_snapshots has a column more INTEGER/],
  ['rows of an erased number', ["INSERT INTO tm_zone SELECT tenant_id, id, 0, 'UTC' FROM tm_entity WHERE kind = ''"], 'erasures', /erasure 1 is complete, and tm_zone has rows of its entity 3/],
  ['a name that was to go', ["UPDATE tm_erasure SET kind = 'campaign', tenant = 'acme', entity = 'erased one'"], 'erasures', /the ledger still names its entity/],
  ['an erased entity that is known', [`UPDATE tm_meta SET value = '${KEY}' WHERE key = 'erasure_key'`, ledger('autumn')], 'erasures', /acme \/ autumn is known, and was erased \(erasure 2\)/],
  ['an erased entity in the archive', [`UPDATE tm_meta SET value = '${KEY}' WHERE key = 'erasure_key'`, ledger('autumn')], 'erasures', /snapshots\/2020-Q4\.g2\.parquet has rows of acme \/ autumn, which was erased/],
]

describe('planted damage of a collected history', () => {
  test.each(PLANTS)('%s is found and named', async (_what, statements, check, problem) => {
    const copy = new Copy(root)
    copy.tamper(...statements)
    const problems = problemsOf(await copy.verify())[check] ?? []
    expect(problems.some((one) => problem.test(one)), JSON.stringify(problems.slice(0, 5))).toBe(true)
  })
})

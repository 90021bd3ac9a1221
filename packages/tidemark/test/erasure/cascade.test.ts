import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { runCapture } from '../../src/capture/run.ts'
import { Collectors } from '../../src/collectors.ts'
import { Declared } from '../../src/declared.ts'
import { ingestRows } from '../../src/intake.ts'
import { EVERYTHING } from '../../src/stores/contract/extent.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { Tidemark } from '../../src/tidemark.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { campaign, DAY, day, snapshots, Source } from '../tiers/collected-years.ts'
import { problemsOf } from '../verify/fixture.ts'
import { activity, Place } from './fixture.ts'

const BEGIN = day('2020-01-01')
const END = day('2024-06-30')
const NAMES = ['Northwind-Appeal', 'Harbour-Drive', 'River-Week'] as const
const SOURCE = { table: 'campaigns', entity: 'id', tenant: 'company_id' }

/** A store that shares its file with the application: three campaigns of one company, captured daily for years, with archive. */
async function world(held: string | null = null) {
  const place = Place.empty()
  const store = await place.open()
  const application = new Database(place.database)
  onTestFinished(async () => {
    application.close()
    await store.close()
  })
  application.pragma('foreign_keys = ON')
  application.exec(`
    CREATE TABLE companies (id TEXT PRIMARY KEY);
    CREATE TABLE campaigns (id TEXT PRIMARY KEY, company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE);
    INSERT INTO companies VALUES ('acme');`)
  for (const name of NAMES) application.prepare('INSERT INTO campaigns VALUES (?, ?)').run(name, 'acme')
  const source = new Source(store, NAMES.map((entity) => ({ entity, zone: 'UTC', cadence: 'day', value: null })))
  await source.begin(BEGIN)
  await source.capture(BEGIN, END)
  const folder = new LocalFolder(place.archive)
  const now = END * DAY
  if (held !== null) await store.holds.place({ tenant: 'acme', entity: held, by: 'legal', reason: 'case 9' }, now)
  const runAlone = () => runTiers({ store, series: 'snapshots', now, confirmed: true, monotonicMs: () => 0, archive: place.archivePlace() })
  await runAlone()
  const history = new Tidemark({
    store, declared: new Declared([snapshots.definition]), collectors: new Collectors([]), storePath: place.database, archive: place.archive, clock: () => now, clockConfirmed: true,
  })
  await history.erasures.cascadeFrom(campaign, SOURCE)
  const known = async (): Promise<string[]> => {
    const snapshot = await store.snapshot()
    try {
      const entities = await snapshot.collectedEntities('snapshots', {}, null)
      const rows = await snapshot.rows({ series: 'snapshots', entities: 'all', tenant: null, from: BEGIN, to: END, tiers: snapshots.definition.keep.tiers.map(({ tier }) => tier), cells: [0], columns: [], asOf: null, merged: null })
      // Nobody's rows are answered but theirs.
      expect(new Set(rows.map(({ entity }) => entity))).toEqual(new Set(entities.map(({ id }) => id)))
      return entities.map(({ entity }) => entity)
    } finally {
      snapshot.close()
    }
  }
  return { place, store, application, source, history, known, folder, now, runAlone }
}

test('a DELETE in the application erases the entity everywhere: hidden at once, gone with the next tiers run', { timeout: 60_000 }, async () => {
  const { place, store, application, source, history, known, folder } = await world()
  const [gone] = NAMES
  expect(place.filesWith(gone)).toEqual(expect.arrayContaining(['2020-Q1.g1.parquet']))
  expect(await known()).toEqual(['Harbour-Drive', 'Northwind-Appeal', 'River-Week'])

  const before = await store.snapshot()
  const last = await before.transactionAt(Number.MAX_SAFE_INTEGER)
  before.close()
  expect(application.prepare('DELETE FROM campaigns WHERE id = ?').run(gone).changes).toBe(1)
  expect(await known()).toEqual(['Harbour-Drive', 'River-Week'])
  const snapshot = await store.snapshot()
  // No answer is kept that has its name.
  expect(await snapshot.touchedSince(last, 9)).toEqual([EVERYTHING])
  expect(await snapshot.erased('campaign', 'acme', gone)).toBe(true)
  snapshot.close()
  // What is captured for it meanwhile is refused, and its roster entry is nobody's.
  expect(await store.collected.roster('snapshots', [{ tenant: 'acme', entity: gone, zone: null, attributes: {} }], END * DAY)).toEqual([0])
  await source.capture(END, END + 1)
  expect((await store.collected.captured('snapshots', END, END + 1)).size).toBe(2)

  const report = await history.tiers.run('snapshots')
  expect(report.steps[0]).toEqual({ step: 'erase', erasures: [1], code: null, message: null })
  const certificate = await history.erasures.certificate(1)
  expect(certificate).toMatchObject({ by: 'cascade', reason: 'deleted from campaigns', completedAt: '2024-07-01T12:00:00Z' })
  // Each of its 1,642 days is in one row: 30 captured, then days, week fragments, months; the five quarters that ended three years ago in files.
  expect(certificate.rows).toMatchObject({ captured: 30, archive: certificate.files.length })
  expect(certificate.files.map(({ path }) => path)).toEqual(['2020-Q1', '2020-Q2', '2020-Q3', '2020-Q4', '2021-Q1'].map((period) => `snapshots/${period}.g1.parquet`))
  expect(place.filesWith(gone)).toEqual([])
  expect(await known()).toEqual(['Harbour-Drive', 'River-Week'])
  expect(problemsOf(await runVerify({ store, folder, deep: true }))).toEqual({})
  // A name that comes back is refused, too.
  expect(await store.collected.roster('snapshots', [{ tenant: 'acme', entity: gone, zone: null, attributes: {} }], END * DAY)).toEqual([0])
})

test('a DELETE is refused while a hold covers the row, with everything that would have gone with it', { timeout: 60_000 }, async () => {
  const { application, history, known, place } = await world()
  const { id } = await history.holds.place({ tenant: 'acme', entity: 'Harbour-Drive', by: 'legal', reason: 'case 9' })
  expect(() => application.exec("DELETE FROM campaigns WHERE id = 'Harbour-Drive'")).toThrow(/HELD/)
  // The company's delete reaches its campaigns by the application's own foreign key.
  expect(() => application.exec("DELETE FROM companies WHERE id = 'acme'")).toThrow(/HELD/)
  expect(await known()).toHaveLength(3)
  application.exec("DELETE FROM campaigns WHERE id = 'River-Week'")
  expect(await known()).toHaveLength(2)
  await history.holds.lift(id, 'judge', 'closed')
  application.exec("DELETE FROM companies WHERE id = 'acme'")
  expect(await known()).toEqual([])
  expect(await history.erasures.finish()).toEqual([1, 2, 3])
  for (const name of NAMES) expect(place.filesWith(name)).toEqual([])
})

test('a run of tiers leaves a file alone that holds an entity whose erasure is not finished, and goes on with the rest', { timeout: 60_000 }, async () => {
  const { application, history, place, runAlone } = await world('Harbour-Drive')
  await history.holds.lift(1, 'judge', 'closed')
  application.exec("DELETE FROM campaigns WHERE id = 'River-Week'")
  // As if a file were damaged, or the DELETE had come while the run was at work: its erasure has not been carried out.
  const waiting = (await runAlone()).steps
  const refused = waiting.flatMap((step) => (step.step === 'refuse' ? [step] : []))
  expect(refused.map(({ path }) => path)).toEqual(['2020-Q1', '2020-Q2', '2020-Q3', '2020-Q4', '2021-Q1'].map((period) => `snapshots/${period}.g1.parquet`))
  expect(refused[0]).toMatchObject({ code: 'ARCHIVE_SOURCE_MOVED', message: expect.stringContaining('an entity whose erasure is not finished') })
  expect(waiting.some(({ step }) => step === 'rollUp')).toBe(true)
  const report = await history.tiers.run('snapshots')
  expect(report.steps.map(({ step }) => step)).toEqual(['erase', ...Array.from({ length: 5 }, () => 'archive')])
  expect(place.filesWith('River-Week')).toEqual([])
  expect(place.filesWith('Harbour-Drive')).toContain('2020-Q1.g3.parquet')
})

test('a capture of an event-fed series counts one that is hidden no more', { timeout: 60_000 }, async () => {
  const place = Place.empty()
  const store = await place.open()
  const application = new Database(place.database)
  onTestFinished(async () => {
    application.close()
    await store.close()
  })
  const { definition } = activity
  const begin = Date.parse('2024-01-03T08:00:00Z')
  await store.migrate(planMigration(await store.schema(), [definition], []), begin)
  const visit = (who: string, at: number) => ({ client: 'acme', person: who, id: `${who} ${at}`, at: new Date(at).toISOString(), kind: 'call' })
  await ingestRows(store, definition.stream, [visit('ann', begin), visit('bob', begin)], { now: begin + DAY, source: 'test' })
  expect(await runCapture(store, 'activity', begin + DAY)).toMatchObject({ covered: 2 })
  application.exec("CREATE TABLE people (id TEXT, client TEXT); INSERT INTO people VALUES ('ann', 'acme'), ('bob', 'acme')")
  await store.erasures.cascadeFrom('person', { table: 'people', entity: 'id', tenant: 'client' })
  application.exec("DELETE FROM people WHERE id = 'ann'")
  expect(await runCapture(store, 'activity', begin + 2 * DAY)).toMatchObject({ covered: 1 })
})

test('one that was never captured leaves no trace; what cannot be watched is refused; installing twice is once', { timeout: 60_000 }, async () => {
  const { application, history, known } = await world()
  await history.erasures.cascadeFrom('campaign', SOURCE)
  application.exec("INSERT INTO campaigns VALUES ('fresh', 'acme'); DELETE FROM campaigns WHERE id = 'fresh'")
  expect(await history.erasures.certificates()).toEqual([])
  application.exec("DELETE FROM campaigns WHERE id = 'River-Week'")
  expect(await history.erasures.certificates()).toHaveLength(1)
  expect(await known()).toHaveLength(2)
  await expect(history.erasures.cascadeFrom('campaign', { ...SOURCE, table: 'nowhere' })).rejects.toMatchObject({ code: 'CASCADE_INVALID' })
  await expect(history.erasures.cascadeFrom('campaign', { ...SOURCE, tenant: 'company' })).rejects.toMatchObject({ code: 'CASCADE_INVALID' })
})

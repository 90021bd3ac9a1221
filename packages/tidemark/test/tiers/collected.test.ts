import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { openCore } from '../../src/stores/sqlite/open-core.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { standingText } from '../../src/cli/tiers.ts'
import { livePolicy } from '../../src/tiers/policy.ts'
import { planRun, runTiers, type TiersReport } from '../../src/tiers/run.ts'
import { tiersStatus } from '../../src/tiers/status.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { problemsOf } from '../verify/fixture.ts'
import { type Captured, countRows, DAY, day, snapshots, Source, type Tier, tierOn } from './collected-years.ts'

const ENTITIES: readonly Captured[] = [
  { entity: 'plain', zone: 'UTC', cadence: 'day', value: null },
  { entity: 'busy', zone: 'UTC', cadence: 'hour', value: 'low' },
  { entity: 'valued', zone: 'UTC', cadence: 'sixHours', value: 'high' },
  { entity: 'held', zone: 'Europe/Berlin', cadence: 'sixHours', value: null },
]
const BEGIN = day('2021-01-13')
const END = day('2024-08-29')
const HELD_FROM = day('2022-05-05')
const LIFTED = day('2023-08-30')

class World {
  readonly root: string
  readonly folder: LocalFolder
  store!: Awaited<ReturnType<typeof openSqliteStore>>
  reach: (failpoint: string) => void = () => {}

  constructor() {
    this.root = mkdtempSync(join(scratchRoot(), 'tidemark-years-'))
    this.folder = new LocalFolder(join(this.root, 'archive'))
  }

  get path(): string {
    return join(this.root, 'history.db')
  }

  async open(): Promise<void> {
    this.store = await openSqliteStore({ path: this.path, program: 'test', thread: 'inline' })
    onTestFinished(async () => {
      await this.store.close()
      rmSync(this.root, { recursive: true, force: true })
    })
  }

  /** Noon of that day: no zone here is on another. */
  run(today: number): Promise<TiersReport> {
    return runTiers({
      store: this.store, series: 'snapshots', now: today * DAY + 43_200_000, confirmed: true, monotonicMs: () => 0, reach: (failpoint) => this.reach(failpoint),
      archive: { folder: this.folder, reader: new ArchiveReader(this.folder), program: 'test', owner: 'test' },
    })
  }

  /** Rows of an entity by tier, straight from the tables and files; `archived` are those of the quarter tier that lie in files. */
  async rows(name: string): Promise<{ rows: Record<Tier, number>; archived: number; increase: bigint; facts: number }> {
    const database = new Database(this.path, { readonly: true })
    const id = database.prepare('SELECT id FROM tm_entity WHERE name = ?').pluck().get(name)
    const of = (tier: string) => database.prepare(`SELECT count(*) AS rows, coalesce(sum(hours_increase), 0) AS increase, coalesce(sum(facts), 0) AS facts FROM tm_${tier}_snapshots WHERE entity_id = ?`).get(id) as { rows: number; increase: number; facts: number }
    const stored = Object.fromEntries(['captured', 'day', 'week', 'month', 'quarter'].map((tier) => [tier, of(tier)]))
    const files = database.prepare('SELECT file FROM tm_archive WHERE current = 1').pluck().all() as string[]
    database.close()
    const { columns } = layoutOf(snapshots.definition)
    const place = columns.findIndex(({ name: column }) => column === 'hours_increase')
    let [archived, increase, facts] = [0, 0n, 0]
    for (const text of files) {
      const read = await new ArchiveReader(this.folder).read(JSON.parse(text) as never, columns, { entities: [name] })
      if (!read.ok) throw new Error(read.damage.detail)
      for (const row of read.rows) {
        archived++
        increase += BigInt(row.states[place] ?? 0)
        facts += row.facts
      }
    }
    for (const tier of Object.values(stored)) {
      increase += BigInt(tier.increase)
      facts += tier.facts
    }
    const rows = Object.fromEntries(Object.entries(stored).map(([tier, one]) => [tier, one.rows])) as Record<Tier, number>
    return { rows: { ...rows, quarter: rows.quarter + archived }, archived, increase, facts }
  }

  verify() {
    return runVerify({ store: this.store, folder: this.folder, deep: true })
  }
}

test('years of clock: every row is in the tier of its age, high value twice as long, and what is held stays until it is lifted', { timeout: 120_000 }, async () => {
  const world = new World()
  await world.open()
  const source = new Source(world.store, ENTITIES)
  await source.begin(BEGIN)
  let hold = 0
  let lastBefore = BEGIN
  const counts = async (today: number): Promise<void> => {
    for (const { entity, value } of ENTITIES) {
      const times = value === 'high' ? 2 : 1
      // While it is held, its days are where the last run before the hold has left them.
      const frozen = entity === 'held' && today >= HELD_FROM && today < LIFTED
      const windows = source.windows.get(entity) as Map<number, number>
      const expected = countRows(windows, (on) => tierOn(on, frozen ? lastBefore : today, times))
      const found = await world.rows(entity)
      expect({ entity, today, ...found.rows }).toEqual({ entity, today, ...expected })
      // Nothing is lost on the way: every window is in one row, and the counter's growth adds up to its ends.
      expect(found.facts).toBe([...windows.values()].reduce((sum, count) => sum + count, 0))
    }
  }
  const held: number[] = []
  for (let today = BEGIN + 10; today <= END; today += 10) {
    // One day of the busy one is missed, early enough to lie in the archive in the end.
    await source.capture(today - 10, today, ({ entity }, on) => entity !== 'busy' || on !== day('2021-02-03'))
    if (hold === 0 && today >= HELD_FROM) {
      hold = (await world.store.holds.place({ tenant: 'acme', entity: 'held', by: 'legal', reason: 'case 7' }, today * DAY)).id
    }
    if (hold === 1 && today >= LIFTED) {
      hold = 2
      // The plan says what waits, before and after.
      const before = await planRun(world.store, 'snapshots', today * DAY + 43_200_000)
      expect(before.held.map(({ source: from, target }) => `${from}→${target}`)).toEqual(['captured→day', 'day→week', 'week→month'])
      expect(before.steps.some(({ entities }) => entities.includes(source.ids[3] as number))).toBe(false)
      const standing = await tiersStatus(world.store, 'snapshots', today * DAY + 43_200_000)
      expect(standing.held).toHaveLength(3)
      expect(standing.tiers.map(({ tier }) => tier)).toEqual(['captured', 'day', 'week', 'month', 'quarter', 'superseded', 'payloads', 'archive'])
      expect(standingText(standing)).toContain('captured → day: 1 entities held')
      expect(livePolicy(await world.store.schema(), 'snapshots')).toMatchObject({ longer: { attribute: 'value', is: 'high', times: 2 }, keep: [{ tier: 'captured', until: '30d' }, {}, {}, {}, { tier: 'quarter', until: 'archive' }] })
      await world.store.holds.lift(1, 'judge', 'closed', today * DAY)
      const after = await planRun(world.store, 'snapshots', today * DAY + 43_200_000)
      expect(after.held).toEqual([])
      expect(after.steps.some(({ entities }) => entities.includes(source.ids[3] as number))).toBe(true)
    }
    const report = await world.run(today)
    expect(report.refused).toBe(0)
    if (hold === 1) held.push(report.held)
    else expect(report.held).toBe(0)
    if (today < HELD_FROM) lastBefore = today
    if ([day('2021-06-02'), day('2022-05-08'), day('2022-11-14'), day('2023-07-12'), day('2023-09-10')].some((checked) => today <= checked && checked < today + 10)) await counts(today)
  }
  await counts(END - ((END - BEGIN) % 10))
  // More waits with each run, ten days of four windows at a time.
  expect(held.length).toBeGreaterThan(40)
  expect(held.at(-1)).toBeGreaterThan(1_500)

  const layout = layoutOf(snapshots.definition)
  const ends: Record<string, bigint> = {}
  for (const { entity } of ENTITIES) ends[entity] = (await world.rows(entity)).increase
  // The first window is the baseline: it holds what its own number is, not a growth.
  for (const { entity, zone } of ENTITIES) {
    const first = zone === 'UTC' ? BEGIN * 24 : BEGIN * 24 - 1
    expect(ends[entity], entity).toBe(BigInt((source.hours.get(entity) as number) - (1 + (first % 3))))
  }

  const [file] = (await world.store.snapshot().then(async (snapshot) => {
    const state = await snapshot.series('snapshots', null)
    snapshot.close()
    return state?.archives ?? []
  }))
  const read = await new ArchiveReader(world.folder).read(file as NonNullable<typeof file>, layout.columns)
  // The first quarter of 2021 from the enrolment on, 78 days; before it a window a day is expected: 12 of them.
  expect(read.ok && read.rows.map(({ entity, expected, present }) => ({ entity, expected, present }))).toEqual([
    { entity: 'busy', expected: 12 + 78 * 24, present: 77 * 24 },
    { entity: 'held', expected: 12 + 78 * 4, present: 78 * 4 },
    { entity: 'plain', expected: 12 + 78, present: 78 },
  ])
  expect(problemsOf(await world.verify())).toEqual({})
})

test('a hold that is placed between the plan and the roll-up holds, and so does one between the file and its record', { timeout: 60_000 }, async () => {
  const world = new World()
  await world.open()
  const source = new Source(world.store, ENTITIES.slice(0, 2))
  await source.begin(BEGIN)
  await source.capture(BEGIN, BEGIN + 40)
  const other = openCore({ path: world.path, program: 'other' }, () => {})
  const placed = (entity: string): void => void other.placeHold({ tenant: 'acme', entity, by: 'legal', reason: 'just in time' }, (BEGIN + 40) * DAY)
  world.reach = (failpoint) => {
    if (failpoint !== 'tiers.before-roll-up') return
    world.reach = () => {}
    placed('busy')
  }
  const report = await world.run(BEGIN + 80)
  expect(report).toMatchObject({ rolledUp: 40, retired: 40, held: 40 * 24 })
  expect((await world.rows('busy')).rows).toEqual({ captured: 40 * 24, day: 0, week: 0, month: 0, quarter: 0 })
  expect((await world.rows('plain')).rows).toMatchObject({ captured: 0, day: 40 })

  // Years later: the file of the quarter is made, and before it is recorded its only entity is held, too.
  world.reach = (failpoint) => {
    if (failpoint !== 'tiers.before-archive-commit') return
    world.reach = () => {}
    placed('plain')
  }
  const late = await world.run(day('2025-08-01'))
  expect(late.steps.filter(({ step }) => step === 'archive')).toEqual([])
  expect((await world.rows('plain'))).toMatchObject({ archived: 0, rows: { quarter: 1 } })
  const again = await world.run(day('2025-08-02'))
  expect(again.steps.filter((step) => step.step === 'hold' && step.target === 'archive')).toMatchObject([{ source: 'quarter', rows: 1 }])

  // Lifted one after the other, a new generation takes the second one in.
  await world.store.holds.lift(2, 'judge', 'closed', day('2025-08-03') * DAY)
  expect((await world.run(day('2025-08-03'))).archived).toBe(1)
  await world.store.holds.lift(1, 'judge', 'closed', day('2025-08-04') * DAY)
  const last = await world.run(day('2025-08-04'))
  expect(last.steps.filter((step) => step.step === 'archive')).toMatchObject([{ generation: 2, rows: 1 }])
  expect(last.held).toBe(0)
  for (const entity of ['plain', 'busy']) expect(await world.rows(entity)).toMatchObject({ archived: 1, facts: entity === 'plain' ? 40 : 960 })
  other.close()
  expect(problemsOf(await world.verify())).toEqual({})
})

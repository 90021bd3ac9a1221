import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ARCHIVE_FAILPOINTS } from '../../src/archive/failpoints.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { formatDay } from '../../src/calendar/civil.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { mergeStates } from '../../src/measures/merge.ts'
import type { State } from '../../src/stores/contract/state.ts'
import type { StoredRow } from '../../src/stores/contract/tiers.ts'
import type { ArchivePlace } from '../../src/tiers/archive-period.ts'
import { TIERS_FAILPOINTS } from '../../src/tiers/failpoints.ts'
import { planRun, runTiers, type TiersRequest } from '../../src/tiers/run.ts'
import { tiersStatus } from '../../src/tiers/status.ts'
import { activity, at, day, entityState } from './sample.ts'
import { MemoryStore } from './memory-store.ts'

const KEEP: KeepOptions = { day: '35d', week: '60d', month: '100d', quarter: 'archive' }
const NOW = at('2024-12-10T12:00:00Z')

let folder: string
let place: ArchivePlace

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-tiers-'))
  place = placeOf(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function placeOf(path: string): ArchivePlace {
  const local = new LocalFolder(path)
  return { folder: local, reader: new ArchiveReader(local), program: 'tidemark 0.1.0', owner: 'a-store' }
}

/** Three entities, day rows of ten months, all of them captured. */
function filled(): MemoryStore {
  const store = new MemoryStore(activity(KEEP), [
    entityState(1, day('2024-02-20')), entityState(2, day('2024-03-31'), 'Asia/Kathmandu'), entityState(3, day('2024-09-15'), 'Pacific/Pago_Pago'),
  ])
  store.captures = [NOW]
  store.fillDays(day('2024-12-10'))
  return store
}

const request = (store: MemoryStore, change: Partial<TiersRequest> = {}): TiersRequest => ({
  store: store.store, series: 'activity', now: NOW, confirmed: true, archive: place, monotonicMs: () => 0, ...change,
})

/** The whole history of each entity, from the store and from the files that the catalogue names. */
async function everything(store: MemoryStore): Promise<Record<string, { facts: number; states: State[] }>> {
  const { columns } = layoutOf(store.definition)
  const rows: StoredRow[] = [...store.rows]
  for (const file of store.archives) {
    const read = await new ArchiveReader(new LocalFolder(folder)).read(file, columns)
    if (!read.ok) throw new Error(read.damage.detail)
    rows.push(...read.rows)
  }
  const sums: Record<string, { facts: number; states: State[] }> = {}
  for (const row of rows) {
    const sum = (sums[row.entity] ??= { facts: 0, states: columns.map(() => null) })
    sum.facts += row.facts
    mergeStates(columns, sum.states, row.states)
  }
  return sums
}

describe('runTiers', () => {
  it('moves what is due through every tier into the archive, and loses nothing', async () => {
    const store = filled()
    const before = await everything(store)
    const report = await runTiers(request(store))
    expect(await everything(store)).toEqual(before)
    expect(report).toMatchObject({ held: 0, refused: 0 })
    expect(report.archived).toBe(4)
    expect(report.steps.filter(({ step }) => step === 'rollUp').map((step) => step.step === 'rollUp' && `${step.source}→${step.target} ${formatDay(step.boundary)}`)).toEqual([
      'day→week 2024-11-04', 'week→month 2024-10-01', 'month→quarter 2024-07-01',
    ])
    expect(store.archives.map(({ path, rows }) => [path, rows])).toEqual([['activity/2024-Q1.g1.parquet', 2], ['activity/2024-Q2.g1.parquet', 2]])
    const again = await runTiers(request(store))
    expect(again).toMatchObject({ rolledUp: 0, retired: 0, archived: 0, steps: [] })
  })

  it('writes what is expected and present from enrolment on', async () => {
    const store = filled()
    await runTiers(request(store))
    const [first] = store.archives
    const read = await place.reader.read(first as NonNullable<typeof first>, layoutOf(store.definition).columns)
    expect(read.ok && read.rows.map(({ entity, from, to, expected, present }) => [entity, formatDay(from), formatDay(to), expected, present])).toEqual([
      ['e1', '2024-01-01', '2024-04-01', 91, 41],
      ['e2', '2024-01-01', '2024-04-01', 91, 1],
    ])
  })

  it('folds late events into a new generation, and takes the old one away a run later', async () => {
    const store = filled()
    await runTiers(request(store))
    const quarter = day('2024-01-01')
    store.rows.push(store.row('quarter', 'e1', quarter, day('2024-04-01'), 7, [1, 1, `${day('2024-03-01')}:1`, 5, 1, 40]))
    const before = await everything(store)
    const report = await runTiers(request(store))
    expect(report.steps).toEqual([{ step: 'archive', period: quarter, path: 'activity/2024-Q1.g2.parquet', generation: 2, rows: 1 }])
    expect(await everything(store)).toEqual(before)
    expect(store.superseded).toMatchObject([{ entity: 'e1', transaction: 1, until: 7 }])
    expect(await readdir(join(folder, 'activity'))).toContain('2024-Q1.g1.parquet')
    await runTiers(request(store))
    expect((await readdir(join(folder, 'activity'))).filter((name) => name.endsWith('.parquet')).sort()).toEqual(['2024-Q1.g2.parquet', '2024-Q2.g1.parquet'])
  })

  it('builds nothing on a damaged file, names it, and goes on with the other periods', async () => {
    const store = filled()
    await runTiers(request(store))
    const late = store.row('quarter', 'e1', day('2024-01-01'), day('2024-04-01'), 7, [1, 1, `${day('2024-03-01')}:1`, 5, 1, 40])
    store.rows.push(late, store.row('quarter', 'e1', day('2024-04-01'), day('2024-07-01'), 8, [1, 1, `${day('2024-05-01')}:1`, 5, 1, 40]))
    await truncate(join(folder, 'activity/2024-Q1.g1.parquet'), 100)
    const report = await runTiers(request(store))
    expect(report).toMatchObject({ refused: 1, archived: 1 })
    expect(report.steps).toMatchObject([
      { step: 'refuse', code: 'ARCHIVE_DAMAGED', path: 'activity/2024-Q1.g1.parquet', rows: 1 }, { step: 'archive', path: 'activity/2024-Q2.g2.parquet' },
    ])
    expect(store.rows).toContain(late)
    expect(store.archives.find(({ period }) => period === day('2024-01-01'))?.generation).toBe(1)
  })

  it('makes the file anew while its source moves, and gives up after five times with nothing deleted', async () => {
    const store = filled()
    await runTiers(request(store))
    const quarter = day('2024-01-01')
    let transaction = 7
    let moves = 2
    const late = () => store.row('quarter', 'e1', quarter, day('2024-04-01'), transaction, [transaction, 0, null, 5, 1, 40], transaction)
    store.rows.push(late())
    store.beforeCommit = () => {
      if (moves-- <= 0) return
      transaction++
      store.rows = [...store.rows.filter(({ tier }) => tier !== 'quarter'), late()]
    }
    expect(await runTiers(request(store))).toMatchObject({ archived: 1, refused: 0, steps: [{ path: 'activity/2024-Q1.g4.parquet' }] })
    store.rows.push(late())
    moves = Infinity
    const before = store.rows.length
    const stuck = await runTiers(request(store))
    expect(stuck).toMatchObject({ archived: 0, refused: 1, steps: [{ step: 'refuse', code: 'ARCHIVE_SOURCE_MOVED' }] })
    expect(store.rows).toHaveLength(before)
  })

  it('takes away what a run left that died between publishing and committing', async () => {
    const store = filled()
    await expect(runTiers(request(store, {
      reach: (name) => {
        if (name === 'tiers.before-archive-commit') throw new Error('died')
      },
    }))).rejects.toThrow('died')
    expect(store.archives).toEqual([])
    // So that the file is older than the run that sweeps.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const report = await runTiers(request(store))
    expect(report.archived).toBe(4)
    expect((await readdir(join(folder, 'activity'))).filter((name) => name.endsWith('.parquet')).sort()).toEqual(store.archives.map(({ path }) => path.slice('activity/'.length)).sort())
  })

  it('goes on after a crash at any failpoint as if it had not been', async () => {
    const names = new Set<string>()
    const untouched = filled()
    const wanted = await everything(untouched)
    await runTiers(request(untouched, { reach: (name) => names.add(name) }))
    for (const name of names) {
      await rm(folder, { recursive: true, force: true })
      place = placeOf(folder)
      const store = filled()
      await runTiers(request(store, {
        reach: (reached) => {
          if (reached === name) throw new Error(name)
        },
      })).catch(() => {})
      await runTiers(request(store))
      expect(await everything(store), name).toEqual(wanted)
      expect(store.rows.filter(({ tier }) => tier === 'quarter'), name).toEqual([])
    }
    // Only collected series pack.
    expect([...names].sort()).toEqual([...ARCHIVE_FAILPOINTS, ...TIERS_FAILPOINTS.filter((name) => !name.includes('pack'))].sort())
  })

  it('keeps each piece between 25 and 50 ms', async () => {
    const store = new MemoryStore(activity({ day: '35d', week: 'forever' }), Array.from({ length: 1000 }, (_, index) => entityState(index + 1, day('2024-02-20'))))
    store.captures = [NOW]
    let clock = 0
    const rollUp = store.rollUp.bind(store)
    // A tenth of a millisecond an entity.
    store.rollUp = async (step) => {
      clock += step.entities.length / 10
      return await rollUp(step)
    }
    await runTiers(request(store, { archive: null, monotonicMs: () => clock }))
    expect(store.pieces).toEqual([32, 64, 128, 256, 256, 256, 8])
  })

  it('deletes nothing when the clock has jumped, unless the time was given', async () => {
    const store = filled()
    store.believed = NOW - 36 * 86_400_000
    const rows = store.rows.length
    await expect(runTiers(request(store, { confirmed: false }))).rejects.toMatchObject({ code: 'CLOCK_JUMPED' })
    expect(store.rows).toHaveLength(rows)
    expect(store.pruned).toEqual([])
    expect(await runTiers(request(store))).toMatchObject({ archived: 4 })
  })

  it('runs once at a time', async () => {
    const store = filled()
    const lock = await store.lock('tiers')
    await expect(runTiers(request(store))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await lock?.release()
    expect(await runTiers(request(store))).toMatchObject({ archived: 4 })
  })

  it('only plans on a dry run', async () => {
    const store = filled()
    const rows = store.rows.length
    const plan = await planRun(store.store, 'activity', NOW)
    expect(plan.steps).toHaveLength(3)
    expect(plan.archivePeriods.map(formatDay)).toEqual(['2024-01-01', '2024-04-01'])
    expect(store.rows).toHaveLength(rows)
  })
})

describe('tiersStatus', () => {
  it('says rows, bytes and ages of each tier and of the archive', async () => {
    const store = filled()
    await runTiers(request(store))
    const status = await tiersStatus(store.store, 'activity', NOW)
    expect(status.tiers.map(({ tier, rows }) => [tier, rows])).toEqual([
      ['day', store.rows.filter(({ tier }) => tier === 'day').length], ['week', store.rows.filter(({ tier }) => tier === 'week').length],
      ['month', store.rows.filter(({ tier }) => tier === 'month').length], ['quarter', 0], ['archive', 4],
    ])
    expect(status.tiers[0]).toMatchObject({ newestAgeDays: 1, oldestAgeDays: 36 })
    expect(status.tiers[4]).toMatchObject({ files: 2, oldest: day('2024-01-01') })
    expect(status).toMatchObject({ quarantine: { events: 0, atLeast: false }, waiting: [] })
  })
})

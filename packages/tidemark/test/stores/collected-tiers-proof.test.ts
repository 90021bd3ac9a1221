import { afterEach, describe, expect, test } from 'vitest'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { Tier } from '../../src/definitions/keep.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'
import { bigint, decimal, integer, series } from '../../src/index.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import type { CapturedWindow } from '../../src/stores/contract/collected.ts'
import { campaign, collected, CollectedPlace, day } from './collected-place.ts'

const anything: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }
const keep = { captured: '10d', day: '60d', week: '1y', month: '2y', quarter: 'archive', asOfDays: 35 } as const
/** Between them every rule that columns merge by. */
const plain = () => series('metrics', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter, state, flag, histogram, distinct, delta }) => ({
    budget: gauge(decimal(2)), total: counter(bigint()), status: state(['active', 'paused']), open: flag(), waits: histogram(integer()), who: distinct({ exact: 3 }), big: delta(bigint()),
  }))
const SERIES: Readonly<Record<string, () => CollectedSeriesDefinition>> = {
  'without dimensions': () => collected(plain().payload(anything, { version: 1 }).keep(keep)),
  'with a dimension': () => collected(plain().by({ channel: { most: 2 } }).payload(anything, { version: 1 }).keep(keep)),
}

let place: CollectedPlace
afterEach(() => place.remove())

const HOUR = 3_600_000
const HUGE = 9_007_199_254_740_993n

/** The ends of the day have no value of some measures: they are further in. */
const SAMPLES: readonly (readonly unknown[])[] = [
  [null, HUGE, 'active', 1, [5], ['x'], HUGE], [500, null, null, 0, [700], ['y'], 2], [300, HUGE + 6n, 'paused', 1, [5, 6], ['z', 'x'], 3], [null, null, 'active', null, [], [], null],
]

function windows(entity: number, days: readonly string[], perDay: number): CapturedWindow[] {
  return days.flatMap((date, index) => Array.from({ length: perDay }, (_, part) => {
    const at = Date.parse(`${date}T00:00:00Z`) + part * (24 / perDay) * HOUR
    const samples = (SAMPLES[(index + part + (perDay === 1 ? 2 : 0)) % SAMPLES.length] as readonly unknown[]) as never
    return { entity, day: day(date), at, to: at + (24 / perDay) * HOUR, cells: [{ group: null, samples }], payload: { version: 1, text: `{"of":"${date} ${part}"}` } }
  }))
}

async function rollUp(source: Tier, target: Tier, boundary: string, entity: number): Promise<{ rolledUp: number }> {
  const now = Date.parse('2026-06-01T00:00:00Z')
  return (await place.store()).rollUp({ series: 'metrics', source, target, entities: [entity], boundary: day(boundary), now, horizon: now })
}

/** As a defect of the merge would: once the row has been written, something in it is another. */
async function plant(target: Tier, change: string): Promise<void> {
  await place.shut()
  place.sql((database) => database.exec(`DROP TRIGGER IF EXISTS planted; CREATE TRIGGER planted AFTER INSERT ON tm_${target}_metrics BEGIN ${change} END`))
}

describe.each(Object.keys(SERIES))('a wrong merge is caught, %s', (name) => {
  test.each([['where each row stands for one', 1, 'captured', 'day'], ['where a row stands for several', 4, 'captured', 'day'], ['further up', 4, 'day', 'week']] as const)('%s', async (_, perDay, source, target) => {
    place = new CollectedPlace()
    await place.declare([(SERIES[name] as () => CollectedSeriesDefinition)()], '2025-12-31T00:00:00Z')
    const [a] = await place.roster(['a'], '2025-12-31T00:00:00Z') as [number]
    await place.write(windows(a, ['2026-01-05', '2026-01-06', '2026-01-07'], perDay), '2026-01-08T00:00:00Z')
    if (source === 'day') await rollUp('captured', 'day', '2026-01-12', a)
    const { columns } = layoutOf(place.definition)
    const read = () => place.sql((database) => database.prepare(`SELECT * FROM tm_${source}_metrics`).safeIntegers().all())
    const before = read()
    const row = `bucket = NEW.bucket AND cell = NEW.cell AND NEW.bucket = (SELECT min(bucket) FROM tm_${target}_metrics)`
    const wrong = columns.map(({ name: column, holds }) => [column, holds === 'text' && column !== 'payload' ? `CASE WHEN "${column}" IS '5:1' THEN '5:2' ELSE '5:1' END` : `coalesce("${column}" - 1, 0)`] as const)
    for (const [column, value] of [['facts', 'facts + 1'], ['days', 'days + 1'], ...wrong] as const) {
      await plant(target, `UPDATE tm_${target}_metrics SET "${column}" = ${value} WHERE ${row};`)
      await expect(rollUp(source, target, '2026-01-12', a), column).rejects.toMatchObject({ code: 'ROLLUP_PROOF_FAILED', message: expect.stringContaining(`: ${column} is `) })
    }
    for (const change of [`DELETE FROM tm_${target}_metrics WHERE ${row};`, `UPDATE tm_${target}_metrics SET bucket = bucket + 1 WHERE ${row} AND bucket < ${day('2026-01-06')};`]) {
      await plant(target, change)
      await expect(rollUp(source, target, '2026-01-12', a), change).rejects.toMatchObject({ code: 'ROLLUP_PROOF_FAILED' })
    }
    expect(read()).toEqual(before)
    await plant(target, 'SELECT 1;')
    expect((await rollUp(source, target, '2026-01-12', a)).rolledUp).toBe(target === 'day' ? 3 : 1)
    expect(read()).toEqual([])
  })
})

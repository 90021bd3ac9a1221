import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entity, integer, open, series } from '../../src/index.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { coverage, head } from './collected-place.ts'

const site = entity('site', { tenant: 'client', zone: 'UTC' })
const keep = { captured: '30d', day: '90d', week: '2y', month: 'forever' } as const
const roster = async () => [{ tenant: 't', entity: 'a' }]
const options = { entities: roster, past: true } as const

const before = series('metrics', { of: site, grain: 'day' }).measures(({ gauge }) => ({ load: gauge(integer()) })).keep(keep)
  .collect(async ({ entities }) => entities.map((one) => ({ ...one, values: { load: 10 } })), options)
const after = series('metrics', { of: site, grain: 'day' }).measures(({ gauge, count }) => ({ load: gauge(integer()), heat: gauge(integer()), hits: count() }))
  .derive(({ ratio }) => ({ share: ratio('heat', 'load') })).keep(keep)
  // Every third day of the month has no heat.
  .collect(async ({ entities, window }) => entities.map((one) => ({ ...one, values: { load: 10, hits: 1, heat: Number(window.day.slice(-2)) % 3 === 0 ? null : 4 } })), options)

test('a measure that was declared later has no value before, and says so through every tier', async () => {
  const folder = mkdtempSync(join(scratchRoot(), 'tidemark-late-'))
  try {
    const store = `sqlite:${join(folder, 'history.db')}`
    let now = Date.parse('2024-03-01T12:00:00Z')
    const clock = () => now
    const first = await open({ store, series: [before], now: clock })
    await first.capture(before)
    now = Date.parse('2024-03-13T12:00:00Z')
    await first.capture(before)
    await first.close()
    const raw = await openSqliteStore({ path: join(folder, 'history.db'), program: 'tidemark 0.1.0', thread: 'inline' })
    await raw.migrate(planMigration(await raw.schema(), [after.definition], []), now)
    await raw.close()
    const tm = await open({ store, series: [after], now: clock })
    now = Date.parse('2024-03-21T12:00:00Z')
    await tm.capture(after)
    const ask = { select: ['load.last', 'heat.last', 'hits.sum', 'share.value'], from: '2024-03-11', to: '2024-03-18' } as const
    const days = (await tm.query(after, ask)).rows
    // The migration was on the 13th: the window of that day is the first that is asked for heat.
    expect(days.map((row) => [row.period, row['heat.last'], row['hits.sum'], row['share.value'], row.coverage.measures])).toEqual([
      ['2024-03-11', null, null, null, all({ present: 0, reasons: { not_measured_yet: 1 } })],
      ['2024-03-12', null, null, null, all({ present: 0, reasons: { not_measured_yet: 1 } })],
      ['2024-03-13', 4, 1, '0.4000', undefined],
      ['2024-03-14', 4, 1, '0.4000', undefined],
      ['2024-03-15', null, 1, null, { heat: { present: 0, reasons: { no_value: 1 } }, share: { present: 0, reasons: { no_value: 1 } } }],
      ['2024-03-16', 4, 1, '0.4000', undefined],
      ['2024-03-17', 4, 1, '0.4000', undefined],
    ])
    // Of the week two days are before, and of the other five one has no value.
    const part = { present: 4, reasons: { not_measured_yet: 2, no_value: 1 } }
    const week = { ...head('a', '2024-03-11'), 'load.last': 10, 'heat.last': 4, 'hits.sum': 5, 'share.value': '0.4000' }
    expect((await tm.query(after, { ...ask, grain: 'week' })).rows).toEqual([
      { ...week, coverage: coverage(7, 7, {}, { heat: part, hits: { present: 5, reasons: { not_measured_yet: 2 } }, share: part }) },
    ])
    now = Date.parse('2024-07-10T12:00:00Z')
    await tm.capture(after)
    await tm.tiers.run(after)
    // Now the week is one row, which begins before: none of its windows is told apart any more.
    const lost = { present: 0, reasons: { not_measured_yet: 7 } }
    expect((await tm.query(after, { ...ask, grain: 'week' })).rows).toEqual([{ ...week, coverage: coverage(7, 7, {}, { heat: lost, hits: lost, share: lost }) }])
    await tm.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function all(measured: object) {
  return { heat: measured, hits: measured, share: measured }
}

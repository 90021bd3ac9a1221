import { join } from 'node:path'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { count, declared } from './library-declarations.ts'
import { open, type InferInput, type InferRow } from '../../src/index.ts'
import { scratch } from './cli.ts'

const now = () => Date.UTC(2026, 5, 1, 12)
const commit = (id: string, kind: 'fix' | 'docs', at = '2026-01-10T09:30:00+01:00'): InferInput<typeof declared.commits> => ({ tenant: 'kysely', who: 'c1', id, kind, at })

describe('the library', () => {
  test('from open to close: ingest, record, capture, query, window, retract, adjust', async () => {
    const folder = scratch()
    const history = await open({ store: `sqlite:${join(folder, 'history.db')}`, series: [declared.activity], now })
    expect(await history.ingest(declared.commits, [commit('1', 'fix'), commit('2', 'docs'), commit('2', 'docs')])).toEqual({ accepted: 2, duplicate: 1, rejected: 0, rejections: [] })
    async function* later() { yield commit('3', 'fix', '2026-01-11T00:00:00Z') }
    expect(await history.ingest(declared.commits, later())).toMatchObject({ accepted: 1 })
    history.record(declared.commits, commit('4', 'fix'))
    await history.flush()
    expect(history.recorded).toMatchObject({ accepted: 1, dropped: 0 })
    expect(await history.capture(declared.activity)).toMatchObject({ covered: 1 })

    const { rows } = await history.query(declared.activity, {
      select: ['commits.sum', 'fixShare.value', 'active.any'], tenant: 'kysely', from: '2026-01-01', to: '2026-02-01', grain: 'month', by: ['kind'], compare: ['year'],
    })
    expectTypeOf(rows[0]!['commits.sum']).toEqualTypeOf<number | null>()
    expectTypeOf(rows[0]!['fixShare.value']).toEqualTypeOf<string | null>()
    expectTypeOf(rows[0]!['active.any@year']).toEqualTypeOf<boolean | null>()
    expectTypeOf<InferRow<typeof declared.activity, 'commits.sum'>['period']>().toEqualTypeOf<string>()
    expect(rows.map((row) => [row.group, row['commits.sum']])).toEqual([[{ kind: 'fix' }, 3], [{ kind: 'docs' }, 1]])
    // @ts-expect-error a count has no quantile
    await expect(history.query(declared.activity, { select: ['commits.quantile'] })).rejects.toMatchObject({ code: 'ANSWER_UNKNOWN' })
    // @ts-expect-error not a dimension of the series
    await expect(history.query(declared.activity, { select: ['commits.sum'], by: ['id'] })).rejects.toMatchObject({ code: 'DIMENSION_UNKNOWN' })

    const windows = await history.window(declared.activity, { select: ['commits.sum'], window: 'fourMonths' })
    expect(windows.rows[0]).toMatchObject({ from: '2026-01-10', to: '2026-05-10', 'commits.sum': 4 })

    expect(await history.retract(declared.commits, [{ tenant: 'kysely', id: '1' }])).toMatchObject({ accepted: 1 })
    expect(await history.adjust(declared.activity, [
      { tenant: 'kysely', entity: 'c1', day: '2026-01-10', measure: 'commits', by: 10, id: 'a', reason: 'r', group: { kind: 'fix' } },
      { tenant: 'kysely', entity: 'c1', day: '2026-01-10', measure: 'commits', by: 10, id: 'b', reason: 'r' },
    ])).toMatchObject({ accepted: 1, rejected: 1, rejections: [{ line: 2, code: 'unknown_value' }] })
    const after = await history.query(declared.activity, { select: ['commits.sum'], grain: 'range' })
    expect(after.rows[0]?.['commits.sum']).toBe(13)
    expect(await history.tiers.status(declared.activity)).toMatchObject({ series: 'activity' })
    await history.close()
  })

  test('refuses a store that holds something else than is declared', async () => {
    const store = `sqlite:${join(scratch(), 'history.db')}`
    await (await open({ store, series: [declared.activity], now })).close()
    await expect(open({ store, series: [count], now })).rejects.toMatchObject({ code: 'MIGRATION_NEEDED' })
    await (await open({ store, series: [declared.activity], now })).close()
  })

  test('ten starters of a brand-new store race safely', async () => {
    const store = `sqlite:${join(scratch(), 'history.db')}`
    const histories = await Promise.all(Array.from({ length: 10 }, () => open({ store, series: [declared.activity], now })))
    expect((await histories[0]!.migrate.status()).version).toBe(1)
    await Promise.all(histories.map((history) => history.close()))
  })

  test('gives entities a zone, and knows which there are', async () => {
    const history = await open({ store: `sqlite:${join(scratch(), 'history.db')}`, series: [declared.activity], now })
    await history.setZone(declared.who, [{ tenant: 'kysely', entity: 'c1', zone: 'Asia/Tokyo' }])
    await expect(history.setZone(declared.who, [{ tenant: 'kysely', entity: 'c1', zone: 'Tokyo' }])).rejects.toMatchObject({ code: 'ZONE_UNKNOWN' })
    await history.ingest(declared.commits, [commit('1', 'fix', '2026-01-10T20:00:00Z')])
    const { rows } = await history.query(declared.activity, { select: ['commits.sum'], grain: 'day' })
    expect(rows).toMatchObject([{ period: '2026-01-11', 'commits.sum': 1 }])
    await history.close()
  })
})

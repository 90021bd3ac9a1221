import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { over } from '../../../../templates/campaigns/answers/decimal-text.ts'
import { sqlTexts } from './sql-texts.ts'

/** Tables in place of the views, with just the columns that the texts read. */
function store(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(`
    CREATE TABLE campaign_metrics_snapshots (company_id, campaign_id, snapshot_date, day, day_number INTEGER, until, status, volunteers_current INTEGER, volunteers_target INTEGER, volunteers_utilization REAL,
      beneficiaries_current INTEGER, beneficiaries_target INTEGER, sessions_current INTEGER, sessions_target INTEGER, budget_spent REAL, budget_allocated REAL, hours_logged REAL, sessions_completed INTEGER, sroi_score REAL);
    CREATE TABLE tidemark_v1_campaign_metrics (tenant, entity, time, day_number INTEGER, until, volunteersCurrent_last INTEGER, volunteersEver_last INTEGER, beneficiariesLeft_last INTEGER, beneficiariesEver_last INTEGER, sessionsCompleted_last INTEGER,
      volunteerRetention_value, beneficiaryDropout_value, averageSessions_value)`)
  return db
}

const ask = (db: DatabaseSync, name: string): readonly unknown[][] => {
  const statement = db.prepare(sqlTexts().get(name) as string)
  statement.setAllowUnknownNamedParameters(true)
  return (statement.all({ company: 'acme', from: '2026-01-01', to: '2026-02-01' }) as Record<string, unknown>[]).map((row) => Object.values(row))
}

/** 2026-01-05. */
const DAY = 20_458

describe('quotients of the SQL texts round half to even, as the typed answers do', () => {
  // 5/32 = 0.15625 and 3/32 = 0.09375 lie in the middle of two numbers of four digits; 1/8 = 0.125 of two.
  test.each([[5, 32, 0.1562], [3, 32, 0.0938], [9, 32, 0.2812], [1, 3, 0.3333], [2, 3, 0.6667], [0, 7, 0], [65, 50, 1.3], [12, 0, null]])('%i of %i', (part, whole, expected) => {
    expect(over(part, whole) === null ? null : Number(over(part, whole))).toBe(expected)
    const db = store()
    db.prepare('INSERT INTO campaign_metrics_snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run('acme', 'c1', '2026-01-05T00:00:00Z', '2026-01-05', DAY, '2026-01-06', 'active', part, whole, expected, part, whole, part, whole, part / 100, whole / 100, 1.5, 3, 2.5)
    expect(ask(db, 'overview')).toEqual([[1, part, part, 3, 1.5, expected, part / 100, expected]])
    expect(ask(db, 'gauges')).toEqual([[part, whole, expected], [part, whole, expected], [part, whole, expected], [part / 100, whole / 100, expected]])
    db.prepare('INSERT INTO tidemark_v1_campaign_metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run('acme', 'c1', '2026-01-05T00:00:00Z', DAY, '2026-01-06', part, whole, part, whole, part, null, null, null)
    const average = over(part, whole, 2)
    expect(ask(db, 'engagement')[0]).toEqual([null, expected, expected, average === null ? null : Number(average)])
    db.close()
  })

  test('and so do ranks: two less and one equal of sixteen others is 5/32', () => {
    const db = store()
    const put = db.prepare('INSERT INTO campaign_metrics_snapshots (company_id, campaign_id, snapshot_date, day, day_number, until, status, volunteers_utilization, sroi_score, hours_logged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    // Seventeen campaigns: places are sixteenths, and those of two that are equal 32nds.
    for (let n = 0; n < 17; n++) put.run('acme', `c${String(n).padStart(2, '0')}`, '2026-01-05T00:00:00Z', '2026-01-05', DAY, '2026-01-06', 'active', n === 3 ? 0.02 : n / 100, n === 2 ? null : n, 1)
    const rows = ask(db, 'comparison')
    // Two less, one equal: (2 · 2 + 2 − 1) / 32.
    expect(rows.slice(2, 4).map((row) => [row[0], row[3]])).toEqual([['c02', 0.1562], ['c03', 0.1562]])
    expect(rows[2]?.slice(4, 6)).toEqual([null, null])
    expect(new Set(rows.map((row) => row[7]))).toEqual(new Set([0.5]))
    db.close()
  })
})

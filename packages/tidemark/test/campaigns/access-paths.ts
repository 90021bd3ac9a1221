import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { DAY_MS, dayText, END } from './lived.ts'

type Row = Readonly<Record<string, string | number | null>>
type Words = Readonly<Record<'company' | 'campaign' | 'from', string>> & { readonly day: number }

const KEY = 'PRIMARY KEY (tenant_id=? AND entity_id=?'
const BY_DAY = /^INDEX tm_by_day_(captured|day|week|month)_campaign_metrics \(bucket>\?\)$/
const BY_TIME = /^INDEX tm_by_time_(captured|day|week|month)_campaign_metrics \(<expr>>\?\)$/

const above = (column: string, bound: number) => ({ sql: `${column} > ${bound}`, is: (row: Row) => row[column] !== null && Number(row[column]) > bound })
const ofCompany = { sql: 'company_id = :company', is: (row: Row, { company }: Words) => row['company_id'] === company }
const ofCampaign = { sql: 'campaign_id = :campaign', is: (row: Row, { campaign }: Words) => row['campaign_id'] === campaign }
const sinceDay = { sql: 'day_number >= :day', is: (row: Row, { day }: Words) => Number(row['day_number']) >= day }
const since = { sql: 'snapshot_date >= :from', is: (row: Row, { from }: Words) => String(row['snapshot_date']) >= from }
const made = { sql: 'created_at >= :from', is: (row: Row, { from }: Words) => String(row['created_at']) >= from }

/** What is asked, and how the rows of a tier are found for it. */
const PATHS = [
  { path: 'company, campaign and day', asked: [ofCompany, ofCampaign, sinceDay], found: `${KEY} AND bucket>?)` },
  { path: 'campaign and day', asked: [ofCampaign, sinceDay], found: `${KEY} AND bucket>?)` },
  { path: 'campaign and date', asked: [ofCampaign, since], found: `${KEY})` },
  { path: 'company, campaign and date', asked: [ofCompany, ofCampaign, since], found: `${KEY})` },
  { path: 'company and day', asked: [ofCompany, sinceDay], found: `${KEY} AND bucket>?)` },
  { path: 'day across campaigns', asked: [sinceDay], found: BY_DAY },
  { path: 'date across campaigns', asked: [since], found: BY_TIME },
  { path: 'campaign, day and when it was recorded', asked: [ofCampaign, sinceDay, made], found: `${KEY} AND bucket>?)` },
  ...(['volunteers_utilization', 'beneficiaries_utilization', 'sessions_utilization', 'budget_utilization', 'sroi_score'] as const).flatMap((column) => [
    { path: `${column} above a bound since a day`, asked: [above(column, 0.5), sinceDay], found: BY_DAY },
    { path: `${column} above a bound since a date`, asked: [above(column, 0.5), since], found: BY_TIME },
    { path: `${column} above a bound since a day, of a company`, asked: [ofCompany, above(column, 0.5), sinceDay], found: `${KEY} AND bucket>?)` },
  ]),
]

/** Each way of asking that must be fast goes to its rows by a key or an index, and finds what walking through all of them finds. */
export function accessPathsAreSearched(folder: string): void {
  test.each(PATHS)('by $path', ({ asked, found }) => {
    const db = new DatabaseSync(join(folder, 'history.db'), { readOnly: true })
    const all = db.prepare('SELECT * FROM campaign_metrics_snapshots').all() as Row[]
    const busiest = db.prepare('SELECT company_id AS company, campaign_id AS campaign FROM campaign_metrics_snapshots GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1').get() as { company: string; campaign: string }
    const words = { ...busiest, day: END / DAY_MS - 60, from: `${dayText(END - 60 * DAY_MS)}T00:00:00Z` }
    const ask = (before: string) => {
      const statement = db.prepare(`${before} SELECT * FROM campaign_metrics_snapshots WHERE ${asked.map(({ sql }) => sql).join(' AND ')}`)
      statement.setAllowUnknownNamedParameters(true)
      return statement.all(words) as Row[]
    }
    const plan = ask('EXPLAIN QUERY PLAN').map(({ detail }) => String(detail)).filter((detail) => /^(SCAN|SEARCH) r\b/.test(detail))
    expect(plan).toHaveLength(4)
    for (const detail of plan) expect(detail.replace(/^SEARCH r USING /, '')).toEqual(typeof found === 'string' ? found : expect.stringMatching(found))
    const ids = (rows: readonly Row[]) => rows.map(({ id }) => id).sort()
    const rows = ids(ask(''))
    expect(rows.length).toBeGreaterThan(0)
    expect(rows).toEqual(ids(all.filter((row) => asked.every(({ is }) => is(row, words)))))
    db.close()
  })
}

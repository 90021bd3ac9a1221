// The documented SQL texts, on the table by hand: of SQLite as they are, of PostgreSQL in its dialect.
import { readFileSync } from 'node:fs'

const PAGE = new URL('../../docs/campaigns.md', import.meta.url)

/** Those that read a view of Tidemark's own, on the columns of the table. */
const ON_THE_TABLE: Readonly<Record<string, string>> = {
  budget: `WITH mine AS (SELECT day, budget_spent AS spent, budget_planned AS planned, row_number() OVER (PARTITION BY day ORDER BY snapshot_date DESC) AS place FROM campaign_metrics_snapshots
    WHERE company_id = :company AND campaign_id = :campaign AND day_number >= unixepoch(:from) / 86400 AND until <= :to) SELECT day, spent, planned FROM mine WHERE place = 1 ORDER BY day`,
  engagement: `WITH last AS (SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY campaign_id ORDER BY snapshot_date DESC) AS place FROM campaign_metrics_snapshots
    WHERE company_id = :company AND day_number >= unixepoch(:from) / 86400 AND until <= :to) AS numbered WHERE place = 1)
    SELECT NULL AS campaign_id, round(1.0 * sum(volunteers_current) / nullif(sum(volunteers_ever), 0), 4) AS retention, round(1.0 * sum(beneficiaries_ever - beneficiaries_current) / nullif(sum(beneficiaries_ever), 0), 4) AS dropout,
      round(1.0 * sum(sessions_current) / nullif(sum(volunteers_ever), 0), 2) AS average_sessions FROM last
    UNION ALL SELECT * FROM (SELECT campaign_id, round(1.0 * volunteers_current / nullif(volunteers_ever, 0), 4), round(1.0 * (beneficiaries_ever - beneficiaries_current) / nullif(beneficiaries_ever, 0), 4), round(1.0 * sessions_current / nullif(volunteers_ever, 0), 2) FROM last ORDER BY campaign_id) AS each`,
}

/** Answers whose table by hand is another one: sessions are not snapshots. */
const ELSEWHERE = new Set(['heat'])

export function handTexts(): ReadonlyMap<string, string> {
  const texts = [...readFileSync(PAGE, 'utf8').matchAll(/```sql\n-- (\w+)[^\n]*\n([\s\S]*?)```/g)].map(([, name = '', sql = '']) => [name, ON_THE_TABLE[name] ?? sql] as const)
  return new Map(texts.filter(([name]) => !ELSEWHERE.has(name)))
}

export interface Words { readonly company: string; readonly campaign: string; readonly from: string; readonly to: string; readonly most: number }

/** The same text for PostgreSQL, its words in place of parameters; null where the dialects are too far apart. */
export function postgresText(sql: string, { company, campaign, from, to, most }: Words): string | null {
  if (/json_each|->>/.test(sql)) return null
  const dayNumber = (day: string): number => Date.parse(day) / 86_400_000
  return sql
    // A truth is no number there, and a sum of integers is a numeric, whose quotient has a fraction.
    .replaceAll('(2 * r > d OR (2 * r = d AND q % 2 = 1))', '(2 * r > d OR (2 * r = d AND q % 2 = 1))::int').replaceAll(/\b(\w+ \* 100(?:00)?) \/ (\w+) AS q/g, 'div($1, $2) AS q').replaceAll('AS INTEGER)', 'AS bigint)')
    .replaceAll("unixepoch(:from, '-1 year') / 86400", String(dayNumber(from) - 365)).replaceAll('unixepoch(:from) / 86400', String(dayNumber(from)))
    .replaceAll("date(day, 'weekday 0', '-6 days')", "to_char(date_trunc('week', day::date), 'YYYY-MM-DD')").replaceAll("date(day, 'start of month')", "to_char(date_trunc('month', day::date), 'YYYY-MM-DD')")
    .replaceAll("date(day, 'start of month', printf('-%d months', (CAST(strftime('%m', day) AS INTEGER) - 1) % 3))", "to_char(date_trunc('quarter', day::date), 'YYYY-MM-DD')")
    .replaceAll("date(now.period, '-1 year')", "to_char(now.period::date - interval '1 year', 'YYYY-MM-DD')")
    .replaceAll(':company', `'${company}'`).replaceAll(':campaign', `'${campaign}'`).replaceAll(':from', `'${from}'`).replaceAll(':to', `'${to}'`).replaceAll(':most', String(most))
    .replaceAll(/\) WHERE place = 1/g, ') AS numbered WHERE place = 1').replaceAll('AS numbered AS numbered', 'AS numbered')
}

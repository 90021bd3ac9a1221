import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'

/** Sessions of a month of a company, as the application's own table has them. */
export interface RawMonth {
  /** First day, `YYYY-MM-DD`, by each campaign's own clock. */
  readonly month: string
  readonly sessions: number
  /** Two digits after the point. */
  readonly hours: string
}

/** Counted by DuckDB in the raw rows of a campaigns demo: nothing of it comes from the history. */
export async function rawSessionMonths(folder: string, company: string, from: string, to: string): Promise<readonly RawMonth[]> {
  const app = new DatabaseSync(join(folder, 'app.db'), { readOnly: true })
  const rows = app.prepare('SELECT s.held_at, s.offset_minutes, s.hours FROM sessions s JOIN campaigns c ON c.number = s.campaign WHERE c.company_id = ?').all(company)
  app.close()
  const place = mkdtempSync(join(tmpdir(), 'tidemark-raw-'))
  try {
    const file = join(place, 'sessions.csv')
    writeFileSync(file, ['held_at,offset_minutes,hours', ...rows.map((row) => `${row['held_at']},${row['offset_minutes']},${row['hours']}`)].join('\n'))
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const result = await connection.runAndReadAll(`
      SELECT strftime(date_trunc('month', held), '%Y-%m-%d'), count(*)::INTEGER, printf('%.2f', sum(hours)::DECIMAL(18, 0) / 100)
      FROM (SELECT make_timestamp((held_at + offset_minutes * 60000) * 1000) AS held, hours FROM read_csv('${file}', header = true, columns = {held_at: 'BIGINT', offset_minutes: 'BIGINT', hours: 'BIGINT'}))
      WHERE held >= TIMESTAMP '${from}' AND held < TIMESTAMP '${to}' GROUP BY 1 ORDER BY 1`)
    const found = result.getRows().map(([month, sessions, hours]) => ({ month: String(month), sessions: Number(sessions), hours: String(hours) }))
    connection.closeSync()
    return found
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

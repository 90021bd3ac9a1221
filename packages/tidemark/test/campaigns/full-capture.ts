import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dayText } from '../../../../templates/campaigns/app/clock-face.ts'
import type { Snapshot } from './reenactment.ts'

/**
 * What a whole number of hundredths is printed as, and a quotient of two numbers that are not negative,
 * rounded half to even: integers of 128 bits and decimals, no float. An argument is repeated in words for each time it
 * is named, so it is named seldom.
 */
const MACROS = `
CREATE MACRO printed(x) AS (x::DECIMAL(30, 0) * 0.01)::VARCHAR;
CREATE MACRO half_up(n, d) AS (2 * n + d) // (2 * d);
CREATE MACRO half_even(n, d) AS half_up(n, d) - CASE WHEN (2 * n + d) % (2 * d) = 0 THEN half_up(n, d) % 2 ELSE 0 END;
CREATE MACRO quotient2(n, d) AS CASE WHEN d > 0 THEN (half_even(n::HUGEINT * 100, d::HUGEINT)::DECIMAL(30, 0) * 0.01)::VARCHAR END;
CREATE MACRO quotient4(n, d) AS CASE WHEN d > 0 THEN (half_even(n::HUGEINT * 10000, d::HUGEINT)::DECIMAL(30, 0) * 0.0001)::VARCHAR END;
`

const COLUMNS = [
  'company', 'campaign', 'name', 'value', 'starts_on', 'model', 'day', 'began', 'until', 'captured_at', 'status', 'volunteers_target', 'beneficiaries_target', 'sessions_target', 'budget',
  'volunteers', 'volunteers_ever', 'beneficiaries', 'beneficiaries_ever', 'sessions', 'hours', 'vis', 'value_cents', 'integration', 'language', 'job_readiness', 'wellbeing', 'spent', 'planned',
] as const

/** DuckDB over every snapshot of a run, untiered, and over the application's raw tables. */
export class FullCapture {
  readonly #connection: DuckDBConnection

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  static async of(snapshots: readonly Snapshot[], app: string, folder: string): Promise<FullCapture> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(MACROS)
    const capture = new FullCapture(connection)
    await capture.#load('snap', COLUMNS, snapshots.map((one) => [
      one.life.company, one.life.id, one.life.name, one.life.value, one.life.startsOn, one.life.model, dayText(one.day), one.at, one.to, one.capturedAt, one.status,
      one.life.targets.volunteers, one.life.targets.beneficiaries, one.life.targets.sessions, one.life.targets.budget,
      one.volunteers, one.volunteersEver, one.beneficiaries, one.beneficiariesEver, one.sessions, one.hours, one.vis, one.valueCents, ...one.outcomes, one.spent, one.planned,
    ]), join(folder, 'snapshots.csv'))
    await connection.run(`
      CREATE TABLE full_capture AS
      SELECT *, sessions - lag(sessions) OVER own AS new_sessions, hours - lag(hours) OVER own AS new_hours,
        CASE WHEN day - starts_on::DATE >= 7 AND spent > 0 THEN half_even(value_cents::HUGEINT * 100, spent::HUGEINT) END AS sroi,
        CASE WHEN day - starts_on::DATE >= 7 AND sessions > 0 THEN half_even(vis::HUGEINT * 100, sessions::HUGEINT) END AS mean_vis
      FROM snap WINDOW own AS (PARTITION BY campaign ORDER BY began)`)
    const db = new DatabaseSync(app, { readOnly: true })
    const table = (sql: string): (string | number | null)[][] => (db.prepare(sql).all() as Record<string, string | number | null>[]).map((row) => Object.values(row))
    await capture.#load('sessions', ['company', 'campaign', 'held_at', 'offset_minutes', 'hours'], table(
      'SELECT c.company_id, c.id, s.held_at, s.offset_minutes, s.hours FROM sessions s JOIN campaigns c ON c.number = s.campaign'), join(folder, 'sessions.csv'))
    await capture.#load('evidence', ['company', 'campaign', 'name', 'id', 'noted_at', 'text', 'score', 'url'], table(
      'SELECT c.company_id, c.id AS campaign, c.name, e.id, e.noted_at, e.text, e.score, e.url FROM evidence_snippets e JOIN campaigns c ON c.number = e.campaign'), join(folder, 'evidence.csv'))
    db.close()
    return capture
  }

  /** Rows as plain objects: whole numbers as numbers, dates as text. */
  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const rows = (await this.#connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[]
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' && /^n_/.test(name) ? Number(value) : value])))
  }

  close(): void {
    this.#connection.closeSync()
  }

  async #load(name: string, columns: readonly string[], rows: readonly (readonly (string | number | null)[])[], file: string): Promise<void> {
    const cell = (value: string | number | null): string => (typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : value === null ? '' : String(value))
    writeFileSync(file, `${columns.join(',')}\n${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`)
    await this.#connection.run(`CREATE TABLE ${name} AS SELECT * FROM read_csv('${file.replaceAll("'", "''")}', header = true, quote = '"')`)
  }
}

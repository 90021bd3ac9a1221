import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** One answered row as both sides print it. */
export interface Figures {
  readonly tenant: string
  readonly entity: string
  readonly period: string
  readonly contributions: number
  readonly fix: number
  readonly active: number
  readonly firstAt: number
  readonly lastAt: number
}

/** How each grain's first day is had from a day, in DuckDB's own calendar. */
export const PERIODS = {
  day: 'day', week: "date_trunc('week', day)", month: "date_trunc('month', day)",
  quarter: "date_trunc('quarter', day)", year: "date_trunc('year', day)",
} as const

/** The raw commits in DuckDB: the day and the time of day as their author wrote them, cut out of the text. */
export class RawEvents {
  readonly #connection: DuckDBConnection

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  static async read(csv: string): Promise<RawEvents> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(`
      CREATE TABLE events AS
      SELECT client_id AS tenant, contributor_id AS entity, kind, CAST(substr(authored_at, 1, 10) AS DATE) AS day,
        CAST(substr(authored_at, 12, 2) AS INTEGER) * 3600 + CAST(substr(authored_at, 15, 2) AS INTEGER) * 60 + CAST(substr(authored_at, 18, 2) AS INTEGER) AS second_of_day
      FROM read_csv('${csv.replaceAll("'", "''")}', header = true, all_varchar = true)`)
    return new RawEvents(connection)
  }

  /** Periods of a grain in which an entity had events. */
  periods(grain: keyof typeof PERIODS): Promise<Figures[]> {
    return this.#figures(`SELECT tenant, entity, CAST(CAST(${PERIODS[grain]} AS DATE) AS VARCHAR) AS period, ${FIGURES} FROM events GROUP BY 1, 2, 3`)
  }

  /** Windows of so many months from each entity's first day, in which it had events. */
  windows(months: number): Promise<Figures[]> {
    // Candidates on both sides of the naive index; the day decides, since months are of different lengths.
    return this.#figures(`
      WITH first AS (SELECT tenant, entity, min(day) AS anchor FROM events GROUP BY 1, 2),
      placed AS (
        SELECT e.*, CAST(f.anchor + to_months(CAST(k * ${months} AS INTEGER)) AS DATE) AS start
        FROM events e JOIN first f USING (tenant, entity), LATERAL (SELECT unnest(range(0, 80)) AS k) AS ks
        WHERE e.day >= CAST(f.anchor + to_months(CAST(k * ${months} AS INTEGER)) AS DATE)
          AND e.day < CAST(f.anchor + to_months(CAST((k + 1) * ${months} AS INTEGER)) AS DATE)
      )
      SELECT tenant, entity, CAST(start AS VARCHAR) AS period, ${FIGURES} FROM placed GROUP BY 1, 2, 3`)
  }

  close(): void {
    this.#connection.closeSync()
  }

  async #figures(sql: string): Promise<Figures[]> {
    const rows = (await this.#connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, unknown>[]
    return rows.map((row) => ({
      tenant: String(row['tenant']), entity: String(row['entity']), period: String(row['period']), contributions: Number(row['contributions']),
      fix: Number(row['fix']), active: Number(row['active']), firstAt: Number(row['first_at']), lastAt: Number(row['last_at']),
    })).sort(byKey)
  }
}

const FIGURES = "count(*) AS contributions, count(*) FILTER (WHERE kind = 'fix') AS fix, count(DISTINCT day) AS active, min(second_of_day) AS first_at, max(second_of_day) AS last_at"

export function byKey(a: Figures, b: Figures): number {
  const key = (one: Figures): string => `${one.tenant}\0${one.entity}\0${one.period}`
  return key(a) < key(b) ? -1 : 1
}

// A case: what happens, the number that is right, and what each system is documented to do about it.

export const ENGINES = ['SQLite by hand', 'PostgreSQL by hand', 'ClickHouse (chdb)', 'InfluxDB', 'TimescaleDB'] as const
export type Engine = (typeof ENGINES)[number]

/** SQL, or points in InfluxDB's line protocol. */
export type Step = string | { readonly points: string }

export interface Practice {
  readonly engine: Engine
  /** How a rollup is made there, in a few words. */
  readonly how: string
  /** Where that is recommended. */
  readonly source: string
  readonly steps: readonly Step[]
  /** Gives one value, or one a row, in order. */
  readonly ask: string
}

export interface Trial {
  /** For `--case`. */
  readonly name: string
  readonly title: string
  /** Computed by hand. */
  readonly right: string
  readonly practices: readonly Practice[]
  /** The same in Tidemark, with a history of its own at a path. */
  tidemark(path: string): Promise<string>
}

/** Nobody wrote it down for SQLite: a trigger that keeps a summary by UPSERT is what its documents are used for. */
export const SQLITE_UPSERT = 'https://sqlite.org/lang_upsert.html'
export const POSTGRES_VIEW = 'https://www.postgresql.org/docs/18/rules-materializedviews.html'
export const POSTGRES_UPSERT = 'https://www.postgresql.org/docs/18/sql-insert.html'
export const POSTGRES_WITH = 'https://www.postgresql.org/docs/18/queries-with.html'
export const CLICKHOUSE_VIEW = 'https://clickhouse.com/docs/materialized-view/incremental-materialized-view'
export const CLICKHOUSE_RETRIES = 'https://clickhouse.com/docs/guides/developer/deduplicating-inserts-on-retries'
export const CLICKHOUSE_REFRESHABLE = 'https://clickhouse.com/docs/materialized-view/refreshable-materialized-view'
export const INFLUX_DOWNSAMPLE = 'https://docs.influxdata.com/influxdb/v1/guides/downsample_and_retain/'
export const INFLUX_CONTINUOUS = 'https://docs.influxdata.com/influxdb/v1/query_language/continuous_queries/'
export const TIMESCALE_REFRESH = 'https://docs.timescale.com/use-timescale/latest/continuous-aggregates/refresh-policies/'
export const TIMESCALE_RETENTION = 'https://docs.timescale.com/use-timescale/latest/data-retention/data-retention-with-continuous-aggregates/'

/** Epoch seconds of a UTC instant. */
export const second = (instant: string): number => Date.parse(instant) / 1000

/** Rows of (id, at, value), instants as ISO 8601, as a list of SQL. */
export const values = (rows: readonly (readonly [string, string, number])[], at: (instant: string) => string = (instant) => `'${instant}'`): string =>
  rows.map(([id, instant, value]) => `('${id}', ${at(instant)}, ${value})`).join(', ')

/** The same as points; the id is a tag, so that two events of an instant stay two. */
export const points = (rows: readonly (readonly [string, string, number])[]): Step =>
  ({ points: rows.map(([id, instant, value]) => `event,id=${id} value=${value} ${second(instant)}`).join('\n') })

export const clickhouseAt = (instant: string): string => `toDateTime(${second(instant)}, 'UTC')`

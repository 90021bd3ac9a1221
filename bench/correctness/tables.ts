// The tables that several cases share: events with an id, and a rollup by UTC day as each system's documents make it.
import { CLICKHOUSE_VIEW } from './trial.ts'

/** A summary that a trigger keeps up to date with each event that is new. */
export const SQLITE_DAILY: readonly string[] = [
  'CREATE TABLE event (id TEXT PRIMARY KEY, at TEXT, value INTEGER)',
  'CREATE TABLE daily (day TEXT PRIMARY KEY, n INTEGER, total INTEGER)',
  'CREATE TRIGGER roll AFTER INSERT ON event BEGIN INSERT INTO daily VALUES (substr(new.at, 1, 10), 1, new.value) ON CONFLICT (day) DO UPDATE SET n = n + 1, total = total + excluded.total; END',
]

export const POSTGRES_EVENT = 'CREATE TABLE event (id text PRIMARY KEY, at timestamptz, value bigint)'
export const POSTGRES_DAILY: readonly string[] = [
  POSTGRES_EVENT,
  "CREATE MATERIALIZED VIEW daily AS SELECT (at AT TIME ZONE 'UTC')::date AS day, count(*) AS n, sum(value) AS total FROM event GROUP BY 1",
]

/** @param engine of the events' table, with its order and settings */
export const clickhouseDaily = (engine: string): readonly string[] => [
  `CREATE TABLE event (id String, at DateTime('UTC'), value Int64) ENGINE = ${engine}`,
  'CREATE TABLE daily (day Date, n UInt64, total Int64) ENGINE = SummingMergeTree ORDER BY day',
  'CREATE MATERIALIZED VIEW roll TO daily AS SELECT toDate(at) AS day, count() AS n, sum(value) AS total FROM event GROUP BY day',
]
export const CLICKHOUSE_SOURCE = CLICKHOUSE_VIEW

export const TIMESCALE_DAILY: readonly string[] = [
  'CREATE TABLE event (id text, at timestamptz NOT NULL, value bigint, UNIQUE (id, at))',
  "SELECT create_hypertable('event', 'at', chunk_time_interval => INTERVAL '1 day')",
  "CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS SELECT time_bucket('1 day', at) AS day, count(*) AS n, sum(value) AS total FROM event GROUP BY 1 WITH NO DATA",
]

/** The statement of a continuous query over [from, to): what it would have put at the end of its interval. */
export const influxRoll = (select: string, from: string, to: string): string => `SELECT ${select} INTO daily FROM event WHERE time >= '${from}' AND time < '${to}' GROUP BY time(1d)`

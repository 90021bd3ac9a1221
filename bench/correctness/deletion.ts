// Old events are deleted while what rolls them up has not run for a day.
import { dailyTotal, totalOf } from './own-answers.ts'
import { ownHistory, usage } from './own-history.ts'
import { clickhouseDaily, CLICKHOUSE_SOURCE, influxRoll, POSTGRES_DAILY, POSTGRES_EVENT, SQLITE_DAILY, TIMESCALE_DAILY } from './tables.ts'
import { clickhouseAt, INFLUX_DOWNSAMPLE, points, POSTGRES_UPSERT, POSTGRES_VIEW, POSTGRES_WITH, SQLITE_UPSERT, TIMESCALE_RETENTION, type Trial, values } from './trial.ts'

const ROLLED = [['a', '2026-01-05T09:00:00Z', 10], ['b', '2026-01-05T10:00:00Z', 20]] as const
const NOT_ROLLED = [['c', '2026-01-06T09:00:00Z', 7]] as const

/** A night of PostgreSQL: one day into a table that outlives its events. */
const night = (from: string, to: string): string =>
  `INSERT INTO daily SELECT '${from}'::date, sum(value) FROM event WHERE at >= '${from}Z' AND at < '${to}Z' HAVING count(*) > 0 ON CONFLICT (day) DO UPDATE SET total = excluded.total`

/** Nothing is deleted that is not counted, and the other way round. */
const MOVE = "WITH gone AS (DELETE FROM event WHERE at < '2026-01-07Z' RETURNING at, value) INSERT INTO daily SELECT (at AT TIME ZONE 'UTC')::date, sum(value) FROM gone GROUP BY 1 ON CONFLICT (day) DO UPDATE SET total = daily.total + excluded.total"

export const deletion: Trial = {
  name: 'deletion',
  title: '10 and 20 of 5 January are rolled up; then what rolls up stands still, 7 comes on the 6th, retention deletes the events of both days, and the rolling up goes on. The days are 10 + 20 + 7 = 37, or the deletion is refused',
  right: '37',
  practices: [
    { engine: 'SQLite by hand', how: 'a trigger upserts the summary with each event: it cannot stand still', source: SQLITE_UPSERT, steps: [...SQLITE_DAILY, `INSERT INTO event VALUES ${values(ROLLED)}`, `INSERT INTO event VALUES ${values(NOT_ROLLED)}`, 'DELETE FROM event'], ask: 'SELECT sum(total) FROM daily' },
    {
      engine: 'PostgreSQL by hand', how: 'events are moved into a summary table in one statement: WITH gone AS (DELETE … RETURNING …) INSERT …', source: POSTGRES_WITH,
      steps: [POSTGRES_EVENT, 'CREATE TABLE daily (day date PRIMARY KEY, total bigint)', `INSERT INTO event VALUES ${values(ROLLED)}`, `INSERT INTO event VALUES ${values(NOT_ROLLED)}`, MOVE], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'PostgreSQL by hand', how: 'a summary table, upserted each night; retention is another job', source: POSTGRES_UPSERT,
      steps: [
        POSTGRES_EVENT, 'CREATE TABLE daily (day date PRIMARY KEY, total bigint)', `INSERT INTO event VALUES ${values(ROLLED)}`, night('2026-01-05', '2026-01-06'),
        `INSERT INTO event VALUES ${values(NOT_ROLLED)}`, "DELETE FROM event WHERE at < '2026-01-07Z'", night('2026-01-06', '2026-01-07'),
      ],
      ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'PostgreSQL by hand', how: 'materialized view: it holds what its query finds when it is refreshed', source: POSTGRES_VIEW,
      steps: [...POSTGRES_DAILY, `INSERT INTO event VALUES ${values(ROLLED)}`, 'REFRESH MATERIALIZED VIEW daily', `INSERT INTO event VALUES ${values(NOT_ROLLED)}`, "DELETE FROM event WHERE at < '2026-01-07Z'", 'REFRESH MATERIALIZED VIEW daily'], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'ClickHouse (chdb)', how: 'incremental materialized view, which is part of each insert and outlives its source', source: CLICKHOUSE_SOURCE,
      steps: [...clickhouseDaily('MergeTree ORDER BY at'), `INSERT INTO event VALUES ${values(ROLLED, clickhouseAt)}`, `INSERT INTO event VALUES ${values(NOT_ROLLED, clickhouseAt)}`, 'TRUNCATE TABLE event'], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'InfluxDB', how: 'continuous query and retention policy, which do not know of each other', source: INFLUX_DOWNSAMPLE,
      steps: [points(ROLLED), influxRoll('sum(value) AS total', '2026-01-05', '2026-01-06'), points(NOT_ROLLED), "DELETE FROM event WHERE time < '2026-01-07'", influxRoll('sum(value) AS total', '2026-01-06', '2026-01-07')], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'TimescaleDB', how: 'continuous aggregate refreshed over the days that retention has left', source: TIMESCALE_RETENTION,
      steps: [
        ...TIMESCALE_DAILY, `INSERT INTO event VALUES ${values(ROLLED)}`, "CALL refresh_continuous_aggregate('daily', '2026-01-05', '2026-01-06')", `INSERT INTO event VALUES ${values(NOT_ROLLED)}`,
        "SELECT drop_chunks('event', TIMESTAMPTZ '2026-01-07Z')", "CALL refresh_continuous_aggregate('daily', '2026-01-07', '2026-01-08')",
      ],
      ask: 'SELECT sum(total) FROM daily',
    },
  ],
  async tidemark(path) {
    const own = await ownHistory(path, '2026-01-06T00:00:00Z')
    await own.send(ROLLED)
    await own.history.capture(usage)
    own.at('2026-01-07T00:00:00Z')
    await own.send(NOT_ROLLED)
    // Nobody captured or moved anything since; now all of it is of an age to go.
    own.at('2026-06-01T00:00:00Z')
    await own.history.tiers.run(usage)
    const before = await totalOf(own, '2026-01-01', '2026-02-01')
    await own.move()
    const after = await dailyTotal(own, '2026-01-01', '2026-02-01')
    return before === after ? after : `${before}, then ${after}`
  },
}

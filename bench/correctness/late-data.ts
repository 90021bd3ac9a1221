// An event that comes after its day was rolled up.
import { dailyTotal } from './own-answers.ts'
import { ownHistory } from './own-history.ts'
import { clickhouseDaily, CLICKHOUSE_SOURCE, influxRoll, POSTGRES_DAILY, SQLITE_DAILY, TIMESCALE_DAILY } from './tables.ts'
import { clickhouseAt, INFLUX_CONTINUOUS, points, POSTGRES_VIEW, SQLITE_UPSERT, TIMESCALE_REFRESH, type Trial, values } from './trial.ts'

const ON_TIME = [['a', '2026-01-05T09:00:00Z', 10], ['b', '2026-01-05T10:00:00Z', 20]] as const
const LATE = [['c', '2026-01-05T11:00:00Z', 5]] as const

export const lateData: Trial = {
  name: 'late-data',
  title: '10 and 20 on 5 January are rolled up; 5 of the same day comes afterwards. The day is 10 + 20 + 5 = 35',
  right: '35',
  practices: [
    { engine: 'SQLite by hand', how: 'a trigger upserts the summary', source: SQLITE_UPSERT, steps: [...SQLITE_DAILY, `INSERT INTO event VALUES ${values(ON_TIME)}`, `INSERT INTO event VALUES ${values(LATE)}`], ask: 'SELECT sum(total) FROM daily' },
    {
      engine: 'PostgreSQL by hand', how: 'materialized view, refreshed each night', source: POSTGRES_VIEW,
      steps: [...POSTGRES_DAILY, `INSERT INTO event VALUES ${values(ON_TIME)}`, 'REFRESH MATERIALIZED VIEW daily', `INSERT INTO event VALUES ${values(LATE)}`, 'REFRESH MATERIALIZED VIEW daily'], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'ClickHouse (chdb)', how: 'incremental materialized view into SummingMergeTree', source: CLICKHOUSE_SOURCE,
      steps: [...clickhouseDaily('MergeTree ORDER BY at'), `INSERT INTO event VALUES ${values(ON_TIME, clickhouseAt)}`, `INSERT INTO event VALUES ${values(LATE, clickhouseAt)}`], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'InfluxDB', how: "continuous query of a day, its statement put at the day's end", source: INFLUX_CONTINUOUS,
      steps: [points(ON_TIME), influxRoll('sum(value) AS total', '2026-01-05', '2026-01-06'), points(LATE), influxRoll('sum(value) AS total', '2026-01-06', '2026-01-07')], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'InfluxDB', how: 'the same with RESAMPLE FOR 2d: what comes a day late is in, what comes later is not', source: INFLUX_CONTINUOUS,
      steps: [points(ON_TIME), influxRoll('sum(value) AS total', '2026-01-05', '2026-01-06'), points(LATE), influxRoll('sum(value) AS total', '2026-01-05', '2026-01-07')], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'TimescaleDB', how: 'continuous aggregate, refreshed over the last month', source: TIMESCALE_REFRESH,
      steps: [...TIMESCALE_DAILY, `INSERT INTO event VALUES ${values(ON_TIME)}`, "CALL refresh_continuous_aggregate('daily', '2025-12-06', '2026-01-06')", `INSERT INTO event VALUES ${values(LATE)}`, "CALL refresh_continuous_aggregate('daily', '2025-12-07', '2026-01-07')"], ask: 'SELECT sum(total) FROM daily',
    },
  ],
  async tidemark(path) {
    const own = await ownHistory(path, '2026-01-06T00:00:00Z')
    await own.send(ON_TIME)
    own.at('2026-06-01T00:00:00Z')
    await own.move()
    // The day has become part of January's row by now, and its events are gone.
    await own.send(LATE)
    return dailyTotal(own, '2026-01-01', '2026-02-01')
  },
}

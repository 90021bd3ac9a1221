// A mean over days of different weight.
import { mean } from './own-answers.ts'
import { ownHistory } from './own-history.ts'
import { influxRoll, POSTGRES_DAILY, SQLITE_DAILY, TIMESCALE_DAILY } from './tables.ts'
import { CLICKHOUSE_VIEW, clickhouseAt, INFLUX_DOWNSAMPLE, points, POSTGRES_VIEW, SQLITE_UPSERT, TIMESCALE_REFRESH, type Trial, values } from './trial.ts'

const ROWS = [
  ['a', '2026-01-05T09:00:00Z', 1], ['b', '2026-01-05T10:00:00Z', 2], ['c', '2026-01-05T11:00:00Z', 3], ['d', '2026-01-05T12:00:00Z', 4],
  ['e', '2026-01-06T09:00:00Z', 10],
] as const

const FROM_PARTS = 'SELECT round(sum(total) * 1.0 / sum(n), 2) FROM daily'

export const meanOfMeans: Trial = {
  name: 'mean-of-means',
  title: '1, 2, 3 and 4 on one day, 10 on the next. Their mean is 20 / 5 = 4; the mean of the two daily means is (2.5 + 10) / 2 = 6.25',
  right: '4',
  practices: [
    { engine: 'SQLite by hand', how: 'sum and count in the summary', source: SQLITE_UPSERT, steps: [...SQLITE_DAILY, `INSERT INTO event VALUES ${values(ROWS)}`], ask: FROM_PARTS },
    { engine: 'PostgreSQL by hand', how: 'sum and count in the materialized view', source: POSTGRES_VIEW, steps: [...POSTGRES_DAILY, `INSERT INTO event VALUES ${values(ROWS)}`, 'REFRESH MATERIALIZED VIEW daily'], ask: FROM_PARTS },
    {
      engine: 'ClickHouse (chdb)', how: 'avgState in AggregatingMergeTree, avgMerge', source: CLICKHOUSE_VIEW,
      steps: [
        "CREATE TABLE event (id String, at DateTime('UTC'), value Int64) ENGINE = MergeTree ORDER BY at", 'CREATE TABLE daily (day Date, mean AggregateFunction(avg, Int64)) ENGINE = AggregatingMergeTree ORDER BY day',
        'CREATE MATERIALIZED VIEW roll TO daily AS SELECT toDate(at) AS day, avgState(value) AS mean FROM event GROUP BY day', `INSERT INTO event VALUES ${values(ROWS, clickhouseAt)}`,
      ],
      ask: 'SELECT avgMerge(mean) FROM daily',
    },
    {
      engine: 'InfluxDB', how: 'mean() by a continuous query, as in the guide; sum() and count() would keep the parts', source: INFLUX_DOWNSAMPLE,
      steps: [points(ROWS), influxRoll('mean(value) AS mean_value', '2026-01-05', '2026-01-06'), influxRoll('mean(value) AS mean_value', '2026-01-06', '2026-01-07')], ask: 'SELECT mean(mean_value) FROM daily',
    },
    { engine: 'TimescaleDB', how: 'sum and count in the continuous aggregate', source: TIMESCALE_REFRESH, steps: [...TIMESCALE_DAILY, `INSERT INTO event VALUES ${values(ROWS)}`, "CALL refresh_continuous_aggregate('daily', NULL, NULL)"], ask: FROM_PARTS },
  ],
  async tidemark(path) {
    const own = await ownHistory(path, '2026-01-07T00:00:00Z')
    await own.send(ROWS)
    own.at('2026-06-01T00:00:00Z')
    await own.move()
    return mean(own, '2026-01-01', '2026-02-01')
  },
}

// A batch whose acknowledgement was lost is sent again, with what has come since.
import { dailyTotal } from './own-answers.ts'
import { ownHistory } from './own-history.ts'
import { clickhouseDaily, influxRoll, POSTGRES_DAILY, SQLITE_DAILY, TIMESCALE_DAILY } from './tables.ts'
import { CLICKHOUSE_REFRESHABLE, CLICKHOUSE_RETRIES, clickhouseAt, INFLUX_DOWNSAMPLE, points, POSTGRES_VIEW, SQLITE_UPSERT, TIMESCALE_REFRESH, type Trial, values } from './trial.ts'

const SENT = [['a', '2026-01-05T09:00:00Z', 10], ['b', '2026-01-05T10:00:00Z', 20], ['c', '2026-01-05T11:00:00Z', 5]] as const
const AGAIN = [...SENT, ['d', '2026-01-05T12:00:00Z', 7]] as const

const DEDUPLICATED = 'SETTINGS insert_deduplicate = 1, deduplicate_blocks_in_dependent_materialized_views = 1'

export const duplicates: Trial = {
  name: 'duplicates',
  title: '10, 20 and 5 are sent; the acknowledgement is lost, and they are sent again together with 7. The day is 10 + 20 + 5 + 7 = 42',
  right: '42',
  practices: [
    { engine: 'SQLite by hand', how: 'a primary key, INSERT OR IGNORE, a trigger that upserts the summary', source: SQLITE_UPSERT, steps: [...SQLITE_DAILY, `INSERT OR IGNORE INTO event VALUES ${values(SENT)}`, `INSERT OR IGNORE INTO event VALUES ${values(AGAIN)}`], ask: 'SELECT sum(total) FROM daily' },
    {
      engine: 'PostgreSQL by hand', how: 'a primary key, ON CONFLICT DO NOTHING, materialized view', source: POSTGRES_VIEW,
      steps: [...POSTGRES_DAILY, `INSERT INTO event VALUES ${values(SENT)} ON CONFLICT DO NOTHING`, `INSERT INTO event VALUES ${values(AGAIN)} ON CONFLICT DO NOTHING`, 'REFRESH MATERIALIZED VIEW daily'], ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'ClickHouse (chdb)', how: 'incremental materialized view, blocks deduplicated on retry in it too: it knows a block that is the same, not an event', source: CLICKHOUSE_RETRIES,
      steps: [...clickhouseDaily('ReplacingMergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000'), `INSERT INTO event ${DEDUPLICATED} VALUES ${values(SENT, clickhouseAt)}`, `INSERT INTO event ${DEDUPLICATED} VALUES ${values(AGAIN, clickhouseAt)}`],
      ask: 'SELECT sum(total) FROM daily',
    },
    {
      engine: 'ClickHouse (chdb)', how: 'ReplacingMergeTree, its FINAL rolled up anew as a refreshable view does', source: CLICKHOUSE_REFRESHABLE,
      steps: [
        "CREATE TABLE event (id String, at DateTime('UTC'), value Int64) ENGINE = ReplacingMergeTree ORDER BY id", 'CREATE TABLE daily (day Date, n UInt64, total Int64) ENGINE = MergeTree ORDER BY day',
        `INSERT INTO event VALUES ${values(SENT, clickhouseAt)}`, `INSERT INTO event VALUES ${values(AGAIN, clickhouseAt)}`, 'INSERT INTO daily SELECT toDate(at) AS day, count(), sum(value) FROM event FINAL GROUP BY day',
      ],
      ask: 'SELECT sum(total) FROM daily',
    },
    { engine: 'InfluxDB', how: 'a point of the same time and tags replaces; continuous query', source: INFLUX_DOWNSAMPLE, steps: [points(SENT), points(AGAIN), influxRoll('sum(value) AS total', '2026-01-05', '2026-01-06')], ask: 'SELECT sum(total) FROM daily' },
    {
      engine: 'TimescaleDB', how: 'a unique key with the time in it, ON CONFLICT DO NOTHING, continuous aggregate', source: TIMESCALE_REFRESH,
      steps: [...TIMESCALE_DAILY, `INSERT INTO event VALUES ${values(SENT)} ON CONFLICT DO NOTHING`, `INSERT INTO event VALUES ${values(AGAIN)} ON CONFLICT DO NOTHING`, "CALL refresh_continuous_aggregate('daily', NULL, NULL)"], ask: 'SELECT sum(total) FROM daily',
    },
  ],
  async tidemark(path) {
    const own = await ownHistory(path, '2026-01-06T00:00:00Z')
    await own.send(SENT)
    await own.send(AGAIN)
    return dailyTotal(own, '2026-01-05', '2026-01-06')
  },
}

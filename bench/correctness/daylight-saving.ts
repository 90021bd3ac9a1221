// An event at each hour of local days of 23 and 25 hours, of two entities in zones of their own.
import { eventsOn } from './own-answers.ts'
import { ownHistory, user } from './own-history.ts'
import { CLICKHOUSE_VIEW, clickhouseAt, INFLUX_CONTINUOUS, POSTGRES_VIEW, second, TIMESCALE_REFRESH, type Trial } from './trial.ts'

/** Half-open, as UTC: what the tz database says of the two days on which each zone changes its clocks in 2026. */
const DAYS = [
  { user: 'berlin', zone: 'Europe/Berlin', day: '2026-03-29', from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' },
  { user: 'berlin', zone: 'Europe/Berlin', day: '2026-10-25', from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' },
  { user: 'new-york', zone: 'America/New_York', day: '2026-03-08', from: '2026-03-08T05:00:00Z', to: '2026-03-09T04:00:00Z' },
  { user: 'new-york', zone: 'America/New_York', day: '2026-11-01', from: '2026-11-01T04:00:00Z', to: '2026-11-02T05:00:00Z' },
] as const

const HOUR = 3_600

interface Sent { readonly user: string; readonly zone: string; readonly at: string; readonly id: string }

/** Those of the four days, and the three hours before and after each. */
const SENT: readonly Sent[] = DAYS.flatMap(({ user: whose, zone, from, to }) => {
  const hours = (second(to) - second(from)) / HOUR + 6
  return Array.from({ length: hours }, (_, n) => {
    const at = new Date((second(from) + (n - 3) * HOUR) * 1000).toISOString().replace('.000Z', 'Z')
    return { user: whose, zone, at, id: `${whose}-${at}` }
  })
})

const localDay = new Map<string, Intl.DateTimeFormat>(DAYS.map(({ zone }) => [zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone })]))

const rows = (cell: (sent: Sent) => string): string => SENT.map((sent) => `(${cell(sent)})`).join(', ')
const IN_ORDER = DAYS.map(({ user: whose, day }) => `SELECT n FROM daily WHERE person = '${whose}' AND day = '${day}'`)
const ZONES = [...new Set(DAYS.map(({ zone }) => zone))]

export const daylightSaving: Trial = {
  name: 'dst',
  title: 'an event each hour; local days of Berlin (29 March, 25 October) and of New York (8 March, 1 November), each user on an own clock. They have 23, 25, 23 and 25 hours',
  right: '23, 25, 23, 25',
  practices: [
    {
      engine: 'SQLite by hand', how: 'it knows no zones: the application writes the local day beside each event', source: 'https://sqlite.org/lang_datefunc.html',
      steps: [
        'CREATE TABLE event (id TEXT PRIMARY KEY, person TEXT, at TEXT, day TEXT)', 'CREATE TABLE daily (person TEXT, day TEXT, n INTEGER, PRIMARY KEY (person, day))',
        'CREATE TRIGGER roll AFTER INSERT ON event BEGIN INSERT INTO daily VALUES (new.person, new.day, 1) ON CONFLICT (person, day) DO UPDATE SET n = n + 1; END',
        `INSERT INTO event VALUES ${rows((sent) => `'${sent.id}', '${sent.user}', '${sent.at}', '${localDay.get(sent.zone)?.format(new Date(sent.at))}'`)}`,
      ],
      ask: IN_ORDER.map((text) => `SELECT (${text})`).join(' UNION ALL '),
    },
    {
      engine: 'PostgreSQL by hand', how: "materialized view by (at AT TIME ZONE the user's zone)::date", source: POSTGRES_VIEW,
      steps: [
        'CREATE TABLE person (name text PRIMARY KEY, zone text)', 'CREATE TABLE event (id text PRIMARY KEY, person text, at timestamptz)', `INSERT INTO person VALUES ('berlin', 'Europe/Berlin'), ('new-york', 'America/New_York')`,
        `INSERT INTO event VALUES ${rows((sent) => `'${sent.id}', '${sent.user}', '${sent.at}'`)}`,
        'CREATE MATERIALIZED VIEW daily AS SELECT e.person, (e.at AT TIME ZONE p.zone)::date AS day, count(*) AS n FROM event e JOIN person p ON p.name = e.person GROUP BY 1, 2',
      ],
      ask: IN_ORDER.map((text) => `SELECT (${text})`).join(' UNION ALL '),
    },
    {
      engine: 'ClickHouse (chdb)', how: 'a materialized view a zone: toDate(at, zone) wants a constant', source: CLICKHOUSE_VIEW,
      steps: [
        "CREATE TABLE event (id String, person String, zone String, at DateTime('UTC')) ENGINE = MergeTree ORDER BY at", 'CREATE TABLE daily (person String, day Date, n UInt64) ENGINE = SummingMergeTree ORDER BY (person, day)',
        ...ZONES.map((zone, place) => `CREATE MATERIALIZED VIEW roll${place} TO daily AS SELECT person, toDate(at, '${zone}') AS day, count() AS n FROM event WHERE zone = '${zone}' GROUP BY person, day`),
        `INSERT INTO event VALUES ${rows((sent) => `'${sent.id}', '${sent.user}', '${sent.zone}', ${clickhouseAt(sent.at)}`)}`,
      ],
      ask: DAYS.map(({ user: whose, day }, place) => `SELECT ${place} AS place, sum(n) FROM daily WHERE person = '${whose}' AND day = '${day}'`).join(' UNION ALL ').replace(/^(.*)$/s, 'SELECT * EXCEPT place FROM ($1) ORDER BY place'),
    },
    {
      engine: 'InfluxDB', how: "a statement a zone with tz(), its buckets written back: GROUP BY time(1d) tz('…')", source: INFLUX_CONTINUOUS,
      steps: [
        { points: SENT.map((sent) => `event,person=${sent.user},id=${sent.id} value=1 ${second(sent.at)}`).join('\n') },
        ...DAYS.map(({ user: whose, zone, from, to }) => `SELECT sum(value) AS n INTO daily FROM event WHERE person = '${whose}' AND time >= '${from}' AND time < '${to}' GROUP BY time(1d), person tz('${zone}')`),
      ],
      ask: DAYS.map(({ user: whose, from, to }) => `SELECT max(n) FROM daily WHERE person = '${whose}' AND time >= '${from}' AND time < '${to}'`).join('; '),
    },
    {
      engine: 'TimescaleDB', how: "a continuous aggregate a zone: time_bucket('1 day', at, 'zone') wants a constant", source: TIMESCALE_REFRESH,
      steps: [
        'CREATE TABLE event (id text, person text, zone text, at timestamptz NOT NULL)', "SELECT create_hypertable('event', 'at')",
        `INSERT INTO event VALUES ${rows((sent) => `'${sent.id}', '${sent.user}', '${sent.zone}', '${sent.at}'`)}`,
        ...ZONES.flatMap((zone, place) => [
          `CREATE MATERIALIZED VIEW daily${place} WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS SELECT person, time_bucket('1 day', at, '${zone}') AS day, count(*) AS n FROM event WHERE zone = '${zone}' GROUP BY 1, 2 WITH NO DATA`,
          `CALL refresh_continuous_aggregate('daily${place}', NULL, NULL)`,
        ]),
      ],
      ask: DAYS.map(({ zone, from }) => `SELECT (SELECT n FROM daily${ZONES.indexOf(zone)} WHERE day = '${from}')`).join(' UNION ALL '),
    },
  ],
  async tidemark(path) {
    const own = await ownHistory(path, '2026-01-01T12:00:00Z')
    await own.history.setZone(user, DAYS.map(({ user: whose, zone }) => ({ tenant: 'app', entity: whose, zone })))
    own.at('2026-12-01T00:00:00Z')
    for (const whose of ['berlin', 'new-york']) await own.send(SENT.filter((sent) => sent.user === whose).map(({ id, at }) => [id, at, 1] as const), whose)
    const found: number[] = []
    for (const { user: whose, day } of DAYS) found.push(await eventsOn(own, whose, day))
    await own.close()
    return found.join(', ')
  },
}

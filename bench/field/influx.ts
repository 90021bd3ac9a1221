// The same snapshots in InfluxDB 1, a point each; payloads are left out, as its documentation advises against long strings.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clockOf, DAY_MS } from '../../templates/campaigns/app/clock-face.ts'
import { COLUMNS, handRows } from '../campaigns/by-hand.ts'
import { Daemon, freePort, versionOf } from './daemon.ts'
import { type Ask, besideYearBefore, cents, firstDayOf, monthsBefore, type Question, type Row, sorted, type Words } from './question.ts'
import { settledBytes, type FieldSet } from './snapshots.ts'
import type { Absent, Place, System } from './system.ts'

const PROGRAM = 'influxd'
const AT = COLUMNS.findIndex(([name]) => name === 'snapshot_date')
const FIELDS = COLUMNS.flatMap(([name, type], place) => (name === 'status' || (type !== 'text' && name !== 'day_number') ? [{ name, type, place }] : []))
const POINTS_AT_ONCE = 5_000

interface Series { readonly tags?: Readonly<Record<string, string>>; readonly columns: readonly string[]; readonly values: readonly (readonly (string | number | null)[])[] }
interface Answer { readonly results: readonly { readonly series?: readonly Series[]; readonly error?: string }[] }

/** Started with nothing but where its files lie; null where it is not installed. */
export async function startInflux(folder: string): Promise<{ readonly daemon: Daemon; readonly version: string } | null> {
  const version = versionOf(PROGRAM, 'version')
  if (version === null) return null
  const [http, rpc] = [await freePort(), await freePort()]
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'influx.conf')
  writeFileSync(config, `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
cache-snapshot-write-cold-duration = "1s"
compact-full-write-cold-duration = "2s"
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
[monitor]
store-enabled = false
[logging]
level = "error"
`)
  return { daemon: await Daemon.start(PROGRAM, ['-config', config], `http://127.0.0.1:${http}`, '/ping', { INFLUXDB_HTTP_LOG_ENABLED: 'false' }), version }
}

export const INFLUX_ABSENT: Absent = { name: 'InfluxDB', why: `\`${PROGRAM}\` is not installed (Debian: apt-get install influxdb)` }

export async function influx({ folder }: Place): Promise<System | Absent> {
  const home = join(folder, 'field-influx')
  const started = await startInflux(home)
  if (started === null) return INFLUX_ABSENT
  const { daemon, version } = started
  let zones: readonly string[] = []
  return {
    name: 'InfluxDB, without payloads', version, coverage: false,
    async load(set) {
      zones = set.zones
      const begun = performance.now()
      // Shards of a year, as is advised where years are filled in at once.
      await daemon.text('/query', { q: 'CREATE DATABASE campaigns WITH DURATION INF SHARD DURATION 52w' })
      let lines: string[] = []
      const flush = async (): Promise<void> => {
        await daemon.send('/write?db=campaigns&precision=s', lines.join('\n'))
        lines = []
      }
      for (const line of points(set)) if (lines.push(line) === POINTS_AT_ONCE) await flush()
      if (lines.length > 0) await flush()
      const seconds = (performance.now() - begun) / 1000
      return { bytes: await settledBytes(join(home, 'data'), join(home, 'wal')), seconds, note: `line protocol, ${POINTS_AT_ONCE.toLocaleString('en-US')} points at once, no payload; bytes once its files were compacted` }
    },
    question: (question, words) => asking(daemon, zones, question, words),
    async close() {
      await daemon.stop()
    },
  }
}

function* points({ snapshots }: FieldSet): Generator<string> {
  let place = 0
  for (const row of handRows(snapshots)) {
    const { life } = snapshots[place++] as FieldSet['snapshots'][number]
    const fields = FIELDS.flatMap(({ name, type, place: column }) => {
      const cell = row[column]
      if (cell === null || cell === undefined) return []
      return [type === 'text' ? `${name}="${cell}"` : `${name}=${cell}${type === 'integer' ? 'i' : ''}`]
    })
    yield `snapshot,campaign=${life.id},company=${life.company},zone=${life.zone} ${fields.join(',')} ${Date.parse(String(row[AT])) / 1000}`
  }
}

function asking(daemon: Daemon, zones: readonly string[], question: Question, { campaign, company, zone, today, now }: Words): Ask {
  const query = async (...statements: readonly string[]): Promise<Answer> => {
    const answer = await daemon.json<Answer>('/query', { db: 'campaigns', epoch: 'ms', q: statements.join('; ') })
    const error = answer.results.find((one) => one.error !== undefined)?.error
    if (error !== undefined) throw new Error(error)
    return answer
  }
  const start = (of: string, day: number): string => `${clockOf(of).instantOf(day, 0)}ms`
  switch (question) {
    case 'latest': return ask(() => query(`SELECT volunteers_current, sessions_current, budget_spent, status FROM snapshot WHERE campaign = '${campaign}' ORDER BY time DESC LIMIT 1`), (answer) =>
      valuesOf(answer).map(({ row: [, volunteers, sessions, spent, status] }) => [volunteers ?? null, sessions ?? null, cents(spent), status ?? null]))
    case 'thirtyDays': return ask(() => query(`SELECT volunteers_current, sessions_current, budget_spent FROM snapshot WHERE campaign = '${campaign}' AND time >= ${start(zone, today - 29)}`), (answer) =>
      valuesOf(answer).map(({ row: [time, volunteers, sessions, spent] }) => [Number(time), volunteers ?? null, sessions ?? null, cents(spent)]))
    case 'ninetyDaysByDay': return ask(() => query(`SELECT last(volunteers_current), last(sessions_current), last(budget_spent) FROM snapshot WHERE campaign = '${campaign}' AND time >= ${start(zone, today - 89)} AND time <= ${now}ms GROUP BY time(1d) fill(none) tz('${zone}')`), (answer) =>
      sorted(valuesOf(answer).map(({ row: [time, volunteers, sessions, spent] }) => [dayBy(zone, time), volunteers ?? null, sessions ?? null, cents(spent)])))
    case 'alerts': return ask(() => query(...zones.map((one) => `SELECT last(volunteers_current), last(volunteers_target), last(status) FROM snapshot WHERE zone = '${one}' AND time >= ${start(one, today - 2)} AND time < ${start(one, today + 1)} GROUP BY campaign`)), (answer) =>
      sorted(valuesOf(answer).flatMap(({ tags, row: [, current, target, status] }) => (status === 'completed' || status === 'cancelled' || Number(current) * 10 < Number(target) * 8 ? [] : [[tags['campaign'] as string, Number(current), Number(target)]]))))
    case 'yearOverYear': {
      const months = monthsBefore(today, 24)
      return ask(() => query(...months.map((month) => `SELECT sum(l) FROM (SELECT last(volunteers_current) AS l FROM snapshot WHERE company = '${company}' AND time >= ${start(zone, firstDayOf(month))} AND time < ${start(zone, firstDayOf(monthsBefore(firstDayOf(month) + 63, 1)[0] as string))} GROUP BY campaign)`)), ({ results }) =>
        besideYearBefore(new Map(results.flatMap(({ series }, place) => (series?.[0]?.values[0]?.[1] == null ? [] : [[months[place] as string, Number(series[0].values[0][1])] as const]))), today))
    }
    case 'allByDay': return ask(() => query(...zones.map((one) => `SELECT last(volunteers_current), last(budget_spent) FROM snapshot WHERE zone = '${one}' AND time >= ${start(one, today - 89)} AND time < ${start(one, today + 1)} GROUP BY campaign, zone, time(1d) fill(none) tz('${one}')`)), (answer) =>
      sorted(valuesOf(answer).map(({ tags, row: [time, volunteers, spent] }) => [tags['campaign'] as string, dayBy(tags['zone'] as string, time), volunteers ?? null, cents(spent)])))
  }
}

/** The day whose bucket begins there, also where the bucket begins an hour off. */
const dayBy = (zone: string, time: unknown): number => clockOf(zone).dayOf(Number(time) + DAY_MS / 4)

function valuesOf({ results }: Answer): readonly { readonly tags: Readonly<Record<string, string>>; readonly row: readonly (string | number | null)[] }[] {
  return results.flatMap(({ series = [] }) => series.flatMap(({ tags = {}, values }) => values.map((row) => ({ tags, row }))))
}

function ask<Got>(run: () => Promise<Got>, rows: (answer: Got) => readonly Row[]): Ask {
  return { ask: run, rows: (answer) => rows(answer as Got) }
}

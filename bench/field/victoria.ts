// The numbers of the snapshots in VictoriaMetrics (single node), a time series a campaign and column; it holds no text.
import { join } from 'node:path'
import { clockOf } from '../../templates/campaigns/app/clock-face.ts'
import { COLUMNS, handRows } from '../campaigns/by-hand.ts'
import { Daemon, freePort, versionOf } from './daemon.ts'
import { stretches } from './local-days.ts'
import { type Ask, besideYearBefore, cents, firstDayOf, monthsBefore, type Question, type Row, sorted, type Words } from './question.ts'
import { settledBytes, type FieldSet } from './snapshots.ts'
import type { Absent, Place, System } from './system.ts'
import { statuses } from '../../templates/campaigns/history/series.ts'

const PROGRAM = 'victoria-metrics'
const AT = COLUMNS.findIndex(([name]) => name === 'snapshot_date')
const STATUS = COLUMNS.findIndex(([name]) => name === 'status')
const NUMBERS = COLUMNS.flatMap(([name, type], place) => (type === 'text' || name === 'day_number' ? [] : [{ name, place }]))

interface Answer { readonly data: { readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly value: [number, string]; readonly values: readonly [number, string][] }[] } }
interface Exported { readonly metric: Readonly<Record<string, string>>; readonly values: readonly number[]; readonly timestamps: readonly number[] }

export async function victoria({ folder }: Place): Promise<System | Absent> {
  const version = versionOf(PROGRAM, '-version')
  if (version === null) return { name: 'VictoriaMetrics', why: `\`${PROGRAM}\` is not installed (Debian: apt-get install victoria-metrics)` }
  const port = await freePort()
  const data = join(folder, 'field-victoria')
  const daemon = await Daemon.start(PROGRAM, [`-storageDataPath=${data}`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=100y', '-search.latencyOffset=0s', '-loggerLevel=ERROR'], `http://127.0.0.1:${port}`, '/health')
  let zones: readonly string[] = []
  return {
    name: 'VictoriaMetrics, numbers only', version, coverage: false,
    async load(set) {
      zones = set.zones
      const started = performance.now()
      let lines: string[] = []
      let size = 0
      const flush = async (): Promise<void> => {
        await daemon.send('/api/v1/import', lines.join(''))
        lines = []
        size = 0
      }
      for (const line of importLines(set)) {
        lines.push(line)
        size += line.length
        if (size > 8e6) await flush()
      }
      if (size > 0) await flush()
      await daemon.text('/internal/force_flush')
      await daemon.text('/internal/force_merge')
      const seconds = (performance.now() - started) / 1000
      return { bytes: await settledBytes(data), seconds, note: `/api/v1/import, ${NUMBERS.length + 1} numbers a snapshot, no payload; retention by the last sample only` }
    },
    question: (question, words) => asking(daemon, zones, question, words),
    async close() {
      await daemon.stop()
    },
  }
}

/** A line for each campaign and column, with all of its samples. */
function* importLines({ snapshots }: FieldSet): Generator<string> {
  for (let from = 0; from < snapshots.length;) {
    const life = snapshots[from]?.life
    let to = from
    while (snapshots[to]?.life.id === life?.id && to < snapshots.length) to++
    const rows = [...handRows(snapshots.slice(from, to))]
    const labels = { campaign: life?.id, company: life?.company, zone: life?.zone }
    for (const { name, place } of NUMBERS) {
      const there = rows.filter((row) => row[place] !== null)
      if (there.length > 0) yield `${JSON.stringify({ metric: { __name__: name, ...labels }, values: there.map((row) => Number(row[place])), timestamps: there.map((row) => Date.parse(String(row[AT]))) })}\n`
    }
    yield `${JSON.stringify({ metric: { __name__: 'status', ...labels }, values: rows.map((row) => statuses.indexOf(String(row[STATUS]) as 'draft')), timestamps: rows.map((row) => Date.parse(String(row[AT]))) })}\n`
    from = to
  }
}

const names = (...all: readonly string[]): string => `__name__=~"${all.join('|')}"`
const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** A rollup looks at (t − d, t]: a millisecond before its end a span is what it should be. */
function asking(daemon: Daemon, zones: readonly string[], question: Question, { campaign, company, zone, today, now }: Words): Ask {
  const at = (query: string, end: number): Promise<Answer> => daemon.json('/api/v1/query', { query, time: seconds(end), nocache: '1' })
  const byDay = (metrics: string, label: string, of: string, from: number, to: number): Promise<{ stretch: ReturnType<typeof stretches>[number]; answer: Answer }[]> =>
    Promise.all(stretches(of, from, to).map(async (stretch) => {
      const { start, lengthMs, days } = stretch
      const answer = await daemon.json<Answer>('/api/v1/query_range', {
        query: `last_over_time({${metrics},${label}}[${lengthMs}ms])`, start: seconds(start + lengthMs - 1), end: seconds(start + lengthMs * days - 1), step: `${lengthMs}ms`, nocache: '1',
      })
      return { stretch, answer }
    }))
  switch (question) {
    case 'latest': return ask(() => at(`last_over_time({${names('volunteers_current', 'sessions_current', 'budget_spent', 'status')},campaign="${campaign}"}[400d])`, now), (answer) => {
      const { data: { result } } = answer
      const value = (name: string): number => Number(result.find(({ metric }) => metric['__name__'] === name)?.value[1])
      return result.length === 0 ? [] : [[value('volunteers_current'), value('sessions_current'), cents(value('budget_spent')), statuses[value('status')] ?? null]]
    })
    case 'thirtyDays': return ask(async () => exported(await daemon.text('/api/v1/export', {
      'match[]': `{${names('volunteers_current', 'sessions_current', 'budget_spent')},campaign="${campaign}"}`, start: seconds(clockOf(zone).instantOf(today - 29, 0)), end: seconds(now),
    })), (all) => {
      const of = (name: string): Exported | undefined => all.find(({ metric }) => metric['__name__'] === name)
      const [volunteers, sessions, spent] = [of('volunteers_current'), of('sessions_current'), of('budget_spent')]
      return (volunteers?.timestamps ?? []).map((stamp, place) => [stamp, volunteers?.values[place] ?? null, sessions?.values[place] ?? null, cents(spent?.values[place])])
    })
    case 'ninetyDaysByDay': return ask(() => byDay(names('volunteers_current', 'sessions_current', 'budget_spent'), `campaign="${campaign}"`, zone, today - 89, today + 1), (all) => sorted(daily(all, ['volunteers_current', 'sessions_current', 'budget_spent']).map(([, ...row]) => row)))
    case 'alerts': return ask(() => Promise.all(zones.map((one) => {
      const end = clockOf(one).instantOf(today + 1, 0) - 1
      return at(`last_over_time({${names('volunteers_current', 'volunteers_target', 'status')},zone="${one}"}[${end + 1 - clockOf(one).instantOf(today - 2, 0)}ms])`, end)
    })), (all) => {
      const values = new Map<string, Record<string, number>>()
      for (const { metric, value } of all.flatMap(({ data }) => data.result)) {
        const one = values.get(metric['campaign'] as string) ?? {}
        one[metric['__name__'] as string] = Number(value[1])
        values.set(metric['campaign'] as string, one)
      }
      return sorted([...values].flatMap(([id, one]) => {
        const { volunteers_current: current = 0, volunteers_target: target = 0, status = 0 } = one
        return ['completed', 'cancelled'].includes(statuses[status] as string) || current * 10 < target * 8 ? [] : [[id, current, target]]
      }))
    })
    case 'yearOverYear': return ask(() => Promise.all(monthsBefore(today, 24).map(async (month) => {
      const start = clockOf(zone).instantOf(firstDayOf(month), 0)
      const end = clockOf(zone).instantOf(firstDayOf(monthsBefore(firstDayOf(month) + 63, 1)[0] as string), 0)
      return { month, answer: await at(`sum(last_over_time({${names('volunteers_current')},company="${company}"}[${end - start}ms]))`, end - 1) }
    })), (all) => besideYearBefore(new Map(all.flatMap(({ month, answer }) => answer.data.result.map(({ value }) => [month, Number(value[1])] as const))), today))
    case 'allByDay': return ask(async () => (await Promise.all(zones.map((one) => byDay(names('volunteers_current', 'budget_spent'), `zone="${one}"`, one, today - 89, today + 1)))).flat(), (all) => sorted(daily(all, ['volunteers_current', 'budget_spent'])))
  }
}

/** Campaign, day, and the values of the named columns; amounts of money in cents. */
function daily(all: readonly { readonly stretch: { readonly day: number; readonly start: number; readonly lengthMs: number }; readonly answer: Answer }[], columns: readonly string[]): Row[] {
  const rows = new Map<string, (string | number | null)[]>()
  for (const { stretch, answer } of all) {
    for (const { metric, values } of answer.data.result) {
      const place = columns.indexOf(metric['__name__'] as string)
      for (const [time, text] of values) {
        const day = stretch.day + Math.round((time * 1000 + 1 - stretch.start) / stretch.lengthMs) - 1
        const key = `${metric['campaign']} ${day}`
        let row = rows.get(key)
        if (row === undefined) rows.set(key, row = [metric['campaign'] as string, day, ...columns.map(() => null)])
        row[place + 2] = columns[place] === 'budget_spent' ? cents(text) : Number(text)
      }
    }
  }
  return [...rows.values()]
}

function exported(text: string): readonly Exported[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Exported)
}

function ask<Got>(run: () => Promise<Got>, rows: (answer: Got) => readonly Row[]): Ask {
  return { ask: run, rows: (answer) => rows(answer as Got) }
}

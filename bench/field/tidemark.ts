// Tidemark twice: everything kept as it was captured, and that history after one run of the template's policy.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decimal, entity, integer, open, series, type Tidemark } from 'tidemark'
// Only to change the policy of a store between two opens, as `tidemark migrate` does.
import { Migrations } from '../../packages/tidemark/dist/migrations.js'
import { Declared } from '../../packages/tidemark/dist/declared.js'
import { openSqliteStore } from '../../packages/tidemark/dist/stores/sqlite/open.js'
import { fullSnapshotSchema } from '../../templates/campaigns/history/full-snapshot.ts'
import { statuses } from '../../templates/campaigns/history/series.ts'
import { dayText } from '../../templates/campaigns/app/clock-face.ts'
import { bytesByTable } from '../sqlite.ts'
import { round } from '../measure.ts'
import { type Ask, besideYearBefore, cents, firstDayOf, monthsBefore, type Question, sorted, type Words } from './question.ts'
import { Replay } from './replay.ts'
import { bytesUnder, type FieldSet } from './snapshots.ts'
import type { Load, Place, System } from './system.ts'

const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })

/** The template's series, but for what its snapshots have no number for. */
const chain = series('campaign_metrics', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter, state }) => ({
    volunteersTarget: gauge(integer(), { across: 'sum' }), volunteersCurrent: gauge(integer(), { across: 'sum' }),
    beneficiariesTarget: gauge(integer(), { across: 'sum' }), beneficiariesCurrent: gauge(integer(), { across: 'sum' }),
    sessionsTarget: gauge(integer(), { across: 'sum' }),
    budgetAllocated: gauge(decimal(2), { across: 'sum' }), budgetSpent: gauge(decimal(2), { across: 'sum' }),
    budgetRemaining: gauge(decimal(2), { across: 'sum' }), budgetPlanned: gauge(decimal(2), { across: 'sum' }),
    sroiScore: gauge(decimal(2)), averageVisScore: gauge(decimal(2)),
    hoursLogged: counter(decimal(2), { across: 'sum' }), sessionsCompleted: counter(integer(), { across: 'sum' }),
    volunteersEver: counter(integer(), { across: 'sum' }), beneficiariesEver: counter(integer(), { across: 'sum' }), beneficiariesLeft: counter(integer(), { across: 'sum' }),
    status: state(statuses),
  }))
  .derive(({ ratio }) => ({
    volunteersUtilization: ratio('volunteersCurrent', 'volunteersTarget'), beneficiariesUtilization: ratio('beneficiariesCurrent', 'beneficiariesTarget'),
    sessionsUtilization: ratio('sessionsCompleted', 'sessionsTarget'), budgetUtilization: ratio('budgetSpent', 'budgetAllocated'),
  }))
  .payload(fullSnapshotSchema, { version: 1 })
  .frequency({
    status: 'status', activity: 'sessionsCompleted',
    rules: [
      { when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'sixHours' }, { moreThan: 100, every: 'hour' }] },
      { when: ['planned', 'recruiting', 'paused'], every: 'day' },
      { when: ['completed', 'cancelled'], every: 'final' },
      { when: ['draft'], every: 'never' },
    ],
  })

function declared(from: typeof chain, replay: Replay | null) {
  return from.collect(async ({ entities }) => replay?.collect(entities) ?? [], { entities: async () => replay?.roster() ?? [], at: '23:00', batch: 1_000 })
}
type Metrics = ReturnType<typeof declared>

const keptAll = chain.keep({ captured: 'forever' })
const tiered = chain.keep({ captured: '30d', day: '90d', week: '365d', month: '3y', quarter: 'archive', longer: { attribute: 'value', is: 'high', times: 2 } })

function openAt(path: string, declaration: Metrics, now: () => number): Promise<Tidemark> {
  return open({ store: `sqlite:${path}`, archive: `${path}-archive`, series: [declaration], now })
}

function bytesOf(path: string): number {
  const tables = [...bytesByTable(path).values()].reduce((sum, size) => sum + size, 0)
  return tables + (existsSync(`${path}-archive`) ? bytesUnder(`${path}-archive`) : 0)
}

/** Both, of which the second is made from the first. */
export function tidemarkSystems({ folder }: Place, version: string): readonly [System, System] {
  const path = join(folder, 'field-tidemark.db')
  const tieredPath = join(folder, 'field-tidemark-tiered.db')
  let all: Tidemark | null = null
  let tiers: Tidemark | null = null
  return [{
    name: 'Tidemark, everything kept', version, coverage: true,
    async load(set: FieldSet) {
      const told = `${path}.json`
      if (existsSync(told)) {
        all = await openAt(path, declared(keptAll, null), () => set.to)
        return { ...JSON.parse(readFileSync(told, 'utf8')) as Omit<Load, 'bytes'>, bytes: bytesOf(path) }
      }
      const replay = new Replay(set)
      const metrics = declared(keptAll, replay)
      const history = await openAt(path, metrics, () => replay.now)
      const started = performance.now()
      let sourceMs = 0
      let commits = 0
      for (const hour of replay.hours()) {
        const { created, failed, sourceMs: ms } = await history.capture(metrics)
        sourceMs += ms
        if (created > 0) commits++
        if (created !== replay.due || failed > 0) throw new Error(`${created} of ${replay.due} captured at ${new Date(hour).toISOString()}, ${failed} failed`)
      }
      const seconds = (performance.now() - started - sourceMs) / 1000
      // As a worker would each day: nothing is due for the next tier, and older rows and payloads are packed.
      const packing = performance.now()
      await history.tiers.run(metrics)
      const packSeconds = (performance.now() - packing) / 1000
      await history.close()
      all = await openAt(path, metrics, () => set.to)
      const load = { seconds, note: `captured hour by hour: ${commits.toLocaleString('en-US')} durable commits, the source's own time taken off; older rows and payloads packed at the end in ${round(packSeconds)} s` }
      writeFileSync(told, JSON.stringify(load))
      return { ...load, bytes: bytesOf(path) }
    },
    question: (question, words) => asking(all as Tidemark, declared(keptAll, null), question, words),
    async close() {
      await all?.close()
    },
  }, {
    name: 'Tidemark, tiered', version, coverage: true,
    async load(set: FieldSet) {
      for (const end of ['', '-wal', '-shm', '-archive']) rmSync(`${tieredPath}${end}`, { recursive: true, force: true })
      cpSync(path, tieredPath)
      const metrics = declared(tiered, null)
      const started = performance.now()
      const store = await openSqliteStore({ path: tieredPath, program: 'bench', thread: 'inline' })
      const migrations = new Migrations(store, new Declared([metrics.definition]), () => set.to)
      await migrations.apply(await migrations.plan())
      await store.close()
      tiers = await openAt(tieredPath, metrics, () => set.to)
      const { rolledUp } = await tiers.tiers.run(metrics)
      const seconds = (performance.now() - started) / 1000
      return { bytes: bytesOf(tieredPath), seconds, note: `from the history above: ${rolledUp.toLocaleString('en-US')} rows rolled up, proven and retired in ${round(seconds)} s, all in one run`, derived: true }
    },
    question: (question, words) => asking(tiers as Tidemark, declared(tiered, null), question, words),
    async close() {
      await tiers?.close()
    },
  }]
}

function asking(tm: Tidemark, metrics: Metrics, question: Question, { company: tenant, campaign: entityName, today }: Words): Ask {
  const range = (days: number): { from: string; to: string } => ({ from: dayText(today - days + 1), to: dayText(today + 1) })
  const day = (period: string): number => Date.parse(`${period}T00:00:00Z`) / 86_400_000
  switch (question) {
    case 'latest': return ask(() => tm.latest(metrics, { tenant, entity: entityName }), (state) => {
      if (state === null) return []
      const { volunteersCurrent, sessionsCompleted, budgetSpent, status } = state.values
      return [[volunteersCurrent, sessionsCompleted, cents(budgetSpent), status]]
    })
    case 'thirtyDays': return ask(
      () => tm.query(metrics, { select: ['volunteersCurrent.last', 'sessionsCompleted.last', 'budgetSpent.last'], tenant, entity: entityName, grain: 'captured', ...range(30) }),
      ({ rows }) => rows.filter((row) => row['volunteersCurrent.last'] !== null).map((row) => [Date.parse(row.period), row['volunteersCurrent.last'], row['sessionsCompleted.last'], cents(row['budgetSpent.last'])]),
    )
    case 'ninetyDaysByDay': return ask(
      () => tm.query(metrics, { select: ['volunteersCurrent.last', 'sessionsCompleted.last', 'budgetSpent.last'], tenant, entity: entityName, grain: 'day', ...range(90) }),
      ({ rows }) => sorted(rows.filter((row) => row['volunteersCurrent.last'] !== null).map((row) => [day(row.period), row['volunteersCurrent.last'], row['sessionsCompleted.last'], cents(row['budgetSpent.last'])])),
    )
    case 'alerts': return ask(
      () => tm.query(metrics, { select: ['status.last', 'volunteersCurrent.last', 'volunteersTarget.last'], allTenants: true, grain: 'range', ...range(3) }),
      ({ rows }) => sorted(rows.flatMap((row) => {
        const { 'status.last': status, 'volunteersCurrent.last': current, 'volunteersTarget.last': target } = row
        return status === null || status === 'completed' || status === 'cancelled' || current === null || target === null || current * 10 < target * 8 ? [] : [[row.entity, current, target]]
      })),
    )
    case 'yearOverYear': {
      const months = monthsBefore(today, 12)
      const from = dayText(firstDayOf(months[0] as string))
      const to = dayText(firstDayOf(monthsBefore(today + 31, 1)[0] as string))
      return ask(() => tm.query(metrics, { select: ['volunteersCurrent.last'], tenant, total: true, grain: 'month', from, to, compare: ['year'] }), ({ rows }) => {
        const byMonth = new Map<string, number>()
        for (const row of rows) {
          const month = row.period.slice(0, 7)
          const before = row['volunteersCurrent.last@year']
          if (row['volunteersCurrent.last'] !== null) byMonth.set(month, row['volunteersCurrent.last'])
          if (before !== null) byMonth.set(`${Number(month.slice(0, 4)) - 1}${month.slice(4)}`, before)
        }
        return besideYearBefore(byMonth, today)
      })
    }
    case 'allByDay': return ask(
      () => tm.query(metrics, { select: ['volunteersCurrent.last', 'budgetSpent.last'], allTenants: true, grain: 'day', ...range(90) }),
      ({ rows }) => sorted(rows.filter((row) => row['volunteersCurrent.last'] !== null).map((row) => [row.entity, day(row.period), row['volunteersCurrent.last'], cents(row['budgetSpent.last'])])),
    )
  }
}

function ask<Answer>(run: () => Promise<Answer>, rows: (answer: Answer) => ReturnType<Ask['rows']>): Ask {
  return { ask: run, rows: (answer) => rows(answer as Answer) }
}

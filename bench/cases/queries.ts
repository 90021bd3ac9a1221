// Day, month and year of one entity and of a tenant, beside SQL by hand on a table clustered the same way.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { at, type Bench, type Case, type CaseResult } from '../case.ts'
import { log, median, mustAgree, percentile, round, timed } from '../measure.ts'
import { shelfDays } from '../shelf.ts'
import { dayMs, dayRows, dayText, entities, entitiesOfTenant, entityName, firstDay, mix, tenantName, tenantOf } from '../workload.ts'

interface Span { readonly grain: 'day' | 'month' | 'year'; readonly from: number; readonly to: number; readonly says: string }

const start = (year: number, month: number): number => Date.UTC(year, month, 1) / dayMs
const spans: readonly Span[] = [
  { grain: 'day', from: start(2025, 4), to: start(2025, 5), says: 'a month by day' },
  { grain: 'month', from: start(2025, 0), to: start(2026, 0), says: 'a year by month' },
  { grain: 'year', from: start(2025, 0), to: start(2026, 0), says: 'a year as one' },
]

function calendarRows(): [number, number, number][] {
  return Array.from({ length: shelfDays }, (_, k) => {
    const date = new Date((firstDay + k) * dayMs)
    return [firstDay + k, start(date.getUTCFullYear(), date.getUTCMonth()), start(date.getUTCFullYear(), 0)]
  })
}

export const queries: Case = {
  name: 'queries',
  async run(bench: Bench): Promise<CaseResult> {
    const volume = await bench.shelf.of(at(bench.scale, 60_000, 500_000, 5_000_000))
    const { history, hand, set, order } = volume
    const postgres = await bench.postgres()
    hand.exec('DROP TABLE IF EXISTS calendar; CREATE TABLE calendar (day INTEGER PRIMARY KEY, month INTEGER, year INTEGER)')
    const add = hand.prepare('INSERT INTO calendar VALUES (?, ?, ?)')
    hand.transaction(() => { for (const row of calendarRows()) add.run(...row) })()
    await postgres.rows('CREATE TABLE day (tenant_id int, entity_id int, day int, n bigint, fixes bigint, amount bigint)')
    await postgres.copy('day', (function* () { for (const row of dayRows(set, order)) yield `${row.tenant}\t${row.entity}\t${row.day}\t${row.n}\t${row.fixes}\t${row.amount}\n` })())
    await postgres.rows('ALTER TABLE day ADD PRIMARY KEY (tenant_id, entity_id, day)')
    await postgres.rows('CREATE TABLE calendar (day int PRIMARY KEY, month int, year int)')
    await postgres.copy('calendar', calendarRows().map((row) => `${row.join('\t')}\n`))
    await postgres.rows('VACUUM ANALYZE')

    const rows: (string | number)[][] = []
    const worst = new Map<string, number>()
    for (const whose of ['entity', 'tenant'] as const) {
      for (const { grain, from, to, says } of spans) {
        const where = (mark: (n: number) => string): string => `d.tenant_id = ${mark(1)} ${whose === 'entity' ? `AND d.entity_id = ${mark(2)}` : ''} AND d.day >= ${from} AND d.day < ${to}`
        const sql = (mark: (n: number) => string, cast: string): string => grain === 'day'
          ? (whose === 'entity' ? `SELECT d.day, d.amount${cast}, 1 FROM day d WHERE ${where(mark)} ORDER BY d.day` : `SELECT d.day, sum(d.amount)${cast}, count(*) FROM day d WHERE ${where(mark)} GROUP BY d.day ORDER BY 1`)
          : `SELECT c.${grain}, sum(d.amount)${cast}, count(*) FROM day d CROSS JOIN calendar c WHERE c.day = d.day AND ${where(mark)} GROUP BY c.${grain} ORDER BY 1`
        const byHand = hand.prepare(sql(() => '?', '')).raw()
        const onPostgres = { name: `${whose}-${grain}`, text: sql((n) => `$${n}`, '::bigint') }
        const taken: Record<string, number[]> = { tidemark: [], sqlite: [], postgres: [] }
        const rounds = whose === 'entity' ? 200 : 20
        for (let k = 0; k < rounds + 5; k++) {
          const place = 1 + mix(k + 11) % entities
          const tenant = whose === 'entity' ? tenantOf(place) : mix(k + 11) % (entities / entitiesOfTenant)
          const keys = whose === 'entity' ? [tenant, place] : [tenant]
          const request = {
            select: ['amount.sum', 'active.count'], tenant: tenantName(tenant), from: dayText(from), to: dayText(to), grain,
            ...(whose === 'entity' ? { entity: entityName(place) } : { total: true }),
          }
          const answers = {
            tidemark: await timed(() => history.ask('usage', request)),
            sqlite: await timed(() => byHand.all(...keys)),
            postgres: await timed(async () => (await postgres.client.query({ ...onPostgres, values: keys, rowMode: 'array' })).rows),
          }
          const ours = ((answers.tidemark.value as { rows: unknown[] }).rows as Record<string, unknown>[])
            .filter((row) => Number(row['active.count'] ?? 0) > 0)
            .map((row) => [Date.parse(String(row['period'])) / dayMs, Number(row['amount.sum']), Number(row['active.count'])])
          const numbers = (answer: unknown): number[][] => (answer as unknown[][]).map((row) => row.map(Number))
          mustAgree(`queries, ${whose} ${grain}`, { tidemark: ours, sqlite: numbers(answers.sqlite.value), postgres: numbers(answers.postgres.value) })
          if (k >= 5) for (const [name, answer] of Object.entries(answers)) taken[name]?.push(answer.ms)
        }
        const p = (name: string, share: number): number => round(percentile(taken[name] as number[], share), 3)
        const ratio = p('tidemark', 0.5) / p('sqlite', 0.5)
        worst.set(whose, Math.max(worst.get(whose) ?? 0, ratio))
        rows.push([`${whose}, ${says}`, ...['tidemark', 'sqlite', 'postgres'].flatMap((name) => [p(name, 0.5), p(name, 0.95)]), round(ratio, 1), round(p('tidemark', 0.5) / p('postgres', 0.5), 2)])
        log(`  ${rows.at(-1)?.join(' | ')}`)
      }
    }
    await postgres.rows('DROP TABLE day, calendar')

    // A new process each: from before the first import to the answer.
    const place = 1 + mix(5) % entities
    const cold = (engine: string, path: string): number => median(Array.from({ length: at(bench.scale, 3, 7, 15) }, () => {
      const child = spawnSync(process.execPath, [fileURLToPath(new URL('../cold-query.ts', import.meta.url)), engine, path, String(place), String(volume.set.firstDay + shelfDays)], { encoding: 'utf8' })
      if (child.status !== 0) throw new Error(child.stderr)
      return Number(child.stdout)
    }))
    const coldRow = [round(cold('tidemark', volume.path), 1), round(cold('sqlite', volume.handPath), 1)]
    return {
      tables: [
        {
          title: `${set.count.toLocaleString('en-US')} events, ${volume.dayRows.toLocaleString('en-US')} day rows of ${entities.toLocaleString('en-US')} entities, ${entitiesOfTenant.toLocaleString('en-US')} a tenant; warm process; ms`,
          columns: ['question', 'Tidemark p50', 'p95', 'SQLite by hand p50', 'p95', 'PostgreSQL by hand p50', 'p95', 'Tidemark / SQLite', 'Tidemark / PostgreSQL'], rows,
        },
        { title: 'A new process: import, open and one year by month of one entity; ms', columns: ['Tidemark', 'SQLite by hand'], rows: [coldRow] },
      ],
      goals: [
        { goal: 'queries of one entity within 2 times the best SQL by hand', measured: `at most ${round(worst.get('entity') ?? 0, 1)} times`, met: (worst.get('entity') ?? 99) <= 2 },
        { goal: 'queries of a tenant within 2 times the best SQL by hand', measured: `at most ${round(worst.get('tenant') ?? 0, 1)} times`, met: (worst.get('tenant') ?? 99) <= 2 },
      ],
    }
  },
}

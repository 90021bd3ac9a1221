// Each entity's own window of so many months: sum and active days, of all entities at once and of one.
import { DuckDBInstance } from '@duckdb/node-api'
import { at, type Bench, type Case, type CaseResult, type Table } from '../case.ts'
import { windowMonths } from '../history.ts'
import { beside, log, medianTaken, round, timed, type Taken } from '../measure.ts'
import { shelfDays, type Volume } from '../shelf.ts'
import { agree, numbers, type Sums } from '../sums.ts'
import { dayMs, dayOf, dayRows, dayText, entities, entityName, firstDay, mix, placeOfName, tenantName, tenantOf } from '../workload.ts'

/** Everybody's window is the one that holds this day: of 24 months the first, of 1 month the twelfth or so. */
const heldDay = firstDay + 365

/** Months added as people do: the 31st becomes the last of a shorter month. Of its own, to check the engine's. */
function addMonths(day: number, months: number): number {
  const date = new Date(day * dayMs)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  return first / dayMs + Math.min(date.getUTCDate(), last) - 1
}

interface Start { readonly entity: number; readonly from: number; readonly to: number }

function startsOf({ set, order }: Volume, months: number): Start[] {
  const starts: Start[] = []
  let last = 0
  for (const k of order) {
    const entity = set.entity[k]
    if (entity === last) continue
    last = entity
    const anchor = dayOf(set.at[k])
    if (anchor > heldDay) continue
    let n = 0
    while (addMonths(anchor, (n + 1) * months) <= heldDay) n++
    starts.push({ entity, from: addMonths(anchor, n * months), to: addMonths(anchor, (n + 1) * months) })
  }
  return starts
}

async function compare(bench: Bench, volume: Volume, times: number, only?: readonly number[]) {
  const { set, order, history, hand } = volume
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const duck = await instance.connect()
  await duck.run('CREATE TABLE events (entity_id INTEGER, day INTEGER, value INTEGER)')
  const appender = await duck.createAppender('events')
  for (let k = 0; k < set.count; k++) {
    appender.appendInteger(set.entity[k])
    appender.appendInteger(dayOf(set.at[k]))
    appender.appendInteger(set.value[k])
    appender.endRow()
  }
  appender.closeSync()
  const postgres = await bench.postgres()
  await postgres.rows('DROP TABLE IF EXISTS day')
  await postgres.rows('CREATE TABLE day (tenant_id int, entity_id int, day int, n bigint, fixes bigint, amount bigint)')
  await postgres.copy('day', (function* () {
    for (const row of dayRows(set, order)) yield `${row.tenant}\t${row.entity}\t${row.day}\t${row.n}\t${row.fixes}\t${row.amount}\n`
  })())
  await postgres.rows('ALTER TABLE day ADD PRIMARY KEY (tenant_id, entity_id, day)')
  await postgres.rows('VACUUM ANALYZE day')

  const rows: { months: number; all: Record<string, Taken>; one: Record<string, Taken> }[] = []
  for (const months of only ?? windowMonths) {
    const starts = startsOf(volume, months)
    hand.exec('DROP TABLE IF EXISTS starts; CREATE TABLE starts (tenant_id INTEGER, entity_id INTEGER, from_day INTEGER, to_day INTEGER, PRIMARY KEY (tenant_id, entity_id)) WITHOUT ROWID')
    const add = hand.prepare('INSERT INTO starts VALUES (?, ?, ?, ?)')
    hand.transaction(() => { for (const { entity, from, to } of starts) add.run(tenantOf(entity), entity, from, to) })()
    await postgres.rows('DROP TABLE IF EXISTS starts')
    await postgres.rows('CREATE TABLE starts (tenant_id int, entity_id int, from_day int, to_day int)')
    await postgres.copy('starts', (function* () { for (const { entity, from, to } of starts) yield `${tenantOf(entity)}\t${entity}\t${from}\t${to}\n` })())
    await postgres.rows('ALTER TABLE starts ADD PRIMARY KEY (tenant_id, entity_id)')
    await postgres.rows('VACUUM ANALYZE starts')
    await duck.run('CREATE OR REPLACE TABLE starts (entity_id INTEGER, from_day INTEGER, to_day INTEGER)')
    const into = await duck.createAppender('starts')
    for (const { entity, from, to } of starts) {
      into.appendInteger(entity)
      into.appendInteger(from)
      into.appendInteger(to)
      into.endRow()
    }
    into.closeSync()

    const window = `m${months}`
    const request = { select: ['amount.sum', 'active.count'], window, from: dayText(heldDay), to: dayText(heldDay + 1) } as const
    const fromRows = (answer: { rows: readonly unknown[] }): Sums => (answer.rows as readonly Record<string, unknown>[])
      .map((row) => [placeOfName(String(row['entity'])), Number(row['amount.sum'] ?? 0), Number(row['active.count'] ?? 0)])
    const inWindow = 'd.tenant_id = s.tenant_id AND d.entity_id = s.entity_id AND d.day >= s.from_day AND d.day < s.to_day'
    const handAll = hand.prepare(`SELECT s.entity_id, sum(d.amount), count(*) FROM starts s CROSS JOIN day d ON ${inWindow} GROUP BY s.tenant_id, s.entity_id`).raw()
    const handOne = hand.prepare(`SELECT s.entity_id, sum(d.amount), count(*) FROM starts s CROSS JOIN day d ON ${inWindow} WHERE s.tenant_id = ? AND s.entity_id = ?`).raw()
    const pgAll = `SELECT s.entity_id, sum(d.amount)::bigint, count(*) FROM starts s JOIN day d ON ${inWindow} GROUP BY s.entity_id`
    const pgOne = `SELECT s.entity_id, sum(d.amount)::bigint, count(*) FROM starts s JOIN day d ON ${inWindow} WHERE s.tenant_id = $1 AND s.entity_id = $2 GROUP BY s.entity_id`
    const duckWhere = (where: string) => `SELECT s.entity_id, sum(e.value)::BIGINT, count(DISTINCT e.day) FROM starts s JOIN events e
      ON e.entity_id = s.entity_id AND e.day >= s.from_day AND e.day < s.to_day ${where} GROUP BY s.entity_id`
    const duckAll = await duck.prepare(duckWhere(''))
    const duckOne = await duck.prepare(duckWhere('WHERE s.entity_id = $1 AND e.entity_id = $1'))

    const all = await beside(times, {
      tidemark: () => history.askWindows('usage', { ...request, allTenants: true }),
      sqlite: () => handAll.all(),
      postgres: () => postgres.rows(pgAll),
      duckdb: async () => (await duckAll.runAndReadAll()).getRows(),
    }, (answers) => agree(`windows, ${set.count} events, ${months} months`, {
      tidemark: fromRows(answers.tidemark as { rows: unknown[] }), sqlite: numbers(answers.sqlite as unknown[][]),
      postgres: numbers(answers.postgres as unknown[][]), duckdb: numbers(answers.duckdb as unknown[][]),
    }))

    const samples: Record<string, Taken[]> = { tidemark: [], sqlite: [], postgres: [], duckdb: [] }
    for (let k = 0; k < 60; k++) {
      const { entity } = starts[mix(k + 77) % starts.length] as Start
      const answers = {
        tidemark: await timed(() => history.askWindows('usage', { ...request, tenant: tenantName(tenantOf(entity)), entity: entityName(entity) })),
        sqlite: await timed(() => [handOne.get(tenantOf(entity), entity)]),
        postgres: await timed(() => postgres.rows(pgOne, [tenantOf(entity), entity])),
        duckdb: k % 6 === 0 ? await timed(async () => { duckOne.bindInteger(1, entity); return (await duckOne.runAndReadAll()).getRows() }) : null,
      }
      const one = (rows: readonly unknown[]): Sums => numbers((rows as unknown[][]).filter((row) => row[0] !== null))
      agree(`windows, entity ${entity}`, {
        tidemark: fromRows(answers.tidemark.value as { rows: unknown[] }), sqlite: one(answers.sqlite.value as unknown[]), postgres: one(answers.postgres.value as unknown[]),
        ...(answers.duckdb === null ? {} : { duckdb: one(answers.duckdb.value as unknown[]) }),
      })
      for (const [name, answer] of Object.entries(answers)) if (answer !== null && k >= 6) samples[name]?.push({ ms: answer.ms, cpuMs: answer.cpuMs })
    }
    const one = Object.fromEntries(Object.entries(samples).map(([name, taken]) => [name, medianTaken(taken)]))
    log(`  ${set.count} events, ${months} months: all ${JSON.stringify(all, rounded)}, one ${JSON.stringify(one, rounded)}`)
    rows.push({ months, all, one })
  }
  duck.closeSync()
  instance.closeSync()
  await postgres.rows('DROP TABLE day')
  return rows
}

const rounded = (_key: string, value: unknown): unknown => (typeof value === 'number' ? round(value, value < 10 ? 2 : 0) : value)

const engines = ['tidemark', 'duckdb', 'sqlite', 'postgres'] as const

export const windows: Case = {
  name: 'windows',
  async run(bench): Promise<CaseResult> {
    const sizes = bench.scale === 'full' ? [1_000_000, 5_000_000, ...(bench.long ? [20_000_000] : [])] : bench.scale === 'small' ? [100_000, 500_000] : [20_000, 60_000]
    const times = at(bench.scale, 1, 3, 5)
    const found: { events: number; dayRows: number; rows: Awaited<ReturnType<typeof compare>> }[] = []
    for (const events of sizes) {
      const volume = await bench.shelf.of(events)
      found.push({ events, dayRows: volume.dayRows, rows: await compare(bench, volume, events > 5_000_000 ? 3 : times) })
    }
    const table = (title: string, pick: 'all' | 'one', unit: 'ms' | 'cpuMs'): Table => ({
      title,
      columns: ['events', 'day rows', 'months', 'Tidemark', 'DuckDB, raw events', 'SQLite by hand', 'PostgreSQL by hand', 'Tidemark / DuckDB', 'Tidemark / SQLite'],
      rows: found.flatMap(({ events, dayRows: days, rows }) => rows.map((row) => {
        const of = (engine: string): number => row[pick][engine]?.[unit] ?? Number.NaN
        return [events, days, row.months, ...engines.map((engine) => (engine === 'postgres' && unit === 'cpuMs' ? null : round(of(engine), pick === 'one' ? 2 : 0))),
          round(of('tidemark') / of('duckdb'), 2), round(of('tidemark') / of('sqlite'), 2)]
      })),
    })
    const took = (events: number, months: number, engine: string): number => found.find((one) => one.events === events)?.rows.find((row) => row.months === months)?.all[engine]?.ms ?? Number.NaN
    const ours = (events: number, months: number): number => took(events, months, 'tidemark')
    const four = found.map(({ events }) => ours(events, 4))
    const middle = found.map(({ events }) => ({ events, ratio: ours(events, 4) / took(events, 4, 'duckdb') }))
    const lengths = windowMonths.map((months) => ours(sizes.at(-1) as number, months))
    const flat = (values: readonly number[]): number => Math.max(...values) / Math.min(...values)
    return {
      tables: [
        table(`Own windows of all ${entities.toLocaleString('en-US')} entities over ${shelfDays} days, ms`, 'all', 'ms'),
        table('The same in CPU time of the asking process, all threads, ms', 'all', 'cpuMs'),
        table('The own window of one entity, ms', 'one', 'ms'),
      ],
      goals: [
        { goal: 'own four-month windows no slower than DuckDB over raw events', measured: middle.map(({ events, ratio }) => `${events} events: ${round(ratio, 2)} of its time`).join('; '), met: middle.every(({ ratio }) => ratio <= 1) },
        { goal: `flat (within 20 %) from ${sizes[0]} to ${sizes.at(-1)} events`, measured: `slowest / fastest ${round(flat(four), 2)}`, met: flat(four) <= 1.2 },
        { goal: 'flat (within 20 %) from 1 to 24 months', measured: `slowest / fastest ${round(flat(lengths), 2)} at ${sizes.at(-1)} events`, met: flat(lengths) <= 1.2 },
      ],
    }
  },
}

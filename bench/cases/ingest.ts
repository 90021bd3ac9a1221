// Events taken in, durably and each once, on a base: Tidemark beside the designs that one would write by hand.
import { join } from 'node:path'
import { at, type Bench, type Case, type CaseResult, type Goal, type Table } from '../case.ts'
import { postgres, sqlite, tidemark, type Intake } from '../intake-designs.ts'
import { log, median, round, timed } from '../measure.ts'
import { byEntity, dayMs, firstDay, makeWorkload, type Workload } from '../workload.ts'

const spanDays = 180

/** `rate` and `cpuUs` until all has settled, `acknowledged` until the last batch is durable. */
interface Run { readonly rate: number; readonly acknowledged: number; readonly cpuUs: number; readonly longestMs: number }

async function takeIn(intake: Intake, set: Workload, from: number, to: number, batch: number): Promise<Run> {
  let ms = 0
  let cpuMs = 0
  let longestMs = 0
  for (let k = from; k < to; k += batch) {
    const prepared = intake.prepare(set, k, Math.min(to, k + batch))
    const took = await timed(() => intake.take(prepared))
    ms += took.ms
    cpuMs += took.cpuMs
    longestMs = Math.max(longestMs, took.ms)
  }
  const acknowledged = ((to - from) / ms) * 1000
  const rest = await timed(() => intake.settled())
  return { rate: ((to - from) / (ms + rest.ms)) * 1000, acknowledged, cpuUs: ((cpuMs + rest.cpuMs) * 1000) / (to - from), longestMs }
}

/** What was sent again must count nowhere, and everybody must have counted the same. */
async function settle(intakes: readonly Intake[], set: Workload, again: { from: number; to: number }): Promise<void> {
  for (const intake of intakes) if (intake.exact) await intake.take(intake.prepare(set, again.from, again.to))
  const first = await (intakes[0] as Intake).totals()
  for (const intake of intakes) {
    const { events, days, amount } = await intake.totals()
    if (events !== first.events || (days !== null && (days !== first.days || amount !== first.amount))) {
      throw new Error(`ingest: ${JSON.stringify(first)} and ${intake.name} ${JSON.stringify({ events, days, amount })}`)
    }
  }
}

export const ingest: Case = {
  name: 'ingest',
  async run(bench: Bench): Promise<CaseResult> {
    const count = at(bench.scale, 30_000, 300_000, 5_000_000)
    const slice = at(bench.scale, 5_000, 10_000, 60_000)
    const repeats = at(bench.scale, 2, 3, 3)
    const base = makeWorkload({ count, spanDays })
    const order = byEntity(base)
    // Late ones fall into the days of the base; ordered ones go on where the base ends.
    const sets = {
      'in time order': makeWorkload({ count, spanDays, firstDay: firstDay + spanDays, firstId: count }),
      'in random order': makeWorkload({ count: slice * (repeats * 2 + 1), spanDays, firstId: 2 * count, order: 'random' }),
    }
    const now = (firstDay + 2 * spanDays) * dayMs
    const file = (name: string): string => join(bench.folder, `ingest-${name}.db`)
    const started = performance.now()
    const intakes: Intake[] = [
      await tidemark(file('tidemark'), base, now),
      sqlite(file('identity'), base, order, { name: 'SQLite, identity + daily', identity: true, daily: true }),
      sqlite(file('daily'), base, order, { name: 'SQLite, daily', identity: false, daily: true }),
      sqlite(file('bare'), base, order, { name: 'SQLite, indexed insert only', identity: false, daily: false }),
      await postgres(await bench.postgres(), base, order),
    ]
    log(`  bases in ${round((performance.now() - started) / 1000)} s`)

    const rows: (string | number | null)[][] = []
    const rates = new Map<string, number>()
    const reached = new Map<string, number>()
    for (const [kind, set] of Object.entries(sets)) {
      // Caches are warm and every process has met most entities before the clock starts.
      const warm = Math.min(slice, set.count - slice)
      for (const intake of intakes) await takeIn(intake, set, 0, warm, 10_000)
      let next = warm
      for (const batch of [1_000, 10_000]) {
        const size = Math.max(slice, batch)
        const runs = new Map<string, Run[]>(intakes.map(({ name }) => [name, []]))
        for (let n = 0; n < repeats && next + size <= set.count; n++, next += size) {
          for (const intake of intakes) runs.get(intake.name)?.push(await takeIn(intake, set, next, next + size, batch))
        }
        const rate = (name: string): number => median((runs.get(name) ?? []).map((run) => run.rate))
        for (const { name, exact } of intakes) {
          rates.set(`${kind} ${batch} ${name}`, rate(name))
          const longest = Math.max(...(runs.get(name) ?? []).map((run) => run.longestMs))
          const cpu = (design: string): number => median((runs.get(design) ?? []).map((run) => run.cpuUs))
          const ofServer = name.startsWith('PostgreSQL')
          const acknowledged = median((runs.get(name) ?? []).map((run) => run.acknowledged))
          rows.push([kind, batch, name, exact ? 'yes' : 'no', round(rate(name)), round(acknowledged), round(longest), round(rate('Tidemark') / rate(name), 2),
            ofServer ? null : round(cpu(name), 1), ofServer ? null : round(cpu(name) / cpu('Tidemark'), 2)])
          log(`  ${kind}, ${batch}, ${name}: ${round(rate(name))}/s, acknowledged ${round(acknowledged)}/s, longest ${round(longest)} ms`)
        }
      }
      await settle(intakes, set, { from: Math.max(0, next - 1_000), to: next })
      reached.set(kind, next)
    }
    if (bench.long) {
      const ordered = sets['in time order']
      rows.push(...(await throughout(intakes.slice(0, 2), ordered, reached.get('in time order') as number)).rows)
      await settle(intakes.slice(0, 2), ordered, { from: ordered.count - 1_000, to: ordered.count })
    }
    for (const intake of intakes) await intake.close()
    const against = (name: string): string => [1_000, 10_000].flatMap((batch) => Object.keys(sets).flatMap((kind) => {
      const [ours, theirs] = [rates.get(`${kind} ${batch} Tidemark`), rates.get(`${kind} ${batch} ${name}`)]
      return ours === undefined || theirs === undefined || Number.isNaN(theirs) ? [] : [`${round(ours / theirs, 2)} (${kind}, ${batch})`]
    })).join('; ')
    const least = (name: string): number => Math.min(...[...against(name).matchAll(/([\d.]+) \(/g)].map((match) => Number(match[1])))
    const goals: Goal[] = [
      { goal: 'at least 2 times the straightforward design with an identity', measured: against('SQLite, identity + daily'), met: least('SQLite, identity + daily') >= 2 },
      { goal: 'reach for the bare indexed insert', measured: against('SQLite, indexed insert only'), met: least('SQLite, indexed insert only') >= 1 },
    ]
    const table: Table = {
      title: `Events a second on a base of ${count.toLocaleString('en-US')}`,
      columns: ['events', 'batch', 'design', 'each once', 'events/s', 'acknowledged/s', 'longest batch ms', 'Tidemark / it', 'CPU µs an event', 'Tidemark / it by CPU'], rows,
    }
    return { tables: [table], goals }
  },
}

/** The rest of the ordered events, in ten parts taken in turn: how it goes on as the base doubles. */
async function throughout(intakes: readonly Intake[], set: Workload, from: number): Promise<{ rows: (string | number | null)[][] }> {
  const batch = 10_000
  const part = Math.ceil((set.count - from) / 10 / batch) * batch
  const runs = intakes.map(() => [] as Run[])
  for (let k = from; k < set.count; k += part) {
    for (const [index, intake] of intakes.entries()) runs[index]?.push(await takeIn(intake, set, k, Math.min(set.count, k + part), batch))
    log(`  ${k} of ${set.count}: ${runs.map((list) => round(list.at(-1)?.rate ?? 0)).join(' ')}`)
  }
  const whole = (list: readonly Run[]): number => list.length / list.reduce((sum, run) => sum + 1 / run.rate, 0)
  return {
    rows: intakes.map(({ name, exact }, index) => {
      const list = runs[index] as Run[]
      const cpu = (of: readonly Run[]): number => of.reduce((sum, run) => sum + run.cpuUs, 0) / of.length
      return [`all ${set.count.toLocaleString('en-US')} in time order`, batch, name, exact ? 'yes' : 'no', round(whole(list)), null, round(Math.max(...list.map((run) => run.longestMs))),
        round(whole(runs[0] as Run[]) / whole(list), 2), round(cpu(list), 1), round(cpu(list) / cpu(runs[0] as Run[]), 2)]
    }),
  }
}

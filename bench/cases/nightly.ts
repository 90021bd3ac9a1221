// A night: the day is closed, and everybody's last two weeks are told; beside SQL over raw events.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { at, type Bench, type Case, type CaseResult, type Goal, type Table } from '../case.ts'
import { actions, openHistory } from '../history.ts'
import { log, medianTaken, round, timed, type Taken } from '../measure.ts'
import { duckdbEvents, type NightJob, postgresEvents, type RawEvents, sqliteEvents, summaryDays } from '../nights.ts'
import { shelfDays } from '../shelf.ts'
import { openSqlite } from '../sqlite.ts'
import { agree, numbers, type Sums } from '../sums.ts'
import { dayMs, dayOf, dayText, entities, firstDay, makeWorkload, placeOfName, plainEvent, type Workload } from '../workload.ts'

const BATCH = 1_000

interface Found {
  readonly events: number
  /** In the two weeks that a summary tells of. */
  readonly eventsTold: number
  /** `capture` and `summary` of Tidemark, `ask` and `keep` of each other. */
  readonly taken: Readonly<Record<string, Taken>>
  readonly jobs: readonly string[]
}

/** What must come out, from the events themselves. Each set is in time order, so only its end is walked. */
function sumsOf(sets: readonly Workload[], end: number): Sums {
  const of = new Map<number, { n: number; amount: number; days: Set<number> }>()
  for (const set of sets) {
    for (let k = set.count - 1; k >= 0 && dayOf(set.at[k]) >= end - summaryDays; k--) {
      if (dayOf(set.at[k]) >= end) continue
      let one = of.get(set.entity[k])
      if (one === undefined) of.set(set.entity[k], one = { n: 0, amount: 0, days: new Set() })
      one.n++
      one.amount += set.value[k]
      one.days.add(dayOf(set.at[k]))
    }
  }
  return [...of].map(([entity, { n, amount, days }]) => [entity, n, amount, days.size])
}

async function nights(bench: Bench, events: number, times: number): Promise<Found> {
  const { set, path } = await bench.shelf.of(events)
  // A copy: the other cases read the history as it was loaded.
  const own = join(bench.folder, `nightly-${events}.db`)
  const handPath = join(bench.folder, `nightly-hand-${events}.db`)
  const removeFiles = (): void => { for (const file of [own, handPath]) for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true }) }
  removeFiles()
  copyFileSync(path, own)
  let end = firstDay + shelfDays
  const history = await openHistory(own, () => end * dayMs)
  const look = openSqlite(own)
  const unsettled = look.prepare('SELECT count(*) FROM tm_intake_actions').pluck()
  const raw: RawEvents[] = [sqliteEvents(handPath, set), await postgresEvents(await bench.postgres(), set), await duckdbEvents(set)]
  log(`  ${events} raw events by hand`)
  const jobs: readonly NightJob[] = raw.flatMap(({ jobs: own }) => own)
  const sets: Workload[] = [set]
  const each = Math.round(events / shelfDays)
  const taken: Record<string, Taken[]> = {}
  let eventsTold = 0
  // The first night is not measured.
  for (let night = 0; night <= times; night++) {
    const today = makeWorkload({ count: each, spanDays: 1, firstDay: end, firstId: events + night * each })
    sets.push(today)
    for (const one of raw) await one.add(today)
    for (let k = 0; k < each; k += BATCH) await history.ingest(actions, Array.from({ length: Math.min(BATCH, each - k) }, (_, n) => plainEvent(today, k + n)))
    end++
    // What a thread of ours still does would be in everybody's figures.
    while (unsettled.get() !== 0) await pause(50)
    const right = sumsOf(sets, end)
    eventsTold = right.reduce((sum, [, n]) => sum + (n as number), 0)
    const took = async (name: string, work: () => unknown): Promise<unknown> => {
      const { ms, cpuMs, value } = await timed(work)
      if (night > 0) (taken[name] ??= []).push({ ms, cpuMs })
      return value
    }
    const answers: Record<string, Sums> = { right }
    await took('capture', () => history.capture('usage'))
    const told = await took('summary', () => history.ask('usage', {
      select: ['n.sum', 'amount.sum', 'active.count'], allTenants: true, grain: 'range', from: dayText(end - summaryDays), to: dayText(end),
    })) as { rows: readonly Record<string, unknown>[] }
    answers['Tidemark'] = told.rows.map((row) => [placeOfName(String(row['entity'])), Number(row['n.sum'] ?? 0), Number(row['amount.sum'] ?? 0), Number(row['active.count'] ?? 0)])
    for (const job of jobs) {
      answers[`${job.name}, asked`] = numbers(await took(`ask ${job.name}`, () => job.ask(end)) as unknown[][])
      answers[`${job.name}, kept`] = numbers(await took(`keep ${job.name}`, () => job.keep(end)) as unknown[][])
    }
    agree(`nightly, ${events} events, night ${night}`, answers)
  }
  look.close()
  await history.close()
  for (const one of raw) await one.close()
  removeFiles()
  const found = { events, eventsTold, taken: Object.fromEntries(Object.entries(taken).map(([name, all]) => [name, medianTaken(all)])), jobs: jobs.map(({ name }) => name) }
  log(`  ${events} events: ${Object.entries(found.taken).map(([name, { ms, cpuMs }]) => `${name} ${round(ms)} (${round(cpuMs)})`).join(', ')}`)
  return found
}

function tableOf(title: string, found: readonly Found[], unit: 'ms' | 'cpuMs'): Table {
  const jobs = (found[0] as Found).jobs
  return {
    title,
    columns: ['events', `of ${summaryDays} days`, 'Tidemark, capture', 'Tidemark, summary', ...jobs.flatMap((job) => [`${job}: asked`, 'kept'])],
    rows: found.map(({ events, eventsTold, taken }) => [events, eventsTold, ...['capture', 'summary', ...jobs.flatMap((job) => [`ask ${job}`, `keep ${job}`])]
      .map((name) => (unit === 'cpuMs' && name.includes('PostgreSQL') ? null : round((taken[name] as Taken)[unit])))]),
  }
}

function goalsOf(found: readonly Found[]): Goal[] {
  const ours = ({ taken }: Found): number => (taken['capture'] as Taken).ms + (taken['summary'] as Taken).ms
  const best = ({ taken, jobs }: Found, word: 'ask' | 'keep'): number => Math.min(...jobs.map((job) => (taken[`${word} ${job}`] as Taken).ms))
  const times = (word: 'ask' | 'keep'): number => Math.min(...found.map((one) => best(one, word) / ours(one)))
  const all = found.map(ours)
  const flat = Math.max(...all) / Math.min(...all)
  return [
    {
      goal: 'a night at least 5 times faster than the best SQL over raw events',
      measured: found.map((one) => `${one.events} events: ${round(best(one, 'keep') / ours(one), 2)} times where the summary is kept, ${round(best(one, 'ask') / ours(one), 2)} where it is only asked`).join('; '),
      met: times('keep') >= 5 && times('ask') >= 5,
    },
    { goal: `a night flat (within 20 %) from ${(found[0] as Found).events} to ${(found.at(-1) as Found).events} events`, measured: `slowest / fastest ${round(flat, 2)}`, met: flat <= 1.2 },
  ]
}

export const nightly: Case = {
  name: 'nightly',
  async run(bench): Promise<CaseResult> {
    const sizes = bench.scale === 'full' ? [1_000_000, 5_000_000, ...(bench.long ? [20_000_000] : [])] : bench.scale === 'small' ? [100_000, 500_000] : [20_000]
    const found: Found[] = []
    for (const events of sizes) found.push(await nights(bench, events, at(bench.scale, 1, 3, 5)))
    const everybody = `of ${entities.toLocaleString('en-US')} users`
    return {
      tables: [
        tableOf(`A night: the day closed, and the summary of ${summaryDays} days ${everybody}, ms`, found, 'ms'),
        tableOf('The same in CPU time of the asking process, all threads, ms', found, 'cpuMs'),
      ],
      // The smallest scale only asks whether all answer alike, which they have by now.
      goals: bench.scale === 'tiny' ? [] : goalsOf(found),
    }
  },
}

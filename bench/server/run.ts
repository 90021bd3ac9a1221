// What docs/bench-server.md shows. node bench/server/run.ts --dir DEMO [--scale small|full] [--publish] [--note TEXT]
// DEMO is the folder of a campaigns demo; it is copied first.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { availableParallelism, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { wordsOf } from '../../templates/campaigns/answers/words.ts'
import type { Goal, Published, Table } from '../case.ts'
import { log, median, percentile, round } from '../measure.ts'
import { figures, intoPage } from '../page.ts'
import { get, load, type Served, start, stop } from './client.ts'

const { values } = parseArgs({ options: { dir: { type: 'string' }, scale: { type: 'string', default: 'small' }, publish: { type: 'boolean', default: false }, note: { type: 'string', default: '' } } })
if (values.dir === undefined) throw new Error('--dir names the folder of a campaigns demo')
const repository = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tidemark-server-bench-'))
const demo = join(folder, 'demo')
cpSync(values.dir, demo, { recursive: true })
const before = loadavg()[0] as number
const begun = performance.now()

const DAY_MS = 86_400_000
const COLD = 40
const WARM = 400
const CONNECTIONS = 64
const REQUESTS = 6_000
const ASKED = 600
/** Node measures from one tick of a timer to the next, and tells the tick of 10 ms with it: without it, this is how late the loop was. */
const TICK_MS = 10

const app = new DatabaseSync(join(demo, 'app.db'), { readOnly: true })
const now = Number(app.prepare('SELECT lived_to FROM world').get()?.['lived_to'])
const words = wordsOf(app, now, {})
app.close()
const day = (back: number): string => new Date(now - back * DAY_MS).toISOString().slice(0, 10)

/** Each answer in one connection, one question after another: as a dashboard's page sees it. */
async function answers(): Promise<{ tables: Table[]; goals: Goal[] }> {
  const cold = await start(demo, 'cold')
  const warm = await start(demo, 'warm')
  const agent = new Agent({ keepAlive: true })
  const { answers: told } = JSON.parse((await get(warm, '/v1/answers', agent)).toString()) as { answers: { name: string; title: string; words: { word: string; required: boolean }[] }[] }
  const given: Readonly<Record<string, string>> = { tenant: words.company, entity: words.campaign, from: day(28), to: day(0), at: `${day(1)}T00:00:00Z`, before: `${day(28)}T00:00:00Z`, most: '5' }
  const rows: (string | number)[][] = []
  for (const { name, title, words: takes } of told) {
    const asked = new URLSearchParams(takes.filter(({ word, required }) => word in given && (required || ['tenant', 'from', 'to'].includes(word))).map(({ word }) => [word, given[word] as string] as [string, string]))
    const path = `/v1/answers/${name}?${asked}`
    const times = async (server: Served, count: number): Promise<number[]> => {
      await get(server, path, agent)
      const taken: number[] = []
      for (let n = 0; n < count; n++) {
        const started = performance.now()
        await get(server, path, agent)
        taken.push(performance.now() - started)
      }
      return taken
    }
    const [made, kept] = [await times(cold, COLD), await times(warm, WARM)]
    rows.push([title, round(median(made), 2), round(percentile(made, 0.95), 2), round(median(kept), 2), round(percentile(kept, 0.95), 2)])
  }
  agent.destroy()
  await stop(cold)
  await stop(warm)
  return { tables: [{ title: `The answers over HTTP, ms (one connection; made anew ${COLD} times, kept ${WARM} times)`, columns: ['answer', 'made anew p50', 'p95', 'kept p50', 'p95'], rows }], goals: [] }
}

/** Requests a second, beside a route that does nothing but return the same bytes. */
async function throughput(): Promise<{ tables: Table[]; goals: Goal[] }> {
  const rows: (string | number)[][] = []
  const goals: Goal[] = []
  const whose = `tenant=${encodeURIComponent(words.company)}&entity=${encodeURIComponent(words.campaign)}`
  const paths = {
    'latest state': `/v1/series/campaign_metrics/states?${whose}`,
    'a series of 90 days': `/v1/series/campaign_metrics/query?select=volunteersCurrent.last,hoursLogged.increase&${whose}&from=${day(90)}&to=${day(0)}&grain=week`,
  }
  for (const [title, path] of Object.entries(paths)) {
    const warm = await start(demo, 'warm')
    const body = join(folder, 'body.json')
    const agent = new Agent()
    writeFileSync(body, await get(warm, path, agent))
    agent.destroy()
    const bare = await start(body, 'bare')
    const taken: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
    for (let round = 0; round < 3; round++) {
      taken.ours.push((await load(warm, [path], { connections: CONNECTIONS, count: REQUESTS })).perSecond)
      taken.theirs.push((await load(bare, ['/'], { connections: CONNECTIONS, count: REQUESTS })).perSecond)
    }
    await stop(warm)
    await stop(bare)
    const share = median(taken.ours) / median(taken.theirs)
    rows.push([title, Math.round(median(taken.ours)), Math.round(median(taken.theirs)), round(share, 2)])
    goals.push({ goal: `${title} at ${CONNECTIONS} connections: a third of a bare route`, measured: String(round(share, 2)), met: share >= 1 / 3 })
  }
  return { tables: [{ title: `Requests a second at ${CONNECTIONS} connections, answers kept (medians of 3 × ${REQUESTS}; client and server share the cores)`, columns: ['question', 'Tidemark', 'bare route, same bytes', 'share'], rows }], goals }
}

interface Beside { readonly taken: number[]; readonly late: number; readonly ran: string; readonly waited: string }

/** For how long the thread that serves has run, and stood ready while others had the cores, in ms; null where the system does not say. */
function scheduled({ child: { pid } }: Served): { readonly ran: number; readonly waited: number } | null {
  const path = `/proc/${pid}/task/${pid}/schedstat`
  if (!existsSync(path)) return null
  const [ran = 0, waited = 0] = readFileSync(path, 'utf8').split(' ').map((ns) => Number(ns) / 1e6)
  return { ran, waited }
}

/** How long questions take, and how late the loop is, while a month moves through the tiers in another process, and while a large export runs in this one. */
async function besideWork(): Promise<{ tables: Table[]; goals: Goal[] }> {
  const server = await start(demo, 'warm')
  const agent = new Agent({ keepAlive: true })
  const question = (n: number): string => `/v1/series/campaign_metrics/query?select=volunteersCurrent.last&tenant=${encodeURIComponent(words.company)}&total=true&from=${day(30 + n % 50)}&to=${day(0)}&grain=day`
  const asking = async (until: Promise<unknown>): Promise<Beside> => {
    const taken: number[] = []
    const begun = performance.now()
    const before = scheduled(server)
    let over = false
    void until.finally(() => { over = true })
    for (let n = 0; !over || taken.length < ASKED; n++) {
      const started = performance.now()
      await get(server, question(n), agent)
      taken.push(performance.now() - started)
      await new Promise((done) => { setTimeout(done, 5) })
    }
    const after = scheduled(server)
    const share = (what: 'ran' | 'waited'): string => (before === null || after === null ? 'not known' : `${Math.round((after[what] - before[what]) / (performance.now() - begun) * 100)} %`)
    return { taken, late: await lag(), ran: share('ran'), waited: share('waited') }
  }
  const lag = async (): Promise<number> => {
    const text = (await get({ ...server, token: '' }, '/metrics', agent)).toString()
    return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1] ?? Number.NaN) * 1000 - TICK_MS
  }
  for (let n = 0; n < 50; n++) await get(server, question(n), agent)
  await lag()
  const idle = await asking(Promise.resolve())
  const tiers = spawn(process.execPath, [join(repository, 'packages', 'tidemark', 'bin', 'tidemark.js'), 'tiers', 'run', '--now', new Date(now + 40 * DAY_MS).toISOString(), '--json'], { cwd: demo, stdio: ['ignore', 'ignore', 'inherit'] })
  const moving = await asking(once(tiers, 'exit'))
  const whole = new Agent()
  const exported = await asking(get(server, `/v1/series/sessions_held/query?select=sessions.sum,hours.sum&allTenants=true&from=${day(400)}&to=${day(0)}&grain=day&format=csv`, whole))
  whole.destroy()
  agent.destroy()
  await stop(server)
  const p99 = (taken: readonly number[]): number => round(percentile(taken, 0.99), 1)
  const row = (title: string, { taken, late, ran, waited }: Beside): (string | number)[] => [title, taken.length, round(median(taken), 2), p99(taken), round(late, 1), ran, waited]
  const goal = (title: string, { taken, late }: Beside): Goal[] => [
    { goal: `${title}: p99 under twice the idle one`, measured: `${p99(taken)} of ${p99(idle.taken)} ms`, met: p99(taken) < 2 * p99(idle.taken) }, { goal: `${title}: event loop p99 under 20 ms`, measured: `${round(late, 1)} ms`, met: late < 20 },
  ]
  return {
    tables: [{ title: 'A question every few milliseconds, ms', columns: ['beside', 'questions', 'p50', 'p99', 'event loop late, p99', 'the serving thread ran', 'it waited for a core'], rows: [row('nothing', idle), row('tiers run, another process', moving), row('an export of 400 days of every campaign', exported)] }],
    goals: [...goal('beside tiers run', moving), ...goal('beside an export', exported)],
  }
}

try {
  const parts = [] as { tables: Table[]; goals: Goal[] }[]
  for (const [name, part] of Object.entries({ answers, throughput, besideWork })) {
    log(`${name} …`)
    parts.push(await part())
  }
  const pages = join(repository, 'docs', 'bench-server.json')
  // The stories are measured one by one, and stand beside each other.
  const others = values.publish ? (JSON.parse(readFileSync(pages, 'utf8')) as Published).cases : {}
  const published: Published = { cases: { ...others, [`the ${values.scale} story`]: {
    tables: parts.flatMap(({ tables }) => tables), goals: parts.flatMap(({ goals }) => goals), scale: values.scale as 'small', seconds: round((performance.now() - begun) / 1000), load: [round(before, 1), round(loadavg()[0] as number, 1)], note: values.note,
    machine: { cores: availableParallelism(), memoryGiB: round(totalmem() / 2 ** 30), platform: `${process.platform} ${process.arch}`, node: process.version },
  } } }
  process.stdout.write(`${figures(published)}\n`)
  if (values.publish) {
    writeFileSync(pages, `${JSON.stringify(published, null, 1)}\n`)
    intoPage(join(repository, 'docs', 'bench-server.md'), published)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

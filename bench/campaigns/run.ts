// What docs/bench-campaigns.md shows. node bench/campaigns/run.ts [--scale small|full] [--publish] [--no-postgres] [--note TEXT]
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { reenact } from '../../packages/tidemark/test/campaigns/reenactment.ts'
import type { Goal, Published, Table } from '../case.ts'
import { log, round } from '../measure.ts'
import { figures, intoPage } from '../page.ts'
import { startPostgres } from '../postgres.ts'
import { answersBeside, handSqlite } from './answers.ts'
import { captureOf500 } from './capture-500.ts'

const { values } = parseArgs({ allowNegative: true, options: {
  scale: { type: 'string', default: 'small' }, publish: { type: 'boolean', default: false }, postgres: { type: 'boolean', default: true }, note: { type: 'string', default: '' },
} })
const END = Date.parse('2026-11-01T00:00:00Z')
const repository = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tidemark-campaigns-bench-'))
chmodSync(folder, 0o755)

interface Story {
  readonly campaigns: number
  readonly from: string
  readonly snapshots: number
  readonly sessions: number
  readonly took: { readonly captures: number; readonly tiers: number }
  readonly tiers: readonly { readonly series: string; readonly tier: string; readonly rows: number; readonly bytes: number }[]
}

/** The built program, as somebody at a terminal starts it. */
function live(): Promise<{ readonly story: Story; readonly wallSeconds: number }> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(repository, 'packages', 'tidemark', 'bin', 'tidemark.js'), 'demo', 'campaigns', '--scale', values.scale, '--dir', join(folder, 'demo'), '--now', new Date(END).toISOString(), '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => (code === 0
      ? resolve({ story: JSON.parse(Buffer.concat(output).toString()) as Story, wallSeconds: (performance.now() - started) / 1000 })
      : reject(new Error(`the demo ended with ${code}`))))
  })
}

/** Of requirements/campaigns.md, for 500 campaigns. */
const PROMISED: Readonly<Record<string, string>> = { captured: '120,000 rows', day: '30,000 rows', week: '20,000 rows', month: '24,000 rows', archive: '2 MB a year' }
const GOAL_SECONDS = 300

const before = loadavg()[0] as number
const begun = performance.now()
const tables: Table[] = []
const goals: Goal[] = []
try {
  log('the story …')
  const { story, wallSeconds } = await live()
  const snapshots = reenact(join(folder, 'demo', 'app.db'), Date.parse(story.from), END)
  log(`${snapshots.length} snapshots reenacted; the tables by hand …`)
  const { db, size } = handSqlite(join(folder, 'by-hand.db'), snapshots)
  const bytes = story.tiers.reduce((sum, tier) => sum + tier.bytes, 0)
  const megabytes = (count: number): number => round(count / 1e6, 1)
  tables.push(
    { title: 'The story', columns: ['', ''], rows: [['campaigns', story.campaigns], ['snapshots captured', story.snapshots], ['sessions ingested', story.sessions], ['wall time, s', round(wallSeconds)], ...Object.entries(story.took).map(([name, seconds]) => [`of which ${name}, s`, seconds])] },
    { title: 'Rows and bytes by tier', columns: ['series', 'tier', 'rows', 'MB', 'promised by the design by hand'], rows: story.tiers.map(({ series, tier, rows, bytes: of }) => [series, tier, rows, megabytes(of), series === 'campaign_metrics' ? PROMISED[tier] ?? null : null]) },
    { title: 'The same snapshots', columns: ['', 'rows', 'MB', 's'], rows: [['Tidemark, tiers and sessions', story.tiers.reduce((sum, tier) => sum + tier.rows, 0), megabytes(bytes), round(wallSeconds)], ['SQLite by hand, untiered, with its indexes', size.rows, megabytes(size.bytes), round(size.seconds)]] },
  )
  goals.push({ goal: `three years of 500 campaigns in at most ${GOAL_SECONDS} s`, measured: `${round(wallSeconds)} s (${values.scale})`, met: wallSeconds <= GOAL_SECONDS })
  const capture = await captureOf500(join(folder, 'demo'), folder, snapshots)
  const server = values.postgres ? await startPostgres(folder) : null
  const answers = await answersBeside(join(folder, 'demo'), db, server, snapshots)
  await server?.stop()
  db.close()
  tables.push(...capture.tables, ...answers.tables)
  goals.push(...capture.goals, ...answers.goals)
  const published: Published = { cases: { campaigns: {
    tables, goals, scale: values.scale as 'small', seconds: round((performance.now() - begun) / 1000), load: [round(before, 1), round(loadavg()[0] as number, 1)], note: values.note,
    machine: { cores: availableParallelism(), memoryGiB: round(totalmem() / 2 ** 30), platform: `${process.platform} ${process.arch}`, node: process.version },
  } } }
  process.stdout.write(`${figures(published)}\n`)
  if (values.publish) {
    writeFileSync(join(repository, 'docs', 'bench-campaigns.json'), `${JSON.stringify(published, null, 1)}\n`)
    intoPage(join(repository, 'docs', 'bench-campaigns.md'), published)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

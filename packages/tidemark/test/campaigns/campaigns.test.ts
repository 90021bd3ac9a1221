import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tidemark } from '../cli/cli.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { accessPathsAreSearched } from './access-paths.ts'
import { agreementOf, type Run } from './agreement-of-run.ts'
import { casesHold } from './cases.ts'
import { demoIsServed } from './demo-served.ts'
import { FullCapture } from './full-capture.ts'
import { grafanaPanelsAgree } from './grafana-panels.ts'
import { demo, END, historyOf } from './lived.ts'
import { panelsFit } from './panels-fit.ts'
import { reenact } from './reenactment.ts'
import { sqlTextsAgree } from './sql-texts.ts'

const cwd = mkdtempSync(join(scratchRoot(), 'tidemark-campaigns-'))
const folder = join(cwd, 'demo')
let run: Run

beforeAll(async () => {
  const document = await demo(cwd, 'small')
  const app = join(folder, 'app.db')
  const snapshots = reenact(app, Date.parse(document.from), END)
  run = { document, history: await historyOf(folder), snapshots, capture: await FullCapture.of(snapshots, app, cwd) }
}, 900_000)
afterAll(async () => {
  await run?.history.close()
  run?.capture.close()
  rmSync(cwd, { recursive: true, force: true })
})

agreementOf('a small run of the campaigns', () => run, 20)

describe('the campaigns out of the ordinary', () => {
  casesHold(() => run)
})

describe('the SQL texts', () => {
  sqlTextsAgree(() => run, folder)
})

describe('the view of the snapshots is asked', () => {
  accessPathsAreSearched(folder)
})

describe('the declared answers', () => {
  panelsFit(() => run, folder)
})

describe('the panels for Grafana', () => {
  grafanaPanelsAgree(() => run, folder)
})

describe('the demo of the campaigns', () => {
  test('gives all sixteen answers, and says what lies where', () => {
    expect(run.document).toMatchObject({ made: true, unchanged: false, campaigns: 20, from: '2025-07-01', to: '2026-11-01' })
    expect(run.document.answers).toHaveLength(16)
    for (const { title, answer } of run.document.answers) expect(answer, title).not.toBeNull()
    expect(run.document.tiers.filter(({ rows }) => rows > 0).map(({ series, tier }) => `${series} ${tier}`)).toEqual(expect.arrayContaining(['campaign_metrics captured', 'campaign_metrics month', 'sessions_held month']))
  })

  test('again into its own folder, everything is unchanged', async () => {
    const again = await demo(cwd, 'small')
    expect(again).toMatchObject({ made: false, unchanged: true, snapshots: 0, sessions: 0 })
    expect(again.answers).toEqual(run.document.answers)
  }, 120_000)

  test('leaves a store and an archive that verify', async () => {
    const { ok, checks } = await run.history.verify()
    expect({ ok, problems: checks.flatMap(({ problems }) => problems).slice(0, 3) }).toEqual({ ok: true, problems: [] })
  }, 120_000)

  test('what unpacking would give back is what lies packed; what packing would take, nothing after a run', async () => {
    const planned = async (way: string) => JSON.parse((await tidemark(['tiers', way, 'campaign_metrics', '--dry-run', '--json', '--now', new Date(END).toISOString()], { cwd: folder })).stdout) as Record<string, unknown>
    const db = new DatabaseSync(join(folder, 'history.db'), { readOnly: true })
    const packed = db.prepare('SELECT sum(payloads) AS n FROM tm_packed_campaign_metrics').get()?.['n'] as number
    db.close()
    expect(packed).toBeGreaterThan(100)
    expect(await planned('unpack')).toEqual({ unpacked: packed, rows: 0, keptPlain: false, dryRun: true })
    expect(await planned('pack')).toEqual({ packed: 0, rows: 0, keptPlain: false, dryRun: true })
  })

  demoIsServed(() => cwd)
})

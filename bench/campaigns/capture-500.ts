// A capture of 500 campaigns, all due at once, in one commit: what it takes beyond the source's own time.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { open } from 'tidemark'
import type { Snapshot } from '../../packages/tidemark/test/campaigns/reenactment.ts'
import type { Goal, Table } from '../case.ts'
import { median, percentile, round } from '../measure.ts'
import { campaignMetrics } from '../../templates/campaigns/tidemark.config.ts'
import { captureByHand } from './capture-by-hand.ts'

const CAPTURES = 30
const HOUR_MS = 3_600_000
const GOAL_MS = 40

export async function captureOf500(story: string, folder: string, snapshots: readonly Snapshot[]): Promise<{ readonly tables: readonly Table[]; readonly goals: readonly Goal[] }> {
  const app = join(folder, 'app-500.db')
  cpSync(join(story, 'app.db'), app)
  const db = new DatabaseSync(app)
  db.exec("UPDATE campaigns SET status = 'active'")
  const campaigns = Number(db.prepare('SELECT count(*) AS n FROM campaigns').get()?.['n'])
  let now = Number(db.prepare('SELECT lived_to FROM world').get()?.['lived_to'])
  db.close()
  // The same series without rules of frequency: every campaign once an hour.
  const { definition } = campaignMetrics
  const hourly = { ...campaignMetrics, definition: { ...definition, collected: { ...definition.collected, frequency: null } } } as typeof campaignMetrics
  const tm = await open({ store: `sqlite:${join(folder, 'capture-500.db')}`, series: [hourly], sources: { app: `sqlite:${app}` }, now: () => now })
  const own: number[] = []
  const whole: number[] = []
  for (let n = 0; n < CAPTURES; n++) {
    now += HOUR_MS
    const started = performance.now()
    const report = await tm.capture(hourly)
    const ms = performance.now() - started
    if (report.created !== campaigns) throw new Error(`${report.created} of ${campaigns} captured`)
    if (n === 0) continue
    whole.push(ms)
    own.push(ms - report.sourceMs)
  }
  await tm.close()
  const hand = captureByHand(join(folder, 'by-hand-500.db'), snapshots, CAPTURES)
  return {
    tables: [{ title: `A capture of ${campaigns} campaigns`, columns: ['', 'p50 ms', 'p95 ms'], rows: [['whole', round(median(whole), 1), round(percentile(whole, 0.95), 1)], ["beyond the source's own time", round(median(own), 1), round(percentile(own, 0.95), 1)], ['SQLite by hand, rows ready made, 8 indexes', round(median(hand), 1), round(percentile(hand, 0.95), 1)]] }],
    goals: [{ goal: `${campaigns} campaigns in one commit within ${GOAL_MS} ms beyond the source`, measured: `${round(median(own), 1)} ms, ${round(median(own) / median(hand), 1)} of SQLite by hand`, met: median(own) <= GOAL_MS }],
  }
}

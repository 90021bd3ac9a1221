import { join } from 'node:path'
import { type Campaign, castOf } from '../../../../templates/campaigns/app/cast.ts'
import { ROLE_NAMES } from '../../../../templates/campaigns/app/roles.ts'
import { campaignMetrics, capacityRules, sessionsHeld } from '../../../../templates/campaigns/tidemark.config.ts'
import { open, type Tidemark } from '../../src/tidemark.ts'
import { tidemark } from '../cli/cli.ts'
import type { Snapshot } from './reenactment.ts'
import { rowsByTier, type TierName } from './retention.ts'

export const DAY_MS = 86_400_000
/** Fixed, so that the special cases have the same answers whenever they are asked. */
export const END = Date.parse('2026-11-01T00:00:00Z')

/** What `tidemark demo campaigns --json` prints. */
export interface DemoDocument {
  readonly made: boolean
  readonly unchanged: boolean
  readonly campaigns: number
  readonly from: string
  readonly to: string
  readonly snapshots: number
  readonly sessions: number
  readonly seconds: number
  readonly tiers: readonly { readonly series: string; readonly tier: string; readonly rows: number; readonly bytes: number }[]
  readonly answers: readonly { readonly title: string; readonly call: string; readonly answer: unknown }[]
}

/** Lives through the story of a scale into a folder, as somebody at a terminal would. */
export async function demo(cwd: string, scale: 'small' | 'full', ...more: readonly string[]): Promise<DemoDocument> {
  const { code, stdout, stderr } = await tidemark(['demo', '--no-serve', 'campaigns', '--scale', scale, '--dir', 'demo', '--now', new Date(END).toISOString(), '--json', ...more], { cwd })
  if (code !== 0) throw new Error(`the demo ended with ${code}: ${stderr.slice(-2_000)}`)
  return JSON.parse(stdout) as DemoDocument
}

/** The history of a demo's folder, at the end of its story. */
export function historyOf(folder: string): Promise<Tidemark> {
  return open({
    store: `sqlite:${join(folder, 'history.db')}`, archive: join(folder, 'archive'), sources: { app: `sqlite:${join(folder, 'app.db')}` },
    series: [campaignMetrics, sessionsHeld], alerts: capacityRules, channels: [], now: () => END,
  })
}

export function castOfDemo(campaigns: number, from: string): readonly Campaign[] {
  return castOf({ seed: 1, campaigns, firstDay: Date.parse(from) / DAY_MS, lastDay: END / DAY_MS })
}

/** A hold is placed 150 days into the story; the tiers run at every multiple of four weeks, and once more in the end. */
const HELD_AFTER_DAYS = 150
const RUN_EVERY_MS = 28 * DAY_MS

/** The rows that the retention table asks for in each tier at the end of the story. */
export function expectedTiers(snapshots: readonly Snapshot[], cast: readonly Campaign[], from: string): Record<TierName, number> {
  const held = cast.find(({ name }) => name === ROLE_NAMES.underHold)?.id
  const lastRunBefore = Math.ceil((Date.parse(from) + HELD_AFTER_DAYS * DAY_MS) / RUN_EVERY_MS) * RUN_EVERY_MS - RUN_EVERY_MS
  return rowsByTier(snapshots, { lastRun: END, heldSince: (campaign) => (campaign === held ? lastRunBefore : null) })
}

export const dayText = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

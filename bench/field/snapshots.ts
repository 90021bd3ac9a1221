// The snapshots that every system gets: those of the campaigns' story, each with its payload.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { clockOf, DAY_MS } from '../../templates/campaigns/app/clock-face.ts'
import { World } from '../../templates/campaigns/app/world.ts'
import { reenact, type Snapshot } from '../../packages/tidemark/test/campaigns/reenactment.ts'
import { COLUMNS, handRows } from '../campaigns/by-hand.ts'
import type { Scale } from '../case.ts'
import type { Words } from './question.ts'

const END = Date.parse('2026-11-01T00:00:00Z')
/** At `tiny` capturing begins so late. */
const TINY_DAYS = 120
const DIFFERENT_WORDS = 8

export interface StatusChange { readonly at: number; readonly status: string }

export interface FieldSet {
  /** By campaign and time. */
  readonly snapshots: readonly Snapshot[]
  readonly from: number
  readonly to: number
  /** By campaign, ascending by instant. */
  readonly statuses: ReadonlyMap<string, readonly StatusChange[]>
  readonly zones: readonly string[]
  /** About different campaigns: those with most snapshots of the last 90 days. */
  readonly words: readonly Words[]
  /** Mean characters of a payload. */
  readonly payload: number
}

/** Lets the application live through its story, and plays again what was captured of it. */
export function fieldSet(folder: string, scale: Scale): FieldSet {
  const path = join(folder, 'field-app.db')
  const world = World.open(path, { seed: 1, scale: scale === 'full' ? 'full' : 'small', lastDay: END / DAY_MS })
  const from = scale === 'tiny' ? END - TINY_DAYS * DAY_MS : world.story.from
  world.advance(END)
  world.close()
  const snapshots = reenact(path, from, END)
  const db = new DatabaseSync(path, { readOnly: true })
  const statuses = new Map<string, StatusChange[]>()
  for (const row of db.prepare('SELECT c.id, s.at, s.status FROM status_changes s JOIN campaigns c ON c.number = s.campaign ORDER BY s.at').all() as unknown as readonly (StatusChange & { id: string })[]) {
    statuses.set(row.id, [...(statuses.get(row.id) ?? []), { at: row.at, status: row.status }])
  }
  db.close()
  const busy = new Map<string, { snapshot: Snapshot; count: number }>()
  for (const snapshot of snapshots) {
    if (snapshot.at < END - 90 * DAY_MS) continue
    const one = busy.get(snapshot.life.id)
    if (one === undefined) busy.set(snapshot.life.id, { snapshot, count: 1 })
    else one.count++
  }
  const words = [...busy.values()].sort((a, b) => b.count - a.count).slice(0, DIFFERENT_WORDS).map(({ snapshot: { life } }): Words => ({
    company: life.company, campaign: life.id, zone: life.zone, today: clockOf(life.zone).dayOf(END), now: END,
  }))
  const sample = snapshots.filter((_, place) => place % 97 === 0)
  const place = COLUMNS.findIndex(([name]) => name === 'full_snapshot')
  const payload = [...handRows(sample)].reduce((sum, row) => sum + String(row[place]).length, 0) / sample.length
  return { snapshots, from, to: END, statuses, zones: [...new Set(snapshots.map(({ life }) => life.zone))], words, payload: Math.round(payload) }
}

/** What everything under a folder, or a file, takes on the disk: what is reserved and empty is not counted. */
export function bytesUnder(path: string): number {
  // A server that merges removes files meanwhile.
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesUnder(join(path, name)), 0) : found.blocks * 512
}

/** The same, once a server that tidies up behind itself has not changed it for three seconds; after a minute as it is. */
export async function settledBytes(...paths: readonly string[]): Promise<number> {
  const now = (): number => paths.reduce((sum, path) => sum + bytesUnder(path), 0)
  let bytes = now()
  for (let n = 0, same = 0; n < 300 && same < 15; n++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const next = now()
    same = next === bytes ? same + 1 : 0
    bytes = next
  }
  return bytes
}

/** What a system by hand is told when it is put into lines: a cell for each column, null for nothing. */
export function tabSeparated(snapshots: readonly Snapshot[]): Generator<string> {
  return (function* () {
    for (const row of handRows(snapshots)) yield `${row.map((cell) => (cell === null ? '\\N' : String(cell))).join('\t')}\n`
  })()
}

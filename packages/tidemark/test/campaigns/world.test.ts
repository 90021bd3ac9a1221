import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { clockOf } from '../../../../templates/campaigns/app/clock-face.ts'
import { World } from '../../../../templates/campaigns/app/world.ts'
import { scratchRoot } from '../histories/scratch.ts'

const folder = mkdtempSync(join(scratchRoot(), 'tidemark-world-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DAY_MS = 86_400_000
const OPTIONS = { seed: 7, scale: 'small', lastDay: Date.UTC(2026, 10, 1) / DAY_MS } as const
const TABLES = ['companies', 'campaigns', 'status_changes', 'planned_spend', 'program_instances', 'volunteers', 'beneficiaries', 'sessions', 'spend', 'evidence_snippets', 'campaign_totals', 'world']

/** Lives for 200 days in steps, closing and opening the application after some of them. */
function lived(name: string, stepMs: number, options: { readonly seed: number } = OPTIONS, stops = 0): Record<string, unknown[]> {
  const path = join(folder, name)
  let world = World.open(path, { ...OPTIONS, ...options })
  const { from } = world.story
  for (let at = from, step = 1; at < from + 200 * DAY_MS; at += stepMs, step++) {
    world.advance(at)
    if (stops > 0 && step % stops === 0) {
      world.close()
      world = World.open(path, OPTIONS)
    }
  }
  world.advance(from + 200 * DAY_MS)
  world.close()
  const db = new DatabaseSync(path, { readOnly: true })
  const dump = Object.fromEntries(TABLES.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all().map((row) => ({ ...row }))]))
  db.close()
  return dump
}

describe('the application', () => {
  test('lives the same life in whatever steps, and however often it is stopped', () => {
    const hourly = lived('hourly.db', 3_600_000)
    expect(hourly['sessions']?.length).toBeGreaterThan(2_000)
    expect(lived('weekly.db', 7 * DAY_MS)).toEqual(hourly)
    expect(lived('stopped.db', 5 * 3_600_000 + 1, OPTIONS, 97)).toEqual(hourly)
    expect(lived('other.db', 7 * DAY_MS, { seed: 8 })['sessions']).not.toEqual(hourly['sessions'])
  })

  test('keeps running totals that are what its tables add up to', () => {
    lived('totals.db', DAY_MS)
    const db = new DatabaseSync(join(folder, 'totals.db'), { readOnly: true })
    const wrong = db.prepare(`
      SELECT campaign FROM campaign_totals t WHERE volunteers <> (SELECT count(*) FROM volunteers v WHERE v.campaign = t.campaign AND left_at IS NULL)
        OR beneficiaries_ever <> (SELECT count(*) FROM beneficiaries b WHERE b.campaign = t.campaign)
        OR sessions <> (SELECT count(*) FROM sessions s WHERE s.campaign = t.campaign) OR hours <> (SELECT coalesce(sum(hours), 0) FROM sessions s WHERE s.campaign = t.campaign)
        OR spent_cents <> (SELECT coalesce(sum(cents), 0) FROM spend s WHERE s.campaign = t.campaign)
        OR instances_open <> (SELECT count(*) FROM program_instances i WHERE i.campaign = t.campaign AND closed_at IS NULL)`).all()
    expect(wrong).toEqual([])
    db.close()
  })

  test('forgets a campaign that it deletes, also after it was stopped', () => {
    const path = join(folder, 'deleted.db')
    const first = World.open(path, OPTIONS)
    const { from } = first.story
    first.advance(from + 150 * DAY_MS)
    first.delete(1)
    first.advance(from + 160 * DAY_MS)
    first.close()
    const again = World.open(path, OPTIONS)
    again.advance(from + 200 * DAY_MS)
    again.close()
    const db = new DatabaseSync(path, { readOnly: true })
    for (const table of ['sessions', 'volunteers', 'spend', 'status_changes', 'campaign_totals']) expect(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE campaign = 1`).get(), table).toMatchObject({ n: 0 })
    db.close()
  })

  test('has clocks of every kind', () => {
    const at = Date.parse('2026-07-01T00:00:00Z')
    expect(['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'].map((zone) => clockOf(zone).offsetMs(at) / 60_000)).toEqual([345, 630, -150])
    // Lord Howe turns its clock on by half an hour at 02:00 of 4 October 2026: 01:59 is followed by 02:30.
    const turn = Date.parse('2026-10-03T15:30:00Z')
    expect([turn - 1, turn].map((instant) => clockOf('Australia/Lord_Howe').offsetMs(instant) / 60_000)).toEqual([630, 660])
  })
})

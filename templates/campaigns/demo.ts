import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DemoStage, DemoStory, Tidemark } from 'tidemark'
import { MENU } from './answers/menu.ts'
import { wordsOf } from './answers/words.ts'
import { DAY_MS, HOUR_MS } from './app/clock-face.ts'
import { ROLE_NAMES } from './app/roles.ts'
import { World } from './app/world.ts'
import { handOn } from './history/hand-on.ts'
import { campaign, campaignMetrics, sessionsHeld } from './history/series.ts'

/** How often what has come of age moves on. In a story told in minutes four weeks are seldom enough, and often enough. */
const MOVE_EVERY_MS = 28 * DAY_MS

interface Tally {
  snapshots: number
  sessions: number
  /** Rows that moved through the tiers. */
  moved: number
  archived: number
  captureMs: number
  tiersMs: number
}

/** Lets the application live through its story, capturing as it goes; then asks all there is to ask. */
export async function tell(stage: DemoStage): Promise<DemoStory> {
  const world = World.open(join(stage.folder, 'app.db'), { seed: stage.seed, scale: stage.scale, lastDay: Math.floor(stage.now / DAY_MS) })
  const { from, to } = world.story
  stage.done(`an application with ${world.campaigns.length} campaigns, from ${iso(from)} to ${iso(to)}`)
  let now = Math.max(from, Math.floor(world.livedTo / HOUR_MS) * HOUR_MS)
  try {
    return await stage.onStage(() => now, async (history) => {
      const tally: Tally = { snapshots: 0, sessions: 0, moved: 0, archived: 0, captureMs: 0, tiersMs: 0 }
      for (; now <= to; now += HOUR_MS) await live(history, world, now, tally, stage)
      now = to
      await moveOn(history, world, tally)
      await history.alerts.check()
      stage.done(`${count(tally.snapshots)} snapshots captured, ${count(tally.sessions)} sessions ingested, ${count(tally.moved)} rows rolled up, ${count(tally.archived)} archived`)
      showView(stage.folder)
      return told(history, stage, world, tally, now)
    })
  } finally {
    world.close()
  }
}

/** An hour of the story: what happens, what is due, and every four weeks what has come of age. */
async function live(history: Tidemark, world: World, now: number, tally: Tally, stage: DemoStage): Promise<void> {
  world.advance(now)
  await exceptional(history, world, now)
  const started = performance.now()
  const { created, failed } = await history.capture(campaignMetrics)
  tally.captureMs += performance.now() - started
  if (failed > 0) throw new Error(`${failed} captures failed at ${iso(now)}`)
  tally.snapshots += created
  if (now % DAY_MS === 0) stage.progress(`${iso(now)}: ${count(tally.snapshots)} snapshots`)
  if (now % MOVE_EVERY_MS === 0) await moveOn(history, world, tally)
}

async function moveOn(history: Tidemark, world: World, tally: Tally): Promise<void> {
  tally.sessions += (await handOn(history, world)).accepted
  await history.capture(sessionsHeld)
  const started = performance.now()
  for (const series of [campaignMetrics, sessionsHeld]) {
    const { rolledUp, archived } = await history.tiers.run(series)
    tally.moved += rolledUp
    tally.archived += archived
  }
  tally.tiersMs += performance.now() - started
}

/** Days into the story on which a hold is placed, and days before its end on which a campaign is erased. */
const HELD_AFTER_DAYS = 150
const ERASED_BEFORE_DAYS = 20

/** One campaign comes under a legal hold; another is deleted in the application, and forgotten. */
async function exceptional(history: Tidemark, world: World, now: number): Promise<void> {
  const named = (name: string) => {
    const found = world.campaigns.find((one) => one.name === name)
    return found === undefined ? null : { number: found.number, tenant: found.company.id, entity: found.id }
  }
  if (now === world.story.from + HELD_AFTER_DAYS * DAY_MS) {
    const held = named(ROLE_NAMES.underHold)
    if (held !== null && !(await history.holds.list()).some(({ entity }) => entity === held.entity)) {
      await history.holds.place({ tenant: held.tenant, entity: held.entity, by: 'legal@example.org', reason: 'Case 2024-17' })
    }
  }
  if (now === world.story.to - ERASED_BEFORE_DAYS * DAY_MS) {
    const erased = named(ROLE_NAMES.toBeErased)
    if (erased === null) return
    world.delete(erased.number)
    await history.erasures.forget({ of: campaign, tenant: erased.tenant, entity: erased.entity }, { by: 'privacy@example.org', reason: 'The company asked for it' })
  }
}

/** Gives the snapshots the name that dashboards know, in the store's own file. */
function showView(folder: string): void {
  const db = new DatabaseSync(join(folder, 'history.db'))
  db.exec('PRAGMA busy_timeout = 10000')
  db.exec(readFileSync(join(folder, 'views.sql'), 'utf8'))
  db.close()
}

async function told(history: Tidemark, stage: DemoStage, world: World, tally: Tally, now: number): Promise<DemoStory> {
  const app = new DatabaseSync(join(stage.folder, 'app.db'), { readOnly: true })
  try {
    const words = wordsOf(app, now, {})
    const scenes = []
    for (const [name, dish] of Object.entries(MENU)) {
      const { answer, lines } = await dish.ask(history, words)
      const said = dish.ofCampaign ? `--campaign ${words.campaign}` : `--company ${words.company}`
      scenes.push({ title: dish.title, call: `node answers.ts ${name} ${said}`, answer, lines })
    }
    const standings = [await history.tiers.status(campaignMetrics), await history.tiers.status(sessionsHeld)]
    const tiers = standings.flatMap(({ series, tiers: all }) => all.map(({ tier, rows, bytes }) => ({ series, tier, rows, bytes })))
    const young = tiers.filter(({ rows }) => rows === 0).map(({ series, tier }) => `${series} ${tier}`)
    const unchanged = tally.snapshots + tally.sessions + tally.moved + tally.archived === 0
    const { captureMs, tiersMs, ...did } = tally
    return {
      unchanged, end: now,
      made: {
        campaigns: world.campaigns.length, from: iso(world.story.from), to: iso(world.story.to), ...did,
        took: { captures: Math.round(captureMs / 100) / 10, tiers: Math.round(tiersMs / 100) / 10 }, tiers,
      },
      summary: [
        ...(unchanged ? ['Nothing is new: every window was captured, every session known, every row in its tier.'] : []),
        ...tiers.map(({ series, tier, rows, bytes }) => `${series.padEnd(17)} ${tier.padEnd(11)} ${count(rows).padStart(11)} rows ${(bytes / 1e6).toFixed(1).padStart(8)} MB`),
        ...(young.length === 0 ? [] : [`empty, because the history is too young or nothing is in it: ${young.join(', ')}`]),
      ],
      scenes,
      next: ['node answers.ts overview', 'tidemark query campaign_metrics --tenant harbour-bank --total --grain month --measure volunteersCurrent.mean,hoursLogged.increase', 'tidemark tiers status', 'tidemark verify'],
    }
  } finally {
    app.close()
  }
}

const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 10)
const count = (value: number): string => value.toLocaleString('en-US')

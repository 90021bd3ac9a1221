import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Campaign, castOf } from './cast.ts'
import { DAY_MS, dayText, HOUR_MS } from './clock-face.ts'
import { type AppEvent, createdAt, drawnEvents, fixedEvents, plannedSpend } from './day-events.ts'
import { SCHEMA } from './schema.ts'

export type Scale = 'small' | 'full'

export interface WorldOptions {
  readonly seed: number
  readonly scale: Scale
  /** The civil day (UTC, days since 1970) at whose start the story ends. */
  readonly lastDay: number
}

/** Campaigns of a scale, and how many months its story has before the day it ends: those of `full` begin with a quarter that is old enough for the archive. */
const SCALES = { small: { campaigns: 20, months: 15 }, full: { campaigns: 500, months: 39 } } as const

/** Local days lie up to 14 hours before and 12 after the civil day of UTC. */
const AHEAD_MS = 14 * HOUR_MS
const BEHIND_MS = 12 * HOUR_MS

/**
 * The application, living: companies, campaigns and all that happens in them, in a database of its own. What happens
 * depends on the seed and the story's days alone, not on how often it is advanced or how often it was stopped.
 */
export class World {
  readonly campaigns: readonly Campaign[]
  readonly firstDay: number
  readonly lastDay: number
  readonly #db: DatabaseSync
  readonly #seed: number
  readonly #statements = new Map<string, StatementSync>()
  readonly #fixed: ReadonlyMap<number, readonly AppEvent[]>
  /** Numbers of campaigns that the application deleted. */
  readonly #deleted = new Set<number>()
  #pending: AppEvent[] = []
  /** The next local day that is to be drawn. */
  #nextDay: number
  #livedTo: number

  /** Opens the application's database, or makes it. The options count only when it is made. */
  static open(path: string, options: WorldOptions): World {
    const db = new DatabaseSync(path)
    // It is an application that can be made again from its seed: it need not survive a loss of power.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000')
    const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'world'").get() !== undefined
    if (!made) {
      const { months } = SCALES[options.scale]
      const firstDay = quarterStart(options.lastDay, months)
      db.exec(`BEGIN; ${SCHEMA}`)
      db.prepare('INSERT INTO world (id, seed, scale, first_day, last_day, lived_to) VALUES (1, ?, ?, ?, ?, ?)')
        .run(options.seed, options.scale, firstDay, options.lastDay, (firstDay - 1) * DAY_MS)
      db.exec('COMMIT')
    }
    return new World(db)
  }

  private constructor(db: DatabaseSync) {
    this.#db = db
    const row = db.prepare('SELECT seed, scale, first_day, last_day, lived_to FROM world').get() as { seed: number; scale: Scale; first_day: number; last_day: number; lived_to: number }
    this.#seed = row.seed
    this.firstDay = row.first_day
    this.lastDay = row.last_day
    this.#livedTo = row.lived_to
    this.campaigns = castOf({ seed: row.seed, campaigns: SCALES[row.scale].campaigns, firstDay: row.first_day, lastDay: row.last_day })
    const fixed = new Map<number, AppEvent[]>()
    for (const campaign of this.campaigns) {
      for (const [day, events] of fixedEvents(campaign)) fixed.set(day, [...(fixed.get(day) ?? []), ...events])
    }
    this.#fixed = fixed
    this.#nextDay = Math.floor((this.#livedTo - BEHIND_MS) / DAY_MS)
    if (db.prepare('SELECT count(*) AS n FROM companies').get()?.['n'] === 0) this.#begin()
    const there = new Set((db.prepare('SELECT number FROM campaigns').all() as { number: number }[]).map(({ number }) => number))
    for (const campaign of this.campaigns) if (createdAt(campaign) <= this.#livedTo && !there.has(campaign.number)) this.#deleted.add(campaign.number)
  }

  /** The instant up to which everything has happened. */
  get livedTo(): number {
    return this.#livedTo
  }

  get story(): { readonly from: number; readonly to: number } {
    return { from: this.firstDay * DAY_MS, to: this.lastDay * DAY_MS }
  }

  /** Lets everything up to and with this instant happen, in one transaction. Going back does nothing. */
  advance(to: number): number {
    if (to <= this.#livedTo) return 0
    this.#draw(Math.floor((to + AHEAD_MS) / DAY_MS))
    let count = 0
    while (count < this.#pending.length && (this.#pending[count] as AppEvent).at <= to) count++
    this.#db.exec('BEGIN IMMEDIATE')
    for (let n = 0; n < count; n++) this.#apply(this.#pending[n] as AppEvent)
    this.#run('UPDATE world SET lived_to = ?', to)
    this.#db.exec('COMMIT')
    this.#pending.splice(0, count)
    this.#livedTo = to
    return count
  }

  /** Sessions after the last one handed on, oldest first. */
  sessionsToHandOn(most: number): readonly Readonly<Record<string, string | number>>[] {
    return this.#prepared(`
      SELECT s.id, s.held_at, s.offset_minutes, s.hours, c.id AS campaign_id, c.company_id
      FROM sessions s JOIN campaigns c ON c.number = s.campaign
      WHERE s.id > (SELECT ingested_session FROM world) ORDER BY s.id LIMIT ?`).all(most) as Record<string, string | number>[]
  }

  /** Remembers what has been handed on. Without it they would be handed on again, which changes nothing. */
  handedOn(lastSession: number): void {
    this.#run('UPDATE world SET ingested_session = ?', lastSession)
  }

  /** Deletes a campaign and everything of it. */
  delete(number: number): void {
    this.#deleted.add(number)
    this.#run('DELETE FROM campaigns WHERE number = ?', number)
  }

  close(): void {
    this.#db.close()
  }

  /** Companies, and what was there before the story begins. */
  #begin(): void {
    this.#db.exec('BEGIN')
    for (const { id, name, zone } of new Set(this.campaigns.map(({ company }) => company))) this.#run('INSERT OR IGNORE INTO companies VALUES (?, ?, ?)', id, name, zone)
    const before = [...this.#fixed.values()].flat().filter(({ at }) => at <= this.#livedTo)
    for (const event of before.sort(inOrder)) this.#apply(event)
    this.#db.exec('COMMIT')
  }

  #draw(lastDay: number): void {
    const before = this.#nextDay
    for (; this.#nextDay <= lastDay; this.#nextDay++) {
      const day = this.#nextDay
      const events = [...(this.#fixed.get(day) ?? []), ...this.campaigns.flatMap((campaign) => drawnEvents(this.#seed, campaign, day))]
      // What had happened when the world was closed is drawn again with the rest of its day.
      for (const event of events) if (event.at > this.#livedTo) this.#pending.push(event)
    }
    if (this.#nextDay > before) this.#pending.sort(inOrder)
  }

  #apply(event: AppEvent): void {
    const { campaign, at } = event
    const { number } = campaign
    switch (event.kind) {
      case 'created':
        this.#run(
          'INSERT INTO campaigns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          number, campaign.id, campaign.company.id, campaign.name, campaign.template, campaign.value, 'draft', dayText(campaign.startDay), dayText(campaign.endDay),
          campaign.volunteersTarget, campaign.beneficiariesTarget, campaign.sessionsTarget, campaign.budgetCents, campaign.model,
          campaign.seatsCommitted, campaign.creditsAllocated, campaign.learnersCommitted, at,
        )
        for (const { day, cents, cumulative } of plannedSpend(campaign)) this.#run('INSERT INTO planned_spend VALUES (?, ?, ?, ?)', number, dayText(day), cents, cumulative)
        return
      case 'status':
        if (this.#run('UPDATE campaigns SET status = ? WHERE number = ?', event.status, number) > 0) this.#run('INSERT INTO status_changes VALUES (?, ?, ?)', number, at, event.status)
        return
      case 'joined':
        this.#insert(`INSERT INTO ${event.who} (id, campaign, joined_at) VALUES (?, ?, ?)`, number, number * 10_000 + event.place, number, at)
        return
      case 'left':
        this.#run(`UPDATE ${event.who} SET left_at = ? WHERE id = ?`, at, number * 10_000 + event.place)
        return
      case 'opened':
        this.#insert('INSERT INTO program_instances (id, campaign, opened_at) VALUES (?, ?, ?)', number, number * 10_000 + event.place, number, at)
        return
      case 'closed':
        this.#run('UPDATE program_instances SET closed_at = ? WHERE id = ?', at, number * 10_000 + event.place)
        return
      case 'session':
        this.#insert(
          'INSERT INTO sessions (campaign, held_at, offset_minutes, hours, vis, value_cents, integration, language, job_readiness, wellbeing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          number, number, at, event.offsetMinutes, event.hours, event.vis, event.valueCents, ...event.scores,
        )
        return
      case 'spent':
        this.#insert('INSERT INTO spend (campaign, spent_at, cents) VALUES (?, ?, ?)', number, number, at, event.cents)
        return
      case 'evidence':
        this.#insert('INSERT INTO evidence_snippets (campaign, noted_at, text, score, url) VALUES (?, ?, ?, ?, ?)', number, number, at, event.text, event.score, event.url)
    }
  }

  /** Nothing happens any more in a campaign that was deleted. */
  #insert(sql: string, number: number, ...values: readonly (string | number | null)[]): void {
    if (this.#deleted.has(number)) return
    this.#run(sql, ...values)
  }

  #run(sql: string, ...values: readonly (string | number | null)[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, statement = this.#db.prepare(sql))
    return statement
  }
}

/** By instant, then by campaign, then as drawn: the order does not depend on the engine's sort alone. */
function inOrder(a: AppEvent, b: AppEvent): number {
  return a.at - b.at || a.campaign.number - b.campaign.number
}

/** The first day of the quarter that lies so many months before the quarter of a day. */
function quarterStart(day: number, months: number): number {
  const date = new Date(day * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3 - months, 1) / DAY_MS
}

import { DatabaseSync } from 'node:sqlite'
import { type ClockFace, clockOf, HOUR_MS, textDay } from '../../../../templates/campaigns/app/clock-face.ts'

/** One campaign as the application's raw tables tell it. */
export interface Life {
  readonly number: number
  readonly id: string
  readonly company: string
  readonly zone: string
  readonly name: string
  readonly value: string
  readonly startsOn: string
  readonly model: string
  readonly targets: { readonly volunteers: number; readonly beneficiaries: number; readonly sessions: number; readonly budget: number }
}

interface RawCampaign {
  readonly number: number
  readonly id: string
  readonly company_id: string
  readonly time_zone: string
  readonly name: string
  readonly value: string
  readonly starts_on: string
  readonly business_model: string
  readonly volunteers_target: number
  readonly beneficiaries_target: number
  readonly sessions_target: number
  readonly budget_cents: number
}

/** What a campaign had at the instant of a capture, counted in the raw tables; money in cents, hours in hundredths. */
export interface Snapshot {
  readonly life: Life
  /** Local day, window and instant of the capture. */
  readonly day: number
  readonly at: number
  readonly to: number
  readonly capturedAt: number
  readonly cadence: Cadence
  readonly status: string
  readonly volunteers: number
  readonly volunteersEver: number
  readonly beneficiaries: number
  readonly beneficiariesEver: number
  readonly sessions: number
  readonly hours: number
  readonly vis: number
  readonly valueCents: number
  readonly outcomes: readonly [number, number, number, number]
  readonly spent: number
  readonly planned: number
}

export type Cadence = 'hour' | 'sixHours' | 'day' | 'final' | 'never'

/** Columns that only grow, each with the instants of its steps. */
class Steps {
  readonly #at: number[] = []
  readonly #by: (readonly number[])[] = []
  readonly now: number[]
  #next = 0

  constructor(rows: readonly (readonly number[])[], width: number) {
    for (const [at = 0, ...by] of rows) {
      this.#at.push(at)
      this.#by.push(by)
    }
    this.now = Array.from({ length: width }, () => 0)
  }

  advance(to: number): void {
    for (; this.#next < this.#at.length && (this.#at[this.#next] as number) <= to; this.#next++) {
      for (const [place, by] of (this.#by[this.#next] as readonly number[]).entries()) this.now[place] = (this.now[place] as number) + by
    }
  }
}

/**
 * Plays a run again in plain loops: from the application's raw tables alone, and the frequency table of requirements as
 * semantics.md reads it, it says which windows were captured at which hour and what stood in them then.
 */
export function reenact(path: string, from: number, to: number): readonly Snapshot[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = (sql: string, ...values: readonly number[]): number[][] => (db.prepare(sql).all(...values) as Record<string, number>[]).map((row) => Object.values(row))
  const snapshots: Snapshot[] = []
  for (const row of db.prepare('SELECT c.*, k.time_zone FROM campaigns c JOIN companies k ON k.id = c.company_id ORDER BY c.number').all() as unknown as readonly RawCampaign[]) {
    const life: Life = {
      number: row.number, id: row.id, company: row.company_id, zone: row.time_zone, name: row.name, value: row.value, startsOn: row.starts_on, model: row.business_model,
      targets: { volunteers: row.volunteers_target, beneficiaries: row.beneficiaries_target, sessions: row.sessions_target, budget: row.budget_cents },
    }
    const people = (who: string) => new Steps(rows(`SELECT joined_at AS at, 1 AS there, 1 AS ever FROM ${who} WHERE campaign = ?1 UNION ALL SELECT left_at, -1, 0 FROM ${who} WHERE campaign = ?1 AND left_at IS NOT NULL ORDER BY at`, life.number), 2)
    const held = new Steps(rows('SELECT held_at, 1 AS n, hours, vis, value_cents, integration, language, job_readiness, wellbeing FROM sessions WHERE campaign = ? ORDER BY held_at', life.number), 8)
    const spent = new Steps(rows('SELECT spent_at, cents FROM spend WHERE campaign = ? ORDER BY spent_at', life.number), 1)
    const [volunteers, beneficiaries] = [people('volunteers'), people('beneficiaries')]
    const planned = new Map((db.prepare('SELECT day, cumulative_cents AS cents FROM planned_spend WHERE campaign = ?').all(life.number) as { day: string; cents: number }[]).map(({ day, cents }) => [textDay(day), cents]))
    const lastPlanned = Math.max(...planned.keys())
    const changes = db.prepare('SELECT at, status FROM status_changes WHERE campaign = ? ORDER BY at').all(life.number) as { at: number; status: string }[]
    const rhythm = new Rhythm(clockOf(life.zone))
    for (let now = from; now <= to; now += HOUR_MS) {
      const status = changes.findLast(({ at }) => at <= now)?.status
      if (status === undefined) continue
      const window = rhythm.windowDue(now, status)
      if (window === null) continue
      for (const steps of [volunteers, beneficiaries, held, spent]) steps.advance(now)
      const [count = 0, hours = 0, vis = 0, valueCents = 0, ...outcomes] = held.now
      snapshots.push({
        life, ...window, capturedAt: now, status, volunteers: volunteers.now[0] as number, volunteersEver: volunteers.now[1] as number,
        beneficiaries: beneficiaries.now[0] as number, beneficiariesEver: beneficiaries.now[1] as number,
        sessions: count, hours, vis, valueCents, outcomes: outcomes as unknown as Snapshot['outcomes'], spent: spent.now[0] as number,
        planned: planned.get(Math.min(window.day, lastPlanned)) ?? 0,
      })
      rhythm.took(window, count)
    }
  }
  db.close()
  return snapshots
}

interface Window {
  readonly day: number
  readonly at: number
  readonly to: number
  readonly cadence: Cadence
}

const RULES: Readonly<Record<string, string>> = { active: 'active', planned: 'waiting', recruiting: 'waiting', paused: 'waiting', completed: 'ended', cancelled: 'ended', draft: 'draft' }
const SIZES: Readonly<Record<string, number>> = { hour: HOUR_MS, sixHours: 6 * HOUR_MS }
const RANK: Readonly<Record<string, number>> = { day: 0, sixHours: 1, hour: 2 }
const BOUNDS: Readonly<Record<string, number>> = { sixHours: 25, hour: 100 }

/** The frequency table for one campaign: decided each local day, kept until the next. */
class Rhythm {
  readonly #clock: ClockFace
  #today = -1
  #cadence: Cadence | null = null
  #rule = ''
  #low = 0
  #sessions: number | null = null
  #latest = Number.NEGATIVE_INFINITY
  #finished = false
  /** Sessions by the local day of the window in which they were first seen. */
  readonly #byDay = new Map<number, number>()

  constructor(clock: ClockFace) {
    this.#clock = clock
  }

  /** The window that holds now, if it is to be captured now. */
  windowDue(now: number, status: string): Window | null {
    const day = this.#clock.dayOf(now)
    if (day !== this.#today) this.#decide(day, status)
    const cadence = this.#cadence
    if (cadence === null || cadence === 'never' || (cadence === 'final' && this.#finished)) return null
    const start = this.#clock.instantOf(day, 0)
    const end = this.#clock.instantOf(day + 1, 0)
    const size = SIZES[cadence]
    let [at, to] = [start, end]
    if (size === undefined) {
      if (now < this.#clock.instantOf(day, 23 * HOUR_MS)) return null
    } else {
      const pieces = halfEven((end - start) / size)
      const piece = Math.min(Math.floor((now - start) / size), pieces - 1)
      at = start + piece * size
      to = piece === pieces - 1 ? end : at + size
    }
    return at <= this.#latest ? null : { day, at, to, cadence }
  }

  took({ day, at, cadence }: Window, sessions: number): void {
    if (this.#sessions !== null) this.#byDay.set(day, (this.#byDay.get(day) ?? 0) + sessions - this.#sessions)
    this.#sessions = sessions
    this.#latest = at
    if (cadence === 'final') this.#finished = true
  }

  #decide(day: number, status: string): void {
    this.#today = day
    const rule = RULES[status] as string
    const before = this.#rule === rule ? this.#cadence : null
    this.#rule = rule
    if (rule !== 'active') {
      this.#low = 0
      if (rule === 'ended' && before === null) this.#finished = false
      this.#cadence = rule === 'waiting' ? 'day' : rule === 'draft' ? 'never' : before === 'never' || (before === 'final' && this.#finished) ? 'never' : 'final'
      return
    }
    let activity = 0
    for (let back = 1; back <= 7; back++) activity += this.#byDay.get(day - back) ?? 0
    const asked = activity > 100 ? 'hour' : activity >= 25 ? 'sixHours' : 'day'
    if (before === null || (RANK[asked] as number) >= (RANK[before] as number)) {
      this.#low = 0
      this.#cadence = asked
      return
    }
    this.#low = activity * 100 < 80 * (BOUNDS[before] as number) ? this.#low + 1 : 0
    if (this.#low < 7) return
    this.#low = 0
    this.#cadence = asked
  }
}

function halfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}


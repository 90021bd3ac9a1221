import { localCalendar } from '../../src/calendar/local-calendar.ts'
import { windowsOfDay } from '../../src/capture/windows-of-day.ts'
import { entity } from '../../src/definitions/entity.ts'
import { integer } from '../../src/definitions/field.ts'
import type { Frequency } from '../../src/definitions/frequency.ts'
import { series } from '../../src/definitions/series.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'
import type { CapturedWindow } from '../../src/stores/contract/collected.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'

export const DAY = 86_400_000
export const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY

const anything: StandardSchema<{ readonly of: string }> = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { readonly of: string } }) } }

export const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })
/** The retention of the campaigns: captured, daily, weekly, monthly, quarterly in the archive. */
export const snapshots = series('snapshots', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter }) => ({ seats: gauge(integer(), { across: 'sum' }), hours: counter(integer(), { across: 'sum' }) }))
  .payload(anything, { version: 1 })
  .keep({ captured: '30d', day: '90d', week: '1y', month: '3y', quarter: 'archive', asOfDays: 7, longer: { attribute: 'value', is: 'high', times: 2 } })
  .collect(async () => [], { entities: async () => [], past: true })

export interface Captured {
  readonly entity: string
  readonly zone: string
  readonly cadence: Frequency
  readonly value: string | null
}

/** What an entity is captured as; the numbers are of its windows, so that everything can be told again. */
export class Source {
  readonly store: Store
  readonly entities: readonly Captured[]
  ids: readonly number[] = []
  /** By entity: captured windows by day. */
  readonly windows = new Map<string, Map<number, number>>()
  /** By entity: what its counter has reached. */
  readonly hours = new Map<string, number>()

  constructor(store: Store, entities: readonly Captured[]) {
    this.store = store
    this.entities = entities
    for (const one of entities) this.windows.set(one.entity, new Map())
  }

  async begin(first: number): Promise<void> {
    const now = first * DAY
    await this.store.migrate(planMigration(await this.store.schema(), [snapshots.definition], []), now)
    this.ids = await this.store.collected.roster('snapshots', this.entities.map(({ entity: name, zone, value }) => ({
      tenant: 'acme', entity: name, zone, attributes: value === null ? {} : { value },
    })), now)
    const decisions = this.entities.map(({ cadence }, index) => ({ entity: this.ids[index] as number, day: first, at: now, cadence, status: null, activity: null, lowDays: 0, changes: true }))
    await this.store.collected.write({ series: 'snapshots', now, windows: [], failures: [], decisions, restates: false })
  }

  /** Captures every window of these local days, of those wanted. */
  async capture(from: number, to: number, wanted: (one: Captured, day: number) => boolean = () => true): Promise<void> {
    const windows: CapturedWindow[] = []
    for (const [index, one] of this.entities.entries()) {
      const calendar = localCalendar([{ zone: one.zone, from: 0 }])
      for (let on = from; on < to; on++) {
        if (!wanted(one, on)) continue
        const own = windowsOfDay(calendar, on, one.cadence)
        this.windows.get(one.entity)?.set(on, own.length)
        for (const window of own) {
          const hours = (this.hours.get(one.entity) ?? 0) + 1 + (window.at / 3_600_000) % 3
          this.hours.set(one.entity, hours)
          windows.push({ ...window, entity: this.ids[index] as number, cells: [{ group: null, samples: [on % 50, hours] }], payload: { version: 1, text: JSON.stringify({ of: `${one.entity} payload` }) } })
        }
      }
    }
    await this.store.collected.write({ series: 'snapshots', now: to * DAY + 43_200_000, windows, failures: [], decisions: [], restates: false })
  }
}

export type Tier = 'captured' | 'day' | 'week' | 'month' | 'quarter'
const TIERS: readonly Tier[] = ['captured', 'day', 'week', 'month', 'quarter']

const dateOf = (on: number): Date => new Date(on * DAY)
const utc = (year: number, month: number, date: number): number => Date.UTC(year, month, date) / DAY

/** The successor window of a tier that a day lies in, from the page's words: a day, an ISO week cut at the month's end, a month, a quarter. */
function windowOf(tier: Tier, on: number): readonly [number, number] {
  const date = dateOf(on)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (tier === 'day') return [on, on + 1]
  if (tier === 'month') return [utc(year, month, 1), utc(year, month + 1, 1)]
  if (tier === 'quarter') return [utc(year, month - (month % 3), 1), utc(year, month - (month % 3) + 3, 1)]
  const monday = on - ((date.getUTCDay() + 6) % 7)
  return [Math.max(monday, utc(year, month, 1)), Math.min(monday + 7, utc(year, month + 1, 1))]
}

/** A day and a civil age later: months first, clamped to the month's end, then days. */
function later(on: number, months: number, days: number): number {
  const date = dateOf(on)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  return utc(date.getUTCFullYear(), date.getUTCMonth() + months, Math.min(date.getUTCDate(), last)) + days
}

const AGES: Readonly<Record<Exclude<Tier, 'quarter'>, readonly [months: number, days: number]>> = { captured: [0, 30], day: [0, 90], week: [12, 0], month: [36, 0] }

/** The tier in which a day is after a run on `today`: as far as each successor window that holds it is old enough, whole. */
export function tierOn(on: number, today: number, times = 1): Tier {
  let tier: Tier = 'captured'
  for (const target of TIERS.slice(1)) {
    const [months, days] = AGES[tier as Exclude<Tier, 'quarter'>]
    const [, end] = windowOf(target, on)
    if (later(end, months * times, days * times) > today) return tier
    tier = target
  }
  return tier
}

/** Rows by tier, from the captured windows by day and the tier that each day is in. */
export function countRows(windows: ReadonlyMap<number, number>, tierOf: (on: number) => Tier): Record<Tier, number> {
  const rows: Record<Tier, Set<string>> = { captured: new Set(), day: new Set(), week: new Set(), month: new Set(), quarter: new Set() }
  for (const [on, count] of windows) {
    const tier = tierOf(on)
    if (tier === 'captured') for (let window = 0; window < count; window++) rows.captured.add(`${on} ${window}`)
    else rows[tier].add(String(windowOf(tier, on)[0]))
  }
  return { captured: rows.captured.size, day: rows.day.size, week: rows.week.size, month: rows.month.size, quarter: rows.quarter.size }
}

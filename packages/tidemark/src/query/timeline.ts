import { decisionOn } from '../capture/windows-of-day.ts'
import { type FrequencyReason, reasonOfDecision } from '../capture/decide-frequency.ts'
import { formatDay, parseDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import { formatInstant } from '../calendar/instant.ts'
import { groupOf } from '../definitions/cell.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { printScaled } from '../measures/print.ts'
import { nearest } from '../nearest.ts'
import type { HeldDecision, HeldEntity, HeldSeries, Inventory } from '../stores/contract/inventory.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { askedTenants } from './asked.ts'

/** Whose history is told, and of when. */
export interface TimelineRequest {
  /** May be left out when the store holds one. */
  readonly tenant?: string
  readonly entity: string
  /** First local day; default: four weeks back. */
  readonly from?: string
  /** The local day after the last; default: today is the last. */
  readonly to?: string
}

/** A captured window: `late` was filled in more than a day after it was over, by catching up or a backfill; `final` is the last that is to be. */
export type CaptureWhy = 'scheduled' | 'late' | 'final'

/** Something that happened to an entity's history. `at` is when, `key` what tells two of one instant apart; days are local. */
export type TimelineEntry = { readonly at: string; readonly key: string } & (
  | {
    readonly kind: 'captured'; readonly transaction: number; readonly window: { readonly from: string; readonly to: string } | null; readonly why: CaptureWhy
    /** How often it was captured then, since when and why; null of an event-fed series. */
    readonly frequency: { readonly every: string; readonly since: string; readonly reason: FrequencyReason } | null
  }
  | { readonly kind: 'rolled_up'; readonly transaction: number; readonly tier: string; readonly from: string; readonly to: string; readonly windows: number }
  | { readonly kind: 'failed'; readonly window: { readonly from: string; readonly to: string }; readonly message: string; readonly resolved: boolean }
  | { readonly kind: 'restated'; readonly transaction: number; readonly tier: string; readonly from: string; readonly to: string; readonly revision: number; readonly group: Readonly<Record<string, string>> | null }
  | { readonly kind: 'frequency'; readonly day: string; readonly before: string | null; readonly every: string; readonly reason: FrequencyReason; readonly status: string | null; readonly activity: string | number | null }
  | { readonly kind: 'adjusted'; readonly transaction: number; readonly day: string; readonly measure: string; readonly by: string | number; readonly reason: string; readonly id: string }
  | { readonly kind: 'checkpoint'; readonly transaction: number; readonly every: number; readonly count: number }
)

/** Latest first. */
export interface Timeline {
  readonly series: string
  readonly tenant: string
  readonly entity: string
  readonly from: string
  readonly to: string
  readonly entries: readonly TimelineEntry[]
}

const USUAL_DAYS = 28
const MOST_DAYS = 400

/**
 * What happened to the history of one entity, and why: captures, failures, restatements, decisions on its frequency,
 * adjustments, checkpoints. An entity that does not exist has none, as another tenant's.
 *
 * @param context.tenants only these exist for whoever asks; null: all
 * @throws SERIES_UNKNOWN, TENANT_NEEDED, DATE_INVALID, RANGE_INVALID
 */
export async function timelineOf(
  { store, now, tenants }: { readonly store: Store; readonly now: Instant; readonly tenants: readonly string[] | null }, name: string, request: TimelineRequest,
): Promise<Timeline> {
  const inventory = await store.inventory()
  try {
    const all = await inventory.series()
    const series = all.find((one) => one.name === name)
    if (series === undefined) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(name)}`, { where: 'series', hint: nearest(name, all.map((one) => one.name)) })
    const range = rangeOf(request, now)
    const known = async (): Promise<readonly string[]> => (await inventory.tenants()).filter((tenant) => tenants === null || tenants.includes(tenant))
    const tenant = askedTenants({ tenant: request.tenant ?? null, allTenants: false }, request.tenant === undefined ? await known() : [])[0] ?? ''
    const owner = tenants === null || tenants.includes(tenant) ? await inventory.entity(series.definition.of.name, tenant, request.entity) : null
    const entries = owner === null ? [] : await new Teller(inventory, series, owner, range).tell()
    return { series: name, tenant, entity: request.entity, from: formatDay(range.from), to: formatDay(range.to), entries: entries.toSorted(latestFirst) }
  } finally {
    inventory.close()
  }
}

interface Range {
  readonly from: EpochDay
  readonly to: EpochDay
}

function rangeOf({ from, to }: TimelineRequest, now: Instant): Range {
  const read = (text: string | undefined, where: string): EpochDay | null => {
    if (text === undefined) return null
    const day = parseDay(text)
    if (day === null) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(text)} is no local day`, { where })
    return day
  }
  // Somewhere it is tomorrow already.
  const end = read(to, 'to') ?? Math.max(Math.floor(now / DAY_MS) + 2, (read(from, 'from') ?? 0) + 1)
  const start = read(from, 'from') ?? end - USUAL_DAYS
  if (start >= end) throw new TidemarkError('RANGE_INVALID', `the range from ${formatDay(start)} to ${formatDay(end)} holds no day`, { where: 'from' })
  if (end - start > MOST_DAYS) throw new TidemarkError('RANGE_INVALID', `a timeline is of at most ${MOST_DAYS} days, not ${end - start}`, { where: 'from', hint: 'Ask for a shorter range.' })
  return { from: start, to: end }
}

/** The order of a timeline: less than 0 where the first comes first. */
export function latestFirst(a: Pick<TimelineEntry, 'at' | 'key'>, b: Pick<TimelineEntry, 'at' | 'key'>): number {
  return Date.parse(b.at) - Date.parse(a.at) || (a.key === b.key ? 0 : a.key < b.key ? 1 : -1)
}

/** A window that is captured later than this after its end was not captured when it was due. */
const LATE_MS = DAY_MS

class Teller {
  readonly #inventory: Inventory
  readonly #series: HeldSeries
  readonly #owner: HeldEntity
  readonly #range: Range
  readonly #instants = new Map<number, Instant>()

  constructor(inventory: Inventory, series: HeldSeries, owner: HeldEntity, range: Range) {
    this.#inventory = inventory
    this.#series = series
    this.#owner = owner
    this.#range = range
  }

  async tell(): Promise<readonly TimelineEntry[]> {
    const { definition } = this.#series
    const own = isCollected(definition) ? [...await this.#collected(definition)] : await this.#captures()
    return [...own, ...await this.#restated(definition), ...await this.#adjusted(definition), ...await this.#checkpoints()]
  }

  get #days() {
    const { tenantId, entityId } = this.#owner
    return { tenantId, entityId, ...this.#range }
  }

  async #collected(definition: Extract<SeriesDefinition, { readonly collected: object }>): Promise<readonly TimelineEntry[]> {
    const decisions = await this.#inventory.decisions(this.#series.id, this.#owner)
    const entries: TimelineEntry[] = []
    for (const { tier } of definition.keep.tiers) {
      for await (const row of this.#inventory.rows(this.#series, tier, this.#days)) {
        if (row.cell !== 0 || row.facts === 0) continue
        const at = await this.#instantOf(row.transaction)
        const { transaction } = row
        if (row.window === null) {
          entries.push({ at: formatInstant(at), key: `${tier} ${row.from}`, kind: 'rolled_up', transaction, tier, from: formatDay(row.from), to: formatDay(row.to), windows: row.facts })
          continue
        }
        const decision = decisionOn(decisions, row.from) as HeldDecision | null
        // A window that was restated was captured when its first row was written.
        const first = row.revision === 1 ? at : await this.#firstOf(row.from, row.window.from) ?? at
        entries.push({
          at: formatInstant(first), key: `captured ${row.window.from}`, kind: 'captured', transaction, window: spanOf(row.window),
          why: decision?.cadence === 'final' ? 'final' : first > row.window.to + LATE_MS ? 'late' : 'scheduled',
          frequency: decision === null ? null : { every: decision.cadence, since: formatDay(decision.day), reason: reasonOf(definition, decisions, decision) },
        })
      }
    }
    for (const failure of await this.#inventory.failures(this.#series.id, this.#owner)) {
      if (!this.#holds(failure.day)) continue
      entries.push({
        at: formatInstant(await this.#instantOf(failure.transaction)), key: `failed ${failure.at}`, kind: 'failed', window: spanOf({ from: failure.at, to: failure.to }),
        message: failure.message, resolved: failure.resolved !== null,
      })
    }
    for (const [place, decision] of decisions.entries()) {
      if (!this.#holds(decision.day)) continue
      entries.push({
        at: formatInstant(decision.at), key: `frequency ${decision.day}`, kind: 'frequency', day: formatDay(decision.day), before: decisions[place - 1]?.cadence ?? null, every: decision.cadence,
        reason: reasonOf(definition, decisions, decision), status: decision.status, activity: activityOf(definition, decision.activity),
      })
    }
    return entries
  }

  /** Captures of an event-fed series close the days of every entity alike. */
  async #captures(): Promise<readonly TimelineEntry[]> {
    const captures = await this.#inventory.captures(this.#series.id)
    return captures.filter(({ at }) => this.#holds(Math.floor(at / DAY_MS)))
      .map(({ id, at }) => ({ at: formatInstant(at), key: `captured ${id}`, kind: 'captured', transaction: id, window: null, why: 'scheduled', frequency: null }))
  }

  async #restated(definition: SeriesDefinition): Promise<readonly TimelineEntry[]> {
    const entries: TimelineEntry[] = []
    for await (const row of this.#inventory.superseded(this.#series, this.#days)) {
      // Of a window or row that was there before; what was said first superseded nothing.
      if (row.facts === 0 || row.cell !== 0) continue
      const span = row.window === null ? { from: formatDay(row.from), to: formatDay(row.to) } : spanOf(row.window)
      entries.push({
        at: formatInstant(await this.#instantOf(row.until)), key: `restated ${row.tier} ${row.window?.from ?? row.from} ${row.until}`, kind: 'restated', transaction: row.until, tier: row.tier, ...span,
        revision: row.revision + 1, group: groupOf(definition.dimensions, row.cell),
      })
    }
    return entries
  }

  async #adjusted(definition: SeriesDefinition): Promise<readonly TimelineEntry[]> {
    return Promise.all((await this.#inventory.adjustments(this.#series.id, this.#days)).map(async ({ id, day, measure, amount, reason, transaction }): Promise<TimelineEntry> => {
      const declared = definition.measures[measure]
      return {
        at: formatInstant(await this.#instantOf(transaction)), key: `adjusted ${id}`, kind: 'adjusted', transaction, day: formatDay(day), measure, reason, id,
        by: declared !== undefined && 'shape' in declared ? printScaled(amount, declared.shape) as string | number : String(amount),
      }
    }))
  }

  async #checkpoints(): Promise<readonly TimelineEntry[]> {
    const entries: TimelineEntry[] = []
    for (const { every, count, transaction } of await this.#inventory.checkpoints(this.#series.id, this.#owner)) {
      const at = await this.#instantOf(transaction)
      if (this.#holds(Math.floor(at / DAY_MS))) entries.push({ at: formatInstant(at), key: `checkpoint ${every} ${String(count).padStart(12, '0')}`, kind: 'checkpoint', transaction, every, count })
    }
    return entries
  }

  /** When the first row of a window was written; null: its beliefs are kept no longer. */
  async #firstOf(day: EpochDay, window: Instant): Promise<Instant | null> {
    const { tenantId, entityId } = this.#owner
    for await (const row of this.#inventory.superseded(this.#series, { tenantId, entityId, from: day, to: day + 1 })) {
      if (row.cell === 0 && row.window?.from === window && row.revision === 1) return this.#instantOf(row.transaction)
    }
    return null
  }

  #holds(day: EpochDay): boolean {
    return day >= this.#range.from && day < this.#range.to
  }

  async #instantOf(transaction: number): Promise<Instant> {
    let at = this.#instants.get(transaction)
    if (at === undefined) this.#instants.set(transaction, at = (await this.#inventory.instantOf(transaction)) ?? 0)
    return at
  }
}

type Collected = Extract<SeriesDefinition, { readonly collected: object }>

function reasonOf(definition: Collected, decisions: readonly HeldDecision[], decision: HeldDecision): FrequencyReason {
  const place = decisions.indexOf(decision)
  return reasonOfDecision(definition, decisions[place - 1] ?? null, decision)
}

function activityOf({ collected, measures }: Collected, activity: HeldDecision['activity']): string | number | null {
  const measure = collected.frequency?.activity == null ? undefined : measures[collected.frequency.activity]
  if (activity === null) return null
  return printScaled(activity, measure !== undefined && 'shape' in measure ? measure.shape : { type: 'integer', scale: 0 }) as string | number
}

function spanOf({ from, to }: { readonly from: Instant; readonly to: Instant }): { readonly from: string; readonly to: string } {
  return { from: formatInstant(from), to: formatInstant(to) }
}

import { formatDay } from '../calendar/civil.ts'
import { formatInstant } from '../calendar/instant.ts'
import { localCalendar } from '../calendar/local-calendar.ts'
import { formatLocal } from '../calendar/wall-time.ts'
import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import type { Cadence } from '../definitions/frequency.ts'
import { printScaled } from '../measures/print.ts'
import type { CollectedEntity, DecidedFrequency, WindowKey } from '../stores/contract/collected.ts'
import type { Instant } from '../stores/contract/state.ts'
import { decideFrequency, type FrequencyReason } from './decide-frequency.ts'
import { decisionOn } from './windows-of-day.ts'

/** A cadence that changes, and why. */
export interface FrequencyChange {
  readonly tenant: string
  readonly entity: string
  /** The first local day that it holds for. */
  readonly day: string
  /** null: it had none. */
  readonly from: Cadence | null
  readonly to: Cadence
  readonly reason: FrequencyReason
  readonly status: string | null
  /** Over the seven local days before; null where none is declared. */
  readonly activity: number | string | null
}

/** What a capture of a collected series would do. */
export interface CollectPlan {
  readonly decisions: readonly FrequencyChange[]
  /** What the collector would be asked for, in order; instants in UTC. */
  readonly windows: readonly {
    readonly day: string
    readonly from: string
    readonly to: string
    readonly entities: readonly { readonly tenant: string; readonly entity: string }[]
  }[]
  /** Entities by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** Why the roster could not be used, or an entry of it; a capture would count the windows of these entities as failed. */
  readonly failures: readonly CaptureFailure[]
}

/** Something that was not captured. */
export interface CaptureFailure {
  /** null: the roster as a whole. */
  readonly tenant: string | null
  readonly entity: string | null
  /** Start of the window, in local time with its offset; null where none was due. */
  readonly window: string | null
  readonly message: string
}

/** What is decided for the entities of a series, and what each is from then on. */
export interface Decided {
  readonly entities: readonly CollectedEntity[]
  readonly decided: readonly DecidedFrequency[]
  readonly changes: readonly FrequencyChange[]
  /** Entities whose status no rule lists. */
  readonly statusUnknown: ReadonlySet<number>
}

/** Decides for each entity. @param listed what the roster says of it: `fault` leaves it as it is */
export function decideAll(
  series: CollectedSeriesDefinition, entities: readonly CollectedEntity[], listed: (entity: CollectedEntity) => boolean | 'fault', now: Instant,
): Decided {
  const decided: DecidedFrequency[] = []
  const changes: FrequencyChange[] = []
  const statusUnknown = new Set<number>()
  const after = entities.map((entity) => {
    const standing = listed(entity)
    if (standing === 'fault') return entity
    const outcome = decideFrequency(series, entity, standing, now)
    if (outcome.statusUnknown) statusUnknown.add(entity.id)
    if (outcome.decided === null) return entity
    decided.push(outcome.decided)
    if (outcome.reason === null) return entity
    changes.push(changeOf(series, entity, outcome.decided, outcome.reason))
    const { day, at, cadence, status, activity } = outcome.decided
    const decisions = [...entity.decisions.filter((one) => one.day !== day), { day, at, cadence, status, activity }].sort((a, b) => a.day - b.day)
    return { ...entity, decisions }
  })
  return { entities: after, decided, changes, statusUnknown }
}

function changeOf(series: CollectedSeriesDefinition, entity: CollectedEntity, decided: DecidedFrequency, reason: FrequencyReason): FrequencyChange {
  const { tenant, entity: name, decisions } = entity
  const activity = series.collected.frequency?.activity ?? null
  const measure = activity === null ? undefined : series.measures[activity]
  return {
    tenant, entity: name, day: formatDay(decided.day), from: decisionOn(decisions, decided.day)?.cadence ?? null, to: decided.cadence, reason, status: decided.status,
    activity: decided.activity === null || measure === undefined ? null
      : 'shape' in measure ? printScaled(decided.activity, measure.shape) : printScaled(decided.activity, { type: 'integer', scale: 0 }),
  }
}

/** Entities that share a window: what a collector is asked for at once, in parts no larger than a batch. */
export interface WindowGroup {
  readonly window: WindowKey
  readonly entities: readonly CollectedEntity[]
}

/** The windows of one entity that are to be asked for. */
export interface Due {
  readonly entity: CollectedEntity
  readonly windows: readonly WindowKey[]
}

/** Oldest windows first. */
export function groupWindows(due: readonly Due[]): readonly WindowGroup[] {
  const groups = new Map<string, { window: WindowKey; entities: CollectedEntity[] }>()
  for (const { entity, windows } of due) {
    for (const window of windows) {
      const key = `${window.day} ${window.at} ${window.to}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { window, entities: [entity] })
      else group.entities.push(entity)
    }
  }
  return [...groups.values()].sort((a, b) => a.window.at - b.window.at || a.window.to - b.window.to || a.window.day - b.window.day)
}

export function printedWindows(groups: readonly WindowGroup[]): CollectPlan['windows'] {
  return groups.map(({ window, entities }) => ({
    day: formatDay(window.day), from: formatInstant(window.at), to: formatInstant(window.to),
    entities: entities.map(({ tenant, entity }) => ({ tenant, entity })),
  }))
}

/** The start of a window as its entity's clock shows it. */
export function windowName(entity: CollectedEntity, window: WindowKey): string {
  return formatLocal(localCalendar(entity.zones), window.at)
}

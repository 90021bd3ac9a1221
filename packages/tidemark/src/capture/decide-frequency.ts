import { localCalendar } from '../calendar/local-calendar.ts'
import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import {
  type Cadence, DOWN_AFTER_DAYS, DOWN_BELOW_PERCENT, type Frequency, type FrequencyDefinition, type FrequencyRule, type FrequencyStep,
} from '../definitions/frequency.ts'
import type { CollectedEntity, DecidedFrequency, FrequencyDecision } from '../stores/contract/collected.ts'
import type { Instant } from '../stores/contract/state.ts'
import { decisionOn } from './windows-of-day.ts'

/**
 * Why a cadence changes.
 * - `enrolled`: the first that asks for windows
 * - `status`: the entity's status is of another rule
 * - `busier`, `quieter`: its activity asks for another level of the same rule
 * - `final_captured`: the last window that was to be is there
 * - `gone`, `returned`: the roster no longer lists it; it asks for windows again after an end
 * - `declared`: what is declared has changed
 */
export type FrequencyReason = 'enrolled' | 'status' | 'busier' | 'quieter' | 'final_captured' | 'gone' | 'returned' | 'declared'

export interface FrequencyOutcome {
  /** null: today's cadence is decided already. */
  readonly decided: DecidedFrequency | null
  /** Why it changes; null when it does not. */
  readonly reason: FrequencyReason | null
  /** No rule lists the entity's status: what is in force stays. */
  readonly statusUnknown: boolean
}

/** A move west sets an entity's day back by one; what was decided for a later day was decided by a clock that was wrong. */
const MOST_DAYS_BACK = 1

/**
 * The cadence of an entity from its local day at `now` on. Decided once a day; the rules are those of semantics.md.
 * @param listed whether the roster lists the entity
 */
export function decideFrequency(series: CollectedSeriesDefinition, entity: CollectedEntity, listed: boolean, now: Instant): FrequencyOutcome {
  const { frequency } = series.collected
  const status = listed && frequency !== null ? statusOf(entity, frequency) : null
  const rule = frequency === null ? undefined : ruleOf(frequency, status)
  const statusUnknown = listed && frequency !== null && rule === undefined
  const today = localCalendar(entity.zones).today(now)
  if (entity.decidedDay !== null && entity.decidedDay >= today && entity.decidedDay <= today + MOST_DAYS_BACK) return { decided: null, reason: null, statusUnknown }

  const inForce = decisionOn(entity.decisions, today)
  const before = inForce?.cadence ?? 'never'
  const { cadence, lowDays } = statusUnknown ? { cadence: before, lowDays: entity.lowDays }
    : !listed ? { cadence: 'never' as const, lowDays: 0 }
      : rule === undefined || frequency === null ? { cadence: series.grain, lowDays: 0 }
        : asked(series, frequency, rule, entity, inForce)
  const changes = cadence !== before
  const activity = frequency === null || frequency.activity === null ? null : entity.activity ?? 0
  return {
    decided: { entity: entity.id, day: today, at: now, cadence, status, activity, lowDays, changes },
    reason: changes ? reasonOf(frequency, rule, listed, cadence, inForce) : null,
    statusUnknown,
  }
}

function statusOf({ attributes }: CollectedEntity, { status }: FrequencyDefinition): string | null {
  return Object.hasOwn(attributes, status) ? attributes[status] ?? null : null
}

function ruleOf(frequency: FrequencyDefinition, status: string | null): FrequencyRule | undefined {
  return status === null ? undefined : frequency.rules.find(({ statuses }) => statuses.includes(status))
}

interface Asked {
  readonly cadence: Cadence
  readonly lowDays: number
}

function asked(
  series: CollectedSeriesDefinition, frequency: FrequencyDefinition, rule: FrequencyRule, entity: CollectedEntity, inForce: FrequencyDecision | null,
): Asked {
  if (rule.every === 'never') return { cadence: 'never', lowDays: 0 }
  const sameRule = inForce !== null && ruleOf(frequency, inForce.status) === rule
  if (rule.every === 'final') {
    const over = sameRule && (inForce.cadence === 'never' || (inForce.cadence === 'final' && finalIsCaptured(entity, inForce)))
    return { cadence: over ? 'never' : 'final', lowDays: 0 }
  }
  const unit = 10n ** BigInt(scaleOfActivity(series, frequency))
  const activity = BigInt(entity.activity ?? 0)
  const levels: readonly Frequency[] = [rule.every, ...rule.steps.map((step) => step.every)]
  const level = rule.steps.findLastIndex((step) => isReached(step, activity, unit)) + 1
  const levelInForce = sameRule ? levels.indexOf(inForce.cadence as Frequency) : -1
  const raised = rule.steps[levelInForce - 1]
  // Equal or higher holds at once, and so does anything in place of another rule's.
  if (level >= levelInForce || raised === undefined) return { cadence: levels[level] as Frequency, lowDays: 0 }
  const lowDays = activity * 100n < BigInt(DOWN_BELOW_PERCENT) * BigInt(raised.bound) * unit ? entity.lowDays + 1 : 0
  return lowDays >= DOWN_AFTER_DAYS ? { cadence: levels[level] as Frequency, lowDays: 0 } : { cadence: raised.every, lowDays }
}

function isReached({ bound, inclusive }: FrequencyStep, activity: bigint, unit: bigint): boolean {
  const scaled = BigInt(bound) * unit
  return inclusive ? activity >= scaled : activity > scaled
}

/** Whether a window was captured since a decision for `final`. */
export function finalIsCaptured(entity: CollectedEntity, final: FrequencyDecision): boolean {
  return entity.latestAt !== null && entity.latestAt >= localCalendar(entity.zones).dayStart(final.day)
}

/** Digits after the point of the measure of activity, at which the store gives it. */
function scaleOfActivity(series: CollectedSeriesDefinition, { activity }: FrequencyDefinition): number {
  const measure = activity === null ? undefined : series.measures[activity]
  return measure !== undefined && 'shape' in measure ? measure.shape.scale : 0
}

/** Why a decision that is on record differs from the one before it, by the rules that are declared now. */
export function reasonOfDecision(series: CollectedSeriesDefinition, before: FrequencyDecision | null, { cadence, status }: Pick<FrequencyDecision, 'cadence' | 'status'>): FrequencyReason {
  const { frequency } = series.collected
  return reasonOf(frequency, frequency === null ? undefined : ruleOf(frequency, status), frequency === null || status !== null, cadence, before)
}

function reasonOf(
  frequency: FrequencyDefinition | null, rule: FrequencyRule | undefined, listed: boolean, cadence: Cadence, inForce: FrequencyDecision | null,
): FrequencyReason {
  if (inForce === null) return 'enrolled'
  if (!listed) return 'gone'
  if (inForce.cadence === 'never') return 'returned'
  if (frequency === null || rule === undefined) return 'declared'
  if (ruleOf(frequency, inForce.status) !== rule) return 'status'
  if (cadence === 'never') return 'final_captured'
  const levels = [rule.every, ...rule.steps.map((step) => step.every)]
  const levelInForce = levels.indexOf(inForce.cadence)
  if (levelInForce < 0) return 'declared'
  return levels.indexOf(cadence) > levelInForce ? 'busier' : 'quieter'
}

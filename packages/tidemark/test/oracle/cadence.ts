import { type Cadence, FREQUENCIES, type Frequency, type FrequencyDefinition } from '../../src/definitions/frequency.ts'
import type { Day } from './civil.ts'

/** A decision that changed something. */
export interface Decision {
  readonly day: Day
  readonly atMs: number
  readonly cadence: Cadence
  /** The place of the rule that it was made by; null where there are none, and of an entity that is gone. */
  readonly rule: number | null
}

export interface DecisionQuestion {
  /** The grain of the series: what holds where no rules are declared. */
  readonly grain: Frequency
  readonly frequency: FrequencyDefinition | null
  /** The roster no longer lists it. */
  readonly gone: boolean
  readonly status: string | null
  readonly inForce: Decision | null
  /** Over the last seven complete local days, and how many units of it make 1. */
  readonly activity: bigint
  readonly unit: bigint
  /** Decided days in a row on which activity was too low for the level in force. */
  readonly lowDays: number
  /** A window has been captured since the decision for `final` in force. */
  readonly finalCaptured: boolean
}

export interface Verdict {
  /** null: the status is unknown, and all stays as it is. */
  readonly cadence: Cadence | null
  readonly rule: number | null
  readonly lowDays: number
}

/** What an entity is captured at from today on. */
export function decide(question: DecisionQuestion): Verdict {
  const { grain, frequency, gone, status, inForce, activity, unit } = question
  if (gone) return { cadence: 'never', rule: null, lowDays: 0 }
  if (frequency === null) return { cadence: grain, rule: null, lowDays: 0 }
  const rule = frequency.rules.findIndex(({ statuses }) => status !== null && statuses.includes(status))
  const asks = frequency.rules[rule]
  if (asks === undefined) return { cadence: null, rule: null, lowDays: question.lowDays }
  const same = inForce !== null && inForce.rule === rule
  if (asks.every === 'never') return { cadence: 'never', rule, lowDays: 0 }
  if (asks.every === 'final') {
    const done = same && (inForce.cadence === 'never' || (inForce.cadence === 'final' && question.finalCaptured))
    return { cadence: done ? 'never' : 'final', rule, lowDays: 0 }
  }
  const reached = asks.steps.findLast(({ bound, inclusive }) => (inclusive ? activity >= BigInt(bound) * unit : activity > BigInt(bound) * unit))
  const asked = reached?.every ?? asks.every
  const bound = same ? asks.steps.find(({ every }) => every === inForce.cadence)?.bound : undefined
  if (!same || bound === undefined || isFiner(asked, inForce.cadence as Frequency)) return { cadence: asked, rule, lowDays: 0 }
  const lowDays = activity * 100n < 80n * BigInt(bound) * unit ? question.lowDays + 1 : 0
  return lowDays >= 7 ? { cadence: asked, rule, lowDays: 0 } : { cadence: inForce.cadence, rule, lowDays }
}

function isFiner(left: Frequency, right: Frequency): boolean {
  return FREQUENCIES.indexOf(left) < FREQUENCIES.indexOf(right)
}

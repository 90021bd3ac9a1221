import { TidemarkError } from '../errors.ts'
import { checkOptions } from './options.ts'

/** How often a collected series is captured, finest first. A day is cut into hours or six-hour pieces from its start. */
export const FREQUENCIES = ['hour', 'sixHours', 'day'] as const
export type Frequency = (typeof FREQUENCIES)[number]

/** Hours of the windows of a frequency; a day is one window, whatever its length. */
export const FREQUENCY_HOURS: Readonly<Record<Frequency, number | null>> = { hour: 1, sixHours: 6, day: null }

/** What a status asks for: a frequency, one last window and then none, or none. */
export type Cadence = Frequency | 'final' | 'never'

/** From this activity on (or above it) a finer frequency than the rule's own. */
export interface FrequencyStep {
  readonly every: Frequency
  /** Activity over the last seven complete local days. */
  readonly bound: number
  /** Whether the bound itself is enough (`atLeast`), or it must be passed (`moreThan`). */
  readonly inclusive: boolean
}

export interface FrequencyRule {
  readonly statuses: readonly string[]
  readonly every: Cadence
  /** Ascending by bound, each finer than the one before; the last that is reached counts. */
  readonly steps: readonly FrequencyStep[]
}

/** The plain form: how often each entity is captured, by its status and its activity. */
export interface FrequencyDefinition {
  /** The attribute that holds an entity's status. */
  readonly status: string
  /** The measure whose increase, sum or count over seven days is the activity; null when no rule has steps. */
  readonly activity: string | null
  readonly rules: readonly FrequencyRule[]
}

/** A rule as it is written: `{ when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'sixHours' }] }`. */
export interface FrequencyRuleOptions {
  readonly when: readonly string[]
  readonly every: Cadence
  readonly busy?: readonly ({ readonly atLeast: number; readonly every: Frequency } | { readonly moreThan: number; readonly every: Frequency })[]
}

/** How often each entity is captured, as it is written. Statuses without a rule leave what is in force. */
export interface FrequencyOptions<Measure extends string = string> {
  readonly status: string
  readonly activity?: Measure
  readonly rules: readonly FrequencyRuleOptions[]
}

/** A frequency goes down only after this many days in a row below `DOWN_BELOW_PERCENT` of its bound; up it goes at once. */
export const DOWN_AFTER_DAYS = 7
export const DOWN_BELOW_PERCENT = 80
/** Complete local days that activity is counted over. */
export const ACTIVITY_DAYS = 7

/** Reads and checks rules. Throws FREQUENCY_INVALID. */
export function parseFrequency(options: FrequencyOptions, finest: Frequency, where: string): FrequencyDefinition {
  const invalid = (message: string): never => {
    throw new TidemarkError('FREQUENCY_INVALID', message, { where })
  }
  checkOptions(options, ['status', 'activity', 'rules'], where, 'FREQUENCY_INVALID')
  if (typeof options.status !== 'string' || options.status === '') invalid('frequency names the attribute that holds the status')
  const seen = new Set<string>()
  const rules = options.rules.map((rule, index): FrequencyRule => {
    const place = `${where}.rules[${index}]`
    checkOptions(rule, ['when', 'every', 'busy'], place, 'FREQUENCY_INVALID')
    const { when, every, busy = [] } = rule
    for (const step of busy) checkOptions(step, ['atLeast', 'moreThan', 'every'], `${place}.busy`, 'FREQUENCY_INVALID')
    if (when.length === 0) invalid('a rule names at least one status')
    for (const status of when) {
      if (seen.has(status)) invalid(`two rules are for the status ${JSON.stringify(status)}`)
      seen.add(status)
    }
    if (![...FREQUENCIES, 'final', 'never'].includes(every)) invalid(`${JSON.stringify(every)} is no frequency; it is one of ${FREQUENCIES.join(', ')}, final, never`)
    if (busy.length > 0 && (every === 'final' || every === 'never')) invalid(`a rule of ${every} has no busier steps`)
    const steps = busy.map((step): FrequencyStep => 'atLeast' in step
      ? { every: step.every, bound: step.atLeast, inclusive: true }
      : { every: step.every, bound: step.moreThan, inclusive: false })
    let before = { every: every as Frequency, bound: -Infinity }
    for (const step of steps) {
      if (!Number.isSafeInteger(step.bound) || step.bound < 0) invalid(`a bound of activity is a whole number from 0, not ${String(step.bound)}`)
      if (!FREQUENCIES.includes(step.every)) invalid(`${JSON.stringify(step.every)} is no frequency; it is one of ${FREQUENCIES.join(', ')}`)
      if (step.bound <= before.bound || FREQUENCIES.indexOf(step.every) >= FREQUENCIES.indexOf(before.every)) {
        invalid('busier steps ascend: each has a higher bound and a finer frequency than the one before')
      }
      before = step
    }
    for (const one of [every, ...steps.map((step) => step.every)]) {
      if (FREQUENCIES.includes(one as Frequency) && FREQUENCIES.indexOf(one as Frequency) < FREQUENCIES.indexOf(finest)) {
        invalid(`${one} is finer than the grain of the series, ${finest}`)
      }
    }
    return { statuses: [...when], every, steps }
  })
  if (rules.length === 0) invalid('frequency has at least one rule')
  if (rules.some(({ steps }) => steps.length > 0) && options.activity === undefined) invalid('a rule with busier steps needs a measure of activity')
  return { status: options.status, activity: options.activity ?? null, rules }
}

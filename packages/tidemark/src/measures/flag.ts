import type { MeasureDefinition } from '../definitions/measure.ts'
import { countOfDays, daySetOf, unionOfDays } from './day-set.ts'
import { compilePredicate } from './evaluate.ts'
import type { Int64 } from './int64.ts'
import type { Kind } from './kind.ts'
import { onlyOfEvents } from './only-of.ts'
import { printInteger } from './print.ts'

type FlagDefinition = Extract<MeasureDefinition, { kind: 'flag' }>

/**
 * Whether each day had an event. The days that had one are kept through every tier, not only their number: a late event
 * on a day that was true already must not count again, and after a rollup nothing else could tell.
 */
export const flag: Kind<FlagDefinition> = {
  parts: () => [{ part: 'n', merge: 'dayCount' }, { part: 'days', merge: 'days' }],
  zero: () => [0, null],
  adder(definition, stream) {
    const holds = compilePredicate(stream, definition.where)
    return (states, offset, event, day, offsetAt) => {
      if (!holds(event, offsetAt)) return
      const before = states[offset + 1] as string | null
      const days = before === null ? daySetOf(day) : unionOfDays(before, daySetOf(day))
      if (days === before) return
      states[offset + 1] = days
      states[offset] = countOfDays(days)
    }
  },
  sample: onlyOfEvents('flag'),
  answers: () => ['any', 'all', 'count'],
  valued: () => null,
  onlyAcross: () => [],
  notAcross: () => ['any', 'all'],
  notAsOf: ['all'],
  answer(_definition, answer, { states, windows }) {
    if (states[0] === null && windows === 0) return null
    const trues = Number(states[0] ?? 0)
    switch (answer) {
      case 'any': return trues > 0
      case 'all': return windows > 0 && trues === windows
      default: return printInteger(trues, 'integer')
    }
  },
  across: null,
  fraction: (_definition, { states, windows }) =>
    states[0] === null && windows === 0 ? null : { numerator: BigInt((states[0] ?? 0) as Int64), denominator: 1n },
}

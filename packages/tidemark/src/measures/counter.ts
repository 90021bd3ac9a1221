import type { CounterDefinition } from '../definitions/measure.ts'
import { type Int64, subtractInt64 } from './int64.ts'
import type { Answering, Fraction, Kind, Printed } from './kind.ts'
import { levelAcross, refusedAcross } from './level.ts'
import { onlyOfCollectors } from './only-of.ts'
import { printScaled } from './print.ts'

const LAST = 1
const INCREASE = 2
const N = 3

/** A total that runs on: its ends, and by how much it grew. */
export const counter: Kind<CounterDefinition> = {
  parts: () => [{ part: 'first', merge: 'first', ofOne: 'value' }, { part: 'last', merge: 'last' }, { part: 'increase', merge: 'sum' }, { part: 'n', merge: 'sum', ofOne: 'n' }],
  zero: onlyOfCollectors('counter'),
  adder: onlyOfCollectors('counter'),
  sample(definition, sample, window) {
    if (sample === null) return [null, null, null, 0]
    const value = sample as Int64
    return [value, value, increaseOf(definition, value, (window.previous?.[LAST] ?? null) as Int64 | null), 1]
  },
  answers: () => ['last', 'increase'],
  uses: (_definition, answer) => [answer ?? 'last', 'n'],
  valued: (_definition, states) => Number(states[N] ?? 0),
  onlyAcross: () => [],
  notAcross: ({ across }) => refusedAcross(across, ['last']),
  notAsOf: [],
  answer: (definition, answer, { states }) => scaled(definition, states[answer === 'last' ? LAST : INCREASE] as Int64 | null),
  fraction: (definition, { states }) => fractionOf(definition, states[LAST] as Int64 | null),
  across: {
    answer: (definition, answer, from) => scaled(definition, answer === 'last'
      ? levelAcross(definition.across, valuesOf(from, LAST))
      : levelAcross('sum', valuesOf(from, INCREASE))),
    fraction: (definition, from) => fractionOf(definition, levelAcross(definition.across, valuesOf(from, LAST))),
  },
}

/** null where there is no earlier value: the first is the baseline. */
function increaseOf({ resets }: CounterDefinition, value: Int64, before: Int64 | null): Int64 | null {
  if (before === null) return null
  return resets === 'detect' && value < before ? value : subtractInt64(value, before)
}

function valuesOf(from: readonly Answering[], place: number): readonly (Int64 | null)[] {
  return from.map(({ states }) => states[place] as Int64 | null)
}

function scaled({ shape }: CounterDefinition, value: Int64 | null): Printed {
  return value === null ? null : printScaled(value, shape)
}

function fractionOf({ shape }: CounterDefinition, value: Int64 | null): Fraction | null {
  return value === null ? null : { numerator: BigInt(value), denominator: 10n ** BigInt(shape.scale) }
}

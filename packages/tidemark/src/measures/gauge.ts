import type { GaugeDefinition } from '../definitions/measure.ts'
import { type Int64, timesInt64 } from './int64.ts'
import type { Answering, Fraction, Kind, Printed } from './kind.ts'
import { levelAcross, refusedAcross } from './level.ts'
import { onlyOfCollectors } from './only-of.ts'
import { printQuotient, printScaled } from './print.ts'

const FIRST = 0
const LAST = 1
const MIN = 2
const MAX = 3
const WEIGHTED = 4
const SECONDS = 5
const N = 6

/** A level: where it began and ended, its least and greatest, and its mean over time. */
export const gauge: Kind<GaugeDefinition> = {
  parts: () => [
    { part: 'first', merge: 'first', ofOne: 'value' }, { part: 'last', merge: 'last' }, { part: 'min', merge: 'min', ofOne: 'value' }, { part: 'max', merge: 'max', ofOne: 'value' },
    { part: 'weighted', merge: 'weighted', ofOne: 'weighted' }, { part: 'seconds', merge: 'sum', ofOne: 'seconds' }, { part: 'n', merge: 'sum', ofOne: 'n' },
  ],
  zero: onlyOfCollectors('gauge'),
  adder: onlyOfCollectors('gauge'),
  sample(_definition, sample, { seconds, longest }) {
    if (sample === null) return [null, null, null, null, null, 0, 0]
    const value = sample as Int64
    // Refused now: once captured, a level too great for its tiers could never be rolled up.
    timesInt64(value, longest)
    return [value, value, value, value, timesInt64(value, seconds), seconds, 1]
  },
  answers: () => ['first', 'last', 'min', 'max', 'mean'],
  uses: (_definition, answer) => (answer === 'mean' ? ['weighted', 'seconds', 'n'] : [answer ?? 'last', 'n']),
  valued: (_definition, states) => Number(states[N] ?? 0),
  onlyAcross: () => [],
  notAcross: ({ across }) => refusedAcross(across, ['first', 'last', 'min', 'max', 'mean']),
  notAsOf: [],
  answer(definition, answer, { states }) {
    if (answer !== 'mean') return scaled(definition, states[PLACES[answer] as number] as Int64 | null)
    const mean = meanOf(states)
    return mean === null ? null : printMean(definition, mean)
  },
  fraction: (definition, { states }) => fractionOf(definition, states[LAST] as Int64 | null),
  across: {
    answer(definition, answer, from) {
      if (answer !== 'mean') return scaled(definition, levelAcross(definition.across, valuesOf(from, PLACES[answer] as number)))
      const means = from.flatMap(({ states }) => meanOf(states) ?? [])
      return means.length === 0 ? null : printMean(definition, means.reduce(addFractions))
    },
    fraction: (definition, from) => fractionOf(definition, levelAcross(definition.across, valuesOf(from, LAST))),
  },
}

const PLACES: Readonly<Record<string, number>> = { first: FIRST, last: LAST, min: MIN, max: MAX }

function valuesOf(from: readonly Answering[], place: number): readonly (Int64 | null)[] {
  return from.map(({ states }) => states[place] as Int64 | null)
}

function meanOf(states: Answering['states']): Fraction | null {
  const weighted = states[WEIGHTED] as Int64 | null
  const seconds = BigInt((states[SECONDS] ?? 0) as Int64)
  return weighted === null || seconds === 0n ? null : { numerator: BigInt(weighted), denominator: seconds }
}

/** Exact, so that a total's mean is rounded once, whatever the number of its entities. */
function addFractions(a: Fraction, b: Fraction): Fraction {
  // Windows are mostly alike: entities captured side by side share a denominator, which then does not grow.
  if (a.denominator === b.denominator) return { numerator: a.numerator + b.numerator, denominator: a.denominator }
  return { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator }
}

function printMean({ shape }: GaugeDefinition, { numerator, denominator }: Fraction): string {
  return printQuotient({ numerator, denominator: denominator * 10n ** BigInt(shape.scale) }, shape.scale + 4)
}

function scaled({ shape }: GaugeDefinition, value: Int64 | null): Printed {
  return value === null ? null : printScaled(value, shape)
}

function fractionOf({ shape }: GaugeDefinition, value: Int64 | null): Fraction | null {
  return value === null ? null : { numerator: BigInt(value), denominator: 10n ** BigInt(shape.scale) }
}

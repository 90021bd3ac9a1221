import type { MeasureDefinition } from '../definitions/measure.ts'
import { compilePredicate } from './evaluate.ts'
import { addInt64, type Int64 } from './int64.ts'
import type { Kind } from './kind.ts'
import { printInteger } from './print.ts'

type CountDefinition = Extract<MeasureDefinition, { kind: 'count' }>

/** How many events: one number that adds up. */
export const count: Kind<CountDefinition> = {
  parts: () => [{ part: 'n', merge: 'sum' }],
  zero: () => [0],
  adder(definition, stream) {
    const holds = compilePredicate(stream, definition.where)
    return (states, offset, event, _day, offsetAt) => {
      if (holds(event, offsetAt)) states[offset] = addInt64(states[offset] as Int64, 1)
    }
  },
  sample: (_definition, sample) => [sample as Int64 | null],
  answers: () => ['sum'],
  valued: (_definition, states) => (states[0] === null ? 0 : null),
  onlyAcross: () => [],
  notAcross: () => [],
  notAsOf: [],
  answer: (_definition, _answer, { states, windows }) => {
    const n = states[0] as Int64 | null
    return n === null ? (windows > 0 ? 0 : null) : printInteger(n, 'integer')
  },
  across: null,
  fraction: (_definition, { states, windows }) => {
    const n = states[0] as Int64 | null
    return n === null && windows === 0 ? null : { numerator: BigInt(n ?? 0), denominator: 1n }
  },
}

import type { DeltaDefinition } from '../definitions/measure.ts'
import { compilePredicate, compileValue } from './evaluate.ts'
import { addInt64, type Int64 } from './int64.ts'
import type { Kind } from './kind.ts'
import { printQuotient, printScaled } from './print.ts'

/** What happened inside the window: a sum, and how many events had a value. */
export const delta: Kind<DeltaDefinition> = {
  parts: () => [{ part: 'sum', merge: 'sum' }, { part: 'n', merge: 'sum' }],
  zero: () => [0, 0],
  adder(definition, stream) {
    const holds = compilePredicate(stream, definition.where)
    if (definition.value === null) throw new Error('a collected delta is given events')
    const read = compileValue(stream, definition.value)
    return (states, offset, event, _day, offsetAt) => {
      if (!holds(event, offsetAt)) return
      const value = read(event, offsetAt)
      if (value === null) return
      states[offset] = addInt64(states[offset] as Int64, value)
      states[offset + 1] = addInt64(states[offset + 1] as Int64, 1)
    }
  },
  sample: (_definition, sample) => (sample === null ? [null, 0] : [sample as Int64, 1]),
  answers: () => ['sum', 'n', 'mean'],
  valued: (_definition, states) => Number(states[1] ?? 0),
  onlyAcross: () => [],
  notAcross: () => [],
  notAsOf: [],
  answer(definition, answer, { states, windows }) {
    if (states[0] === null && windows === 0) return null
    const sum = (states[0] ?? 0) as Int64
    const n = (states[1] ?? 0) as Int64
    switch (answer) {
      case 'sum': return printScaled(sum, definition.shape)
      case 'n': return printScaled(n, { type: 'integer', scale: 0 })
      default: {
        if (BigInt(n) === 0n) return null
        return printQuotient({ numerator: BigInt(sum), denominator: BigInt(n) * 10n ** BigInt(definition.shape.scale) }, definition.shape.scale + 4)
      }
    }
  },
  across: null,
  fraction: (definition, { states, windows }) =>
    states[0] === null && windows === 0
      ? null
      : { numerator: BigInt((states[0] ?? 0) as Int64), denominator: 10n ** BigInt(definition.shape.scale) },
}

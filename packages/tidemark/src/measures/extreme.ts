import type { ExtremeDefinition } from '../definitions/measure.ts'
import { compilePredicate, compileValue } from './evaluate.ts'
import type { Int64 } from './int64.ts'
import type { Kind } from './kind.ts'
import { onlyOfEvents } from './only-of.ts'
import { printScaled } from './print.ts'

/** The least or greatest value over events; null where no event had one. */
export const extreme: Kind<ExtremeDefinition> = {
  parts: (definition) => [{ part: definition.side, merge: definition.side }],
  zero: () => [null],
  adder(definition, stream) {
    const holds = compilePredicate(stream, definition.where)
    const read = compileValue(stream, definition.value)
    const least = definition.side === 'min'
    return (states, offset, event, _day, offsetAt) => {
      if (!holds(event, offsetAt)) return
      const value = read(event, offsetAt)
      const before = states[offset] as Int64 | null
      if (value === null) return
      if (before === null || (least ? value < before : value > before)) states[offset] = value
    }
  },
  sample: onlyOfEvents('extreme'),
  answers: (definition) => [definition.side],
  valued: () => null,
  onlyAcross: () => [],
  notAcross: () => [],
  notAsOf: [],
  answer: (definition, _answer, { states }) =>
    states[0] === null ? null : printScaled(states[0] as Int64, definition.shape),
  across: null,
  fraction: () => null,
}

import type { RatioDefinition } from '../definitions/measure.ts'
import type { Answering, Fraction, Kind } from './kind.ts'
import { printQuotient } from './print.ts'

/** One measure over another, from their totals; rounded once, half to even. */
export const ratio: Kind<RatioDefinition> = {
  parts: () => [],
  zero: () => [],
  adder: () => () => {},
  sample: () => [],
  answers: () => ['value'],
  valued: () => null,
  onlyAcross: () => [],
  notAcross: () => [],
  notAsOf: [],
  answer(definition, _answer, from) {
    const value = quotient(definition, from)
    return value === null ? null : printQuotient(value, definition.scale)
  },
  across: null,
  fraction: quotient,
}

function quotient(definition: RatioDefinition, { part }: Answering): Fraction | null {
  const over = part(definition.numerator)
  const under = part(definition.denominator)
  if (over === null || under === null || under.numerator === 0n) return null
  return { numerator: over.numerator * under.denominator, denominator: over.denominator * under.numerator }
}

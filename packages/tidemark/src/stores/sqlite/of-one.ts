import type { OfOne, State } from '../../measures/kind.ts'

/** What a part of one captured window is (see `OfOne`), as the tables' generated columns compute it. */
export function toldOfOne(ofOne: OfOne, last: State, seconds: number, facts: number): State {
  if (ofOne === 'value') return last
  if (ofOne === 'weighted') return typeof last === 'number' || typeof last === 'bigint' ? times(last, seconds) : null
  // A row without facts says nothing at all.
  if (facts <= 0) return null
  if (ofOne === 'n') return last === null ? 0 : 1
  if (ofOne === 'seconds') return last === null ? 0 : seconds
  return last === ofOne.word ? seconds : 0
}

function times(value: number | bigint, seconds: number): number | bigint {
  const product = Number(value) * seconds
  return Number.isSafeInteger(product) ? product : BigInt(value) * BigInt(seconds)
}

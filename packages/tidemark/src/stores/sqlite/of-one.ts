import type { OfOne, State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'

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

/** Of each column of a layout, the place of its measure's last value, from which it may follow; -1: it has none. */
export function lastPlaces(columns: readonly StateColumn[]): readonly number[] {
  const known = places.get(columns)
  if (known !== undefined) return known
  const lasts = new Map(columns.flatMap(({ measure, part }, place) => (part === 'last' ? [[measure, place] as const] : [])))
  const own = columns.map(({ measure }) => lasts.get(measure) ?? -1)
  places.set(columns, own)
  return own
}

const places = new WeakMap<readonly StateColumn[], readonly number[]>()

function times(value: number | bigint, seconds: number): number | bigint {
  const product = Number(value) * seconds
  return Number.isSafeInteger(product) ? product : BigInt(value) * BigInt(seconds)
}

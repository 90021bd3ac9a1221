import { countOfDays, unionOfDays } from './day-set.ts'
import { mergeDistinct } from './distinct.ts'
import { mergeHistograms } from './histogram.ts'
import { addInt64, type Int64 } from './int64.ts'
import type { State } from './kind.ts'
import type { StateColumn } from './layout.ts'

/** Merges `from` into `into`, column by column, in the order of time: `from` is of a later window. Associative. */
export function mergeStates(columns: readonly StateColumn[], into: State[], from: readonly State[]): void {
  for (let i = 0; i < columns.length; i++) {
    const b = from[i] as State
    if (b === null) continue
    const a = into[i] as State
    if (a === null) {
      into[i] = b
      continue
    }
    switch ((columns[i] as StateColumn).merge) {
      case 'sum':
      case 'dayCount':
        into[i] = addInt64(a as Int64, b as Int64)
        break
      case 'weighted':
        into[i] = addWide(a as Int64, b as Int64)
        break
      case 'min':
        if (b < a) into[i] = b
        break
      case 'max':
        if (b > a) into[i] = b
        break
      case 'first':
        break
      case 'last':
        into[i] = b
        break
      case 'days': {
        // Two rows of one window may both have a day: the set knows, the two numbers do not.
        const days = unionOfDays(a as string, b as string)
        into[i] = days
        into[i - 1] = countOfDays(days)
        break
      }
      case 'histogram':
        into[i] = mergeHistograms(a as string, b as string)
        break
      case 'distinct':
        into[i] = mergeDistinct(a as string, b as string)
    }
  }
}

/** A sum without a bound: levels by seconds pass 64 bits over years, and a mean over years is still exact. */
function addWide(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  const sum = BigInt(a) + BigInt(b)
  return sum >= -9007199254740991n && sum <= 9007199254740991n ? Number(sum) : sum
}

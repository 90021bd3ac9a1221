import { countOfDays, unionOfDays } from './day-set.ts'
import { addInt64, type Int64 } from './int64.ts'
import type { State } from './kind.ts'
import type { StateColumn } from './layout.ts'

/** Merges `from` into `into`, column by column; associative, and the order does not matter for these rules. */
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
      case 'min':
        if (b < a) into[i] = b
        break
      case 'max':
        if (b > a) into[i] = b
        break
      case 'days': {
        // Two rows of one window may both have a day: the set knows, the two numbers do not.
        const days = unionOfDays(a as string, b as string)
        into[i] = days
        into[i - 1] = countOfDays(days)
      }
    }
  }
}

import { parseDay } from './calendar/civil.ts'
import { TidemarkError } from './errors.ts'
import type { EpochDay } from './stores/contract/state.ts'

/** Reads a half-open range of local days. Throws DATE_INVALID or RANGE_INVALID, naming where it was written. */
export function readRange(from: string, to: string, where: string): { readonly from: EpochDay; readonly to: EpochDay } {
  const first = readDay(from, where)
  const end = readDay(to, where)
  if (first >= end) throw new TidemarkError('RANGE_INVALID', `the range from ${from} to ${to} holds no day`, { where })
  return { from: first, to: end }
}

function readDay(text: string, where: string): EpochDay {
  const day = parseDay(text)
  if (day === null) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(text)} is no local day`, { where })
  return day
}

import { formatDay, parseDay } from '../calendar/civil.ts'
import { periodEnd, periodStart } from '../calendar/period.ts'
import { TidemarkError } from '../errors.ts'
import { type Grain, GRAINS, type QueryRequest } from '../query/request.ts'

/** What a viewer's answer has a row for. They nest, so that what is told of one is decided together with the others; weeks do not nest in months. */
const WHOLE_GRAINS = ['day', 'month', 'quarter', 'year'] as const
export type WholeGrain = (typeof WHOLE_GRAINS)[number]

/** The next longer period, which those of a grain add up to. */
export const LONGER: Readonly<Partial<Record<WholeGrain, WholeGrain>>> = { day: 'month', month: 'quarter', quarter: 'year' }

const MORE = 'Two ranges that differ by little would tell what lies between them.'

/** The grain of a viewer's question, which must be of whole periods of it. Throws FORBIDDEN; words that are none are left to the question itself. */
export function wholeGrain({ grain = 'day', from, to }: QueryRequest): void {
  if (!isWhole(grain)) {
    if (!GRAINS.includes(grain)) return
    throw new TidemarkError('FORBIDDEN', `a viewer gets no answer by ${grain}`, { where: 'grain', why: MORE, hint: `Ask by ${WHOLE_GRAINS.join(', ')}.` })
  }
  for (const [where, word] of [['from', from], ['to', to]] as const) {
    const day = typeof word === 'string' ? parseDay(word) : null
    if (day === null || periodStart(grain, day) === day) continue
    throw new TidemarkError('FORBIDDEN', `a viewer gets whole periods, and ${word} begins no ${grain}`, {
      where, why: MORE, hint: `Ask from or to ${formatDay(periodStart(grain, day))} or ${formatDay(periodEnd(grain, day))}, or by another of ${WHOLE_GRAINS.join(', ')}.`,
    })
  }
}

/** The last day that can be written. */
const LAST_DAY = '9999-12-31'

/** The whole years that periods lie in, and so many before; null: there is no period. */
export function yearsOf(periods: readonly string[], before: number): { readonly from: string; readonly to: string } | null {
  const years = periods.map((period) => Number(period.slice(0, 4)))
  if (years.length === 0) return null
  const [first, last] = years.reduce(([least, most], year) => [Math.min(least, year), Math.max(most, year)], [Infinity, -Infinity])
  return { from: `${digits(Math.max(1, first - before))}-01-01`, to: last >= 9999 ? LAST_DAY : `${digits(last + 1)}-01-01` }
}

/** The first day of the longer period that a period lies in. */
export function longerPeriod(grain: WholeGrain, period: string): string {
  const year = period.slice(0, 4)
  const month = Number(period.slice(5, 7))
  if (grain === 'day') return `${period.slice(0, 7)}-01`
  return grain === 'month' ? `${year}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01` : `${year}-01-01`
}

function digits(year: number): string {
  return String(year).padStart(4, '0')
}

function isWhole(grain: Grain): grain is WholeGrain {
  return WHOLE_GRAINS.some((known) => known === grain)
}

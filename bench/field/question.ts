// The six questions, and the form in which every system's answer is compared.

export const QUESTIONS = ['latest', 'thirtyDays', 'ninetyDaysByDay', 'alerts', 'yearOverYear', 'allByDay'] as const
export type Question = (typeof QUESTIONS)[number]

export const TITLES: Readonly<Record<Question, string>> = {
  latest: 'latest of one', thirtyDays: '30 days of one, as captured', ninetyDaysByDay: '90 days of one by day', alerts: 'alerts over all',
  yearOverYear: 'year over year of a company, by month', allByDay: 'all by day over 90 days',
}

/** Local days are days since 1970-01-01, instants epoch milliseconds. */
export interface Words {
  readonly company: string
  readonly campaign: string
  readonly zone: string
  /** The local day that holds the end of the story; it is not over. */
  readonly today: number
  readonly now: number
}

/** Names as text, amounts of money in cents; null where there is nothing. Ascending. */
export type Row = readonly (string | number | null)[]

/** What was asked, before and after it is brought into the form that is compared: only `ask` is timed. */
export interface Ask {
  ask(): unknown
  rows(answer: unknown): readonly Row[]
}

export const cents = (value: unknown): number => Math.round(Number(value) * 100)

export function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => {
    for (const [place, cell] of a.entries()) {
      const other = b[place]
      if (cell === other) continue
      return typeof cell === 'number' && typeof other === 'number' ? cell - other : String(cell) < String(other) ? -1 : 1
    }
    return 0
  })
}

/** A month and the same month a year before, of values by month (`2026-03`). */
export function besideYearBefore(byMonth: ReadonlyMap<string, number>, today: number): readonly Row[] {
  return monthsBefore(today, 12).map((month) => [month, byMonth.get(month) ?? null, byMonth.get(`${Number(month.slice(0, 4)) - 1}${month.slice(4)}`) ?? null])
}

/** So many months before the one that holds a day, ascending. */
export function monthsBefore(today: number, count: number): readonly string[] {
  const date = new Date(today * 86_400_000)
  return Array.from({ length: count }, (_, n) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - count + n, 1)).toISOString().slice(0, 7))
}

export const firstDayOf = (month: string): number => Date.parse(`${month}-01T00:00:00Z`) / 86_400_000

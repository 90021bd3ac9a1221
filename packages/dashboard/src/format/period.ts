const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** `1 Nov 2026` of a local day; other text as it is. */
export function dayText(day: string): string {
  const [, year, month, date] = DAY.exec(day) ?? []
  return year === undefined ? day : `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`
}

/** What a period is called: by its grain where that is known, else by what its text shows. */
export function periodText(period: string, grain: string | null = null): string {
  const [, day, time, offset] = LOCAL_TIME.exec(period) ?? []
  if (day !== undefined) return `${dayText(day)}, ${time} ${offset === 'Z' ? 'UTC' : offset}`
  const [, year, month] = DAY.exec(period) ?? []
  if (year === undefined) return period
  switch (grain) {
    case 'week': return `week of ${dayText(period)}`
    case 'month': return `${MONTHS[Number(month) - 1]} ${year}`
    case 'quarter': return `Q${Math.ceil(Number(month) / 3)} ${year}`
    case 'year': return year
    default: return dayText(period)
  }
}

/** From the first day to the last one, which is the day before `to`. */
export function rangeText(from: string, to: string): string {
  return `${dayText(from)} to ${dayText(addDays(to, -1))}`
}

const DAY_MS = 86_400_000

/** Days later on the calendar, where every day is one. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return `${first.toISOString().slice(0, 8)}${String(Math.min(date, last)).padStart(2, '0')}`
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

/** The first day of the period that holds a day. */
export function periodStart(day: string, grain: string): string {
  switch (grain) {
    case 'week': return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
    case 'month': return `${day.slice(0, 8)}01`
    case 'quarter': return `${day.slice(0, 5)}${String(Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`
    case 'year': return `${day.slice(0, 5)}01-01`
    default: return day
  }
}

export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && new Date(Date.parse(text)).toISOString().startsWith(text)
}

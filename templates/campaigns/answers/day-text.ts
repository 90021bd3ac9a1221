// Days as answers are asked for them: `YYYY-MM-DD`.

const DAY_MS = 86_400_000

/** The day of UTC that holds an instant. */
export function dayAt(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}

/** So many days after a day, or before it. */
export function addDays(day: string, count: number): string {
  return dayAt(Date.parse(day) + count * DAY_MS)
}

const DAY_MS = 86_400_000

/** The instants that can be asked about: every midnight (UTC) before now within the horizon, latest first. */
export function believedDays(now: string, asOfDays: number): readonly string[] {
  const at = Date.parse(now)
  const horizon = at - asOfDays * DAY_MS
  const latest = Math.ceil(at / DAY_MS) * DAY_MS - DAY_MS
  const days: string[] = []
  for (let midnight = latest; midnight >= horizon; midnight -= DAY_MS) days.push(new Date(midnight).toISOString().replace('.000Z', 'Z'))
  return days
}

/** Where an instant lies among them: 0 is now, 1 the latest. One between two lies at the nearer. */
export function placeAmong(days: readonly string[], asOf: string | undefined): number {
  if (asOf === undefined) return 0
  const at = Date.parse(asOf)
  return days.reduce((best, day, index) => (Math.abs(Date.parse(day) - at) < Math.abs(Date.parse(days[best - 1] ?? '') - at) ? index + 1 : best), 1)
}

const HOUR_MS = 3_600_000

/** For how long one is usually left in peace. */
export const SILENCES = [
  { value: 'hour', text: '1 hour', ms: HOUR_MS }, { value: 'day', text: '1 day', ms: 24 * HOUR_MS }, { value: 'week', text: '1 week', ms: 7 * 24 * HOUR_MS }, { value: 'month', text: '4 weeks', ms: 28 * 24 * HOUR_MS },
] as const
export type SilenceWord = (typeof SILENCES)[number]['value'] | 'own'

/** The zone that a time somebody types is of. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Until when: a while from the page's now, or a local time of one's own; null where that is none, or past. */
export function silenceUntil(word: SilenceWord, own: string, now: string): string | null {
  const usual = SILENCES.find(({ value }) => value === word)
  const until = usual === undefined ? Date.parse(own) : Date.parse(now) + usual.ms
  return Number.isNaN(until) || until <= Date.parse(now) ? null : new Date(until).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

import { localDay, localTime } from './local.ts'
import { dayText } from './period.ts'

/** `1 Nov 2026, 01:00 (Europe/Berlin)`: an instant on the clock of a zone, which is always named. */
export function instantText(instant: string | number, zone = 'UTC'): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return String(instant)
  const at = date.toISOString()
  const text = `${dayText(localDay(at, zone))}, ${localTime(at, zone)}`
  return zone === 'UTC' ? `${text} UTC` : `${text} (${zone})`
}

/** `3 h ago`: how long before now, as short as it is true. */
export function agoText(seconds: number): string {
  if (seconds < 60) return 'less than a minute ago'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? 'a day ago' : `${days} days ago`
}

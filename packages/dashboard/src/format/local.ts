import { addDays, dayText, rangeText } from './period.ts'

/** The local day of an instant in a zone: `2026-11-01`. */
export function localDay(instant: string | number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(instant))
}

/** `06:00` on the clock of a zone. */
export function localTime(instant: string | number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant))
}

/** A span as people say it: whole days by their days, others with times. Half-open; days or instants. */
export function spanText({ from, to }: { readonly from: string; readonly to: string }, zone: string): string {
  const isDays = !from.includes('T') || (localTime(from, zone) === '00:00' && localTime(to, zone) === '00:00')
  const [first, end] = from.includes('T') ? [localDay(from, zone), localDay(to, zone)] : [from, to]
  if (isDays) return addDays(first, 1) === end ? dayText(first) : rangeText(first, end)
  const [start, stop] = [localTime(from, zone), localTime(to, zone)]
  // Midnight belongs to the day that it ends.
  return first === end || (stop === '00:00' && addDays(first, 1) === end) ? `${dayText(first)}, ${start} to ${stop === '00:00' ? '24:00' : stop}` : `${dayText(first)}, ${start} to ${dayText(end)}, ${stop}`
}

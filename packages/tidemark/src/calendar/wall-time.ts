import { formatDay } from './civil.ts'
import { DAY_MS, type Instant } from './day.ts'
import type { LocalCalendar } from './line-calendar.ts'

/** `±HH:MM`, with `:SS` where a local mean time needs it. */
export function formatOffset(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds)
  const seconds = size % 60
  const text = `${offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}`
  return seconds === 0 ? text : `${text}:${two(seconds)}`
}

/** An instant as its calendar's wall clock shows it, whole seconds, with the offset: `2024-03-01T09:30:00+01:00`. */
export function formatLocal(calendar: LocalCalendar, instant: Instant): string {
  const offsetSeconds = calendar.offsetSeconds(instant)
  const second = calendar.secondOfDay(instant)
  const date = formatDay(Math.floor((instant + offsetSeconds * 1000) / DAY_MS))
  return `${date}T${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}${formatOffset(offsetSeconds)}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

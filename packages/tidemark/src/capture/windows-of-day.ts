import type { LocalCalendar } from '../calendar/local-calendar.ts'
import { subDayWindows } from '../calendar/sub-day.ts'
import { type Cadence, FREQUENCY_HOURS } from '../definitions/frequency.ts'
import type { FrequencyDecision, WindowKey } from '../stores/contract/collected.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** The windows that a cadence asks for on one local day, in the order of time; a day that does not exist has none. */
export function windowsOfDay(calendar: LocalCalendar, day: EpochDay, cadence: Cadence): readonly WindowKey[] {
  if (cadence === 'never' || !calendar.dayExists(day)) return []
  const hours = cadence === 'final' ? null : FREQUENCY_HOURS[cadence]
  if (hours === null) return [{ day, at: calendar.dayStart(day), to: calendar.dayEnd(day) }]
  return subDayWindows(calendar, day, hours).map(({ from, to }) => ({ day, at: from, to }))
}

/** The decision that holds on a local day; null before the enrolment. */
export function decisionOn(decisions: readonly FrequencyDecision[], day: EpochDay): FrequencyDecision | null {
  return decisions.findLast((decision) => decision.day <= day) ?? null
}

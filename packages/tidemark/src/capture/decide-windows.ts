import { type LocalCalendar, localCalendar } from '../calendar/local-calendar.ts'
import { subDaySpanOf } from '../calendar/sub-day.ts'
import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import { type Cadence, FREQUENCY_HOURS } from '../definitions/frequency.ts'
import type { CollectedEntity, FrequencyDecision, WindowKey } from '../stores/contract/collected.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import { finalIsCaptured } from './decide-frequency.ts'
import { decisionOn, windowsOfDay } from './windows-of-day.ts'

/**
 * Why a capture asks for nothing of an entity.
 * - `already_captured`: every window that it could ask for has a row
 * - `not_due`: the window's local time has not come, or the window is not over where the past is collected
 * - `not_enrolled`: no decision has ever asked for windows
 * - `entity_ended`: its cadence is `never`
 * - `window_sealed`: the window's day has been rolled up
 */
export type WindowSkip = 'already_captured' | 'not_due' | 'not_enrolled' | 'entity_ended' | 'window_sealed'

/** The windows of an entity in some days, told apart by what a capture at now does with them. */
export interface WindowsDecision {
  /** Oldest first. */
  readonly due: readonly WindowKey[]
  /** They have a row; a backfill asks for them again. */
  readonly captured: readonly WindowKey[]
  /** Windows that are not due yet. */
  readonly waiting: number
  /** Windows whose rows have retired. */
  readonly sealed: number
}

const NONE: WindowsDecision = { due: [], captured: [], waiting: 0, sealed: 0 }

/** The days in which an entity can have windows that a capture asks for: of a source without a past, today. null: none. */
export function daysToCapture(series: CollectedSeriesDefinition, entity: CollectedEntity, now: Instant): { readonly from: EpochDay; readonly to: EpochDay } | null {
  const enrolment = entity.decisions[0]?.day
  const today = localCalendar(entity.zones).today(now)
  if (enrolment === undefined || enrolment > today) return null
  return { from: series.collected.past ? Math.max(enrolment, entity.capturedFrom ?? enrolment) : today, to: today + 1 }
}

/**
 * Which windows of the local days [from, to) a capture at `now` asks for. Where the past cannot be collected it is the
 * one that holds now, if that lies in them.
 * @param captured starts of the windows of these days that have a row
 */
export function decideWindows(
  series: CollectedSeriesDefinition, entity: CollectedEntity, days: { readonly from: EpochDay; readonly to: EpochDay },
  captured: ReadonlySet<Instant | null>, now: Instant,
): WindowsDecision {
  const calendar = localCalendar(entity.zones)
  if (!series.collected.past) {
    const today = calendar.today(now)
    return today < days.from || today >= days.to ? NONE : currentWindow(series, entity, calendar, today, captured, now)
  }
  const due: WindowKey[] = []
  const known: WindowKey[] = []
  let waiting = 0
  let sealed = 0
  const first = Math.max(days.from, entity.decisions[0]?.day ?? Infinity)
  const end = Math.min(days.to, calendar.today(now) + 1)
  for (let day = first; day < end; day++) {
    const decision = decisionOn(entity.decisions, day)
    if (decision === null || decision.cadence === 'never') continue
    const windows = windowsOfDay(calendar, day, decision.cadence)
    if (entity.capturedFrom !== null && day < entity.capturedFrom) {
      sealed += windows.length
      continue
    }
    for (const window of windows) {
      if (captured.has(window.at)) known.push(window)
      else if (now < overAt(series, calendar, decision.cadence, window)) waiting++
      else if (decision.cadence !== 'final' || isLastOne(entity, calendar, decision, window)) due.push(window)
    }
  }
  return { due, captured: known, waiting, sealed }
}

/** From when on a source that answers for the past is asked for a window: of a whole day, when the next one's local time has come. */
function overAt(series: CollectedSeriesDefinition, calendar: LocalCalendar, cadence: Cadence, window: WindowKey): Instant {
  if (FREQUENCY_HOURS[cadence as keyof typeof FREQUENCY_HOURS] != null) return window.to
  return calendar.instantAt(calendar.dayOf(window.to), series.collected.dueAt)
}

/** Of the days for which `final` is in force only the first is asked for, until any window since then has been captured. */
function isLastOne(entity: CollectedEntity, calendar: LocalCalendar, final: FrequencyDecision, window: WindowKey): boolean {
  const first = Math.max(final.day, entity.capturedFrom ?? final.day)
  return window.day === calendar.dayOf(calendar.dayStart(first)) && !finalIsCaptured(entity, final)
}

function currentWindow(
  series: CollectedSeriesDefinition, entity: CollectedEntity, calendar: LocalCalendar, today: EpochDay, captured: ReadonlySet<Instant | null>, now: Instant,
): WindowsDecision {
  const decision = decisionOn(entity.decisions, today)
  if (decision === null || decision.cadence === 'never') return NONE
  const hours = decision.cadence === 'final' ? null : FREQUENCY_HOURS[decision.cadence]
  const part = hours === null ? { from: calendar.dayStart(today), to: calendar.dayEnd(today) } : subDaySpanOf(calendar, now, hours)
  const window: WindowKey = { day: today, at: part.from, to: part.to }
  if (entity.capturedFrom !== null && today < entity.capturedFrom) return { ...NONE, sealed: 1 }
  if (captured.has(window.at) || (decision.cadence === 'final' && finalIsCaptured(entity, decision))) return { ...NONE, captured: [window] }
  if (hours === null && now < calendar.instantAt(today, series.collected.dueAt)) return { ...NONE, waiting: 1 }
  return { ...NONE, due: [window] }
}

/** Why nothing is asked for; null when something is. */
export function skipOf(entity: CollectedEntity, decision: WindowsDecision, now: Instant): WindowSkip | null {
  if (decision.due.length > 0) return null
  const inForce = decisionOn(entity.decisions, localCalendar(entity.zones).today(now))
  if (inForce === null) return 'not_enrolled'
  if (inForce.cadence === 'never') return 'entity_ended'
  if (decision.waiting > 0 && decision.captured.length === 0) return 'not_due'
  if (decision.captured.length > 0) return 'already_captured'
  return decision.sealed > 0 ? 'window_sealed' : 'not_due'
}

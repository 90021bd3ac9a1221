import type { Schemas } from '../api/client.ts'
import { amountText, wordsOf } from '../format/amount.ts'
import { localDay, localTime, spanText } from '../format/local.ts'
import { dayText } from '../format/period.ts'
import { answerUnit } from '../generic/answer-unit.ts'
import type { ToldKind } from '../search/entity-search.ts'

interface Span {
  readonly from: string
  readonly to: string
}

/** Something that happened to an entity's history, as `GET /v1/series/{series}/timeline` tells it. */
export type TimelineEntry = Schemas['TimelineEntry']

type Kind = TimelineEntry['kind']

const KINDS: Readonly<Record<ToldKind, readonly Kind[]>> = {
  captures: ['captured', 'rolled_up', 'checkpoint'], corrections: ['restated', 'adjusted'], decisions: ['frequency'], failures: ['failed'],
}

export const KIND_TITLES: Readonly<Record<ToldKind, string>> = { captures: 'Captures', corrections: 'Corrections', decisions: 'Decisions on frequency', failures: 'Failures' }

/** What is told of one kind; of none, all. A kind that this page does not know is told under no kind. */
export function ofKind(entries: readonly TimelineEntry[], told: ToldKind | undefined): readonly TimelineEntry[] {
  return told === undefined ? entries : entries.filter(({ kind }) => KINDS[told].includes(kind))
}

const EVERY: Readonly<Record<string, string>> = { hour: 'every hour', sixHours: 'every six hours', day: 'once a day', final: 'one last time', never: 'no more' }
const REASONS: Readonly<Record<string, string>> = {
  enrolled: 'it was enrolled', status: 'its status changed', busier: 'it became busier', quieter: 'it became quieter', final_captured: 'its final state had been captured',
  gone: 'its source no longer knew it', returned: 'its source knew it again', declared: 'what is declared changed',
}
const WHY: Readonly<Record<string, string>> = { scheduled: 'as scheduled', late: 'late: filled in after the window was over', final: 'the last one' }

export function everyText(every: string): string {
  return EVERY[every] ?? `every ${wordsOf(every).toLowerCase()}`
}

function reasonText(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ')
}

/** One line of the timeline: what, why, and where it can be looked at. */
export interface ToldEntry {
  readonly key: string
  readonly kind: Kind
  readonly at: string
  readonly title: string
  readonly why: string
  /** The moments of it that can be looked at: a local day, or an instant of a window. */
  readonly moments: readonly Moment[]
}

export interface Moment {
  readonly moment: string
  readonly text: string
}

/** What a person needs to know of where the entry is told. */
export interface Teller {
  readonly zone: string
  readonly series: Pick<Schemas['DeclaredSeries'], 'measures' | 'source' | 'frequency'>
}

export function toldEntry(entry: TimelineEntry, { zone, series }: Teller): ToldEntry {
  const head = { key: entry.key, kind: entry.kind, at: entry.at }
  switch (entry.kind) {
    case 'captured': {
      if (entry.window === null) return { ...head, title: 'Days were closed', why: 'a capture closed every day that was over', moments: [] }
      return { ...head, title: 'Captured', why: whyCaptured(entry), moments: [{ moment: entry.window.from, text: windowText(entry.window, entry.at, zone) }] }
    }
    case 'rolled_up': return {
      ...head, title: `Rolled up into a ${entry.tier}`, why: `${entry.windows} ${entry.windows === 1 ? 'window' : 'windows'} became one row; finer detail is kept for a time only`, moments: [dayMoment(entry)],
    }
    case 'failed': return {
      ...head, title: entry.resolved ? 'A capture failed, and was made up for' : 'A capture failed', why: entry.message, moments: [{ moment: entry.window.from, text: spanText(entry.window, zone) }],
    }
    case 'restated': return {
      ...head, title: `Corrected: the ${entry.tier === 'captured' ? 'window' : entry.tier}${entry.group === null ? '' : ` of ${Object.values(entry.group).join(', ')}`} was written anew`,
      why: `now revision ${entry.revision}; what it said before is kept`,
      moments: [entry.from.includes('T') ? { moment: entry.from, text: spanText(entry, zone) } : dayMoment(entry)],
    }
    case 'frequency': return {
      ...head, title: `Captured ${everyText(entry.every)} from ${dayText(entry.day)} on`, why: whyDecided(entry, series), moments: [{ moment: entry.day, text: dayText(entry.day) }],
    }
    case 'adjusted': return {
      ...head, title: `${wordsOf(entry.measure)} adjusted by ${amountText(entry.by, answerUnit(series, entry.measure))}`, why: entry.reason, moments: [{ moment: entry.day, text: dayText(entry.day) }],
    }
    case 'checkpoint': return { ...head, title: `Checkpoint ${entry.count}`, why: `one after every ${entry.every} events`, moments: [] }
    default: return { ...(head as { key: string; kind: Kind; at: string }), title: wordsOf(String((entry as { kind: string }).kind)), why: '', moments: [] }
  }
}

function dayMoment({ from, to }: Span): Moment {
  return { moment: from, text: spanText({ from, to }, 'UTC') }
}

/** Under its own day a window is told by its times. */
function windowText(window: Span, at: string, zone: string): string {
  if (localDay(window.from, zone) !== localDay(at, zone)) return spanText(window, zone)
  const to = localTime(window.to, zone)
  return localTime(window.from, zone) === '00:00' && to === '00:00' ? 'whole day' : `${localTime(window.from, zone)}–${to === '00:00' ? '24:00' : to}`
}

function whyCaptured({ why, frequency }: Extract<TimelineEntry, { kind: 'captured' }>): string {
  const told = WHY[why] ?? why
  return frequency === null || why === 'final' ? told : `${told}; ${everyText(frequency.every)} since ${dayText(frequency.since)}, when ${reasonText(frequency.reason)}`
}

function whyDecided({ before, reason, status, activity }: Extract<TimelineEntry, { kind: 'frequency' }>, series: Teller['series']): string {
  const measure = (series.frequency as { readonly activity?: string } | null)?.activity
  const facts = [
    ...(status === null ? [] : [`status ${status}`]),
    ...(activity === null ? [] : [`${amountText(activity)}${measure === undefined ? '' : ` ${wordsOf(measure).toLowerCase()}`} in the seven days before`]),
    ...(before === null ? [] : [`${everyText(before)} until then`]),
  ]
  return [`because ${reasonText(reason)}`, ...facts].join('; ')
}

/** Captures of one day that were taken for the same reason are one line with a moment each. */
export function joined(entries: readonly ToldEntry[], zone: string): readonly { readonly day: string; readonly entries: readonly ToldEntry[] }[] {
  const days: { day: string; entries: ToldEntry[] }[] = []
  for (const entry of entries) {
    const day = localDay(entry.at, zone)
    const here = days.at(-1)
    if (here === undefined || here.day !== day) {
      days.push({ day, entries: [entry] })
      continue
    }
    const same = entry.kind === 'captured' && entry.moments.length > 0 ? here.entries.findIndex(({ kind, why, moments }) => kind === 'captured' && why === entry.why && moments.length > 0) : -1
    const alike = here.entries[same]
    if (alike === undefined) here.entries.push(entry)
    else here.entries[same] = { ...alike, moments: [...entry.moments, ...alike.moments] }
  }
  return days
}

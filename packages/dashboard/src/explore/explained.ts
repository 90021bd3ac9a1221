import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'
import { coverageText, type Coverage } from '../format/coverage.ts'
import { instantText } from '../format/instant.ts'
import { dayText, rangeText } from '../format/period.ts'
import { toldAnswers } from '../generic/told-answers.ts'
import type { PanelRows } from '../panels/panel-rows.ts'

/** A row by what the address calls it: a day or the start of a window, a blank, the entity. */
export function explainedRow(why: string): { readonly entity: string; readonly day?: string; readonly at?: string } {
  const blank = why.indexOf(' ')
  const [period, entity] = [why.slice(0, blank), why.slice(blank + 1)]
  return period.includes('T') ? { entity, at: period } : { entity, day: period }
}

interface Believed {
  readonly at?: string
  readonly until?: { readonly at: string } | null
  readonly answers: Readonly<Record<string, unknown>>
}

interface Part {
  readonly file: string | null
  readonly at: string
  readonly transaction: number
  readonly revision: number
  readonly facts: number
  readonly digest: string | null
}

/** What both kinds of inspection have, and what one of them has. */
interface Inspected {
  readonly tier?: string | null
  readonly from?: string
  readonly to?: string
  readonly window?: { readonly from: string; readonly to: string }
  readonly coverage?: Coverage
  readonly answers?: Readonly<Record<string, unknown>>
  readonly part?: Part | null
  readonly parts?: readonly Part[]
  readonly decision?: { readonly cadence: string; readonly from: string; readonly status: string | null; readonly activity: number | string | null } | null
  readonly windows?: readonly { readonly is: string }[]
  readonly failures?: readonly { readonly from: string; readonly message: string }[]
  readonly damaged?: string | null
  readonly earlier?: readonly Believed[]
  readonly events?: readonly unknown[]
  readonly eventsGone?: string | null
  readonly adjustments?: readonly { readonly measure: string; readonly by: number | string; readonly day: string; readonly reason: string }[]
  readonly captures?: { readonly count: number; readonly last: { readonly at: string } | null }
}

export interface Fact {
  readonly title: string
  readonly text: string
}

/** What is known of how a row came to be, in words. */
export function explainFacts(document: Schemas['Inspection']): readonly Fact[] {
  const one: Inspected = document
  const parts = one.parts ?? (one.part === null || one.part === undefined ? [] : [one.part])
  const facts: (Fact | null)[] = [
    { title: 'Kept as', text: one.tier === null || one.tier === undefined ? 'no row: nothing was written' : `${/^[aeiou]/.test(one.tier) ? 'an' : 'a'} ${one.tier} row, ${reachText(one)}` },
    one.coverage === undefined ? null : { title: 'Coverage', text: coverageText(one.coverage) },
    ...parts.map((part, index): Fact => ({
      title: parts.length === 1 ? 'Written' : `Written, part ${index + 1}`,
      text: `${instantText(part.at)}, transaction ${part.transaction}, revision ${part.revision}, of ${part.facts} ${one.events === undefined ? (part.facts === 1 ? 'window' : 'windows') : (part.facts === 1 ? 'event' : 'events')}; ${part.file === null ? 'in the store' : `in the archive file ${part.file}`}`,
    })),
    one.decision === null || one.decision === undefined ? null : {
      title: 'Captured', text: `every ${one.decision.cadence} since ${dayText(one.decision.from)}${one.decision.status === null ? '' : `: status ${one.decision.status}`}${one.decision.activity === null ? '' : `, activity ${one.decision.activity}`}`,
    },
    one.captures === undefined ? null : { title: 'Captures over it', text: `${one.captures.count}${one.captures.last === null ? '' : `, the last at ${instantText(one.captures.last.at)}`}` },
    one.events === undefined ? null : { title: 'Events', text: `${one.events.length}${one.eventsGone === null || one.eventsGone === undefined ? '' : `; ${one.eventsGone}`}` },
    ...(one.adjustments ?? []).map((made): Fact => ({ title: 'Adjusted', text: `${wordsOf(made.measure)} by ${made.by} on ${dayText(made.day)}: ${made.reason}` })),
    ...(one.failures ?? []).map((failed): Fact => ({ title: 'Failed', text: `${instantText(failed.from)}: ${failed.message}` })),
    one.damaged === null || one.damaged === undefined ? null : { title: 'Damaged', text: one.damaged },
  ]
  return facts.filter((fact) => fact !== null)
}

function reachText({ from, to, window }: Inspected): string {
  if (window !== undefined) return `${instantText(window.from)} to ${instantText(window.to)}`
  return from === undefined || to === undefined ? '' : rangeText(from, to)
}

/** The answers of the row, and what it said before, latest first. */
export function explainRows(document: Schemas['Inspection'], keys: readonly string[], series: Pick<Schemas['DeclaredSeries'], 'measures'>): PanelRows {
  const { answers = {}, earlier = [] }: Inspected = document
  const told = toldAnswers(series)
  const before = earlier.toReversed()
  return {
    columns: [{ title: 'Answer', unit: null, holds: 'name' }, { title: 'Now', unit: null, holds: 'value' }, ...before.map(({ until }, index) => ({ title: until === null || until === undefined ? `Before (${index + 1})` : `Until ${instantText(until.at)}`, unit: null, holds: 'value' as const }))],
    rows: keys.filter((key) => key in answers).map((key) => [`${told.get(key)?.title ?? key}${told.get(key)?.unit == null || told.get(key)?.unit === 'share' ? '' : ` (${told.get(key)?.unit})`}`, answers[key] ?? null, ...before.map((belief) => belief.answers[key] ?? null)]),
  }
}

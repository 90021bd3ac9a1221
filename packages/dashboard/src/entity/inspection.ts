import type { Schemas } from '../api/client.ts'
import type { Coverage } from '../format/coverage.ts'
import { wordsOf } from '../format/amount.ts'
import { answerUnit } from '../generic/answer-unit.ts'
import { mainAnswers } from '../generic/main-answers.ts'
import type { PanelRows } from '../panels/panel-rows.ts'

type Values = Readonly<Record<string, string | number | boolean | null>>

interface Moment {
  readonly transaction: number
  readonly at: string
}

export interface Belief extends Moment {
  readonly until: Moment | null
  readonly revision: number
  readonly facts: number
  readonly answers: Values
}

export interface Part extends Moment {
  readonly file: string | null
  readonly version: number
  readonly revision: number
  readonly facts: number
  readonly digest: string | null
}

interface InspectedRow {
  readonly day: string
  readonly tier: string | null
  readonly answers: Values
  readonly coverage: Coverage
  readonly damaged: string | null
  readonly earlier: readonly Belief[]
}

/** What `GET /v1/series/{series}/inspect` tells of a row of events. */
export interface EventInspection extends InspectedRow {
  readonly from: string
  readonly to: string
  readonly parts: readonly Part[]
  readonly events: readonly { readonly id: string; readonly day: string; readonly at: string; readonly values: Values; readonly accepted: Moment; readonly removed: Moment | null }[]
  readonly eventsGone: string | null
  readonly adjustments: readonly { readonly id: string; readonly day: string; readonly measure: string; readonly by: number | string; readonly reason: string; readonly accepted: Moment }[]
  readonly captures: { readonly count: number; readonly first: Moment | null; readonly last: Moment | null }
}

/** And of one that was collected. */
export interface CollectedInspection extends InspectedRow {
  readonly window: { readonly from: string; readonly to: string }
  readonly decision: { readonly from: string; readonly decidedAt: string; readonly cadence: string; readonly status: string | null; readonly activity: number | string | null } | null
  readonly windows: readonly { readonly period: string; readonly is: string }[]
  readonly part: Part | null
  readonly payload: { readonly version: number; readonly text: string } | null
  readonly failures: readonly { readonly from: string; readonly message: string }[]
}

export type Inspection = EventInspection | CollectedInspection

export function isCollectedRow(inspection: Inspection): inspection is CollectedInspection {
  return 'window' in inspection
}

export function partsOf(inspection: Inspection): readonly Part[] {
  return isCollectedRow(inspection) ? (inspection.part === null ? [] : [inspection.part]) : inspection.parts
}

/** Every answer of the row: now, and in each earlier belief, the latest first. */
export function inspectedRows(series: Schemas['DeclaredSeries'], { answers, earlier }: Pick<InspectedRow, 'answers' | 'earlier'>): PanelRows {
  const before = earlier.toReversed()
  const keys = [...new Set([...Object.keys(answers), ...before.flatMap((belief) => Object.keys(belief.answers))])]
  return {
    columns: [{ title: 'Answer', unit: null, holds: 'name' }, { title: 'Unit', unit: null, holds: 'name' }, { title: 'Now', unit: null, holds: 'value' }, ...before.map(({ revision }) => ({ title: `Revision ${revision}`, unit: null, holds: 'value' as const }))],
    rows: keys.map((key) => [answerTitle(key), answerUnit(series, key), answers[key] ?? null, ...before.map((belief) => belief.answers[key] ?? null)]),
  }
}

export function answerTitle(key: string): string {
  const point = key.indexOf('.')
  return point < 0 ? wordsOf(key) : `${wordsOf(key.slice(0, point))}, ${key.slice(point + 1)}`
}

/** What is shown at first: each measure's main answer, and whatever has changed. */
export function shownKeys(series: Schemas['DeclaredSeries'], { answers, earlier }: Pick<InspectedRow, 'answers' | 'earlier'>): readonly string[] {
  const main = new Set(mainAnswers(series, false).map(({ key }) => key))
  return Object.keys(answers).filter((key) => main.has(key) || earlier.some((belief) => belief.answers[key] !== answers[key]))
}

import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'
import { answerUnit } from '../generic/answer-unit.ts'
import { mainAnswers } from '../generic/main-answers.ts'
import type { PanelRows } from '../panels/panel-rows.ts'

export type Inspection = Schemas['Inspection']
export type EventInspection = Schemas['EventInspection']
export type CollectedInspection = Schemas['CollectedInspection']
export type Belief = Schemas['InspectedBelief']
export type Part = Schemas['InspectedPart']

export function isCollectedRow(inspection: Inspection): inspection is CollectedInspection {
  return 'window' in inspection
}

export function partsOf(inspection: Inspection): readonly Part[] {
  return isCollectedRow(inspection) ? (inspection.part === null ? [] : [inspection.part]) : inspection.parts
}

/** Every answer of the row: now, and in each earlier belief, the latest first. */
export function inspectedRows(series: Schemas['DeclaredSeries'], { answers, earlier }: Pick<Inspection, 'answers' | 'earlier'>): PanelRows {
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
export function shownKeys(series: Schemas['DeclaredSeries'], { answers, earlier }: Pick<Inspection, 'answers' | 'earlier'>): readonly string[] {
  const main = new Set(mainAnswers(series, false).map(({ key }) => key))
  return Object.keys(answers).filter((key) => main.has(key) || earlier.some((belief) => belief.answers[key] !== answers[key]))
}

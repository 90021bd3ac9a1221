import { tierEnd, tierStart } from '../calendar/period.ts'
import { formatDay } from '../calendar/civil.ts'
import type { Group } from '../definitions/cell.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { Coverage, ReasonCounts } from './answer.ts'
import type { Behind } from './behind.ts'
import type { Combined, Cut } from './combine.ts'
import type { DayCounts } from './coverage.ts'
import type { Provisional } from './provisional.ts'
import type { Period } from './ranges.ts'
import { type Asked, RowAnswers } from './row-answers.ts'
import type { CoverageSheet } from './sheet.ts'
import type { MeasuredSince } from './since.ts'

/** One read, ready to be answered from. */
export interface Answerable {
  readonly combined: Combined
  readonly sheet: CoverageSheet
  readonly provisional: Provisional
  /** null: entities are not counted. */
  readonly behind: Behind | null
}

export interface Compared extends Answerable {
  /** `previous` or `year`. */
  readonly suffix: string
  /** For each period the place of its range; -1 where there is none. */
  readonly places: Int32Array
}

export interface RowsPlan extends Answerable, Asked {
  readonly groups: readonly (Group | null)[]
  readonly subjects: readonly { readonly tenant: string; readonly entity: string | null }[]
  readonly periodsOf: (subject: number) => readonly Period[]
  readonly compared: readonly Compared[]
  /** Every slot, or only those with a row or a reason why a row may be missing. */
  readonly all: boolean
  /** Entities of a subject that enrolled before a day. */
  readonly amongOf: (subject: number, end: EpochDay) => number
  /** Slots to look at besides those with rows and cuts: damage may hide a row there. */
  readonly suspects: Iterable<number>
}

export type Row = Record<string, unknown>

/** The answered rows, in the order of the frame's slots. */
export function answerRows(plan: RowsPlan): Row[] {
  const { frame } = plan.combined
  const rows: Row[] = []
  const answers = new RowAnswers(plan, plan, '')
  const compared = plan.compared.map((one) => ({ ...one, answers: new RowAnswers(plan, one, `@${one.suffix}`) }))
  if (plan.all) {
    let slot = 0
    for (let subject = 0; subject < frame.subjects; subject++) {
      const periods = plan.periodsOf(subject)
      for (let cell = 0; cell < frame.cells.length; cell++) {
        for (let range = 0; range < periods.length; range++) {
          rows.push(answerRow(plan, answers, compared, slot, subject, cell, range, plan.sheet.counts(slot, subject, range)))
          slot++
        }
      }
    }
    return rows
  }
  for (const slot of touched(plan)) {
    const { subject, cell, range } = frame.placeOf(slot)
    const counts = plan.sheet.counts(slot, subject, range)
    if (plan.combined.rows.get(slot) === undefined && counts.retired === 0 && counts.damaged === 0) continue
    rows.push(answerRow(plan, answers, compared, slot, subject, cell, range, counts))
  }
  return rows
}

function touched({ combined, suspects }: RowsPlan): readonly number[] {
  const withRows = combined.rows.filled()
  const others = [...combined.cuts.keys(), ...suspects]
  return others.length === 0 ? withRows : [...new Set([...withRows, ...others])].sort((a, b) => a - b)
}

function answerRow(
  plan: RowsPlan, answers: RowAnswers, beside: readonly (Compared & { readonly answers: RowAnswers })[],
  slot: number, subject: number, cell: number, range: number, counts: DayCounts,
): Row {
  const { tenant, entity } = plan.subjects[subject] as RowsPlan['subjects'][number]
  const period = plan.periodsOf(subject)[range] as Period
  const row = headOf(tenant, entity, plan.groups[cell] as Group | null, period)
  answers.into(row, slot, counts)
  if (plan.behind !== null) {
    row['behind'] = plan.behind.counts(slot)
    row['among'] = plan.amongOf(subject, period.to)
  }
  for (const compared of beside) {
    const place = compared.places[range] as number
    if (place < 0) {
      for (const { key } of plan.answers) row[`${key}@${compared.suffix}`] = null
      row[`coverage@${compared.suffix}`] = null
      continue
    }
    const other = compared.combined.frame.slot(subject, cell, place)
    const otherCounts = compared.sheet.counts(other, subject, place)
    compared.answers.into(row, other, otherCounts)
    if (compared.behind !== null) row[`behind@${compared.suffix}`] = compared.behind.counts(other)
    row[`coverage@${compared.suffix}`] = coverageOf(otherCounts, plan.since)
  }
  row['coverage'] = coverageOf(counts, plan.since)
  if (counts.retired > 0) row['widened'] = widened(period, plan.sheet.losing)
  return row
}

/** A row that its answers and its coverage are still to be added to. */
export function headOf(tenant: string, entity: string | null, group: Group | null, period: Period): Row {
  const own = group === null ? null : { ...group }
  return period.endText === null
    ? { tenant, entity, group: own, period: period.startText }
    : { tenant, entity, group: own, from: period.startText, to: period.endText }
}

function coverageOf(counts: DayCounts, since: MeasuredSince): Coverage {
  const coverage = { expected: counts.expected, present: counts.present, reasons: counts.reasons() }
  let measures: Record<string, { present: number; reasons: ReasonCounts }> | null = null
  for (const measure of since.selected) {
    const unmeasured = counts.unmeasured[since.places.get(measure) as number] as number
    if (unmeasured === 0) continue
    measures ??= {}
    measures[measure] = { present: counts.present - unmeasured, reasons: { not_measured_yet: unmeasured } }
  }
  return measures === null ? coverage : { ...coverage, measures }
}

/** The range with each end that cuts a row moved out to where no row of that tier crosses; of a total, for all its entities. */
export function widened(range: DayRange, cuts: readonly Cut[]): { from: string; to: string } {
  let { from, to } = range
  for (const cut of cuts) {
    if (cut.from < range.from && range.from < cut.to) from = Math.min(from, tierStart(cut.tier, range.from))
    if (cut.from < range.to && range.to < cut.to) to = Math.max(to, tierEnd(cut.tier, range.to - 1))
  }
  return { from: formatDay(from), to: formatDay(to) }
}

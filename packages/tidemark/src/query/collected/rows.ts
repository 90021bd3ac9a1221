import type { Group } from '../../definitions/cell.ts'
import type { Coverage } from '../answer.ts'
import type { Period } from '../ranges.ts'
import { headOf, type Row, widened } from '../rows.ts'
import { measuresCoverage } from './measuring.ts'
import type { CollectedQuestion, TenantSplit } from './question.ts'
import type { Sheet } from './sheet.ts'

export interface ComparedSheet {
  /** `previous` or `year`. */
  readonly suffix: string
  /** For each period the place of its range; -1 where there is none. */
  readonly places: Int32Array
  readonly sheet: Sheet
}

/** Adds the rows of one subject, by cell and period. */
export function addRows(
  rows: Row[], { resolved, splits, measuring }: CollectedQuestion, subject: { readonly tenant: string; readonly entity: string | null }, periods: readonly Period[],
  { sheet, compared, all }: { readonly sheet: Sheet; readonly compared: readonly ComparedSheet[]; readonly all: boolean },
): void {
  const { behind } = resolved
  for (const [cell, group] of (splits.get(subject.tenant) as TenantSplit).groups.entries()) {
    if (resolved.metOnly && !meets(sheet, cell, periods.length)) continue
    for (let range = 0; range < periods.length; range++) {
      if (all || sheet.filled(cell, range) || sheet.cut(cell, range) || sheet.counts(range).damaged > 0) {
        const row = rowOf(sheet, cell, group, range)
        if (all || row !== null) rows.push(row as Row)
      }
    }
  }

  function rowOf(from: Sheet, cell: number, group: Group | null, range: number): Row | null {
    const counts = from.counts(range)
    if (!all && !from.filled(cell, range) && counts.retired === 0 && counts.damaged === 0) return null
    const period = periods[range] as Period
    const row = headOf(subject.tenant, subject.entity, group, period)
    for (const ref of measuring.answers) row[ref.key] = from.value(ref, cell, range)
    if (behind) Object.assign(row, from.standing?.(cell, range))
    for (const { suffix, places, sheet: other } of compared) {
      const place = places[range] as number
      for (const ref of measuring.answers) row[`${ref.key}@${suffix}`] = place < 0 ? null : other.value(ref, cell, place)
      if (behind && place >= 0) row[`behind@${suffix}`] = other.standing?.(cell, place).behind
    }
    row['coverage'] = coverageOf(from, cell, range)
    for (const { suffix, places, sheet: other } of compared) {
      const place = places[range] as number
      row[`coverage@${suffix}`] = place < 0 ? null : coverageOf(other, cell, place)
    }
    if (counts.retired > 0) row['widened'] = widened(period, from.losing(range))
    return row
  }

  function coverageOf(from: Sheet, cell: number, range: number): Coverage {
    const counts = from.counts(range)
    const coverage = { expected: counts.expected, present: counts.present, reasons: counts.reasons() }
    const measures = measuresCoverage(measuring, counts.present, (selected) => from.measured(selected, cell, range))
    return measures === undefined ? coverage : { ...coverage, measures }
  }
}

function meets(sheet: Sheet, cell: number, ranges: number): boolean {
  for (let range = 0; range < ranges; range++) if (sheet.filled(cell, range) || sheet.cut(cell, range)) return true
  return false
}

import type { Coverage, QueryRow, WindowRow } from '../query/answer.ts'
import { grouped, table, type Column } from './table.ts'

/** Rows of an answer as a table: who, when, the values, and how complete each row is. Columns that say nothing are left out. `unit`: what coverage counts. */
export function answerTable(rows: readonly (QueryRow | WindowRow)[], keys: readonly string[], unit: 'days' | 'windows' = 'days'): string {
  if (rows.length === 0) return 'No rows.'
  const cells = rows.map((row) => row as unknown as Record<string, unknown>)
  const several = (key: string) => new Set(cells.map((row) => row[key])).size > 1
  const columns: { readonly column: Column; readonly text: (row: Record<string, unknown>) => string }[] = []
  const add = (title: string, align: Column['align'], text: (row: Record<string, unknown>) => string): void => {
    columns.push({ column: { title, align }, text })
  }
  if (several('tenant')) add('tenant', 'left', (row) => String(row['tenant']))
  if (cells.some((row) => row['entity'] !== null)) add('entity', 'left', (row) => String(row['entity'] ?? 'all'))
  if (cells.some((row) => row['group'] !== null)) add('group', 'left', (row) => groupText(row['group'] as Record<string, string> | null))
  if ('period' in (cells[0] as object)) {
    add('period', 'left', (row) => String(row['period']))
  } else {
    add('from', 'left', (row) => String(row['from']))
    add('to', 'left', (row) => String(row['to']))
  }
  for (const key of answerColumns(cells, keys)) add(key, 'right', (row) => valueText(row[key]))
  for (const suffix of ['', '@previous', '@year']) {
    const key = `coverage${suffix}`
    if (!(key in (cells[0] as object))) continue
    const coverageOf = (row: Record<string, unknown>) => row[key] as Coverage | null
    const widenedOf = (row: Record<string, unknown>) => (suffix === '' ? row['widened'] as { from: string; to: string } | undefined : undefined)
    add(`${unit}${suffix}`, 'right', (row) => presentText(coverageOf(row)))
    if (cells.some((row) => Object.keys(coverageOf(row)?.reasons ?? {}).length > 0 || widenedOf(row) !== undefined)) {
      add(`missing${suffix}`, 'left', (row) => { const coverage = coverageOf(row); return coverage === null ? '' : missingText(coverage, widenedOf(row)) })
    }
  }
  return table(columns.map(({ column }) => column), cells.map((row) => columns.map(({ text }) => text(row))))
}

/** `26/28`; a dash where there is nothing to compare with. */
function presentText(coverage: Coverage | null): string {
  return coverage === null ? '–' : `${grouped(coverage.present)}/${grouped(coverage.expected)}`
}

/** The asked answers, each followed by what it is compared with. */
function answerColumns(cells: readonly Record<string, unknown>[], keys: readonly string[]): readonly string[] {
  const present = new Set(cells.flatMap((row) => Object.keys(row)))
  return keys.flatMap((key) => [key, `${key}@previous`, `${key}@year`].filter((candidate) => present.has(candidate)))
}

function groupText(group: Readonly<Record<string, string>> | null): string {
  return group === null ? '' : Object.entries(group).map(([field, value]) => `${field}=${value}`).join(' ')
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'number' ? grouped(value) : String(value)
}

/** `3 open, 28 before_enrolment`; and the range to ask for instead. */
export function missingText(coverage: Coverage, widened?: { readonly from: string; readonly to: string }): string {
  const reasons = Object.entries(coverage.reasons).map(([reason, count]) => `${grouped(count as number)} ${reason}`)
  const measures = Object.entries(coverage.measures ?? {}).flatMap(([measure, counts]) =>
    Object.entries(counts.reasons).map(([reason, count]) => `${measure}: ${grouped(count as number)} ${reason}`))
  return [...reasons, ...measures, ...(widened === undefined ? [] : [`whole: ${widened.from}..${widened.to}`])].join(', ')
}

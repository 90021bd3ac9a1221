import type { Tier } from '../definitions/keep.ts'
import { cellOf, groupOf } from '../definitions/cell.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { HeldSeries } from '../stores/contract/inventory.ts'
import type { State } from '../stores/contract/state.ts'
import { archivedFiles } from './archived-rows.ts'
import { grouped } from './by-day.ts'
import { rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** A row of any place, as far as its cell's sums go. */
interface CellRow {
  readonly cell: number
  readonly from: number
  readonly to: number
  readonly facts: number
  readonly states: Readonly<Record<string, State>>
}

/**
 * Every event counts in the whole and once in each dimension's cells, so the cells of a dimension add up to the cell
 * that they divide, and their least and greatest are its.
 */
export async function checkCells(subject: Subject, findings: Findings): Promise<void> {
  for (const series of subject.eventSeries) {
    if (series.definition.dimensions.length === 0) continue
    for await (const entity of subject.chosen(series.definition.of.name)) {
      for (const { tier } of series.definition.keep.tiers) {
        for await (const { items } of grouped(subject.inventory.rows(series, tier, entity), ({ from }) => from)) checkWindow(findings, series.definition, tier, entity, items)
      }
    }
    if (subject.deep) await checkArchived(subject, series, findings)
  }
}

/** @param rows every cell's row of one window */
function checkWindow(findings: Findings, series: SeriesDefinition, tier: string, entity: { readonly tenant: string; readonly entity: string }, rows: readonly CellRow[]): void {
  const byCell = new Map(rows.map((row) => [row.cell, row]))
  for (const row of rows) {
    findings.checked++
    const group = groupOf(series.dimensions, row.cell) ?? {}
    for (const { field, values } of series.dimensions) {
      if (Object.hasOwn(group, field)) continue
      const parts = values.flatMap((value) => byCell.get(cellOf(series.dimensions, { ...group, [field]: value }) as number) ?? [])
      const name = `${rowName(series, tier, entity, row)}, by ${field}`
      const facts = parts.reduce((sum, part) => sum + part.facts, 0)
      if (facts !== row.facts) findings.note(`${name}: it counts ${row.facts} facts, and its cells ${facts}`)
      for (const [column, rule] of columnsOf(series)) {
        const whole = row.states[column] ?? null
        const merged = mergeOf(rule, parts.map(({ states }) => states[column] ?? null))
        if (BigInt(whole ?? 0) !== BigInt(merged ?? 0) || (rule !== 'sum' && (whole === null) !== (merged === null))) findings.note(`${name}: ${column} is ${whole}, and its cells come to ${merged}`)
      }
    }
  }
}

type Rule = 'sum' | 'min' | 'max'

/** Columns that cells divide or share. The days of a flag may be true in several cells, so they do neither. */
function columnsOf(series: SeriesDefinition): readonly (readonly [string, Rule])[] {
  return Object.entries(series.measures).flatMap(([name, measure]): (readonly [string, Rule])[] => {
    switch (measure.kind) {
      case 'count': return [[`${name}_n`, 'sum']]
      case 'delta': return [[`${name}_sum`, 'sum'], [`${name}_n`, 'sum']]
      case 'extreme': return [[`${name}_${measure.side}`, measure.side]]
      default: return []
    }
  })
}

function mergeOf(rule: Rule, states: readonly State[]): bigint | null {
  const values = states.filter((state) => state !== null).map(BigInt)
  if (values.length === 0) return null
  if (rule === 'sum') return values.reduce((a, b) => a + b)
  return values.reduce((a, b) => ((rule === 'min') === (a < b) ? a : b))
}

async function checkArchived(subject: Subject, series: HeldSeries, findings: Findings): Promise<void> {
  const tier = series.definition.keep.tiers.at(-1)?.tier as Tier
  for await (const file of archivedFiles(subject, series)) {
    if (!file.ok) continue
    let window: { tenant: string; entity: string; rows: CellRow[] } | null = null
    for (const row of file.rows()) {
      const { tenant, entity, cell, from, to, facts } = row
      const states = Object.fromEntries(file.columns.map((column, index) => [column, row.states[index] ?? null]))
      if (window === null || window.tenant !== tenant || window.entity !== entity || window.rows[0]?.from !== from) {
        if (window !== null) checkWindow(findings, series.definition, tier, window, window.rows)
        window = { tenant, entity, rows: [] }
      }
      window.rows.push({ cell, from, to, facts, states })
    }
    if (window !== null) checkWindow(findings, series.definition, tier, window, window.rows)
  }
}

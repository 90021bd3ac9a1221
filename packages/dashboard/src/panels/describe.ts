import type { Panel } from '../../../tidemark/src/panels/panel.ts'
import { amountText } from '../format/amount.ts'
import { periodText } from '../format/period.ts'
import { compareCells, type PanelColumn, type PanelRows } from './panel-rows.ts'

const DRAWN: Readonly<Record<Panel['draw'], string>> = { cards: 'Numbers', gauges: 'Gauges', chart: 'Chart', heat: 'Heat map', radar: 'Radar', links: 'List', table: 'Table' }

/** What a picture shows, in words: how far it reaches, and of each line where it begins, ends, and its least and greatest. */
export function describe(draw: Panel['draw'], { columns, rows }: PanelRows, grain: string | null = null): string {
  const head = `${DRAWN[draw]} of ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`
  const first = columns[0]
  const from = String(rows[0]?.[0] ?? '')
  const to = String(rows.at(-1)?.[0] ?? '')
  const reach = first?.holds === 'period' && rows.length > 0 ? `, from ${periodText(from, grain)} to ${periodText(to, grain)}` : ''
  const values = columns.flatMap((column, place) => (column.holds === 'value' ? [valueText(column, rows.map((row) => ({ name: nameOf(first, row[0], grain), value: row[place] ?? null })))] : []))
  return `${head}${reach}. ${draw === 'heat' ? heatText(columns, rows) : values.join(' ')}`.trim()
}

interface Named {
  readonly name: string
  readonly value: unknown
}

function nameOf(column: PanelColumn | undefined, value: unknown, grain: string | null): string {
  return column?.holds === 'period' ? periodText(String(value), grain) : String(value ?? '')
}

function extremes(cells: readonly Named[]): readonly [Named, Named] | null {
  let ends: readonly [Named, Named] | null = null
  for (const cell of cells) {
    if (cell.value === null || cell.value === undefined) continue
    const [least, greatest]: readonly [Named, Named] = ends ?? [cell, cell]
    ends = [compareCells(cell.value, least.value) < 0 ? cell : least, compareCells(cell.value, greatest.value) >= 0 ? cell : greatest]
  }
  return ends
}

function valueText({ title, unit }: PanelColumn, cells: readonly Named[]): string {
  const ends = extremes(cells)
  if (ends === null) return `${title}: nothing known.`
  const [least, greatest] = ends
  const missing = cells.filter(({ value }) => value === null || value === undefined).length
  const last = cells.findLast(({ value }) => value !== null && value !== undefined)
  return `${title}: least ${amountText(least.value, unit)} (${least.name}), greatest ${amountText(greatest.value, unit)} (${greatest.name}), last ${amountText(last?.value, unit)}${missing === 0 ? '' : `, ${missing} missing`}.`
}

function heatText(columns: readonly PanelColumn[], rows: PanelRows['rows']): string {
  const ends = extremes(rows.flatMap((row) => columns.slice(1).map((column, place) => ({ name: `${String(row[0])} ${column.title}`, value: row[place + 1] ?? null }))))
  return ends === null ? 'Nothing known.' : `Greatest ${amountText(ends[1].value, columns[1]?.unit ?? null)} at ${ends[1].name}, least ${amountText(ends[0].value, columns[1]?.unit ?? null)} at ${ends[0].name}.`
}

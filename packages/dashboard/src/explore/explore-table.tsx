import { type ReactNode, useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { periodText } from '../format/period.ts'
import type { PanelRows } from '../panels/panel-rows.ts'
import { RowsTable } from '../panels/rows-table.tsx'
import type { ExploreSearch } from '../search/explore-search.ts'
import type { useChange } from '../search/use-change.ts'
import type { BelievedRow } from './beliefs.ts'
import css from './explore.module.css'
import type { ExploreLook } from './explore-rows.ts'
import { periodEnd } from './period-end.ts'

export interface ExploreTableProps {
  readonly rows: readonly BelievedRow[]
  readonly table: PanelRows
  readonly look: ExploreLook
  readonly dimensions: readonly string[]
  readonly onWhy: (why: string) => void
  readonly onWho: ReturnType<typeof useChange<ExploreSearch>>
}

/** Every row; differences with a mark, and a way on: of one entity to what stands behind the row, of a total to whose it is. */
export function ExploreTable({ rows, table, look, dimensions, onWhy, onWho }: ExploreTableProps) {
  const { grain, total, of, by } = look
  const explained = by.length === 0 && (grain === 'captured' || grain === 'day')
  const wayOn = (total && grain !== 'range') || (!total && explained)
  const title = total ? `Each ${of}` : 'Why'
  const withWay = useMemo((): PanelRows => (wayOn ? {
    ...table,
    columns: [...table.columns, { title, unit: null, holds: 'name' }],
    rows: table.rows.map((row, index) => [...row, index]),
  } : table), [table, wayOn, title])
  const cell = (cells: readonly unknown[], place: number): ReactNode => {
    const column = withWay.columns[place]
    if (column?.title.endsWith(', difference') === true) {
      const text = String(cells[place] ?? '')
      return text === '' ? <span className={css['same-mark']}>as now</span> : <span className={css['differs']} data-differs><span aria-hidden="true">◆ </span>{text}</span>
    }
    if (!wayOn || place !== withWay.columns.length - 1) return undefined
    const row = rows[Number(cells[place])]
    const head = (row?.now ?? row?.before) as Schemas['QueryRow']
    const told = periodText(head.period, grain)
    return total
      ? <button type="button" className={css['way']} aria-label={`Whose it is, ${told}: each ${of}`} onClick={() => onWho({ whose: 'each', from: head.period, to: periodEnd(head.period, grain), range: undefined, rows: 'range', why: undefined })}>Whose it is</button>
      : <button type="button" className={css['way']} aria-label={`Explain ${look.label(head.entity ?? '')}, ${told}`} onClick={() => onWhy(`${head.period} ${head.entity ?? ''}`)}>Explain</button>
  }
  return <RowsTable key={dimensions.join()} label="Every row" rows={withWay} grain={grain} cell={cell} tall />
}

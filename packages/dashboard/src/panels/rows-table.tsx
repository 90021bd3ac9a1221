import { createSortedRowModel, rowSortingFeature, type SortingState, tableFeatures, useTable } from '@tanstack/react-table'
import { type ReactNode, useMemo } from 'react'
import type { Level } from '../../../tidemark/src/panels/panel.ts'
import { amountText, headed, rawText, shownUnit } from '../format/amount.ts'
import { periodText } from '../format/period.ts'
import { EntityLink } from './entity-link.tsx'
import { LevelMark } from './level-mark.tsx'
import css from './panel.module.css'
import { compareCells, type PanelColumn, type PanelRows } from './panel-rows.ts'
import { SafeLink } from './safe-link.tsx'
import { useNamedRows } from './use-named-rows.ts'

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })
type Row = readonly unknown[]
const LONG = 36
/** A column of names and one of numbers have as many rows as a page can draw at once. */
const MOST_ROWS = 1000

export interface RowsTableProps {
  readonly label: string
  readonly rows: PanelRows
  readonly grain?: string | null
  readonly order?: { readonly column: number; readonly way: 'up' | 'down' } | null
  /** Told of another order, so that the address can keep it. */
  readonly onOrder?: (order: { readonly column: number; readonly way: 'up' | 'down' } | null) => void
  /** What a cell shows in place of its value; undefined: the value. */
  readonly cell?: (row: Row, place: number) => ReactNode
  /** Higher than it usually is. */
  readonly tall?: boolean
}

/** Rows that can be sorted by any column: by numbers exactly, what is missing last. */
export function RowsTable({ label, rows: given, grain = null, order = null, onOrder, cell, tall = false }: RowsTableProps) {
  const rows = useNamedRows(given)
  const columns = useMemo(() => rows.columns.map((column, place) => ({
    id: String(place), accessorFn: (row: Row) => row[place] ?? undefined, header: column.title, sortUndefined: 'last' as const, sortDescFirst: column.holds === 'value',
    sortFn: (a: { readonly original: Row }, b: { readonly original: Row }) => compareCells(a.original[place], b.original[place]),
  })), [rows.columns])
  const data = useMemo(() => rows.rows as Row[], [rows.rows])
  const sorting: SortingState = order === null || order.column < 0 ? [] : [{ id: String(order.column), desc: order.way === 'down' }]
  const table = useTable({
    features, columns, data,
    ...(onOrder === undefined ? { initialState: { sorting } } : {
      state: { sorting },
      onSortingChange: (change: SortingState | ((before: SortingState) => SortingState)) => {
        const [first] = typeof change === 'function' ? change(sorting) : change
        onOrder(first === undefined ? null : { column: Number(first.id), way: first.desc ? 'down' : 'up' })
      },
    }),
  })
  const whole = rows.columns.findIndex(({ holds }) => holds === 'entity')
  // All together stands behind its parts, however they are ordered.
  const isWhole = ({ original }: { readonly original: Row }): boolean => whole >= 0 && rawText(original[whole]) === null
  const sorted = table.getRowModel().rows
  const shown = whole < 0 ? sorted : [...sorted.filter((row) => !isWhole(row)), ...sorted.filter(isWhole)]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={css['scroll']} data-tall={tall} tabIndex={0} aria-label={`${label}, table`}>
      <table className={css['table']}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header, place) => {
                const way = header.column.getIsSorted()
                return (
                  <th key={header.id} scope="col" data-holds={rows.columns[place]?.holds} aria-sort={way === false ? 'none' : way === 'asc' ? 'ascending' : 'descending'}>
                    <button type="button" className={css['sort']} onClick={header.column.getToggleSortingHandler()}>
                      {headed(rows.columns[place]?.title ?? '')}{rows.columns[place]?.holds === 'value' ? unitText(rows.columns[place]) : ''}<span aria-hidden="true">{way === false ? '' : way === 'asc' ? ' ▲' : ' ▼'}</span>
                    </button>
                  </th>
                )
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {shown.slice(0, MOST_ROWS).map((row) => (
            <tr key={row.id} data-whole={isWhole(row) || undefined}>
              {rows.columns.map((column, place) => <Cell key={column.title} column={column} value={row.original[place]} first={place === 0} grain={grain} level={rows.levels?.get(row.original)?.[place] ?? null} names={rows.names} own={cell?.(row.original, place)} />)}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length > MOST_ROWS && <p>The first {MOST_ROWS} of {shown.length} rows; the CSV has all.</p>}
    </section>
  )
}

function unitText(column: PanelColumn | undefined): string {
  const unit = shownUnit(column?.unit)
  return unit === null || unit === column?.title ? '' : ` (${unit})`
}

interface CellProps {
  readonly column: PanelColumn
  readonly value: unknown
  readonly first: boolean
  readonly grain: string | null
  readonly level: Level | null
  readonly names: PanelRows['names']
  readonly own: ReactNode
}

function Cell({ column, value, first, grain, level, names, own }: CellProps) {
  const content = own ?? contentOf(column, value, grain, level, names)
  const long = (rawText(value)?.length ?? 0) > LONG ? 'long' : undefined
  return first && column.holds !== 'value' ? <th scope="row" data-holds={column.holds}>{content}</th> : <td data-holds={column.holds} data-text={long}>{content}</td>
}

function contentOf({ holds, unit }: PanelColumn, value: unknown, grain: string | null, level: Level | null, names: PanelRows['names']): ReactNode {
  const text = rawText(value)
  if (holds === 'entity') return text === null ? 'All together' : <EntityLink entity={text} name={names?.get(text)} />
  if (holds === 'link') return text === null ? amountText(null) : <SafeLink url={text}>source</SafeLink>
  if (holds === 'period') return text === null ? amountText(null) : periodText(text, grain)
  if (holds === 'name') return text ?? amountText(null)
  const told = amountText(value, shownUnit(unit) === null ? unit : null)
  return level === null ? told : <LevelMark level={level}>{told}</LevelMark>
}

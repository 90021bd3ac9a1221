import { ActionIcon, Title, VisuallyHidden } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useId } from 'react'
import { panelCsv, saveText } from '../csv/panel-csv.ts'
import { completeness, type Coverage, coverageText } from '../format/coverage.ts'
import { useShared } from '../search/use-shared.ts'
import { Rows, Save } from '../shell/icons.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { LoadingState } from '../states/loading-state.tsx'
import { ProblemState } from '../states/problem-state.tsx'
import css from './panel.module.css'
import { isEmpty, type PanelRows } from './panel-rows.ts'
import { useNamedRows } from './use-named-rows.ts'

const RowsTable = lazy(() => import('./rows-table.tsx').then((loaded) => ({ default: loaded.RowsTable })))

export interface PanelFrameProps {
  /** Names it in the address and in the file of its CSV. */
  readonly name: string
  readonly title: string
  readonly summary?: ReactNode
  /** What is shown is of an earlier question, while the next answer comes. */
  readonly stale?: boolean
  readonly error?: unknown
  readonly onRetry?: () => void
  /** What it shows; null while nothing is known. */
  readonly rows: PanelRows | null
  /** The picture in words. */
  readonly description?: string
  /** Undefined: the answer has none. */
  readonly coverage?: Coverage | null | undefined
  readonly grain?: string | null
  /** Why nothing is shown, where that is no fault: something has to be chosen first. */
  readonly wants?: ReactNode
  /** Whether a table would say the same again. */
  readonly isTable?: boolean
  readonly height?: number
  readonly children: ReactNode
}

/** What every panel has: a title, its state, the table behind the picture, CSV, and how complete it is. */
export function PanelFrame(props: PanelFrameProps) {
  const { name, title, summary, description, coverage, stale = false } = props
  const rows = useNamedRows(props.rows)
  const id = useId()
  const [search, change] = useShared()
  const open = search.table?.includes(name) ?? false
  const others = (search.table ?? []).filter((one) => one !== name)
  const shown = rows !== null && !isEmpty(rows) && props.wants === undefined
  return (
    <section className={css['panel']} aria-labelledby={id} data-panel={name} data-state={stateOf(props)}>
      <div className={css['head']}>
        <div className={css['heading']}>
          <Title order={2} id={id}>{title}</Title>
          {summary !== undefined && <p className={css['summary']}>{summary}</p>}
        </div>
        {shown && (
          <div className={css['tools']}>
            {props.isTable !== true && (
              <ActionIcon variant={open ? 'light' : 'subtle'} color="gray" aria-pressed={open} aria-label={`Show ${title} as a table`} title="Show as a table"
                onClick={() => change({ table: open ? (others.length === 0 ? undefined : others) : [...others, name] })}><Rows /></ActionIcon>
            )}
            <ActionIcon variant="subtle" color="gray" aria-label={`Save ${title} as CSV`} title="Save as CSV" onClick={() => saveText(`${name}.csv`, panelCsv(rows))}><Save /></ActionIcon>
          </div>
        )}
      </div>
      <div className={css['body']} data-stale={stale} aria-busy={stale}>
        {description !== undefined && shown && <VisuallyHidden><p data-description={name}>{description}</p></VisuallyHidden>}
        {shown && open && rows !== null ? <Suspense fallback={<LoadingState />}><RowsTable label={title} rows={rows} grain={props.grain ?? null} /></Suspense> : <Body {...props} />}
      </div>
      {coverage !== null && coverage !== undefined && (
        <div className={css['foot']}><span className={css['dot']} data-complete={completeness(coverage)} aria-hidden="true" /><span data-coverage={name}>{coverageText(coverage)}</span></div>
      )}
    </section>
  )
}

function stateOf({ error, rows, wants, coverage }: PanelFrameProps): string {
  if (wants !== undefined) return 'wants'
  // What was known stays when asking again failed; the note above the page says so.
  if (rows === null) return error !== undefined && error !== null ? 'error' : 'loading'
  if (isEmpty(rows)) return 'empty'
  return coverage !== null && coverage !== undefined && completeness(coverage) === 'faulty' ? 'partial' : 'ready'
}

function Body(props: PanelFrameProps) {
  const { height = 220, error, onRetry, wants, coverage, title, children } = props
  switch (stateOf(props)) {
    case 'wants': return <EmptyState title={String(wants)} />
    case 'error': return <ProblemState error={error} onRetry={onRetry} />
    case 'loading': return <LoadingState height={height} label={`Loading ${title}`} />
    case 'empty': return <EmptyState title="Nothing is known of this range">{coverage === null || coverage === undefined ? undefined : coverageText(coverage)}</EmptyState>
    default: return children
  }
}

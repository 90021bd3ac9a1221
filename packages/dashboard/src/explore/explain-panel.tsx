import { Button } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useInspection } from '../api/hooks.ts'
import { amountText } from '../format/amount.ts'
import { periodText } from '../format/period.ts'
import { showPanel } from '../panels/show-panel.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { RowsTable } from '../panels/rows-table.tsx'
import { explainFacts, explainRows, explainedRow } from './explained.ts'
import css from './explore.module.css'

export interface ExplainPanelProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  /** The period, a blank, the entity. */
  readonly why: string
  readonly where: readonly string[]
  /** The answers that the page asks for. */
  readonly keys: readonly string[]
  readonly label: (entity: string) => string
  readonly onClose: () => void
}

/** One stored row, what produced it, and what it said before. */
export function ExplainPanel({ series, tenant, why, where, keys, label, onClose }: ExplainPanelProps) {
  const row = explainedRow(why)
  const { data, error, refetch, isPlaceholderData } = useInspection({ series: series.name, tenant, ...row, group: where })
  const rows = useMemo(() => (data === undefined ? null : explainRows(data, keys, series)), [data, keys, series])
  // Whoever asked in the table is brought here; whoever opened a link stays at its top.
  useEffect(() => {
    if (why !== '' && document.activeElement?.closest('[data-panel="rows"]') !== null) showPanel('why')
  }, [why])
  const title = `What stands behind ${label(row.entity)}, ${periodText(row.at ?? row.day ?? '')}`
  return (
    <PanelFrame name="why" title={title} rows={rows} error={error} onRetry={() => void refetch()} stale={isPlaceholderData} isTable>
      {data !== undefined && rows !== null && (
        <>
          <dl className={css['facts']}>
            {explainFacts(data).map(({ title: fact, text }) => <div key={fact}><dt>{fact}</dt><dd>{text}</dd></div>)}
          </dl>
          <RowsTable label={title} rows={rows} cell={(cells, place) => (place > 0 && rows.columns[place]?.holds === 'name' ? amountText(cells[place]) : undefined)} />
        </>
      )}
      <Button size="compact-sm" variant="default" onClick={onClose} className={css['close'] ?? ''}>Close the explanation</Button>
    </PanelFrame>
  )
}

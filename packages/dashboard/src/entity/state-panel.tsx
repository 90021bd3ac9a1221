import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useEntityState } from '../api/hooks.ts'
import { amountText, rawText, wordsOf } from '../format/amount.ts'
import { instantText } from '../format/instant.ts'
import { spanText } from '../format/local.ts'
import { answerUnit } from '../generic/answer-unit.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import type { PanelRows } from '../panels/panel-rows.ts'
import { EmptyState } from '../states/empty-state.tsx'
import css from './entity.module.css'
import { PayloadTree } from './payload-tree.tsx'
import { ScrollRegion } from './scroll-region.tsx'

export interface StatePanelProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  readonly entity: string
  readonly zone: string
  /** Undefined: now. */
  readonly at: string | undefined
  readonly onNow: () => void
}

/** What the entity is like: its status and other words, its numbers, and its stored state. */
export function StatePanel({ series, tenant, entity, zone, at, onNow }: StatePanelProps) {
  const { data, error, isPlaceholderData, refetch } = useEntityState({ series: series.name, tenant, entity, ...(at === undefined ? {} : { at }) })
  const state = data?.states.find((one) => one.entity === entity)
  const rows = useMemo<PanelRows | null>(() => (data === undefined ? null : {
    columns: [{ title: 'Measure', unit: null, holds: 'name' }, { title: 'Value', unit: null, holds: 'value' }, { title: 'Unit', unit: null, holds: 'name' }],
    rows: Object.entries(state?.values ?? {}).map(([measure, value]) => {
      const unit = answerUnit(series, measure)
      return [wordsOf(measure), value, unit === 'share' ? 'share of one' : unit]
    }),
  }), [data, state, series])
  const when = at === undefined ? 'Now' : `At ${instantText(at, zone)}`
  const of = state === undefined ? '' : `: the ${state.tier === 'captured' ? 'window' : state.tier} of ${spanText(state.window, zone)}${state.tier === 'captured' ? '' : ', the last that is kept'}`
  return (
    <PanelFrame
      name="state" title="State" rows={data !== undefined && state === undefined ? NOTHING : rows} error={error} onRetry={() => void refetch()} stale={isPlaceholderData} height={360}
      summary={<span data-state-of={state?.window.from ?? ''}>{when}{of}{at === undefined ? '' : <> <Button size="compact-xs" variant="default" onClick={onNow}>Back to now</Button></>}</span>}
    >
      {state === undefined ? <EmptyState title="Nothing was known of it yet">It had not been captured by then, or what was captured is kept no longer.</EmptyState> : <Values series={series} state={state} />}
    </PanelFrame>
  )
}

/** A panel that shows its own reason is not empty to its frame. */
const NOTHING: PanelRows = { columns: [{ title: 'State', unit: null, holds: 'name' }], rows: [['nothing known']] }

function Values({ series, state }: { readonly series: Schemas['DeclaredSeries']; readonly state: Schemas['States']['states'][number] }) {
  const isWord = (measure: string): boolean => series.measures.find(({ name }) => name === measure)?.kind === 'state'
  const known = Object.entries(state.values)
  return (
    <ScrollRegion className={`${css['scroll']} ${css['state']}`} label="State, its values">
      <ul className={css['words']}>
        {known.filter(([measure]) => isWord(measure)).map(([measure, value]) => <li key={measure} data-word={measure}><span>{wordsOf(measure)} </span><b>{amountText(value)}</b></li>)}
      </ul>
      <dl className={css['values']}>
        {known.filter(([measure]) => !isWord(measure)).map(([measure, value]) => (
          <div key={measure}><dt>{wordsOf(measure)}</dt><dd data-measure={measure} data-value={rawText(value) ?? ''}>{amountText(value, answerUnit(series, measure))}</dd></div>
        ))}
      </dl>
      {state.payload !== null && state.payload !== undefined && <div className={css['payload']}><PayloadTree title="Stored state" value={state.payload} open /></div>}
    </ScrollRegion>
  )
}

import { useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useInspection } from '../api/hooks.ts'
import { amountText, rawText, wordsOf } from '../format/amount.ts'
import { instantText } from '../format/instant.ts'
import { localTime, spanText } from '../format/local.ts'
import { dayText } from '../format/period.ts'
import { answerUnit } from '../generic/answer-unit.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import css from './entity.module.css'
import { answerTitle, type CollectedInspection, type EventInspection, inspectedRows, type Inspection, isCollectedRow, partsOf, shownKeys } from './inspection.ts'
import { PayloadTree } from './payload-tree.tsx'
import { ScrollRegion } from './scroll-region.tsx'
import { everyText } from './timeline-entry.ts'

export interface RowPanelProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  readonly entity: string
  readonly zone: string
  /** A local day or an instant of a window; undefined: none is chosen. */
  readonly moment: string | undefined
}

/** One row: what it says, what produced it, and what was believed before. */
export function RowPanel({ series, tenant, entity, zone, moment }: RowPanelProps) {
  const asked = moment === undefined ? null
    : { series: series.name, tenant, entity, ...(series.source === 'events' || !moment.includes('T') ? { day: moment.slice(0, 10) } : { at: moment }) }
  const { data: inspection, error, refetch } = useInspection(asked)
  const rows = useMemo(() => (inspection === undefined ? null : inspectedRows(series, inspection)), [inspection, series])
  return (
    <PanelFrame
      name="row" title="One row" rows={rows} error={error} onRetry={() => void refetch()} coverage={inspection?.coverage} height={240}
      summary={inspection === undefined ? 'What it says, what produced it, and what was believed before' : headText(inspection, zone)}
      {...(moment === undefined ? { wants: 'Choose a moment in the timeline, or a day above' } : {})}
    >
      {inspection !== undefined && <Inspected series={series} inspection={inspection} zone={zone} />}
    </PanelFrame>
  )
}

function headText(inspection: Inspection, zone: string): string {
  const span = isCollectedRow(inspection) ? inspection.window : { from: inspection.from, to: inspection.to }
  const { tier } = inspection
  return tier === null ? `${spanText(span, zone)}: there is no row` : `The ${tier === 'captured' ? 'window' : tier} of ${spanText(span, zone)}`
}

function Inspected({ series, inspection, zone }: { readonly series: Schemas['DeclaredSeries']; readonly inspection: Inspection; readonly zone: string }) {
  const collected = isCollectedRow(inspection) ? inspection : null
  const payload = useMemo(() => (collected?.payload === null || collected === null ? null : parsed(collected.payload.text)), [collected])
  return (
    <div className={css['sections']}>
      <section>
        <h3>What produced it</h3>
        {inspection.damaged !== null && <p>Its archive file is damaged: {inspection.damaged}</p>}
        {partsOf(inspection).map((part) => (
          <p key={`${part.file} ${part.transaction}`}>
            {collected !== null && inspection.tier === 'captured' ? 'Captured' : 'Written'} {instantText(part.at, zone)} in transaction {part.transaction}; revision {part.revision}, {part.facts} {collected === null ? (part.facts === 1 ? 'fact' : 'facts') : (part.facts === 1 ? 'window' : 'windows')}.
            <span className={css['dim']}> {part.file === null ? 'It lies in the store' : `It lies in the archive file ${part.file}`}; definition {part.version}{part.digest === null ? '' : `, digest ${part.digest.slice(0, 12)}…`}.</span>
          </p>
        ))}
        {partsOf(inspection).length === 0 && <p className={css['dim']}>Nothing: no row is kept of it.</p>}
        {collected === null ? <Facts inspection={inspection as EventInspection} series={series} zone={zone} /> : <Collected inspection={collected} series={series} zone={zone} />}
      </section>
      <section>
        <h3>What was believed before</h3>
        {inspection.earlier.length === 0 && <p className={css['dim']}>The same: it was written once, or what it said before is kept no longer.</p>}
        {inspection.earlier.toReversed().map(({ revision, transaction, at, until, facts }) => (
          <p key={`${revision} ${transaction}`}>Revision {revision}, {facts} {facts === 1 ? 'fact' : 'facts'}: from {instantText(at, zone)}{until === null ? '' : ` until ${instantText(until.at, zone)}`}</p>
        ))}
        {payload !== null && <PayloadTree title={`Stored state (version ${collected?.payload?.version})`} value={payload} />}
      </section>
      {inspection.tier !== null && <div className={css['wide']}><Beliefs series={series} inspection={inspection} /></div>}
    </div>
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const IS_FAULT: ReadonlySet<string> = new Set(['source_failed', 'not_captured', 'archive_damaged'])

function Collected({ inspection: { decision, windows, failures }, series, zone }: { readonly inspection: CollectedInspection; readonly series: Schemas['DeclaredSeries']; readonly zone: string }) {
  const measure = (series.frequency as { readonly activity?: string } | null)?.activity
  return (
    <>
      <p data-decision="">
        {decision === null ? 'It was not enrolled on the day.' : <>
          To be captured {everyText(decision.cadence)} since {dayText(decision.from)}
          {decision.status === null ? '' : `: status ${decision.status}`}{decision.activity === null ? '' : `, ${amountText(decision.activity)}${measure === undefined ? '' : ` ${wordsOf(measure).toLowerCase()}`} in seven days`}.
        </>}
      </p>
      {windows.length > 0 && (
        <ul className={css['windows']} aria-label="Windows that the day should have had">
          {windows.map(({ period, is }) => <li key={period} data-is={is} data-fault={IS_FAULT.has(is)}>{localTime(period, zone)} {is.replaceAll('_', ' ')}</li>)}
        </ul>
      )}
      {failures.map(({ from, message }) => <p key={from}>The source failed, {localTime(from, zone)}: {message}</p>)}
    </>
  )
}

const MOST_EVENTS = 50

function Facts({ inspection: { events, eventsGone, adjustments, captures }, series, zone }: { readonly inspection: EventInspection; readonly series: Schemas['DeclaredSeries']; readonly zone: string }) {
  return (
    <>
      {captures.last !== null && <p>Closed by {captures.count} {captures.count === 1 ? 'capture' : 'captures'}, last {instantText(captures.last.at, zone)}.</p>}
      {eventsGone !== null && <p className={css['dim']}>{eventsGone}</p>}
      {events.length > 0 && (
        <details className={css['tree']} open={events.length <= 8}>
          <summary>{events.length} {events.length === 1 ? 'event' : 'events'}</summary>
          <ul>{events.slice(0, MOST_EVENTS).map(({ id, at, values, removed }) => (
            <li key={id} className={css['leaf']} data-event={id}><span>{localTime(at, zone)}</span><span>{id}</span><span>{Object.entries(values).map(([field, value]) => `${wordsOf(field).toLowerCase()} ${amountText(value)}`).join(', ')}{removed === null ? '' : `; taken back ${instantText(removed.at, zone)}`}</span></li>
          ))}</ul>
          {events.length > MOST_EVENTS && <p className={css['dim']}>The first {MOST_EVENTS}.</p>}
        </details>
      )}
      {adjustments.map(({ id, day, measure, by, reason, accepted }) => <p key={id}>{wordsOf(measure)} adjusted by {amountText(by, answerUnit(series, measure))} on {dayText(day)}, accepted {instantText(accepted.at, zone)}: {reason}</p>)}
    </>
  )
}

/** What the row says, and in the columns behind it what it said: where it has changed, marked. */
function Beliefs({ series, inspection }: { readonly series: Schemas['DeclaredSeries']; readonly inspection: Inspection }) {
  const keys = shownKeys(series, inspection)
  const before = inspection.earlier.toReversed()
  if (keys.length === 0) return <EmptyState title="Nothing is known of this row">What it said before is beside.</EmptyState>
  if (before.length === 0) {
    return (
      <>
        <h3>What it says</h3>
        <dl className={css['values']}>{keys.map((key) => <div key={key}><dt>{answerTitle(key)}</dt><dd data-answer={key} data-value={rawText(inspection.answers[key]) ?? ''}>{amountText(inspection.answers[key], answerUnit(series, key))}</dd></div>)}</dl>
      </>
    )
  }
  return (
    <>
      <h3>What it says, and said</h3>
      <ScrollRegion className={css['beliefs'] ?? ''} label="What it says, and said">
        <table>
          <thead><tr><th scope="col">Answer</th><th scope="col">Now</th>{before.map(({ revision, transaction }) => <th key={transaction} scope="col">Revision {revision}</th>)}</tr></thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key}>
                <th scope="row">{answerTitle(key)}</th>
                <td data-answer={key} data-value={rawText(inspection.answers[key]) ?? ''}>{amountText(inspection.answers[key], answerUnit(series, key))}</td>
                {before.map(({ transaction, answers }) => {
                  const changed = answers[key] !== inspection.answers[key]
                  return <td key={transaction} data-changed={changed}>{amountText(answers[key], answerUnit(series, key))}{changed ? ' *' : ''}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className={css['dim']}>* other than now</p>
    </>
  )
}

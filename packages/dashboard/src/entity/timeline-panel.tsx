import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useTimeline } from '../api/hooks.ts'
import { localTime } from '../format/local.ts'
import { addDays, dayText, daysBetween, rangeText } from '../format/period.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import type { PanelRows } from '../panels/panel-rows.ts'
import type { ToldKind } from '../search/entity-search.ts'
import { EmptyState } from '../states/empty-state.tsx'
import css from './entity.module.css'
import { EntryMark } from './entry-mark.tsx'
import { ScrollRegion } from './scroll-region.tsx'
import { joined, type Moment, ofKind, type ToldEntry, toldEntry } from './timeline-entry.ts'

export interface TimelinePanelProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  readonly entity: string
  readonly zone: string
  /** Null: as the server usually tells, the last four weeks. */
  readonly range: { readonly from: string; readonly to: string } | null
  readonly told: ToldKind | undefined
  readonly chosen: string | undefined
  readonly onChoose: (moment: string) => void
}

/** The most days that one timeline is of. */
const MOST_DAYS = 400

/** What happened to the history of an entity, and why, the latest first; each moment can be looked at. */
export function TimelinePanel({ series, tenant, entity, zone, range, told, chosen, onChoose }: TimelinePanelProps) {
  const cut = range !== null && daysBetween(range.from, range.to) > MOST_DAYS
  const asked = range === null ? {} : { from: cut ? addDays(range.to, -MOST_DAYS) : range.from, to: range.to }
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useTimeline({ series: series.name, tenant, entity, ...asked })
  const [first] = data?.pages ?? []
  const entries = useMemo(() => (data === undefined ? null : ofKind(data.pages.flatMap((page) => page.entries), told).map((entry) => toldEntry(entry, { zone, series }))), [data, told, zone, series])
  const rows = useMemo<PanelRows | null>(() => (entries === null ? null : rowsOf(entries)), [entries])
  const summary = first === undefined ? 'What happened, and why' : `${rangeText(first.from, first.to)}${cut ? `, the last ${MOST_DAYS} days of the range` : ''}; times are those of ${zone}`
  return (
    <PanelFrame name="timeline" title="Timeline" summary={summary} rows={rows} error={error} onRetry={() => void refetch()} height={360}>
      <ScrollRegion className={css['scroll'] ?? ''} label="Timeline, what happened">
        {entries?.length === 0 && <EmptyState title="Nothing happened">{told === undefined ? 'Choose a longer range.' : 'Nothing of this kind, in this range.'}</EmptyState>}
        {joined(entries ?? [], zone).map(({ day, entries: of }) => (
          <div key={day} className={css['day']}>
            <h3>{dayText(day)}</h3>
            <ul>{of.map((entry) => <Entry key={entry.key} entry={entry} zone={zone} chosen={chosen} onChoose={onChoose} />)}</ul>
          </div>
        ))}
        {hasNextPage && <Button size="xs" variant="default" aria-disabled={isFetchingNextPage} onClick={() => { if (!isFetchingNextPage) void fetchNextPage() }}>{isFetchingNextPage ? 'Loading …' : 'Show what was before'}</Button>}
      </ScrollRegion>
    </PanelFrame>
  )
}

interface EntryProps {
  readonly entry: ToldEntry
  readonly zone: string
  readonly chosen: string | undefined
  readonly onChoose: (moment: string) => void
}

function Entry({ entry, zone, chosen, onChoose }: EntryProps) {
  const { kind, at, title, why, moments } = entry
  return (
    <li className={css['entry']} data-kind={kind} data-entry={entry.key}>
      <EntryMark kind={kind} />
      <div>
        <p>{title}{kind === 'captured' && moments.length > 0 ? '' : <span className={css['why']}> · {localTime(at, zone)}</span>}</p>
        {why !== '' && <p className={css['why']}>{why}</p>}
        {moments.length > 0 && <div className={css['moments']}>{moments.map((moment) => <MomentButton key={moment.moment} moment={moment} title={title} chosen={chosen === moment.moment} onChoose={onChoose} />)}</div>}
      </div>
    </li>
  )
}

function MomentButton({ moment: { moment, text }, title, chosen, onChoose }: { readonly moment: Moment; readonly title: string; readonly chosen: boolean; readonly onChoose: (moment: string) => void }) {
  return <button type="button" className={css['moment']} aria-pressed={chosen} data-moment={moment} title={`${title}: look at ${text}`} onClick={() => onChoose(moment)}>{text}</button>
}

/** An empty timeline is told in the panel, with why. */
function rowsOf(entries: readonly ToldEntry[]): PanelRows {
  const column = (title: string) => ({ title, unit: null, holds: 'name' as const })
  return {
    columns: [column('At'), column('What'), column('Why'), column('Of')],
    rows: entries.length === 0 ? [['', 'nothing', '', '']] : entries.map(({ at, title, why, moments }) => [at, title, why, moments.map(({ text }) => text).join(', ')]),
  }
}

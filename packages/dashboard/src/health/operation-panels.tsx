import { useFailures, useRuns } from '../api/hooks.ts'
import { usePalette } from '../charts/use-palette.ts'
import { wordsOf } from '../format/amount.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { RowsTable } from '../panels/rows-table.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import css from './health.module.css'
import { failureRows, fileRows, runRows, type SeriesHealth, standingNotes, tierRows } from './standing.ts'
import { TierBar } from './tier-bar.tsx'

interface OfSeries {
  readonly health: SeriesHealth
  readonly tenant?: string | undefined
}

/** Where a series lies: how much, how old. */
export function TiersPanel({ health }: OfSeries) {
  const { hues } = usePalette()
  const rows = tierRows(health.standing.tiers)
  const notes = standingNotes(health)
  return (
    <PanelFrame name="tiers" title="Where it lies" summary={`${wordsOf(health.series)}, of all tenants: rows and bytes by tier, finest first, then what lies beside the tiers`} rows={rows} isTable>
      <TierBar tiers={health.standing.tiers} hues={hues} />
      <RowsTable label="Where it lies" rows={rows} grain="day" />
      {notes.length > 0 && <ul className={css['notes']}>{notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </PanelFrame>
  )
}

/** What left the store for files, and when each was read back. */
export function FilesPanel({ health, archived }: OfSeries & { readonly archived: boolean }) {
  const rows = fileRows(health.files)
  return (
    <PanelFrame name="files" title="Archive files" summary="Each was read back whole before what it holds left the store" rows={rows} isTable {...(health.files.length === 0 ? { wants: archived ? 'Nothing is old enough for the archive yet' : 'This series keeps no archive' } : {})}>
      <RowsTable label="Archive files" rows={rows} grain="quarter" />
    </PanelFrame>
  )
}

/** Captures and what moved between tiers, latest first. */
export function RunsPanel({ health }: OfSeries) {
  const { data, error, refetch } = useRuns(health.series)
  const rows = data === undefined ? null : runRows(data.runs)
  return (
    <PanelFrame
      name="runs" title="Runs" summary={`Captures, corrections, rollups and archivings of ${wordsOf(health.series).toLowerCase()}, latest first`} rows={rows} error={error} onRetry={() => void refetch()} isTable
      {...(data?.runs.length === 0 ? { wants: 'Nothing has run yet' } : {})}
    >
      {rows !== null && <RowsTable label="Runs" rows={rows} />}
    </PanelFrame>
  )
}

/** Windows that could not be captured, and why. */
export function FailuresPanel({ health, tenant }: OfSeries) {
  const { data, error, refetch } = useFailures(health.series, tenant)
  const rows = data === undefined ? null : failureRows(data.failures)
  return (
    <PanelFrame name="failures" title="Failures" summary="Windows of the last seven days that could not be captured and have not been since" rows={rows} error={error} onRetry={() => void refetch()} isTable {...(rows?.rows.length === 0 ? { wants: 'Nothing has failed in the last seven days' } : {})}>
      {rows !== null && <RowsTable label="Failures" rows={rows} />}
    </PanelFrame>
  )
}

/** In place of what needs the right to read every tenant. */
export function NotSeen({ why }: { readonly why: string }) {
  return (
    <section className="tm-surface" data-panel="not-seen" data-state="wants">
      <EmptyState title="Freshness, tiers, runs, failures and archive files are told only to those who may read every tenant">{why}</EmptyState>
    </section>
  )
}

import type { CardsPanel } from '../../../tidemark/src/panels/panel.ts'
import type { Schemas } from '../api/client.ts'
import { countText, wordsOf } from '../format/amount.ts'
import { instantText } from '../format/instant.ts'
import { dayText } from '../format/period.ts'
import type { PanelColumn, PanelRows } from '../panels/panel-rows.ts'

export type ToldHealth = Schemas['HealthReport']
export type SeriesHealth = ToldHealth['series'][number]
export type ToldTier = SeriesHealth['standing']['tiers'][number]
export type ToldFile = SeriesHealth['files'][number]
export type ToldRun = Schemas['Runs']['runs'][number]
export type ToldFailure = Schemas['Failures']['failures'][number]

const LIES: Readonly<Record<string, string>> = {
  captured: 'As captured', day: 'Daily rows', week: 'Weekly rows', month: 'Monthly rows', quarter: 'Quarterly rows', archive: 'Archive', superseded: 'Earlier beliefs', payloads: 'Payloads', events: 'Events', identities: 'Event ids',
}

export function tierTitle(tier: string): string {
  return LIES[tier] ?? wordsOf(tier)
}

export const STANDING_CARDS: CardsPanel = {
  draw: 'cards', rows: 'cards', cards: [
    { name: 'open', title: 'Open alerts', unit: null, better: null, opens: null }, { name: 'acknowledged', title: 'Alerts that somebody knows of', unit: null, better: null, opens: null },
    { name: 'failed', title: 'Windows that failed, 7 days', unit: null, better: null, opens: null }, { name: 'bytes', title: 'Kept in all', unit: 'bytes', better: null, opens: null },
  ],
}

export function standingDocument({ series, alerts }: ToldHealth): unknown {
  const bytes = series.reduce((sum, { standing }) => sum + standing.tiers.reduce((all, tier) => all + tier.bytes, 0), 0)
  const failed = series.reduce((sum, { failures }) => sum + failures.windows, 0)
  return { cards: [{ name: 'open', value: alerts.open }, { name: 'acknowledged', value: alerts.acknowledged }, { name: 'failed', value: failed }, { name: 'bytes', value: bytes }] }
}

const column = (title: string, holds: PanelColumn['holds'], unit: string | null = null): PanelColumn => ({ title, holds, unit })

export function freshnessRows({ series }: ToldHealth): PanelRows {
  return {
    columns: [column('Series', 'name'), column('Captured', 'name'), column('Seconds ago', 'value'), column('Failed windows, 7 days', 'value')],
    rows: series.map(({ series: name, capturedAt, capturedSecondsAgo, failures }) => [name, capturedAt, capturedSecondsAgo, failures.windows]),
  }
}

/** Where rows lie, of which age; empty places last. */
export function tierRows(tiers: readonly ToldTier[]): PanelRows {
  return {
    columns: [column('Kept', 'name'), column('Rows', 'value'), column('Size', 'value', 'bytes'), column('From', 'period'), column('To', 'period'), column('Oldest', 'value', 'days'), column('Newest', 'value', 'days')],
    rows: tiers.map(({ tier, rows, bytes, oldest, newest, oldestAgeDays, newestAgeDays }) => [tierTitle(tier), rows, rows === 0 ? 0 : bytes, oldest, newest, oldestAgeDays, newestAgeDays]),
  }
}

export function fileRows(files: readonly ToldFile[]): PanelRows {
  return {
    columns: [column('Period', 'period'), column('Rows', 'value'), column('Size', 'value', 'bytes'), column('Read back and proven', 'name'), column('File', 'name')],
    rows: files.toReversed().map(({ period, rows, bytes, provenAt, path }) => [period, rows, bytes, provenAt === null ? 'never' : instantText(provenAt), path]),
  }
}

const RUNS: Readonly<Record<string, string>> = { capture: 'Capture', recompute: 'Correction', rollup: 'Rollup', archive: 'Archiving' }

export function runRows(runs: readonly ToldRun[]): PanelRows {
  return {
    columns: [column('When', 'name'), column('Run', 'name'), column('Rows', 'value'), column('Failed', 'value'), column('Commits', 'value')],
    rows: runs.map(({ at, kind, rows, failed, transactions }) => [instantText(at), RUNS[kind] ?? wordsOf(kind), rows, failed, transactions]),
  }
}

/** Each by the name of what it is of. */
export function failureRows(failures: readonly ToldFailure[]): PanelRows {
  return {
    columns: [column('Window', 'name'), column('Of', 'entity'), column('Why', 'name')],
    rows: failures.map(({ from, entity, message }) => [instantText(from), entity, message]),
  }
}

interface ToldMove {
  readonly source: string
  readonly target: string
  readonly boundary?: string
}

/** What would move on and does not, in sentences. */
export function standingNotes({ standing }: SeriesHealth): readonly string[] {
  const { held, waiting, quarantine, keptPlain } = standing
  const step = ({ source, target, boundary }: ToldMove): string => {
    const before = boundary === undefined ? '' : ` before ${dayText(boundary)}`
    return `${before} ${source === 'captured' ? 'as captured' : `as ${tierTitle(source).toLowerCase()}`}; due as ${tierTitle(target).toLowerCase()}`
  }
  return [
    ...held.map((one) => `A hold keeps what ${countText(one.entities, 'entity has', 'entities have')}${step(one)}.`),
    ...waiting.map((one) => `Days wait for a capture${step(one)}.`),
    ...(quarantine.events === 0 ? [] : [`${quarantine.atLeast ? 'At least ' : ''}${countText(quarantine.events, 'event was', 'events were')} not accepted and put in quarantine.`]),
    ...(keptPlain ? ['It was unpacked: nothing of it is packed before somebody packs it again.'] : []),
  ]
}

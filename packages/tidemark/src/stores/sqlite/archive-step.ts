import { periodEnd, periodStart } from '../../calendar/period.ts'
import { hasFreeText } from '../../definitions/dimension.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { ArchiveCommit, ArchiveSource, HighWater, StoredRow, SupersededRow } from '../contract/tiers.ts'
import { isCollected } from '../../definitions/series.ts'
import { readMet } from './dimension-places.ts'
import { butFor, immovable } from './holds.ts'
import { LatestValues } from './latest-values.ts'
import { rowTable, supersededTable } from './names.ts'
import { payloadsIn, sweepAll } from './payload-sweep.ts'
import { type NamedOwner, type RowSeries, SeriesRows, type TierRow } from './rows.ts'
import { enterRun } from './runs.ts'
import type { WriteSession } from './session.ts'
import { transactionAt } from './transaction-at.ts'

type Period = 'month' | 'quarter'

/** The tier whose rows go to the archive. */
function archiveTier(series: RowSeries): Period {
  return (series.definition.keep.tiers.at(-1) as { tier: Tier }).tier as Period
}

/** First days of the calendar periods that have rows waiting for the archive. */
export function archivePeriods(session: WriteSession, seriesName: string): readonly number[] {
  return session.read(() => {
    const series = session.catalogue.rowsOf(seriesName)
    if (!series.definition.keep.archive) return []
    const tier = archiveTier(series)
    const buckets = session.sql(`SELECT DISTINCT bucket FROM ${rowTable(seriesName, tier)} WHERE TRUE${butFor(immovable(session))}`).pluck().all() as number[]
    const periods = new Set(buckets.map((bucket) => periodStart(tier, bucket)))
    return [...periods].sort((a, b) => a - b)
  })
}

/** The rows of one archive period that lie in the store, their earlier beliefs, and a mark of what was read. */
export function archiveSource(session: WriteSession, seriesName: string, period: number, horizonInstant: number): ArchiveSource {
  return session.read(() => {
    const series = session.catalogue.rowsOf(seriesName)
    const tier = archiveTier(series)
    const end = periodEnd(tier, period)
    const others = butFor(immovable(session), 'r.entity_id')
    const rows = SeriesRows.of(session, series)
    const horizon = transactionAt(session, horizonInstant)
    const found = session.sql(`SELECT r.tenant_id, r.entity_id, t.name, e.name, ${rows.selection(tier)} FROM ${rowTable(seriesName, tier)} r JOIN tm_entity e ON e.id = r.entity_id JOIN tm_tenant t ON t.id = r.tenant_id WHERE r.bucket >= ? AND r.bucket < ?${others} ORDER BY t.name, e.name, r.bucket, r.cell`)
      .raw().all(period, end) as unknown[][]
    const archived = found.map((raw): StoredRow => {
      return storedRow(session, rows, tier, ownerOf(raw), rows.parse(tier, raw.slice(4)))
    })
    const earlier = session.sql(`SELECT r.tenant_id, r.entity_id, t.name, e.name, ${rows.earlierSelection()} FROM ${supersededTable(seriesName)} r JOIN tm_entity e ON e.id = r.entity_id JOIN tm_tenant t ON t.id = r.tenant_id WHERE r.tier = ? AND r.bucket >= ? AND r.bucket < ? AND r.until > ?${others} ORDER BY t.name, e.name, r.bucket, r.cell, r.transaction_id`)
      .raw().all(tier, period, end, horizon) as unknown[][]
    const superseded = earlier.map((raw): SupersededRow => {
      const row = rows.parseEarlier(raw.slice(4))
      return { ...storedRow(session, rows, tier, ownerOf(raw), row), until: row.until }
    })
    const met = hasFreeText(series.definition.dimensions) ? readMet(session, series.id, null) : new Map()
    return { rows: archived, superseded, met, highWater: highWater(session, series, tier, period, end) }
  })
}

function ownerOf(raw: readonly unknown[]): NamedOwner {
  const [tenantId, id, tenant, entity] = raw as [number, number, string, string]
  return { tenantId, id, tenant, entity }
}

function storedRow(session: WriteSession, rows: SeriesRows, tier: Tier, owner: NamedOwner, row: TierRow): StoredRow {
  const { tenant, entity } = owner
  return {
    tenant, entity, cell: row.cell, from: row.bucket, to: row.bucket + row.days, transaction: row.transaction,
    believedAt: session.instantOf(row.transaction), version: row.version, revision: row.revision, facts: row.facts,
    digest: rows.digest(tier, owner, row), states: rows.told(owner, row).states,
  }
}

function highWater(session: WriteSession, series: RowSeries, tier: Tier, from: number, to: number): HighWater {
  return session.sql(`SELECT coalesce(max(transaction_id), 0) AS "transaction", count(*) AS "rows", coalesce(sum(facts), 0) AS facts FROM ${rowTable(series.definition.name, tier)} WHERE bucket >= ? AND bucket < ?${butFor(immovable(session))}`)
    .get(from, to) as HighWater
}

/** Records a published file and retires its rows, unless the source has moved since it was read. */
export function commitArchive(session: WriteSession, commit: ArchiveCommit): boolean {
  return session.write(commit.now, 'archive', (writing) => {
    const series = session.catalogue.rowsOf(commit.series)
    const tier = archiveTier(series)
    const end = periodEnd(tier, commit.period)
    const now = highWater(session, series, tier, commit.period, end)
    if (now.transaction !== commit.highWater.transaction || now.rows !== commit.highWater.rows || now.facts !== commit.highWater.facts) return false
    const generation = session.sql('SELECT max(generation) FROM tm_archive WHERE series_id = ? AND period = ? AND current = 1').pluck().get(series.id, commit.period) as number | null
    if (generation !== null && generation >= commit.file.generation) return false
    session.sql('UPDATE tm_archive SET current = 0 WHERE series_id = ? AND period = ?').run(series.id, commit.period)
    session.sql('INSERT INTO tm_archive (series_id, period, generation, current, file, transaction_id) VALUES (?, ?, ?, 1, ?, ?)')
      .run(series.id, commit.period, commit.file.generation, JSON.stringify(commit.file), writing.id)
    session.reach('archive.after-record')
    const others = butFor(immovable(session))
    const payloads = series.layout.payload === null ? [] : payloadsIn(session, [
      `SELECT tenant_id, entity_id, payload FROM ${rowTable(commit.series, tier)} WHERE bucket >= :from AND bucket < :to${others}`,
      `SELECT tenant_id, entity_id, payload FROM ${supersededTable(commit.series)} WHERE tier = '${tier}' AND bucket >= :from AND bucket < :to${others}`,
    ], { from: commit.period, to: end })
    if (isCollected(series.definition)) rememberCounters(session, series, tier, commit.period, end, others)
    session.sql(`DELETE FROM ${rowTable(commit.series, tier)} WHERE bucket >= ? AND bucket < ?${others}`).run(commit.period, end)
    session.sql(`DELETE FROM ${supersededTable(commit.series)} WHERE tier = ? AND bucket >= ? AND bucket < ?${others}`).run(tier, commit.period, end)
    session.reach('archive.after-delete')
    const rows = SeriesRows.of(session, series)
    for (const old of commit.superseded) {
      const entity = session.catalogue.owner(series.definition.of.name, old.tenant, old.entity)
      if (entity === undefined) continue
      rows.supersede('archive', entity, {
        bucket: old.from, cell: old.cell, days: old.to - old.from, transaction: old.transaction, version: old.version, revision: old.revision, facts: old.facts, states: [...old.states],
      }, old.until)
    }
    sweepAll(session, commit.series, payloads)
    enterRun(session, writing, series, { rows: commit.file.rows })
    return true
  })
}

/** What counters had reached when their rows leave for the archive: a window filled in after it counts from there. */
function rememberCounters(session: WriteSession, series: RowSeries, tier: Tier, from: number, to: number, others: string): void {
  const rows = SeriesRows.of(session, series)
  const found = session.sql(`SELECT tenant_id, entity_id, ${rows.selection(tier)} FROM ${rowTable(series.definition.name, tier)} WHERE bucket >= ? AND bucket < ?${others} AND facts > 0 ORDER BY tenant_id, entity_id, bucket`)
    .raw().all(from, to) as unknown[][]
  for (const raw of found) {
    const [tenantId, id] = raw as [number, number]
    const { cell, bucket, states } = rows.parse(tier, raw.slice(2))
    new LatestValues(session, series, { id, tenantId }, null).archive(cell, bucket, states)
  }
}

import { tierEnd, tierStart } from '../../calendar/period.ts'
import type { Version } from '../../measures/versions.ts'
import type { RefusedRollup, RollupStep } from '../contract/tiers.ts'
import { putBoundary } from './boundary.ts'
import type { StoredCollected, StoredRostered } from './collected-series.ts'
import { giveBackBefore } from './give-back-rows.ts'
import { mergeGroups, type RowGroup } from './merge-groups.ts'
import { rowTable } from './names.ts'
import { deflatePayload, sweepPayloads } from './payloads.ts'
import { proveRollUp } from './prove-collected.ts'
import { type EarlierRow, SeriesRows, type TierRow, versionOf } from './rows.ts'
import type { Writing, WriteSession } from './session.ts'
import { transactionAt } from './transaction-at.ts'

/**
 * Merges rows of a collected series into the next tier, proves each successor against its source, and only then deletes
 * the source; inside the transaction that is open.
 */
export function rollUpCollected(session: WriteSession, step: RollupStep, writing: Writing): { rolledUp: number; retired: number; refused: readonly RefusedRollup[] } {
  const series = session.catalogue.collected(step.series)
  const horizon = transactionAt(session, step.horizon)
  const result = { rolledUp: 0, retired: 0, refused: [] as RefusedRollup[] }
  for (const id of step.entities) {
    const entity = series.entities.get(id)
    if (entity === undefined) continue
    const before = entity.boundaries[step.source]
    // A repeated step finds its work done: the boundary is where it wanted it.
    if (before !== undefined && before >= step.boundary) continue
    const move = (): void => {
      const rolled = rollUpEntity(session, series, entity, step, horizon)
      if ('refused' in rolled) {
        result.refused.push(rolled.refused)
        return
      }
      void writing.id
      result.rolledUp += rolled.rolledUp
      result.retired += rolled.retired
      putBoundary(session, series.id, entity, entity.decisions[0]?.day ?? step.boundary, step.source, step.boundary)
      entity.boundaries = { ...entity.boundaries, [step.source]: step.boundary }
    }
    // Whole windows became their days: what is told by days is told as before.
    if (step.source === 'captured' && step.target === 'day') {
      session.touching.part(series.id, entity.tenantId)
      session.touching.withinDays(move)
    } else move()
  }
  session.reach('rollup.after-boundaries')
  return result
}

function rollUpEntity(session: WriteSession, series: StoredCollected, entity: StoredRostered, step: RollupStep, horizon: number): { rolledUp: number; retired: number } | { refused: RefusedRollup } {
  const { source, target, boundary } = step
  const instants = new Map<number, number>()
  const instantOf = (transaction: number): number => {
    const known = instants.get(transaction) ?? session.instantOf(transaction)
    instants.set(transaction, known)
    return known
  }
  if (source === 'captured') giveBackBefore(session, series, entity, boundary)
  const rows = SeriesRows.of(session, series)
  const current = rows.before(source, entity.tenantId, entity.id, boundary)
  if (current.length === 0) return { rolledUp: 0, retired: 0 }
  const before = rows.supersededBefore(source, entity.tenantId, entity.id, boundary)
  const earlier = Map.groupBy(before, keyOf)
  const [kept, named] = [new Set<number>(), new Set<number>()]
  const outcome = mergeGroups(rows.columns, groupsOf(current, earlier, step), horizon, { id: entity.id, tenant: entity.tenant, entity: entity.entity, series: series.definition.name })
  if ('refused' in outcome) return { refused: { ...outcome.refused, rows: current.length } }
  let rolledUp = 0
  for (const { bucket, days, cell, versions } of outcome.merged) {
    for (const version of versions) {
      const row: TierRow = { bucket, cell, days, transaction: version.from, version: version.version, revision: version.revision, facts: version.facts, states: [...version.states] }
      if (version.until === null) {
        rows.put(target, entity, row)
        for (const id of rows.payloadsOf([row])) kept.add(id)
        rolledUp++
      } else if (version.until > horizon && instantOf(version.from) < instantOf(version.until)) {
        rows.supersede(target, entity, row, version.until)
        for (const id of rows.payloadsOf([row])) named.add(id)
      }
    }
  }
  proveRollUp(session, series, entity, step)
  session.reach('rollup.after-proof')
  session.sql(`DELETE FROM ${rowTable(series.definition.name, source)} WHERE tenant_id = ? AND entity_id = ? AND bucket < ?`).run(entity.tenantId, entity.id, boundary)
  rows.dropSuperseded(source, entity.tenantId, entity.id, boundary)
  // Most often every payload goes on to a row of the target: then there is nothing to look for.
  sweepPayloads(session, series, entity, rows.payloadsOf([...current, ...before]).filter((id) => !kept.has(id) && !named.has(id)), series.payloadTables)
  if (series.layout.payload !== null && kept.size > 0) {
    const plain = plainPayloads(session, series, entity, step)
    for (const id of kept) if (!plain.has(id)) deflatePayload(session, series, id)
  }
  entity.payload = null
  session.reach('rollup.after-delete')
  return { rolledUp, retired: current.length }
}

/**
 * What any SQL is to read: the payloads of captured rows, which share one with a rolled-up row where nothing changed in
 * between, and the latest of the entity in whatever tier, so that one that has ended long ago still has its last state.
 */
function plainPayloads(session: WriteSession, { definition }: StoredCollected, entity: StoredRostered, { target }: RollupStep): ReadonlySet<number> {
  const tiers = definition.keep.tiers.map(({ tier }) => tier)
  const own = 'WHERE tenant_id = ? AND entity_id = ? AND payload IS NOT NULL'
  const plain = new Set(session.sql(`SELECT DISTINCT payload FROM ${rowTable(definition.name, tiers[0] ?? 'captured')} ${own}`).pluck().all(entity.tenantId, entity.id) as number[])
  if (plain.size > 0) return plain
  for (const tier of tiers.slice(0, tiers.indexOf(target) + 1)) {
    const latest = session.sql(`SELECT payload FROM ${rowTable(definition.name, tier)} ${own} ORDER BY bucket DESC LIMIT 1`).pluck().get(entity.tenantId, entity.id)
    if (typeof latest === 'number') return new Set([latest])
  }
  return plain
}

function keyOf({ bucket, at = 0, cell }: TierRow): string {
  return `${bucket}\0${at}\0${cell}`
}

/** Source rows come in the order of time, and states such as a first or last value merge in it. */
function groupsOf(current: readonly TierRow[], earlier: ReadonlyMap<string, readonly EarlierRow[]>, { target }: RollupStep): Iterable<RowGroup> {
  const groups = new Map<string, RowGroup & { readonly chains: (readonly Version[])[] }>()
  for (const row of current) {
    const from = tierStart(target, row.bucket)
    const key = `${from}\0${row.cell}`
    let group = groups.get(key)
    if (group === undefined) {
      group = { bucket: from, days: tierEnd(target, row.bucket) - from, cell: row.cell, chains: [] }
      groups.set(key, group)
    }
    group.chains.push([...earlier.get(keyOf(row)) ?? [], row].map(versionOf))
  }
  return groups.values()
}

import { rowWindow } from '../../calendar/row-window.ts'
import type { Tier } from '../../definitions/keep.ts'
import { isCollected } from '../../definitions/series.ts'
import { TidemarkError } from '../../errors.ts'
import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { mergeStates } from '../../measures/merge.ts'
import type { Version } from '../../measures/versions.ts'
import type { RefusedRollup, RollupResult, RollupStep } from '../contract/tiers.ts'
import { putBoundary } from './boundary.ts'
import type { StoredEntity, StoredSeries, StoredStream } from './catalogue.ts'
import { firstKeptDay } from './append.ts'
import { enterRun } from './runs.ts'
import { adjustmentsOfDay, eventsOfDay, foldDay, offsetOf } from './event-rows.ts'
import { immovable, packedOfHeld } from './holds.ts'
import { mergeGroups } from './merge-groups.ts'
import { eventTable, quoted, rowTable } from './names.ts'
import { rollUpCollected } from './rollup-collected.ts'
import { type EarlierRow, SeriesRows, type TierRow, versionOf } from './rows.ts'
import type { WriteSession } from './session.ts'
import { isText } from './tables.ts'
import { transactionAt } from './transaction-at.ts'

/** Merges rows of one tier into the next, proves the successor against its source, and only then deletes the source: one transaction. */
export function rollUp(session: WriteSession, step: RollupStep): RollupResult {
  return session.write(step.now, 'rollup', (writing) => {
    // Asked again here: a hold may have been placed since the step was planned.
    const still = immovable(session)
    const moving = step.entities.filter((id) => !still.has(id))
    const held = moving.length === step.entities.length ? 0 : heldBack(session, step)
    if (isCollected(session.catalogue.rowsOf(step.series).definition)) {
      const done = rollUpCollected(session, { ...step, entities: moving }, writing)
      enterRun(session, writing, session.catalogue.rowsOf(step.series), { rows: done.rolledUp })
      return { ...done, eventsRetired: 0, held }
    }
    const { series, stream } = session.catalogue.series(step.series)
    const horizon = transactionAt(session, step.horizon)
    const result = { rolledUp: 0, retired: 0, eventsRetired: 0, held, refused: [] as RefusedRollup[] }
    for (const entityId of moving) {
      const entity = entityOf(session, stream, entityId)
      const before = entity.boundaries.get(series.id)?.tiers[step.source]
      // A repeated step finds its work done: the boundary is where it wanted it.
      if (before !== undefined && before >= step.boundary) continue
      const rolled = rollUpEntity(session, stream, series, entity, step, horizon)
      if ('refused' in rolled) {
        result.refused.push(rolled.refused)
        continue
      }
      void writing.id
      result.rolledUp += rolled.rolledUp
      result.retired += rolled.retired
      moveBoundary(session, series, entity, step.source, step.boundary)
    }
    session.reach('rollup.after-boundaries')
    session.catalogue.forgetEntities()
    if (step.source === 'day') {
      for (const entityId of moving) {
        const entity = entityOf(session, stream, entityId)
        result.eventsRetired += session.sql(`DELETE FROM ${eventTable(stream.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND day < ?`)
          .run(entity.tenantId, entity.id, safeDay(firstKeptDay(stream, entity))).changes
      }
      // They were of every series of the stream.
      if (result.eventsRetired > 0) for (const { id } of stream.series) session.touching.series(id)
      session.reach('rollup.after-events')
    }
    enterRun(session, writing, series, { rows: result.rolledUp })
    return result
  })
}

/** Rows that would move, were it not for a hold. */
function heldBack(session: WriteSession, { series, source, entities, boundary }: RollupStep): number {
  const count = session.sql(`SELECT count(*) FROM ${rowTable(series, source)} WHERE tenant_id = (SELECT tenant_id FROM tm_entity WHERE id = :id) AND entity_id = :id AND bucket < :boundary`).pluck()
  const still = immovable(session)
  const held = entities.filter((id) => still.has(id))
  return held.reduce((rows, id) => rows + (count.get({ id, boundary }) as number), packedOfHeld(session, series, source, held, boundary))
}

/** SQLite has no infinities among integers. */
function safeDay(day: number): number {
  return Number.isFinite(day) ? day : -9_007_199_254_740_991
}

function entityOf(session: WriteSession, stream: StoredStream, entityId: number): StoredEntity {
  const tenantId = session.sql('SELECT tenant_id FROM tm_entity WHERE id = ?').pluck().get(entityId) as number
  return session.catalogue.byId(stream, tenantId, entityId)
}

function rollUpEntity(
  session: WriteSession, stream: StoredStream, series: StoredSeries, entity: StoredEntity, step: RollupStep, horizon: number,
): { rolledUp: number; retired: number } | { refused: RefusedRollup } {
  const rows = SeriesRows.of(session, series)
  const source = rows.before(step.source, entity.tenantId, entity.id, step.boundary)
  const earlier = step.source === 'day' ? new Map<string, EarlierRow[]>() : earlierBeliefs(rows, step.source, entity, step.boundary)
  if (source.length === 0 && earlier.size === 0) return { rolledUp: 0, retired: 0 }
  // Until its first day retires, the anchor moves with the enrolment; from here on it stays.
  const anchor = entity.boundaries.get(series.id)?.anchor ?? entity.enrolment
  const window = windowsOf((day) => rowWindow(step.target, day, series.definition.windows, anchor))
  const windowOf = uncrossed([...source, ...[...earlier.values()].flat()].map((row) => ({ row, window: window(row.bucket) })))
  const groups = new Map<string, { bucket: number; days: number; cell: number; chains: (readonly Version[])[] }>()
  const add = (bucket: number, cell: number, chain: readonly Version[]): void => {
    const window = windowOf(bucket)
    const key = `${window.from}\0${cell}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { bucket: window.from, days: window.to - window.from, cell, chains: [chain] })
    else group.chains.push(chain)
  }
  for (const row of source) {
    const key = `${row.bucket}\0${row.cell}`
    const old = earlier.get(key)?.map(versionOf) ?? []
    earlier.delete(key)
    const current = versionOf(row)
    const recent = step.source === 'day' && row.transaction > horizon
    add(row.bucket, row.cell, recent ? dayChain(session, stream, series, entity, row, current, horizon) : [...old, current])
  }
  // What was taken back entirely is no row any more, and was one until then.
  for (const [first, ...rest] of earlier.values()) {
    if (first !== undefined) add(first.bucket, first.cell, [first, ...rest].map(versionOf))
  }
  const outcome = mergeGroups(rows.columns, groups.values(), horizon, { id: entity.id, tenant: entity.tenant, entity: entity.entity, series: series.definition.name })
  if ('refused' in outcome) return { refused: { ...outcome.refused, rows: source.length } }
  let rolledUp = 0
  for (const { bucket, days, cell, versions } of outcome.merged) {
    for (const version of versions) {
      const row: TierRow = { bucket, cell, days, transaction: version.from, version: version.version, revision: version.revision, facts: version.facts, states: [...version.states] }
      if (version.until === null) {
        rows.put(step.target, entity, row)
        rolledUp++
      } else if (version.until > horizon && session.instantOf(version.from) < session.instantOf(version.until)) {
        rows.supersede(step.target, entity, row, version.until)
      }
    }
  }
  session.reach('rollup.after-rows')
  prove(session, series, entity, step)
  session.reach('rollup.after-proof')
  session.sql(`DELETE FROM ${rowTable(series.definition.name, step.source)} WHERE tenant_id = ? AND entity_id = ? AND bucket < ?`).run(entity.tenantId, entity.id, step.boundary)
  rows.dropSuperseded(step.source, entity.tenantId, entity.id, step.boundary)
  session.reach('rollup.after-delete')
  return { rolledUp, retired: source.length }
}

/** Rows come in the order of their days, many to a window: it is found once for all of them. */
function windowsOf(find: (day: number) => { from: number; to: number }): (day: number) => { from: number; to: number } {
  let last = { from: 0, to: 0 }
  return (day) => (last.from <= day && day < last.to ? last : last = find(day))
}

/**
 * The window that each row goes to. A window declared after a row was made may begin inside it; such a cut comes too
 * late, and the windows on both sides of it become one.
 */
function uncrossed(parts: readonly { readonly row: TierRow; readonly window: { from: number; to: number } }[]): (bucket: number) => { from: number; to: number } {
  const ascending = parts.toSorted((a, b) => a.window.from - b.window.from || a.row.bucket - b.row.bucket)
  const windows = new Map<number, { from: number; to: number }>()
  let last: { from: number; to: number } | undefined
  for (const { row, window } of ascending) {
    const until = Math.max(window.to, row.bucket + row.days)
    if (last !== undefined && window.from < last.to) last.to = Math.max(last.to, until)
    else last = { from: window.from, to: until }
    windows.set(row.bucket, last)
  }
  return (bucket) => windows.get(bucket) as { from: number; to: number }
}

/** Earlier beliefs about an entity's rows before a day, by row. */
function earlierBeliefs(rows: SeriesRows, tier: Tier, entity: StoredEntity, before: number): Map<string, EarlierRow[]> {
  return Map.groupBy(rows.supersededBefore(tier, entity.tenantId, entity.id, before), (row) => `${row.bucket}\0${row.cell}`)
}

/** What a day row said at each instant since the horizon at which its facts changed, told again from the facts. */
function dayChain(
  session: WriteSession, stream: StoredStream, series: StoredSeries, entity: StoredEntity, row: TierRow, current: Version, horizon: number,
): readonly Version[] {
  const events = eventsOfDay(session, stream, entity.tenantId, entity.id, row.bucket)
  const adjustments = adjustmentsOfDay(session, series, entity.tenantId, entity.id, row.bucket)
  const changes = new Set([...events.flatMap((event) => [event.transaction, event.removed ?? event.transaction]), ...adjustments.map((one) => one.transaction)])
  const versions: Version[] = []
  const ascending = [...changes].sort((a, b) => a - b)
  for (const [index, from] of ascending.entries()) {
    const until = ascending[index + 1] ?? null
    if (until === null) {
      versions.push({ ...current, from })
      break
    }
    // Between transactions of one instant nobody can ask; before the horizon nobody may.
    if (until <= horizon || session.instantOf(from) === session.instantOf(until)) continue
    const then = foldDay(
      series, row.bucket, offsetOf(entity),
      events.filter((event) => event.transaction <= from && (event.removed === null || event.removed > from)),
      adjustments.filter((one) => one.transaction <= from),
    ).get(row.cell)
    versions.push({ from, until, facts: then?.facts ?? 0, revision: index + 1, version: row.version, states: then?.states ?? row.states })
  }
  return versions
}

/** Compares what was written with what it stands for by sums the database makes itself, not by the merge. Throws ROLLUP_PROOF_FAILED. */
function prove(session: WriteSession, series: StoredSeries, entity: StoredEntity, step: RollupStep): void {
  const from = entity.boundaries.get(series.id)?.tiers[step.source] ?? safeDay(Number.NEGATIVE_INFINITY)
  const source = totals(session, series, step.source, entity, from, step.boundary)
  const target = totals(session, series, step.target, entity, from, step.boundary)
  const differs = source.findIndex((value, index) => value !== target[index])
  if (differs === -1) return
  throw new TidemarkError('ROLLUP_PROOF_FAILED', `rolling ${step.source} into ${step.target}: ${names(series)[differs] as string} is ${String(source[differs])} before and ${String(target[differs])} after`, {
    where: `${series.definition.name}, ${entity.tenant}, ${entity.entity}`,
  })
}

function names(series: StoredSeries): string[] {
  return ['facts', ...summed(series).map((column) => column.name), ...texts(series).map((column) => column.name)]
}

/** Columns that the database can add up, or find the least or greatest of. */
function summed(series: StoredSeries): readonly StateColumn[] {
  return series.layout.columns.filter((column) => !isText(column))
}

/** Buckets and words: merged once more, over all rows at once. A day set is told by its size. */
function texts(series: StoredSeries): readonly StateColumn[] {
  return series.layout.columns.filter((column) => isText(column) && column.merge !== 'days')
}

function totals(session: WriteSession, series: StoredSeries, tier: Tier, entity: StoredEntity, from: number, before: number): unknown[] {
  const sums = summed(series).map(({ name, merge }) => {
    const column = quoted(name)
    // What each row holds fits in 64 bits, and all periods and cells together need not: their halves do.
    return merge === 'min' || merge === 'max' ? `CAST(${merge}(${column}) AS TEXT)` : `sum(${column} >> 32) || ' ' || sum(${column} & 4294967295)`
  })
  const rows = `FROM ${rowTable(series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket >= ? AND bucket < ? AND facts > 0`
  const told = session.sql(`SELECT ${['sum(facts)', ...sums].join(', ')} ${rows}`).raw().get(entity.tenantId, entity.id, from, before) as unknown[]
  const found = told.map((value) => (typeof value === 'string' && value.includes(' ') ? ofHalves(value) : value))
  const columns = texts(series)
  if (columns.length === 0) return found
  const states: State[] = columns.map(() => null)
  for (const row of session.sql(`SELECT ${columns.map((column) => quoted(column.name)).join(', ')} ${rows}`).raw().iterate(entity.tenantId, entity.id, from, before) as Iterable<State[]>) mergeStates(columns, states, row)
  return [...found, ...states]
}

/** A sum told as that of the upper and that of the lower halves. */
function ofHalves(told: string): string {
  const [upper = '', lower = ''] = told.split(' ')
  return String((BigInt(upper) << 32n) + BigInt(lower))
}

/** Moves a tier's boundary; the first one freezes the anchor. */
function moveBoundary(session: WriteSession, series: StoredSeries, entity: StoredEntity, tier: Tier, boundary: number): void {
  putBoundary(session, series.id, entity, entity.boundaries.get(series.id)?.anchor ?? entity.enrolment, tier, boundary)
}

import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { State } from '../../measures/kind.ts'
import type { Layout, StateColumn } from '../../measures/layout.ts'
import type { FailureRead, LatestPlan, RowsPlan, TierRowRead } from '../contract/collected.ts'
import { type EntityScope, scopeOf } from './entity-scope.ts'
import { mergedByDay } from './merged-by-day.ts'
import { exact, payloadTable, quoted, rowTable, supersededTable } from './names.ts'
import { packedText } from './packed-payloads.ts'
import { latestRead, packedRows } from './packed-reads.ts'
import { inflated } from './payloads.ts'
import { LONGEST } from './read.ts'
import { isRounded, stateOf } from './rows.ts'
import type { ReadConnection } from './snapshot.ts'
import { isPayload, isText } from './tables.ts'
import { WindowColumns } from './window-columns.ts'

/** A collected series as a reader needs it. */
export interface ReadableCollected {
  readonly id: number
  readonly version: number
  readonly definition: CollectedSeriesDefinition
  readonly layout: Layout
  /** Measures that were declared after it. */
  readonly late: ReadonlySet<string>
}

type Queries = Pick<ReadConnection, 'sql' | 'kept' | 'packed'>

interface Source {
  readonly tier: Tier
  /** Whether its rows have been superseded. */
  readonly believed: boolean
  /** Whether some of its columns are computed when they are read. */
  readonly computed: boolean
  readonly table: string
  /** Columns of the row's end, and of its window. */
  readonly span: string
  readonly condition: string
}

/** Rows of every tier that share a day with the plan's range, as believed: by entity, cell and time. */
export function readRows(read: Queries, series: ReadableCollected, plan: RowsPlan): readonly TierRowRead[] {
  const scope = scopeOf(read, series.id, plan.entities, plan.tenant)
  const byEntity = new Map<number, TierRowRead[]>()
  const add = (row: TierRowRead): void => {
    const known = byEntity.get(row.entity)
    if (known === undefined) byEntity.set(row.entity, [row])
    else known.push(row)
  }
  // The oldest first, so that rows come in the order of time: coarser tiers, what lies packed, what lies plain.
  for (const source of sourcesOf(series.definition, plan)) {
    if (source.tier !== 'captured' || source.believed) addSource(read, series, plan, { source, scope, add })
    else {
      for (const row of packedRows(read, series, plan, scope)) add(row)
      addCaptured(read, series, plan, { source, scope, add })
    }
  }
  return [...byEntity.keys()].sort((a, b) => a - b).flatMap((entity) => inOrder(byEntity.get(entity) as TierRowRead[]))
}

/** Fewer days than this are read window by window: a statement an entity takes as long as a few of its windows. */
const LEAST_DAYS = 7

interface Adding {
  readonly source: Source
  readonly scope: EntityScope
  readonly add: (row: TierRowRead) => void
}

/** Captured windows that lie plain, merged in SQL where they may be and can be. */
function addCaptured(read: Queries, series: ReadableCollected, plan: RowsPlan, { source, scope, add }: Adding): void {
  const { from, to, merged } = plan
  const found = merged === null || Math.min(to, merged.before) - from < LEAST_DAYS ? null : mergedByDay(read, series, plan, merged, scope)
  if (merged === null || found === null) {
    addSource(read, series, plan, { source, scope, add })
    return
  }
  for (const row of found.rows) add(row)
  const { left } = found
  if (left.length > 0) addSource(read, series, { ...plan, to: Math.min(to, merged.before) }, { source, scope: scopeOf(read, series.id, left, plan.tenant), add })
  if (merged.before < to) addSource(read, series, { ...plan, from: merged.before }, { source, scope, add })
}

function addSource(read: Queries, series: ReadableCollected, plan: RowsPlan, { source: { tier, computed, table, span, condition }, scope, add }: Adding): void {
  const asked = askedOf(series, plan.columns)
  const columns = computed ? asked.computed : asked.plain
  const cells = plan.cells.length === 1 ? { condition: 'r.cell = :cell', bind: { cell: plan.cells[0] } } : { condition: 'r.cell IN (SELECT value FROM json_each(:cells))', bind: { cells: JSON.stringify(plan.cells) } }
  const bind = { ...scope.bind, ...cells.bind, from: plan.from, to: plan.to, ...(plan.asOf === null ? {} : { asOf: plan.asOf }) }
  const text = (selection: string): string => `SELECT ${scope.id}, r.cell, r.bucket, ${span}, r.facts${selection} FROM ${scope.from} CROSS JOIN ${table} r
    ON r.tenant_id = ${scope.tenant} AND r.entity_id = ${scope.id} AND ${condition} WHERE ${scope.where} ${cells.condition} AND r.facts > 0`
  for (const raw of readExactly(read, text, series, columns.written, bind)) add(rowOf(read, series, raw, tier, columns))
}

/** To ask every column for its size in SQL takes longer than reading it: an integer past 2^53, which the driver rounds, tells itself. */
function readExactly(read: Queries, text: (selection: string) => string, series: ReadableCollected, columns: readonly StateColumn[], bind: Readonly<Record<string, unknown>>): unknown[][] {
  const rows = read.sql(text(selectionOf(series, columns, (column) => column))).raw().all(bind) as unknown[][]
  return rows.some(isRounded) ? read.sql(text(selectionOf(series, columns, exact))).raw().all(bind) as unknown[][] : rows
}

/** Of each entity the latest current row of the whole that begins at or before the plan's instant. */
export function readLatest(read: Queries, series: ReadableCollected, plan: LatestPlan): readonly TierRowRead[] {
  const { latest } = askedOf(series, plan.columns)
  const tenantOf = read.sql('SELECT tenant_id FROM tm_entity WHERE id = ?').pluck()
  return plan.entities.flatMap(({ id, day }): TierRowRead[] => {
    const tenant = tenantOf.get(id) as number | undefined
    if (tenant === undefined) return []
    // The rows of a finer tier are all later than those of a coarser one.
    for (const { tier, columns, plain, exactly } of latest) {
      const captured = tier === 'captured'
      const key = [tenant, id, day, ...(captured ? [plan.at] : [])]
      // To ask each of a hundred columns for its size takes longer than to read it: see `readExactly`.
      const raw = read.sql(plain).raw().get(...key) as unknown[] | undefined
      const packed = captured ? latestRead(read, series, { tenantId: tenant, id }, { bucket: day, at: plan.at }, raw === undefined ? null : { bucket: raw[2] as number, at: raw[4] as number }, plan.columns) : null
      if (packed !== null) return [packed]
      if (raw === undefined) continue
      return [rowOf(read, series, isRounded(raw) ? read.sql(exactly).raw().get(...key) as unknown[] : raw, tier, columns)]
    }
    return []
  })
}

/** How the latest row of a tier is read. */
interface LatestOfTier {
  readonly tier: Tier
  readonly columns: ReadColumns
  readonly plain: string
  readonly exactly: string
}

function latestOfTiers(series: ReadableCollected, asked: Pick<Asked, 'plain' | 'computed'>): readonly LatestOfTier[] {
  const { name, keep } = series.definition
  return keep.tiers.map(({ tier }) => {
    const captured = tier === 'captured'
    const columns = captured ? asked.computed : asked.plain
    const text = (selection: string): string => `SELECT r.entity_id, r.cell, r.bucket, ${captured ? CAPTURED_SPAN : MERGED_SPAN}, r.facts${selection} FROM ${rowTable(name, tier)} r
        WHERE r.tenant_id = ? AND r.entity_id = ? AND r.bucket <= ? ${captured ? 'AND r.at <= ?' : ''} AND r.cell = 0 AND r.facts > 0 ORDER BY r.bucket DESC${captured ? ', r.at DESC' : ''} LIMIT 1`
    return { tier, columns, plain: text(selectionOf(series, columns.written, (column) => column)), exactly: text(selectionOf(series, columns.written, exact)) }
  })
}

/** Windows of [from, to) whose collection had failed, as believed, by entity and time. */
export function readFailures(read: Queries, series: ReadableCollected, entities: readonly number[] | 'all', from: number, to: number, asOf: number | null): readonly FailureRead[] {
  if (!read.kept.of('failures', () => read.sql('SELECT 1 FROM tm_failure LIMIT 1').get() !== undefined)) return []
  const scope = scopeOf(read, series.id, entities, null)
  const belief = asOf === null ? 'r.resolved IS NULL' : 'r.transaction_id <= :asOf AND (r.resolved IS NULL OR r.resolved > :asOf)'
  const rows = read.sql(`SELECT ${scope.id}, r.day, r.at, r.at + r.seconds * 1000, r.message FROM ${scope.from} CROSS JOIN tm_failure r
    ON r.tenant_id = ${scope.tenant} AND r.series_id = :series AND r.entity_id = ${scope.id} AND r.day >= :from AND r.day < :to WHERE ${scope.where} ${belief} ORDER BY 1, r.day, r.at`)
    .raw().all({ ...scope.bind, series: series.id, from, to, ...(asOf === null ? {} : { asOf }) }) as [number, number, number, number, string][]
  return rows.map(([entity, day, at, until, message]) => ({ entity, day, at, to: until, message }))
}

const CAPTURED_SPAN = 'r.bucket + 1, r.at, r.seconds'
const MERGED_SPAN = 'r.bucket + r.days, 0, 0'

/** Where believed rows lie, the oldest tier first: its own table, and for an earlier belief what has been superseded since. */
function sourcesOf({ name, keep }: CollectedSeriesDefinition, { tiers, asOf }: RowsPlan): readonly Source[] {
  const sources: Source[] = []
  const touches = (tier: Tier): string => `r.bucket > :from - ${LONGEST[tier]} AND r.bucket < :to AND r.bucket + r.days > :from`
  const believed = asOf === null ? '' : 'AND r.transaction_id <= :asOf'
  for (const { tier } of keep.tiers.toReversed()) {
    if (!tiers.includes(tier)) continue
    const days = tier === 'captured' ? 'r.bucket >= :from AND r.bucket < :to' : touches(tier)
    sources.push({ tier, believed: false, computed: tier === 'captured', table: rowTable(name, tier), span: tier === 'captured' ? CAPTURED_SPAN : MERGED_SPAN, condition: `${days} ${believed}` })
    if (asOf === null) continue
    // Also what was believed of a row that lies in the archive by now.
    const last = keep.archive && tier === keep.tiers.at(-1)?.tier
    for (const place of last ? [tier, 'archive'] : [tier]) {
      sources.push({ tier, believed: true, computed: false, table: supersededTable(name), span: 'r.bucket + r.days, r.at, r.seconds', condition: `r.tier = '${place}' AND ${touches(tier)} ${believed} AND r.until > :asOf` })
    }
  }
  return sources
}

/** What is asked of each row, by how its table holds it. */
interface Asked {
  readonly plain: ReadColumns
  readonly computed: ReadColumns
  /** Of the tiers, the finest first. */
  readonly latest: readonly LatestOfTier[]
}

/** What to read of a table, and what it says. */
type ReadColumns = Pick<WindowColumns, 'written' | 'states'>

const choices = new WeakMap<ReadableCollected, Map<string, Asked>>()

/** Found once for each choice of columns: a choice of one row by its key takes no longer than that. */
function askedOf(series: ReadableCollected, places: readonly number[]): Asked {
  const known = choices.get(series) ?? new Map<string, Asked>()
  choices.set(series, known)
  const key = places.join()
  const found = known.get(key) ?? askedAnew(series, places)
  known.set(key, found)
  return found
}

function askedAnew(series: ReadableCollected, places: readonly number[]): Asked {
  const { layout, late } = series
  const written = places.map((place) => layout.columns[place] as StateColumn)
  const columns = { plain: { written, states: (states: readonly State[]) => [...states] }, computed: new WindowColumns(written, layout.columns, late) }
  return { ...columns, latest: latestOfTiers(series, columns) }
}

function selectionOf({ definition }: ReadableCollected, columns: readonly StateColumn[], integer: (expression: string) => string): string {
  return columns.map((column) => `, ${isPayload(column) ? `coalesce((SELECT p.text FROM ${payloadTable(definition.name)} p WHERE p.id = r.payload), r.payload)` : isText(column) ? `r.${quoted(column.name)}` : integer(`r.${quoted(column.name)}`)}`).join('')
}

/** Columns of a row that is read before its states. */
const HEADS = 7

function rowOf(read: Queries, series: ReadableCollected, raw: readonly unknown[], tier: Tier, columns: ReadColumns): TierRowRead {
  const [entity, cell, from, to, at, seconds, facts] = raw as number[]
  // A window is never of no length: rows of whole days have 0 there.
  const window = seconds === 0 ? { at: null, until: null } : { at: at as number, until: (at as number) + (seconds as number) * 1000 }
  const written = columns.written.map((column, place) => (isPayload(column) ? textOf(read, series, entity as number, raw[place + HEADS]) : stateOf(column, raw[place + HEADS])))
  return {
    entity: entity as number, cell: cell as number, tier, from: from as number, to: to as number, ...window,
    facts: facts as number, states: columns.states(written, seconds as number, facts as number),
  }
}

/** Where no payload lies plain, its number is left. */
function textOf(read: Queries, series: ReadableCollected, entity: number, stored: unknown): string | null {
  if (typeof stored === 'number') return packedText(read, series, entity, stored)
  return stored === null ? null : inflated(stored as string | Uint8Array)
}

/** Rows of one entity by cell and time; they come nearly always so. */
function inOrder(rows: TierRowRead[]): TierRowRead[] {
  const order = (a: TierRowRead, b: TierRowRead): number => a.cell - b.cell || a.from - b.from || (a.at ?? 0) - (b.at ?? 0)
  return rows.every((row, index) => index === 0 || order(rows[index - 1] as TierRowRead, row) <= 0) ? rows : rows.sort(order)
}

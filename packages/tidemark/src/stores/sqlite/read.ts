import type { Tier } from '../../definitions/keep.ts'
import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { mergeStates } from '../../measures/merge.ts'
import type { CutRow, LooseRow, MergedRow, RangePlan, ReadPlan, ReadResult } from '../contract/read.ts'
import { asOfDays } from './as-of.ts'
import type { SqliteStatement } from './driver.ts'
import { notErased } from './erased.ts'
import { columnType } from './tables.ts'
import { exact, quoted, rowTable, supersededTable } from './names.ts'
import { stateOf } from './rows.ts'
import type { ReadableSeries, ReadConnection } from './snapshot.ts'

/** The longest row of each tier, in days: how far back a row that reaches into a day can begin. */
export const LONGEST: Readonly<Record<Tier, number>> = { captured: 1, day: 1, week: 7, month: 31, quarter: 92 }

const MARKS = { i: 'g.i', lo: 'g.lo', hi: 'g.hi' }
const GROUPS = 'GROUP BY 1, 2, 3'
/** A row begins in a range. */
const WITHIN = 'r.bucket >= g.lo AND r.bucket < g.hi'

interface Merged { readonly entity: number; readonly tenant: string | null; readonly cell: number; readonly range: number; readonly states: State[]; dayRows: number }

/** Merged rows by (entity or tenant, cell, range); the same key comes from several places. */
class Merging {
  readonly #columns: readonly StateColumn[]
  readonly #rows = new Map<string, Merged>()
  /** Of a plan that reads one place, where each key comes once: 100,000 keys need not be made and looked up. */
  readonly #apart: Merged[] | null

  constructor(columns: readonly StateColumn[], places: number) {
    this.#columns = columns
    this.#apart = places === 1 ? [] : null
  }

  add(entity: number, tenant: string | null, cell: number, range: number, states: State[], dayRows: number): void {
    if (this.#apart !== null) {
      this.#apart.push({ entity, tenant, cell, range, states, dayRows })
      return
    }
    const key = `${tenant ?? entity}\0${cell}\0${range}`
    const known = this.#rows.get(key)
    if (known === undefined) {
      this.#rows.set(key, { entity, tenant, cell, range, states, dayRows })
      return
    }
    mergeStates(this.#columns, known.states, states)
    known.dayRows += dayRows
  }

  get rows(): MergedRow[] {
    return this.#apart ?? [...this.#rows.values()]
  }
}

/** Compiles a plan to SQL, a statement a tier, and merges what the tiers answer. */
export function readPlan(read: ReadConnection, found: ReadableSeries, plan: ReadPlan): ReadResult {
  const { definition, fold } = found.series
  const { columns } = fold.layout
  const rowsByTier: Partial<Record<Tier, number>> = {}
  const cuts: CutRow[] = []
  const source = sourceOf(read, found, plan)
  const cells = cellsOf(plan)
  const { i, lo, hi } = source.marks
  const tiers = definition.keep.tiers.map(({ tier }) => tier)
  // Rows of the archived tier come one by one, to be merged with the file's row of the same key.
  const merged = definition.keep.archive ? tiers.slice(0, -1) : tiers
  // Buckets and words no aggregate of SQL can merge: their rows come one by one.
  const wanted = columns.flatMap((column, at) => (plan.measures.includes(column.measure) && column.merge !== 'days' ? [{ column, at }] : []))
  const aggregates = wanted.every(({ column }) => isAggregate(column))
  const merging = new Merging(columns, aggregates && plan.asOf === null && !(plan.total && source.binds.length > 1) ? merged.length : Infinity)
  // A range of one entity's own, of one cell: its place says all.
  const own = plan.plan.kind === 'own' && plan.cells.length === 1 ? plan.plan.ranges : null
  const keys = own === null ? `${plan.total ? 'r.tenant_id' : 'r.entity_id'}, r.cell, ` : ''
  const place = own === null ? 2 : 0
  for (const tier of merged) {
    rowsByTier[tier] = 0
    for (const { table, belief } of placesOf(definition.name, tier, plan.asOf)) {
      const select = wanted.map(({ column }) => (aggregates ? exact(aggregate(column)) : selected(column)))
      const span = tier === 'day' ? '' : `AND r.bucket + r.days <= ${hi}`
      const sql = `${source.with} SELECT ${keys}${i}, ${aggregates ? 'count(*)' : '1'}${select.map((one) => `, ${one}`).join('')}
        FROM ${source.from(table, `r.bucket >= ${lo} AND r.bucket < ${hi}`)} ${span} AND r.facts > 0 AND ${cells.condition} ${belief}
        ${aggregates ? source.groups : ''}`
      for (const row of rowsOf(read, sql, source, plan, cells.bind, aggregates)) {
        const range = row[place] as number
        const count = row[place + 1] as number
        // Without groups there is a row even of nothing.
        if (count === 0) continue
        const owner = own === null ? row[0] as number : (own[range] as { readonly entity: number }).entity
        const cell = own === null ? row[1] as number : plan.cells[0] as number
        const states = new Array<State>(columns.length).fill(null)
        for (let index = 0; index < wanted.length; index++) {
          const { column, at } = wanted[index] as (typeof wanted)[number]
          states[at] = stateOf(column, row[place + 2 + index])
        }
        rowsByTier[tier] += count
        merging.add(plan.total ? 0 : owner, plan.total ? source.tenant(owner) : null, cell, range, states, tier === 'day' ? count : 0)
      }
      if (tier !== 'day') cuts.push(...cutsOf(read, plan, source, tier, table, belief))
    }
  }
  if (plan.asOf !== null) {
    for (const day of asOfDays(read, found, source, plan.asOf, plan.cells)) {
      merging.add(plan.total ? 0 : day.entity, plan.total ? source.tenant(day.tenantId) : null, day.cell, day.range, [...day.states], 1)
      rowsByTier.day = (rowsByTier.day ?? 0) + 1
    }
  }
  const loose = definition.keep.archive ? looseRows(read, found, plan, source, tiers.at(-1) as Tier) : []
  return { rows: merging.rows, cuts, loose, rowsByTier }
}

/**
 * A statement's rows, for each of the source's bindings in turn.
 * @param merged read at once: they become as many answers anyway, and to iterate costs half as much again as the row
 */
function rowsOf(read: ReadConnection, sql: string, source: Source, plan: ReadPlan, more: Readonly<Record<string, unknown>>, merged: boolean): Iterable<unknown[]> {
  const statement = read.sql(sql).raw()
  const binds = source.binds.map((bind) => ({ ...bind, ...more, ...(plan.asOf === null ? {} : { asOf: plan.asOf }) }))
  if (!merged) return oneByOne(statement, binds)
  return (binds.length === 1 ? statement.all(binds[0] as object) : binds.flatMap((bind) => statement.all(bind))) as unknown[][]
}

function* oneByOne(statement: SqliteStatement, binds: readonly object[]): Generator<unknown[]> {
  for (const bind of binds) yield* statement.iterate(bind) as Iterable<unknown[]>
}

/** Which cells are read: nearly always one, and then no list has to be looked through for every row. */
function cellsOf({ cells }: ReadPlan): { readonly condition: string; readonly bind: Readonly<Record<string, unknown>> } {
  return cells.length === 1
    ? { condition: 'r.cell = :cell', bind: { cell: cells[0] } }
    : { condition: 'r.cell IN (SELECT value FROM json_each(:cells))', bind: { cells: JSON.stringify(cells) } }
}

function isAggregate({ merge }: StateColumn): boolean {
  return merge !== 'histogram' && merge !== 'distinct'
}

function selected(column: StateColumn): string {
  const name = `r.${quoted(column.name)}`
  return columnType(column) === 'TEXT' ? name : exact(name)
}

function aggregate(column: StateColumn): string {
  const name = `r.${quoted(column.name)}`
  return column.merge === 'min' ? `min(${name})` : column.merge === 'max' ? `max(${name})` : `sum(${name})`
}

interface Place {
  readonly table: string
  /** The condition for a row to be believed. */
  readonly belief: string
}

/** Where a tier's believed rows lie: its own table, and for an earlier belief what has been superseded since. */
function placesOf(series: string, tier: Tier, asOf: number | null): readonly Place[] {
  const own = rowTable(series, tier)
  if (asOf === null) return [{ table: own, belief: '' }]
  const current = { table: own, belief: 'AND r.transaction_id <= :asOf' }
  if (tier === 'day') return [current]
  return [current, { table: supersededTable(series), belief: `AND r.tier = '${tier}' AND r.transaction_id <= :asOf AND r.until > :asOf` }]
}

/** How a plan's entities and ranges become SQL. */
export interface Source {
  readonly with: string
  /** A statement is run once with each; their rows together are the answer. */
  readonly binds: readonly Readonly<Record<string, unknown>>[]
  /** How statements name the range of a row: its place, first day and end. */
  readonly marks: { readonly i: string; readonly lo: string; readonly hi: string }
  /** By (entity or tenant, cell, range); less where a part of that is settled. */
  readonly groups: string
  /** Joins a table `r` to the ranges; ends inside a WHERE. */
  from(table: string, within: string): string
  tenant(id: number): string
  readonly least: number
  readonly most: number
}

function sourceOf(read: ReadConnection, { series }: ReadableSeries, { plan, cells, asOf, total }: ReadPlan): Source {
  const names = new Map<number, string>()
  const tenant = (id: number): string => {
    let name = names.get(id)
    if (name === undefined) {
      name = read.sql('SELECT name FROM tm_tenant WHERE id = ?').pluck().get(id) as string
      names.set(id, name)
    }
    return name
  }
  const least = plan.ranges.reduce((day, range) => Math.min(day, range.from), Number.MAX_SAFE_INTEGER)
  const most = plan.ranges.reduce((day, range) => Math.max(day, range.to), Number.MIN_SAFE_INTEGER)
  const pairs = asOf === null && cells.length === 1 ? fewPairs(read, plan) : null
  if (pairs !== null) {
    return {
      with: '',
      binds: pairs,
      marks: { i: ':i', lo: ':lo', hi: ':hi' },
      groups: '',
      from: (table, within) => `${table} r WHERE r.tenant_id = :tenantId AND r.entity_id = :entity AND ${within}`,
      tenant, least, most,
    }
  }
  if (plan.kind === 'own') {
    read.asked.layOut(plan.ranges)
    return {
      with: '',
      binds: [{}],
      marks: MARKS,
      // A range is of one entity, so with one cell its place says all; and rows come in that order, unsorted.
      groups: cells.length === 1 ? 'GROUP BY g.i' : GROUPS,
      from: (table, within) => `asked_window g CROSS JOIN ${table} r WHERE r.tenant_id = g.tenant_id AND r.entity_id = g.entity_id AND ${within}`,
      tenant, least, most,
    }
  }
  const ranges = JSON.stringify(plan.ranges.map(({ from, to }) => [from, to]))
  const grid = 'g (i, lo, hi) AS MATERIALIZED (SELECT key, value ->> 0, value ->> 1 FROM json_each(:ranges))'
  if (plan.entities !== 'all') {
    return {
      with: `WITH e (tenant_id, id) AS MATERIALIZED (SELECT tenant_id, id FROM tm_entity WHERE id IN (SELECT value FROM json_each(:entities))), ${grid}`,
      binds: [{ ranges, entities: JSON.stringify(plan.entities) }],
      marks: MARKS,
      groups: GROUPS,
      from: (table, within) => `e CROSS JOIN g CROSS JOIN ${table} r WHERE r.tenant_id = e.tenant_id AND r.entity_id = e.id AND ${within}`,
      tenant, least, most,
    }
  }
  const tenantId = plan.tenant === null ? null : (read.sql('SELECT id FROM tm_tenant WHERE name = ?').pluck().get(plan.tenant) as number | undefined) ?? -1
  const [only] = plan.ranges
  if (only !== undefined && plan.ranges.length === 1) {
    // One entity after another: a range of two weeks then costs what is in it, where all rows would be read through for it.
    const owned = `e.tenant_id = t.id AND e.kind = :kind AND ${tenantId === null ? '' : 't.id = :tenantId AND'} ${notErased(read, 'e.id')}`
    return {
      with: '',
      binds: [{ i: 0, lo: only.from, hi: only.to, kind: series.definition.of.name, ...(tenantId === null ? {} : { tenantId }) }],
      marks: { i: ':i', lo: ':lo', hi: ':hi' },
      // Of one cell in one range there is nothing else to tell apart, and they come in this order: nothing is sorted.
      groups: cells.length > 1 ? GROUPS : total ? 'GROUP BY t.id' : 'GROUP BY t.id, e.name',
      from: (table, within) => `tm_tenant t CROSS JOIN tm_entity e CROSS JOIN ${table} r WHERE ${owned} r.tenant_id = e.tenant_id AND r.entity_id = e.id AND ${within}`,
      tenant, least, most,
    }
  }
  const scope = `${tenantId === null ? '' : 'r.tenant_id = :tenantId AND'} ${notErased(read, 'r.entity_id')}`
  // Many ranges over many rows: each row finds its range by its day, which costs the same for ten ranges and for a thousand.
  read.sql('DELETE FROM asked_range').run()
  const put = read.sql('INSERT INTO asked_range (lo, hi, i) VALUES (?, ?, ?)')
  for (const [i, { from, to }] of plan.ranges.entries()) put.run(from, to, i)
  // The bounds of all ranges first: days outside them need not be looked up.
  const own = tenantId === null ? { least, most } : { least, most, tenantId }
  return {
    with: '',
    binds: [own],
    marks: MARKS,
    groups: GROUPS,
    from: (table, within) => within === WITHIN
      ? `${table} r CROSS JOIN asked_range g ON g.lo = (SELECT max(lo) FROM asked_range WHERE lo <= r.bucket) AND r.bucket < g.hi WHERE ${scope} r.bucket >= :least AND r.bucket < :most`
      : `asked_range g CROSS JOIN ${table} r WHERE ${scope} ${within}`,
    tenant, least, most,
  }
}

/** So many pairs of an entity and a range are read one by one: 7 µs each, where laying out and grouping any plan takes 80. */
const FEW_PAIRS = 12

/** The bindings of a plan of few pairs; null when it has more. */
function fewPairs(read: ReadConnection, plan: RangePlan): readonly Readonly<Record<string, unknown>>[] | null {
  const entities = plan.kind === 'own' ? plan.ranges.map(({ entity }) => entity) : plan.entities
  if (entities === 'all' || (plan.kind === 'own' ? 1 : entities.length) * plan.ranges.length > FEW_PAIRS) return null
  const tenantOf = read.sql('SELECT tenant_id FROM tm_entity WHERE id = ?').pluck()
  const tenants = new Map([...new Set(entities)].map((entity) => [entity, tenantOf.get(entity) as number | undefined]))
  return plan.ranges.flatMap((range, i) => (plan.kind === 'own' ? [entities[i] as number] : entities).flatMap((entity) => {
    const tenantId = tenants.get(entity)
    return tenantId === undefined ? [] : [{ i, tenantId, entity, lo: range.from, hi: range.to }]
  }))
}

/** Rows of a coarser tier that an edge of a range lies inside. */
function cutsOf(read: ReadConnection, plan: ReadPlan, source: Source, tier: Tier, table: string, belief: string): CutRow[] {
  const reach = LONGEST[tier]
  const cells = cellsOf(plan)
  const edge = (day: string): string => `(r.bucket > ${day} - ${reach} AND r.bucket < ${day} AND r.bucket + r.days > ${day})`
  const cuts: CutRow[] = []
  const seen = new Set<string>()
  for (const side of [source.marks.lo, source.marks.hi]) {
    const sql = `${source.with} SELECT r.entity_id, r.cell, ${source.marks.i}, r.bucket, r.bucket + r.days FROM ${source.from(table, edge(side))} AND r.facts > 0 AND ${cells.condition} ${belief}`
    for (const row of rowsOf(read, sql, source, plan, cells.bind, false)) {
      const [entity, cell, range, from, to] = row as [number, number, number, number, number]
      const key = `${entity}\0${cell}\0${range}\0${from}`
      if (seen.has(key)) continue
      seen.add(key)
      cuts.push({ entity, cell, range, tier, from, to })
    }
  }
  return cuts
}

/** Rows of the archived tier that lie in the store, and earlier beliefs about archived rows, near the plan's ranges. */
function looseRows(read: ReadConnection, found: ReadableSeries, plan: ReadPlan, source: Source, tier: Tier): LooseRow[] {
  const { definition, fold } = found.series
  const { columns } = fold.layout
  const select = columns.map(selected)
  const places = placesOf(definition.name, tier, plan.asOf)
  const archived = plan.asOf === null ? [] : [{ table: supersededTable(definition.name), belief: "AND r.tier = 'archive' AND r.transaction_id <= :asOf AND r.until > :asOf" }]
  const entities = entitiesOf(plan)
  const scope = entities === null
    ? `${plan.plan.kind === 'grid' && plan.plan.tenant !== null ? 'r.tenant_id = (SELECT id FROM tm_tenant WHERE name = :tenant) AND' : ''} ${notErased(read, 'r.entity_id')}`
    : 'r.entity_id IN (SELECT value FROM json_each(:entities)) AND r.tenant_id IN (SELECT tenant_id FROM tm_entity WHERE id IN (SELECT value FROM json_each(:entities))) AND'
  const bind = {
    least: source.least - LONGEST[tier], most: source.most, cells: JSON.stringify(plan.cells),
    ...(entities === null ? (plan.plan.kind === 'grid' && plan.plan.tenant !== null ? { tenant: plan.plan.tenant } : {}) : { entities: JSON.stringify(entities) }),
    ...(plan.asOf === null ? {} : { asOf: plan.asOf }),
  }
  return [...places, ...archived].flatMap(({ table, belief }) => {
    const sql = `SELECT r.entity_id, r.cell, r.bucket, r.bucket + r.days${select.map((one) => `, ${one}`).join('')} FROM ${table} r WHERE ${scope} r.bucket > :least AND r.bucket < :most AND r.facts > 0 AND r.cell IN (SELECT value FROM json_each(:cells)) ${belief}`
    return (read.sql(sql).raw().all(bind) as unknown[][]).map((row): LooseRow => {
      const [entity, cell, from, to] = row as [number, number, number, number]
      return { entity, cell, from, to, states: columns.map((column, index) => stateOf(column, row[index + 4])) }
    })
  })
}

function entitiesOf({ plan }: ReadPlan): readonly number[] | null {
  if (plan.kind === 'own') return [...new Set(plan.ranges.map(({ entity }) => entity))]
  return plan.entities === 'all' ? null : plan.entities
}

import { nodeSha256 } from '../node-sha256.ts'
import { rowDigest } from '../../canonical/row-digest.ts'
import { groupOf } from '../../definitions/cell.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { daySetOf } from '../../measures/day-set.ts'
import type { StoredEntity, StoredSeries } from './catalogue.ts'
import { columnType, storedColumns } from './tables.ts'
import { exact, quoted, rowTable, supersededTable } from './names.ts'
import type { WriteSession } from './session.ts'

/** A row of any tier, with its states by the whole layout (a day row's day set is made up again on reading). */
export interface TierRow {
  readonly bucket: number
  readonly cell: number
  readonly days: number
  readonly transaction: number
  readonly version: number
  readonly revision: number
  readonly facts: number
  readonly states: State[]
}

/** What a row said until the transaction `until`. */
export interface EarlierRow extends TierRow {
  readonly until: number
}

const HEAD = 'transaction_id, version, revision, facts'

/** A value as the driver gives it (see `exact`): past 2^53 an integer comes as text. */
export function stateOf(column: StateColumn, value: unknown): State {
  if (typeof value === 'string' && column.merge !== 'days') return BigInt(value)
  return value as State
}

/** Reads and writes the rows of one series, all tiers. */
export class SeriesRows {
  readonly #session: WriteSession
  readonly #series: StoredSeries
  readonly #puts = new Map<Tier, string>()
  readonly #gets = new Map<Tier, string>()

  private constructor(session: WriteSession, series: StoredSeries) {
    this.#session = session
    this.#series = series
  }

  static #known = new WeakMap<StoredSeries, SeriesRows>()

  /** The rows of a series; one object while the catalogue remembers the series. */
  static of(session: WriteSession, series: StoredSeries): SeriesRows {
    let rows = SeriesRows.#known.get(series)
    if (rows === undefined) {
      rows = new SeriesRows(session, series)
      SeriesRows.#known.set(series, rows)
    }
    return rows
  }

  get columns(): readonly StateColumn[] {
    return this.#series.fold.layout.columns
  }

  /** The columns to select, in the order that `parse` takes them. */
  selection(tier: Tier): string {
    const states = storedColumns(this.columns, tier).map((column) => (columnType(column) === 'TEXT' ? quoted(column.name) : exact(quoted(column.name))))
    return `bucket, cell, ${tier === 'day' ? '1' : 'days'}, ${HEAD}${states.map((state) => `, ${state}`).join('')}`
  }

  parse(tier: Tier, row: readonly unknown[]): TierRow {
    const [bucket, cell, days, transaction, version, revision, facts] = row as number[]
    const states: State[] = []
    let at = 7
    for (const [index, column] of this.columns.entries()) {
      if (tier === 'day' && column.merge === 'days') states.push(Number(states[index - 1]) > 0 ? daySetOf(bucket as number) : null)
      else states.push(stateOf(column, row[at++]))
    }
    return { bucket: bucket as number, cell: cell as number, days: days as number, transaction: transaction as number, version: version as number, revision: revision as number, facts: facts as number, states }
  }

  get(tier: Tier, entity: StoredEntity, bucket: number, cell: number): TierRow | undefined {
    const row = this.#session.sql(remembered(this.#gets, tier, () => `SELECT ${this.selection(tier)} FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket = ? AND cell = ?`))
      .raw().get(entity.tenantId, entity.id, bucket, cell) as unknown[] | undefined
    return row === undefined ? undefined : this.parse(tier, row)
  }

  /** The window of the row that holds a day, if there is one: a window declared since has not cut it. */
  holding(tier: Tier, entity: StoredEntity, day: number, cell: number): { from: number; to: number } | undefined {
    const row = this.#session.sql(`SELECT bucket AS "from", bucket + days AS "to" FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket <= ? AND cell = ? ORDER BY bucket DESC LIMIT 1`)
      .get(entity.tenantId, entity.id, day, cell) as { from: number; to: number } | undefined
    return row !== undefined && row.to > day ? row : undefined
  }

  /** Rows of one entity before `before`, by bucket and cell. */
  before(tier: Tier, tenantId: number, entityId: number, before: number): TierRow[] {
    const rows = this.#session.sql(`SELECT ${this.selection(tier)} FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket < ? ORDER BY bucket, cell`)
      .raw().all(tenantId, entityId, before) as unknown[][]
    return rows.map((row) => this.parse(tier, row))
  }

  cellsOfDay(entity: StoredEntity, day: number): TierRow[] {
    const rows = this.#session.sql(`SELECT ${this.selection('day')} FROM ${rowTable(this.#series.definition.name, 'day')} WHERE tenant_id = ? AND entity_id = ? AND bucket = ?`)
      .raw().all(entity.tenantId, entity.id, day) as unknown[][]
    return rows.map((row) => this.parse('day', row))
  }

  /** Writes a row in place of the current one of its key. */
  put(tier: Tier, entity: { readonly id: number; readonly tenantId: number; readonly tenant: string; readonly entity: string }, row: TierRow): void {
    const insert = remembered(this.#puts, tier, () => {
      const columns = storedColumns(this.columns, tier)
      const names = `tenant_id, entity_id, bucket, cell${tier === 'day' ? '' : ', days, digest'}, ${HEAD}${columns.map((column) => `, ${quoted(column.name)}`).join('')}`
      return `INSERT OR REPLACE INTO ${rowTable(this.#series.definition.name, tier)} (${names}) VALUES (${names.replaceAll(/[^,]+/g, '?')})`
    })
    const states = this.columns.flatMap((column, index) => (tier === 'day' && column.merge === 'days' ? [] : [row.states[index] as State]))
    const span = tier === 'day' ? [] : [row.days, this.digest(tier, entity, row)]
    this.#session.sql(insert)
      .run(entity.tenantId, entity.id, row.bucket, row.cell, ...span, row.transaction, row.version, row.revision, row.facts, ...states)
  }

  digest(tier: Tier, entity: { readonly tenant: string; readonly entity: string }, row: TierRow): Uint8Array {
    const { definition } = this.#series
    return rowDigest(
      { series: definition.name, tenant: entity.tenant, entity: entity.entity, tier, from: row.bucket, to: row.bucket + row.days, group: groupOf(definition.dimensions, row.cell) },
      row.facts, this.columns, row.states, nodeSha256,
    )
  }

  /** Keeps what a row said until now, for as-of. `tier` may be `archive`: a row that lies in a file. */
  supersede(tier: Tier | 'archive', entity: { readonly id: number; readonly tenantId: number }, row: TierRow, until: number): void {
    const names = `tenant_id, entity_id, tier, bucket, cell, days, until, ${HEAD}${this.columns.map((column) => `, ${quoted(column.name)}`).join('')}`
    this.#session.sql(`INSERT OR REPLACE INTO ${supersededTable(this.#series.definition.name)} (${names}) VALUES (${names.replaceAll(/[^,]+/g, '?')})`)
      .run(entity.tenantId, entity.id, tier, row.bucket, row.cell, row.days, until, row.transaction, row.version, row.revision, row.facts, ...row.states)
  }

  /** Forgets the earlier beliefs about rows of an entity before a day: their successors carry them. */
  dropSuperseded(tier: Tier, tenantId: number, entityId: number, before: number): void {
    if (tier === 'day') return
    this.#session.sql(`DELETE FROM ${supersededTable(this.#series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND tier = ? AND bucket < ?`).run(tenantId, entityId, tier, before)
  }

  /** Earlier beliefs about the rows of one entity before a day, by row and age. */
  supersededBefore(tier: Tier, tenantId: number, entityId: number, before: number): EarlierRow[] {
    const rows = this.#session.sql(`SELECT ${this.earlierSelection()} FROM ${supersededTable(this.#series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND tier = ? AND bucket < ? ORDER BY bucket, cell, transaction_id`)
      .raw().all(tenantId, entityId, tier, before) as unknown[][]
    return rows.map((row) => this.parseEarlier(row))
  }

  earlierSelection(): string {
    const states = this.columns.map((column) => (columnType(column) === 'TEXT' ? quoted(column.name) : exact(quoted(column.name))))
    return `bucket, cell, days, ${HEAD}${states.map((state) => `, ${state}`).join('')}, until`
  }

  parseEarlier(row: readonly unknown[]): EarlierRow {
    // Earlier beliefs hold their day sets, whatever their tier, so they are read like a coarser row.
    return { ...this.parse('week', row), until: row.at(-1) as number }
  }
}

function remembered(texts: Map<Tier, string>, tier: Tier, make: () => string): string {
  let text = texts.get(tier)
  if (text === undefined) {
    text = make()
    texts.set(tier, text)
  }
  return text
}

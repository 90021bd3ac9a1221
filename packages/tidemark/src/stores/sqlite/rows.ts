import { rowDigest } from '../../canonical/row-digest.ts'
import { groupOf } from '../../definitions/cell.ts'
import type { DimensionsOf } from '../../definitions/dimension.ts'
import type { Tier } from '../../definitions/keep.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { State } from '../../measures/kind.ts'
import type { Layout, StateColumn } from '../../measures/layout.ts'
import type { Version } from '../../measures/versions.ts'
import { machine } from '../../machine/machine.ts'
import { daySetOf } from '../../measures/day-set.ts'
import { payloadPlace, putPayload, withText } from './payloads.ts'
import { formOf, isText, type RowForm, SPANS, storedColumns } from './tables.ts'
import { bound, exact, quoted, rowTable, supersededTable } from './names.ts'
import type { WriteSession } from './session.ts'
import { WindowColumns } from './window-columns.ts'

/** What rows need of their series, however it is fed. */
export interface RowSeries {
  readonly id: number
  readonly version: number
  readonly definition: SeriesDefinition
  readonly layout: Layout
  /** Left out: as they are declared. */
  dimensionsOf?: DimensionsOf
  /** Of a collected series: measures that were declared after it. */
  readonly late?: ReadonlySet<string>
}

/** Whose rows they are. */
export interface RowOwner {
  readonly id: number
  readonly tenantId: number
}

/** The same, with the names that digests are made of. */
export interface NamedOwner extends RowOwner {
  readonly tenant: string
  readonly entity: string
}

/**
 * A row of any tier, with its states by the whole layout (a told day's day set is made up again on reading). In the place
 * of a payload's text stands its number (see payloads.ts), or the text of one that is not written yet.
 */
export interface TierRow {
  readonly bucket: number
  /** Of a captured row: when its window starts (epoch milliseconds), and how long it is. */
  readonly at?: number
  readonly seconds?: number
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

/** How the rows of a tier before a day are read. */
interface Before {
  readonly plain: string
  readonly exact: string
  /** Of captured windows; null: every column is written. */
  readonly windows: WindowColumns | null
}

const HEAD = 'transaction_id, version, revision, facts'

interface Put {
  readonly insert: string
  /** Of the columns that are written, their places in the layout. */
  readonly places: readonly number[]
}

/** A value as the driver gives it (see `exact`): past 2^53 an integer comes as text. */
export function stateOf(column: StateColumn, value: unknown): State {
  if (typeof value === 'string' && !isText(column)) return BigInt(value)
  return value as State
}

/** Reads and writes the rows of one series, all tiers. */
export class SeriesRows {
  readonly #session: WriteSession
  readonly #series: RowSeries
  readonly #puts = new Map<Tier, Put>()
  readonly #gets = new Map<Tier, string>()
  readonly #selections = new Map<Tier, string>()
  readonly #befores = new Map<Tier, Before>()
  #superseding: string | null = null
  #earlier: { readonly selection: string; readonly before: string } | null = null

  private constructor(session: WriteSession, series: RowSeries) {
    this.#session = session
    this.#series = series
  }

  static #known = new WeakMap<RowSeries, SeriesRows>()

  /** The rows of a series; one object while the catalogue remembers the series. */
  static of(session: WriteSession, series: RowSeries): SeriesRows {
    let rows = SeriesRows.#known.get(series)
    if (rows === undefined) {
      rows = new SeriesRows(session, series)
      SeriesRows.#known.set(series, rows)
    }
    return rows
  }

  get columns(): readonly StateColumn[] {
    return this.#series.layout.columns
  }

  formOf(tier: Tier): RowForm {
    return formOf(this.#series.definition, tier)
  }

  /** The columns to select, in the order that `parse` takes them. */
  selection(tier: Tier): string {
    return remembered(this.#selections, tier, () => this.#selectionOf(this.formOf(tier), (columns) => this.#states(columns)))
  }

  #selectionOf(form: RowForm, states: (columns: readonly StateColumn[]) => string): string {
    return `bucket, cell, ${form === 'merged' ? 'days' : '1'}, ${HEAD}${states(storedColumns(this.columns, form))}${form === 'captured' ? ', at, seconds' : ''}`
  }

  #states(columns: readonly StateColumn[]): string {
    return columns.map((column) => `, ${isText(column) ? quoted(column.name) : exact(quoted(column.name))}`).join('')
  }

  parse(tier: Tier, row: readonly unknown[]): TierRow {
    return this.#parse(this.formOf(tier), row)
  }

  #parse(form: RowForm, row: readonly unknown[]): TierRow {
    const [bucket, cell, days, transaction, version, revision, facts] = row as number[]
    const { columns } = this
    const states: State[] = []
    let place = 7
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index] as StateColumn
      if (form === 'told' && column.merge === 'days') states.push(Number(states[index - 1]) > 0 ? daySetOf(bucket as number) : null)
      else states.push(stateOf(column, row[place++]))
    }
    const parsed = { bucket: bucket as number, cell: cell as number, days: days as number, transaction: transaction as number, version: version as number, revision: revision as number, facts: facts as number, states }
    return form === 'captured' ? { ...parsed, at: row[place] as number, seconds: row[place + 1] as number } : parsed
  }

  get(tier: Tier, entity: RowOwner, bucket: number, cell: number): TierRow | undefined {
    const row = this.#session.sql(remembered(this.#gets, tier, () => `SELECT ${this.selection(tier)} FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket = ? AND cell = ?`))
      .raw().get(entity.tenantId, entity.id, bucket, cell) as unknown[] | undefined
    return row === undefined ? undefined : this.parse(tier, row)
  }

  /** The window of the row that holds a day, if there is one: a window declared since has not cut it. */
  holding(tier: Tier, entity: RowOwner, day: number, cell: number): { from: number; to: number } | undefined {
    const row = this.#session.sql(`SELECT bucket AS "from", bucket + days AS "to" FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket <= ? AND cell = ? ORDER BY bucket DESC LIMIT 1`)
      .get(entity.tenantId, entity.id, day, cell) as { from: number; to: number } | undefined
    return row !== undefined && row.to > day ? row : undefined
  }

  /** Rows of one entity before `before`, in the order of time, by cell. */
  before(tier: Tier, tenantId: number, entityId: number, before: number): TierRow[] {
    const form = this.formOf(tier)
    const { plain: text, exact: exactText, windows } = remembered(this.#befores, tier, () => {
      const rows = `FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ${bound} AND entity_id = ${bound} AND bucket < ${bound} ORDER BY bucket, ${tier === 'captured' ? 'at, ' : ''}cell`
      const windows = form === 'captured' ? new WindowColumns(this.columns, this.columns, this.#series.late ?? new Set()) : null
      const selected = (states: (columns: readonly StateColumn[]) => string): string => this.#selectionOf(form, (columns) => states(windows?.written ?? columns))
      const plain = selected((columns) => columns.map(({ name }) => `, ${quoted(name)}`).join(''))
      return { plain: `SELECT ${plain} ${rows}`, exact: `SELECT ${selected((columns) => this.#states(columns))} ${rows}`, windows }
    })
    const read = (text: string): unknown[][] => this.#session.sql(text).raw().all(tenantId, entityId, before) as unknown[][]
    // To ask each of two hundred columns for its size in SQL takes longer than reading it: a rounded one tells itself.
    const plain = read(text)
    const rows = plain.some(isRounded) ? read(exactText) : plain
    return rows.map((row) => (windows === null ? this.#parse(form, row) : this.#parseWindow(windows, row)))
  }

  #parseWindow(windows: WindowColumns, row: readonly unknown[]): TierRow {
    const [bucket, cell, days, transaction, version, revision, facts] = row as number[]
    const [at, seconds] = row.slice(-2) as [number, number]
    const written = windows.written.map((column, place) => stateOf(column, row[place + 7]))
    return {
      bucket: bucket as number, at, seconds, cell: cell as number, days: days as number, transaction: transaction as number, version: version as number,
      revision: revision as number, facts: facts as number, states: windows.states(written, seconds, facts as number),
    }
  }

  /** Captured rows of one entity from one window to another, both with them, in the order of time and cells, each with its digest. */
  captured({ tenantId, id }: RowOwner, first: { readonly bucket: number; readonly at: number }, last: { readonly bucket: number; readonly at: number }): { readonly row: TierRow; readonly digest: Uint8Array }[] {
    const rows = `FROM ${rowTable(this.#series.definition.name, 'captured')} WHERE tenant_id = ${bound} AND entity_id = ${bound} AND (bucket, at) >= (${bound}, ${bound}) AND (bucket, at) <= (${bound}, ${bound}) ORDER BY bucket, at, cell`
    const read = (selection: string): unknown[][] => this.#session.sql(`SELECT ${selection}, digest ${rows}`).raw().all(tenantId, id, first.bucket, first.at, last.bucket, last.at) as unknown[][]
    const plain = read(this.#selectionOf('captured', (columns) => columns.map(({ name }) => `, ${quoted(name)}`).join('')))
    return (plain.some(isRounded) ? read(this.selection('captured')) : plain).map((row) => ({ row: this.#parse('captured', row), digest: row.at(-1) as Uint8Array }))
  }

  cellsOfDay(entity: RowOwner, day: number): TierRow[] {
    const rows = this.#session.sql(`SELECT ${this.selection('day')} FROM ${rowTable(this.#series.definition.name, 'day')} WHERE tenant_id = ? AND entity_id = ? AND bucket = ?`)
      .raw().all(entity.tenantId, entity.id, day) as unknown[][]
    return rows.map((row) => this.parse('day', row))
  }

  /**
   * Writes a row in place of the current one of its key.
   * @param payload the text that its states name, where it is at hand
   */
  put(tier: Tier, entity: NamedOwner, row: TierRow, payload: string | null = null): void {
    this.#session.touching.days(this.#series.id, entity.tenantId, row.bucket, row.bucket + row.days)
    this.putBack(tier, entity, row, payload)
  }

  /** The same of a row that says what it has said all along, wherever it lay. Says its digest; null: its tier has none. */
  putBack(tier: Tier, entity: NamedOwner, row: TierRow, payload: string | null = null): Uint8Array | null {
    const form = this.formOf(tier)
    const { insert, places } = remembered(this.#puts, tier, () => this.#putOf(tier, form))
    const states = form === 'told' ? row.states : this.#named(entity, row.states)
    const digest = form === 'told' ? null : this.digest(tier, entity, row, form === 'merged' ? null : payload)
    const span = form === 'told' ? [] : form === 'merged' ? [row.days, digest] : [row.at, row.seconds, digest]
    this.#session.sql(insert)
      .run(entity.tenantId, entity.id, row.bucket, row.cell, ...span, row.transaction, row.version, row.revision, row.facts, ...places.map((place) => states[place]))
    return digest
  }

  /** What another column of a captured window tells is not written; a table that was made before that was so has all of them. */
  #putOf(tier: Tier, form: RowForm): Put {
    const table = rowTable(this.#series.definition.name, tier)
    const stored = new Set(this.#session.connection.prepare(`SELECT name FROM pragma_table_xinfo(${table.replaceAll('"', "'")}) WHERE hidden = 0`).pluck().all())
    const places = this.columns.flatMap(({ name }, place) => (stored.has(name) ? [place] : []))
    const columns = places.map((place) => quoted((this.columns[place] as StateColumn).name))
    return { insert: insertInto(table, ['tenant_id', 'entity_id', 'bucket', 'cell', ...SPANS[form], HEAD, ...columns]), places }
  }

  digest(tier: Tier, entity: NamedOwner, row: TierRow, payload: string | null = null): Uint8Array {
    const { definition } = this.#series
    const key = { series: definition.name, tenant: entity.tenant, entity: entity.entity, tier, from: row.bucket, to: row.bucket + row.days, group: row.cell === 0 ? null : groupOf(this.#series.dimensionsOf?.(entity.tenant) ?? definition.dimensions, row.cell) }
    const window = row.at === undefined ? {} : { window: { at: row.at, until: row.at + (row.seconds as number) * 1000 } }
    const states = payload === null ? withText(this.#session, this.#series, entity.id, row.states) : row.states.with(payloadPlace(this.#series) as number, payload)
    return rowDigest({ ...key, ...window }, row.facts, this.columns, states, machine.sha256)
  }

  /** A row with the text of its payload. */
  told(entity: RowOwner, row: TierRow): TierRow {
    return { ...row, states: withText(this.#session, this.#series, entity.id, row.states) }
  }

  /** The numbers of the payloads that rows name. */
  payloadsOf(rows: Iterable<TierRow>): number[] {
    const place = payloadPlace(this.#series)
    return place === null ? [] : [...rows].flatMap(({ states }) => (typeof states[place] === 'number' ? [states[place]] : []))
  }

  #named(entity: RowOwner, states: readonly State[]): readonly State[] {
    const place = payloadPlace(this.#series)
    const text = place === null ? null : states[place]
    return place === null || typeof text !== 'string' ? states : states.with(place, putPayload(this.#session, this.#series, entity, text))
  }

  /** Keeps what a row said until now, for as-of. `tier` may be `archive`: a row that lies in a file. */
  supersede(tier: Tier | 'archive', entity: RowOwner, row: TierRow, until: number): void {
    this.#session.touching.days(this.#series.id, entity.tenantId, row.bucket, row.bucket + row.days)
    const collected = isCollected(this.#series.definition)
    const window = collected ? [row.at ?? 0, row.seconds ?? 0] : []
    this.#superseding ??= insertInto(supersededTable(this.#series.definition.name), [
      'tenant_id', 'entity_id', 'tier', 'bucket', 'cell', ...(collected ? ['at', 'seconds'] : []), 'days', 'until', HEAD, ...this.columns.map((column) => quoted(column.name)),
    ])
    this.#session.sql(this.#superseding)
      .run(entity.tenantId, entity.id, tier, row.bucket, row.cell, ...window, row.days, until, row.transaction, row.version, row.revision, row.facts, ...this.#named(entity, row.states))
  }

  /** Forgets the earlier beliefs about rows of an entity before a day: their successors carry them. */
  dropSuperseded(tier: Tier, tenantId: number, entityId: number, before: number): void {
    if (this.formOf(tier) === 'told') return
    this.#session.touching.days(this.#series.id, tenantId, -Infinity, before)
    this.#session.sql(`DELETE FROM ${supersededTable(this.#series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND tier = ? AND bucket < ?`).run(tenantId, entityId, tier, before)
  }

  /** Earlier beliefs about the rows of one entity before a day, by row and age. */
  supersededBefore(tier: Tier, tenantId: number, entityId: number, before: number): EarlierRow[] {
    const rows = this.#session.sql(this.#earlierTexts().before)
      .raw().all(tenantId, entityId, tier, before) as unknown[][]
    return rows.map((row) => this.parseEarlier(row))
  }

  earlierSelection(): string {
    return this.#earlierTexts().selection
  }

  #earlierTexts(): { readonly selection: string; readonly before: string } {
    if (this.#earlier === null) {
      const collected = isCollected(this.#series.definition)
      const selection = `bucket, cell, days, ${HEAD}${this.#states(this.columns)}${collected ? ', at, seconds' : ''}, until`
      const before = `SELECT ${selection} FROM ${supersededTable(this.#series.definition.name)} WHERE tenant_id = ${bound} AND entity_id = ${bound} AND tier = ${bound} AND bucket < ${bound} ORDER BY bucket, ${collected ? 'at, ' : ''}cell, transaction_id`
      this.#earlier = { selection, before }
    }
    return this.#earlier
  }

  parseEarlier(row: readonly unknown[]): EarlierRow {
    // Earlier beliefs hold their day sets, whatever their tier, so they are read like a merged row.
    const parsed = this.#parse('merged', row)
    const until = row.at(-1) as number
    const [at, seconds] = isCollected(this.#series.definition) ? (row.slice(-3) as [number, number]) : [0, 0]
    // A window is never of no length: rows of whole days have 0 there.
    return seconds === 0 ? { ...parsed, until } : { ...parsed, at, seconds, until }
  }
}

/** What a row said, as one of its versions. */
export function versionOf(row: TierRow | EarlierRow): Version {
  return { from: row.transaction, until: 'until' in row ? row.until : null, facts: row.facts, revision: row.revision, version: row.version, states: row.states }
}

function insertInto(table: string, columns: readonly string[]): string {
  const names = columns.join(', ')
  return `INSERT OR REPLACE INTO ${table} (${names}) VALUES (${names.replaceAll(/[^,]+/g, '?')})`
}

/** Whether a row read without `exact` has an integer past 2^53, which the driver has rounded. */
export function isRounded(row: readonly unknown[]): boolean {
  return row.some((value) => typeof value === 'number' && !Number.isSafeInteger(value))
}

function remembered<T>(texts: Map<Tier, T>, tier: Tier, make: () => T): T {
  let text = texts.get(tier)
  if (text === undefined) {
    text = make()
    texts.set(tier, text)
  }
  return text
}

import { EVERYTHING, type Extent } from '../contract/extent.ts'
import type { WriteSession } from './session.ts'

/**
 * What each transaction touched: numbers of series and tenants as JSON, null where it is all of them; the days from
 * `from_day` to before `to_day`, null without an end. A transaction that has no row here touched everything: so did those
 * of earlier programs, and so does whatever writes without knowing of this.
 */
export const TOUCHED_TABLES: readonly string[] = [
  'CREATE TABLE tm_touched (transaction_id INTEGER PRIMARY KEY, series TEXT, tenants TEXT, from_day INTEGER, to_day INTEGER) STRICT',
]

/**
 * Commands that say all that they touch: every row goes through `SeriesRows`, and what they write beside rows is said where
 * it is written. The others (zones, rosters, archiving, holds, erasures, migrations) are rare or touch it all.
 */
const EXACT: ReadonlySet<string> = new Set(['append', 'retract', 'adjust', 'capture', 'recompute', 'collect', 'rollup', 'prune'])

/** More are recorded as all: one list stays short, and whoever writes for so many leaves few answers standing. */
const MOST_TENANTS = 16

/** Gathers what one transaction touches. It is the hull of all that is said: too much at times, never too little. */
export class Touching {
  #series: Set<number> | null = new Set()
  #tenants: Set<number> | null = new Set()
  #from = Infinity
  #to = -Infinity
  #withinDays = false
  // Rows come in runs of one owner.
  #lastSeries = -1
  #lastTenant = -1

  /** Days of a tenant in a series; from -Infinity or to Infinity for those without an end. */
  days(seriesId: number, tenantId: number, from: number, to: number): void {
    this.part(seriesId, tenantId)
    this.#span(from, to)
  }

  /**
   * While the work runs, what is written tells each day as it was told before, and only what it consists of changes: it is
   * of no day.
   */
  withinDays<T>(work: () => T): T {
    this.#withinDays = true
    try {
      return work()
    } finally {
      this.#withinDays = false
    }
  }

  /** A tenant in a series, in what is of no day. */
  part(seriesId: number, tenantId: number): void {
    this.series(seriesId)
    this.#tenant(tenantId)
  }

  /** A tenant in a series, as a whole: what is of no day, or of all of them. */
  whole(seriesId: number, tenantId: number): void {
    this.days(seriesId, tenantId, -Infinity, Infinity)
  }

  /** Days of every tenant in a series. */
  everyTenant(seriesId: number, from: number, to: number): void {
    this.series(seriesId)
    this.#tenants = null
    this.#span(from, to)
  }

  /** What was believed earlier of a series, of every tenant: days are told by what is believed now. */
  beliefs(seriesId: number): void {
    this.series(seriesId)
    this.#tenants = null
  }

  /** A series, in what is told of it beside its tenants and days: what was done to it. */
  series(seriesId: number): void {
    if (seriesId === this.#lastSeries) return
    this.#lastSeries = seriesId
    this.#series?.add(seriesId)
  }

  /** Who is known of a tenant, whatever the series. */
  known(tenantId: number): void {
    this.#series = null
    this.#tenant(tenantId)
    this.#span(-Infinity, Infinity)
  }

  /** Writes it down, in the transaction that it is of. */
  record(session: WriteSession, command: string, transaction: number): void {
    if (!EXACT.has(command)) return
    const list = (ids: Set<number> | null): string | null => (ids === null ? null : JSON.stringify([...ids].sort((a, b) => a - b)))
    const [from, to] = this.#from < this.#to ? [this.#from, this.#to] : [0, 0]
    session.sql('INSERT INTO tm_touched (transaction_id, series, tenants, from_day, to_day) VALUES (?, ?, ?, ?, ?)')
      .run(transaction, list(this.#series), list(this.#tenants), from === -Infinity ? null : from, to === Infinity ? null : to)
  }

  #tenant(tenantId: number): void {
    if (tenantId === this.#lastTenant) return
    this.#lastTenant = tenantId
    this.#tenants?.add(tenantId)
    if (this.#tenants !== null && this.#tenants.size > MOST_TENANTS) this.#tenants = null
  }

  #span(from: number, to: number): void {
    if (this.#withinDays) return
    if (from < this.#from) this.#from = from
    if (to > this.#to) this.#to = to
  }
}

interface TouchedRow {
  readonly id: number | null
  readonly series: string | null
  readonly tenants: string | null
  readonly from: number | null
  readonly to: number | null
}

/** What the transactions after one touched; null when they are more than `most`. */
export function touchedSince(read: Pick<WriteSession, 'sql'>, transaction: number, most: number): readonly Extent[] | null {
  const rows = read.sql('SELECT t.transaction_id AS id, t.series, t.tenants, t.from_day AS "from", t.to_day AS "to" FROM tm_transaction x LEFT JOIN tm_touched t ON t.transaction_id = x.id WHERE x.id > ? ORDER BY x.id LIMIT ?')
    .all(transaction, most + 1) as TouchedRow[]
  if (rows.length > most) return null
  const names = { tm_series: new Map<number, string | null>(), tm_tenant: new Map<number, string | null>() }
  const nameOf = (table: keyof typeof names, id: number): string | null => {
    let name = names[table].get(id)
    if (name === undefined) names[table].set(id, name = (read.sql(`SELECT name FROM ${table} WHERE id = ?`).pluck().get(id) as string | undefined) ?? null)
    return name
  }
  const listOf = (table: keyof typeof names, text: string | null): readonly string[] | null => {
    const found = text === null ? [null] : (JSON.parse(text) as number[]).map((id) => nameOf(table, id))
    // A number without a name says nothing: it is taken for all.
    return found.includes(null) ? null : found as string[]
  }
  return rows.map(({ id, series, tenants, from, to }): Extent => (id === null ? EVERYTHING : {
    series: listOf('tm_series', series), tenants: listOf('tm_tenant', tenants), days: from === null && to === null ? null : { from: from ?? -Infinity, to: to ?? Infinity },
  }))
}

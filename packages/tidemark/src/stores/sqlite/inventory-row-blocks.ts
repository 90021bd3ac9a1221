import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import type { HeldRow, HeldRowBlock, HeldSeries, OwnDays, Owner } from '../contract/inventory.ts'
import { quote, type Raw, span, text, whole } from './inventory-row.ts'
import { stateColumns } from './inventory-schema.ts'
import { type PackedColumn, TwinTable } from './twin-table.ts'

/** All rows of a statement. */
type Rows = (sql: string, ...values: readonly unknown[]) => readonly Raw[]

/** A packed row as its table would have it, and the block that it is of. */
export interface PackedRaw {
  readonly row: Raw
  readonly block: HeldRowBlock
}

/** Rows, what is wrong with them, and what is said of them. */
interface OpenedBlock {
  readonly rows: readonly Raw[]
  readonly block: HeldRowBlock
  readonly problems: readonly string[]
}

const HEADS = ['bucket', 'at', 'seconds', 'cell', 'transaction_id', 'version', 'revision', 'facts'] as const

/** The blocks in which captured rows lie. What follows from other columns SQLite itself tells, in a table like the one that they came from. */
export class HeldRowBlocks {
  readonly #rows: Rows
  readonly #twins = new Map<string, TwinTable>()
  #last: { readonly key: string; readonly opened: OpenedBlock } | null = null

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** Packed rows of an entity's days, in the order of time and cells. */
  *of(series: HeldSeries, days: OwnDays): Generator<PackedRaw> {
    const [tenant, entity, from, to] = span(days) as [number, number, number, number]
    for (const found of this.#rows(`SELECT * FROM ${quote(`tm_rowblock_${series.name}`)} WHERE tenant_id = ? AND entity_id = ? AND last_day >= ? AND first_day < ? ORDER BY last_day, last_at`, tenant, entity, from, to)) {
      const { rows, block } = this.#opened(series, found)
      for (const row of rows) if (whole(row.bucket) >= from && whole(row.bucket) < to) yield { row, block }
    }
  }

  /** Blocks of an entity, each proven against its digest; none has a window of another or of a plain row, nor reaches over one. */
  problems(series: HeldSeries, { tenantId, entityId }: Owner): readonly string[] {
    const problems: string[] = []
    let [lastDay, lastAt] = [-Infinity, -Infinity]
    for (const found of this.#rows(`SELECT * FROM ${quote(`tm_rowblock_${series.name}`)} WHERE tenant_id = ? AND entity_id = ? ORDER BY last_day, last_at`, tenantId, entityId)) {
      const { rows, problems: own } = this.#opened(series, found)
      const said = [found.first_day, found.first_at, found.last_day, found.last_at].map(whole) as [number, number, number, number]
      const [first, last] = [rows[0], rows.at(-1)]
      const problem = [...own]
      if (first !== undefined && last !== undefined && [first.bucket, first.at, last.bucket, last.at].some((value, place) => whole(value) !== said[place])) problem.push('they begin or end elsewhere than was said')
      if (said[0] < lastDay || (said[0] === lastDay && said[1] <= lastAt)) problem.push('they begin before the block before them ends')
      const among = this.#rows(`SELECT at FROM ${quote(`tm_captured_${series.name}`)} WHERE tenant_id = ? AND entity_id = ? AND (bucket, at) >= (?, ?) AND (bucket, at) <= (?, ?) LIMIT 1`, tenantId, entityId, ...said)
      if (among[0] !== undefined) problem.push(`the window from ${new Date(whole(among[0].at)).toISOString()} lies plain among them`)
      ;[, , lastDay, lastAt] = said
      problems.push(...problem.map((one) => `packed rows up to ${new Date(lastAt).toISOString()}: ${one}`))
    }
    return problems
  }

  /** Facts of the whole in packed rows, by entity. */
  *facts(series: HeldSeries): Generator<Raw> {
    for (const { tenant_id: tenant, entity_id: entity } of this.#rows(`SELECT DISTINCT tenant_id, entity_id FROM ${quote(`tm_rowblock_${series.name}`)}`)) {
      let n = 0n
      for (const { row } of this.of(series, { tenantId: whole(tenant), entityId: whole(entity) })) if (row.cell === 0n) n += row.facts as bigint
      yield { tenant_id: tenant ?? null, entity_id: entity ?? null, n }
    }
  }

  #opened(series: HeldSeries, found: Raw): OpenedBlock {
    const key = `${series.name} ${[found.tenant_id, found.entity_id, found.last_day, found.last_at].join(' ')}`
    if (this.#last?.key === key) return this.#last.opened
    const opened = this.#open(series, found)
    this.#last = { key, opened }
    return opened
  }

  #open(series: HeldSeries, found: Raw): OpenedBlock {
    const problems: string[] = []
    try {
      const body = inflateRawSync(found.body as Uint8Array).toString('utf8')
      const digest = createHash('sha256').update(`${String(found.tenant_id)}\0${String(found.entity_id)}\0`).update(body).digest()
      if (!digest.equals(found.digest as Uint8Array)) problems.push('their digest is another')
      const [head = '', ...lines] = body.split('\n')
      const [count, columns, digests] = JSON.parse(head) as [number, number, string]
      const names = stateColumns(series.definition)
      if (BigInt(count) !== found.count || columns !== names.length || lines.length !== HEADS.length + columns) problems.push(`${count} rows of ${columns} columns are there, and ${String(found.count)} of ${names.length} were said`)
      const values = [...HEADS, ...names.map(({ name }) => name)].flatMap((name, place) => (lines[place] === '' ? [] : [{ name, values: valuesOf(lines[place] ?? 'null', count) }]))
      return { rows: this.#told(series, found, values, count, problems), block: { rows: count, digests }, problems }
    } catch (error) {
      return { rows: [], block: { rows: 0, digests: '' }, problems: [...problems, `they cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`] }
    }
  }

  /** What the table would say of these values: columns that it computes are told by it, and must be what was packed. */
  #told(series: HeldSeries, found: Raw, columns: readonly PackedColumn[], count: number, problems: string[]): readonly Raw[] {
    const table = `tm_captured_${series.name}`
    let twin = this.#twins.get(table)
    if (twin === undefined) this.#twins.set(table, twin = new TwinTable(table, text(this.#rows('SELECT sql FROM sqlite_schema WHERE name = ?', table)[0]?.sql)))
    const rows = twin.rows(columns, count).map((row) => ({ ...row, tenant_id: found.tenant_id ?? null, entity_id: found.entity_id ?? null, digest: null }) as Raw)
    const other = columns.find(({ name, values }) => rows.some((row, place) => row[name] !== values[place]))
    if (other !== undefined) problems.push(`${other.name} is not what its table makes of the others`)
    return rows
  }
}

/** Plain and packed rows of an entity in the order of time: no plain one lies within a block. */
export async function* inOrder(plain: AsyncIterable<HeldRow>, packed: Generator<PackedRaw>, heldOf: (packed: PackedRaw) => HeldRow): AsyncGenerator<HeldRow> {
  let next = packed.next()
  for await (const held of plain) {
    for (; next.done !== true && isBefore(next.value, held); next = packed.next()) yield heldOf(next.value)
    yield held
  }
  for (; next.done !== true; next = packed.next()) yield heldOf(next.value)
}

function isBefore({ row }: PackedRaw, { from, window }: HeldRow): boolean {
  return whole(row.bucket) < from || (whole(row.bucket) === from && whole(row.at) < (window?.from ?? -Infinity))
}

/** The line of a column: one value of all rows, steps from the value before, the words of rows, or integers as they are. */
function valuesOf(line: string, count: number): readonly (bigint | string | null)[] {
  const written = JSON.parse(line) as null | number | string | readonly (number | null)[] | { readonly words: readonly (string | null)[]; readonly rows: readonly number[] } | { readonly exactly: readonly (number | string | null)[] }
  if (written === null || typeof written !== 'object') return Array.from({ length: count }, () => (typeof written === 'number' ? BigInt(written) : written))
  if ('words' in written) return written.rows.map((place) => written.words[place] ?? null)
  if ('exactly' in written) return written.exactly.map((value) => (value === null ? null : BigInt(value)))
  let value = 0n
  return written.map((step) => (step === null ? null : value += BigInt(step)))
}

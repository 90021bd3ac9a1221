import { createHash } from 'node:crypto'
import { DIGEST_BYTES, rowDigest } from '../canonical/row-digest.ts'
import type { Group } from '../definitions/cell.ts'
import type { EpochDay, State } from '../stores/contract/state.ts'
import type { ArchiveDescription } from './description.ts'
import { machine } from '../machine/machine.ts'
import type { ArchivedRow } from './row.ts'
import { namedSums, type Tally } from './tally.ts'

/**
 * The values of one state column: doubles (null as NaN) while every value is a safe integer, else as they are. A row
 * object costs some 400 bytes, a double 8; files are kept decoded, so it matters.
 */
export type DecodedStates = Float64Array | readonly State[]

/** The columns of a file, as decode.ts reads them: entry i of each belongs to row i. */
export interface DecodedColumns {
  readonly spans: readonly EntitySpan[]
  readonly cell: Float64Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly facts: Float64Array
  readonly expected: Int32Array
  readonly present: Int32Array
  readonly transaction: Float64Array
  readonly believedAt: Float64Array
  readonly version: Int32Array
  readonly revision: Int32Array
  /** 16 bytes a row. */
  readonly digests: Uint8Array
  /** In the order of the description's dimensions. */
  readonly dimensions: readonly (readonly (string | null)[])[]
  /** In the order of the description's columns. */
  readonly states: readonly DecodedStates[]
}

/** The rows of one entity: [start, end). A file is sorted, so each entity has one span. */
export interface EntitySpan {
  readonly tenant: string
  readonly entity: string
  readonly start: number
  readonly end: number
}

/** Which rows of a file are wanted; what is left out is not narrowed. */
export interface RowFilter {
  readonly tenant?: string | null
  readonly entities?: readonly string[]
  readonly cells?: readonly number[]
  /** Rows that share at least one day with [from, to): also those that the range cuts. */
  readonly from?: EpochDay
  readonly to?: EpochDay
}

/** A decoded file in memory: rows are made from its columns as they are asked for. */
export class DecodedFile {
  readonly description: ArchiveDescription
  readonly rows: number
  /** Bytes it takes in memory, roughly. */
  readonly weight: number
  readonly #columns: DecodedColumns
  readonly #spans = new Map<string, Map<string, EntitySpan>>()

  constructor(description: ArchiveDescription, columns: DecodedColumns) {
    this.description = description
    this.rows = columns.cell.length
    this.#columns = columns
    for (const span of columns.spans) {
      const tenant = this.#spans.get(span.tenant) ?? new Map<string, EntitySpan>()
      tenant.set(span.entity, span)
      this.#spans.set(span.tenant, tenant)
    }
    this.weight = weightOf(columns)
  }

  /** All rows, in file order, with the states of the file's own columns. */
  *all(): Generator<ArchivedRow> {
    const places = this.description.columns.map((_, index) => index)
    for (const span of this.#columns.spans) {
      for (let row = span.start; row < span.end; row++) yield this.#row(span, row, places)
    }
  }

  /** The wanted rows in file order, their states in the order of `columns`; null where the file has no such column. */
  select(columns: readonly { readonly name: string }[], filter: RowFilter): ArchivedRow[] {
    const places = columns.map(({ name }) => this.description.columns.findIndex((column) => column.name === name))
    const cells = filter.cells === undefined ? null : new Set(filter.cells)
    const from = filter.from ?? -Infinity
    const to = filter.to ?? Infinity
    const { cell, from: starts, to: ends } = this.#columns
    const rows: ArchivedRow[] = []
    for (const span of this.#wanted(filter)) {
      for (let row = span.start; row < span.end; row++) {
        if ((starts[row] as number) >= to || (ends[row] as number) <= from) continue
        if (cells !== null && !cells.has(cell[row] as number)) continue
        rows.push(this.#row(span, row, places))
      }
    }
    return rows
  }

  #wanted({ tenant, entities }: RowFilter): readonly EntitySpan[] {
    if (tenant === undefined || tenant === null) {
      if (entities === undefined) return this.#columns.spans
      const named = new Set(entities)
      return this.#columns.spans.filter((span) => named.has(span.entity))
    }
    const spans = this.#spans.get(tenant)
    if (spans === undefined) return []
    if (entities === undefined) return [...spans.values()]
    return [...new Set(entities)].flatMap((entity) => spans.get(entity) ?? []).sort((a, b) => a.start - b.start)
  }

  /** What the rows add up to, computed from the columns. */
  tally(): Tally {
    const { cell, facts, transaction, digests, states } = this.#columns
    let wholeFacts = 0
    let youngest = 0
    for (let row = 0; row < this.rows; row++) {
      if (cell[row] === 0) wholeFacts += facts[row] as number
      if ((transaction[row] as number) > youngest) youngest = transaction[row] as number
    }
    const sums = this.description.columns.map(({ holds }, index) => (holds === 'integer' ? sumOf(states[index] as DecodedStates) : null))
    return {
      rows: this.rows, facts: wholeFacts, sums: namedSums(this.description.columns, sums),
      digest: createHash('sha256').update(digests).digest('hex'), transaction: youngest,
    }
  }

  /** The digest of row i, computed anew from its values: by the names of its dimensions, not by its cell. */
  recompute(row: ArchivedRow, index: number): Uint8Array {
    const { series, tier, columns } = this.description
    return rowDigest({ series, tier, tenant: row.tenant, entity: row.entity, from: row.from, to: row.to, group: this.group(index) }, row.facts, columns, row.states, machine.sha256)
  }

  /** The values of the dimensions' columns in row i; null when none is given. */
  group(index: number): Group | null {
    const group: Record<string, string> = {}
    for (const [place, { field }] of this.description.dimensions.entries()) {
      const value = this.#columns.dimensions[place]?.[index] ?? null
      if (value !== null) group[field] = value
    }
    return Object.keys(group).length === 0 ? null : group
  }

  #row(span: EntitySpan, row: number, places: readonly number[]): ArchivedRow {
    const columns = this.#columns
    return {
      tenant: span.tenant,
      entity: span.entity,
      cell: columns.cell[row] as number,
      from: columns.from[row] as number,
      to: columns.to[row] as number,
      transaction: columns.transaction[row] as number,
      believedAt: columns.believedAt[row] as number,
      version: columns.version[row] as number,
      revision: columns.revision[row] as number,
      facts: columns.facts[row] as number,
      expected: columns.expected[row] as number,
      present: columns.present[row] as number,
      // A copy: a view of the file's memory, once written to, would damage what every later reader is given.
      digest: columns.digests.slice(row * DIGEST_BYTES, (row + 1) * DIGEST_BYTES),
      states: places.map((place) => stateAt(columns.states[place], row)),
    }
  }
}

function stateAt(states: DecodedStates | undefined, row: number): State {
  const state = states?.[row] ?? null
  return state !== state ? null : state
}

/** Doubles while the sum is exact in them, BigInt from there on. */
function sumOf(states: DecodedStates): bigint | null {
  let sum = 0n
  let exact = 0
  let some = false
  for (let row = 0; row < states.length; row++) {
    const state = states[row]
    if (state === null || state === undefined || state !== state) continue
    some = true
    if (typeof state !== 'number') {
      sum += BigInt(state)
      continue
    }
    if (Number.isSafeInteger(exact + state)) exact += state
    else {
      sum += BigInt(exact) + BigInt(state)
      exact = 0
    }
  }
  return some ? sum + BigInt(exact) : null
}

function weightOf(columns: DecodedColumns): number {
  const rows = columns.cell.length
  let bytes = rows * (8 * 4 + 4 * 6 + DIGEST_BYTES)
  for (const span of columns.spans) bytes += 200 + 2 * (span.tenant.length + span.entity.length)
  // Dimension values are few and shared; a pointer each.
  bytes += columns.dimensions.length * rows * 8
  for (const states of columns.states) {
    bytes += rows * 8
    if (states instanceof Float64Array) continue
    for (const state of states) bytes += typeof state === 'string' ? 24 + state.length : typeof state === 'bigint' ? 24 : 0
  }
  return bytes
}

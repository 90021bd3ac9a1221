import { isCollected } from '../../definitions/series.ts'
import type { HeldIdentity, HeldRow, HeldRowBlock, HeldSeries, OwnCount, OwnDays, Owner } from '../contract/inventory.ts'
import type { State } from '../contract/state.ts'

/** A row of SQLite by column; every integer a bigint, so that none is rounded on the way. */
export type Raw = Readonly<Record<string, bigint | string | Uint8Array | null>>

/** SQLite has no infinities among integers. */
export const LEAST = -9_007_199_254_740_991
export const MOST = 9_007_199_254_740_991

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export function span({ tenantId, entityId, from = LEAST, to = MOST }: OwnDays): readonly number[] {
  return [tenantId, entityId, from, to]
}

export function whole(value: Raw[string] | undefined): number {
  return Number(value)
}

export function wholeOrNull(value: Raw[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

export function text(value: Raw[string] | undefined): string {
  return String(value)
}

/** A number while it is safe, else a bigint. */
export function exact(value: Raw[string] | undefined): State {
  if (typeof value !== 'bigint') return typeof value === 'string' ? value : null
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const HEAD = new Set(['tenant_id', 'entity_id', 'bucket', 'cell', 'days', 'digest', 'transaction_id', 'version', 'revision', 'facts', 'tier', 'until', 'count', 'day', 'seq', 'removed', 'at', 'seconds', 'place', 'offset_minutes', 'id'])

/** A table's rows; of a series that keeps payloads with the text beside its number. */
export function withPayloads({ name, definition }: HeldSeries, table: string): string {
  if (!isCollected(definition) || definition.payload === null) return quote(table)
  return `(SELECT r.*, (SELECT p.text FROM ${quote(`tm_payload_${name}`)} p WHERE p.id = r.payload) AS payload_text FROM ${quote(table)} r)`
}

/** The text of the payload that a row names; null where there is none. */
export type PayloadOf = (row: Raw) => string | null

/** What is declared: every declared column has a prefix or a suffix that the others do not. */
export function statesOf(row: Raw, payloadOf: PayloadOf = () => null): Record<string, State> {
  const states: Record<string, State> = {}
  for (const name in row) if (!HEAD.has(name) && name !== 'payload_text') states[name] = exact(row[name])
  // A number that names no payload stays, so that it can be told.
  const payload = payloadOf(row)
  if (payload !== null) states['payload'] = payload
  return states
}

export function ownerOf(row: Raw): Owner {
  return { tenantId: whole(row.tenant_id), entityId: whole(row.entity_id) }
}

export function countOf(row: Raw): OwnCount {
  return { ...ownerOf(row), count: whole(row.n) }
}

export function identityOf(row: Raw): HeldIdentity {
  return { ...ownerOf(row), identity: row.identity as Uint8Array, content: row.content as Uint8Array, day: whole(row.day), seq: whole(row.seq), retracted: row.retracted === 1n }
}

function windowOf({ at, seconds }: Raw): HeldRow['window'] {
  // Superseded rows of all tiers share a table, in which only windows have a length.
  if (at === undefined || !Number(seconds)) return null
  return { from: whole(at), to: whole(at) + whole(seconds) * 1000 }
}

export function rowOf(row: Raw, payloadOf: PayloadOf, packed: HeldRowBlock | null = null): HeldRow {
  const from = whole(row.bucket)
  return {
    ...ownerOf(row), cell: whole(row.cell), from, to: from + (row.days === undefined ? 1 : whole(row.days)), window: windowOf(row), transaction: whole(row.transaction_id),
    version: whole(row.version), revision: whole(row.revision), facts: whole(row.facts), digest: (row.digest ?? null) as Uint8Array | null, packed, states: statesOf(row, payloadOf),
  }
}

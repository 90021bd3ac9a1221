import { sha256 as portable } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Group } from '../definitions/cell.ts'
import type { Tier } from '../definitions/keep.ts'
import type { EpochDay, Instant, State } from '../stores/contract/state.ts'
import { dayText } from './day-text.ts'
import { quoted } from './quoted.ts'

/** What identifies a row, in words that hold on every store: no surrogate keys, no cell numbers. */
export interface RowKey {
  readonly series: string
  readonly tenant: string
  readonly entity: string
  readonly tier: Tier
  readonly from: EpochDay
  readonly to: EpochDay
  /** The dimensions' chosen values; null for the whole. */
  readonly group: Group | null
  /** Of a captured row: its window, half-open. */
  readonly window?: { readonly at: Instant; readonly until: Instant }
}

/**
 * SHA-256 of the UTF-8 of a text, or its first 16 bytes. The default is portable; Node's own takes half as long
 * (see machine/). They agree to the last bit, or the digests of two machines would differ.
 */
export type Sha256 = (text: string) => Uint8Array

/** Bytes of a row's digest. */
export const DIGEST_BYTES = 16

/** 16 bytes of SHA-256 over the row's canonical form. Not of transactions, versions, revisions or layout. */
export function rowDigest(
  key: RowKey, facts: number | bigint, columns: readonly { readonly name: string }[], states: readonly State[],
  sha256: Sha256 = portableSha256,
): Uint8Array {
  const digest = sha256(canonicalRow(key, facts, columns, states))
  return digest.length === DIGEST_BYTES ? digest : digest.slice(0, DIGEST_BYTES)
}

export const portableSha256: Sha256 = (text) => portable(utf8ToBytes(text))

/**
 * The canonical JSON (RFC 8785) that a row's digest is taken of: days as `YYYY-MM-DD`, instants as ISO 8601 in UTC,
 * integers as decimal strings, states by column name. A state that is null is left out: a measure that is declared later must not change the
 * digests of rows that never heard of it.
 *
 * Written by hand in the order that the keys sort in, because it is built once for every row ever rolled up: the
 * general serialiser takes four times as long. A test holds the two equal.
 */
export function canonicalRow(key: RowKey, facts: number | bigint, columns: readonly { readonly name: string }[], states: readonly State[]): string {
  let text = ''
  for (const column of sortedColumns(columns)) {
    const state = states[column.index]
    if (state === null || state === undefined) continue
    if (state !== column.latest) {
      column.latest = state
      // Integers need no escape; only text does.
      column.written = typeof state === 'string' ? `${column.prefix}${quoted(state)}` : `${column.prefix}"${state}"`
    }
    text += column.written
  }
  const [at, until] = key.window === undefined ? ['', ''] : [`"at":"${instantText(key.window.at)}",`, `,"until":"${instantText(key.window.until)}"`]
  return `{${at}"entity":${quoted(key.entity)},"facts":"${facts}","from":"${dayText(key.from)}","group":${groupJson(key.group)}`
    + `,"series":${quoted(key.series)},"states":{${text.slice(1)}},"tenant":${quoted(key.tenant)},"tier":"${key.tier}","to":"${dayText(key.to)}"${until}}`
}

/** Windows of one capture start and end together. */
const MOST_INSTANTS = 100
const instants = new Map<Instant, string>()

function instantText(instant: Instant): string {
  const known = instants.get(instant)
  if (known !== undefined) return known
  const text = new Date(instant).toISOString()
  if (instants.size >= MOST_INSTANTS) instants.clear()
  instants.set(instant, text)
  return text
}

function groupJson(group: Group | null): string {
  if (group === null) return 'null'
  const fields = Object.keys(group)
  if (fields.length === 0) return 'null'
  if (fields.length > 1) fields.sort()
  let text = ''
  for (const field of fields) text += `${text === '' ? '{' : ','}${quoted(field)}:${quoted(group[field] as string)}`
  return `${text}}`
}

interface SortedColumn {
  readonly index: number
  /** `,"contributions_n":` */
  readonly prefix: string
  /** As it was last written: one row after another says much the same, lengths of windows above all. */
  latest: State | undefined
  written: string
}

/** Sorting the columns for every row would cost more than the rest; a layout's array never changes. */
const orders = new WeakMap<readonly { readonly name: string }[], readonly SortedColumn[]>()

function sortedColumns(columns: readonly { readonly name: string }[]): readonly SortedColumn[] {
  const known = orders.get(columns)
  if (known !== undefined) return known
  const sorted = columns
    .map(({ name }, index) => ({ name, index, prefix: `,${JSON.stringify(name)}:`, latest: undefined, written: '' }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  orders.set(columns, sorted)
  return sorted
}

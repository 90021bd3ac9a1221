import type { Tier } from '../../definitions/keep.ts'

/** Table names. Declared names are checked (definitions/name.ts) to need no more than quoting. */
export const eventTable = (stream: string): string => `"tm_event_${stream}"`
export const identityTable = (stream: string): string => `"tm_identity_${stream}"`
/** Events that have not settled: neither they nor their identities are all in their own tables. */
export const intakeTable = (stream: string): string => `"tm_intake_${stream}"`
export const rowTable = (series: string, tier: Tier): string => `"tm_${tier}_${series}"`
export const supersededTable = (series: string): string => `"tm_superseded_${series}"`
/** Of a collected series: the latest window of each entity and cell, and the running totals that it had reached. */
export const latestTable = (series: string): string => `"tm_latest_${series}"`
/** Of a collected series: the payloads that its rows name by number. */
export const payloadTable = (series: string): string => `"tm_payload_${series}"`
/** Of a collected series: older payloads, packed in blocks of one entity. */
export const packedTable = (series: string): string => `"tm_packed_${series}"`
/** Of a collected series: older captured rows, packed in blocks of one entity. */
export const rowBlockTable = (series: string): string => `"tm_rowblock_${series}"`
export const lifetimeTable = (series: string): string => `"tm_lifetime_${series}"`

export const quoted = (name: string): string => `"${name}"`

/** An expression whose value survives the driver: past 2^53 it comes as text, never as a rounded float. */
export const exact = (expression: string): string =>
  `CASE WHEN ${expression} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${expression} ELSE CAST(${expression} AS TEXT) END`

/**
 * A parameter in an ordered or grouped statement of many columns. Bare, its value may have a say in the plan, and SQLite
 * prepares the statement anew whenever one is bound: two hundred columns take 0.4 ms to prepare.
 */
export const bound = '+?'

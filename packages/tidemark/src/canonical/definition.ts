import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { SeriesDefinition } from '../definitions/series.ts'
import { canonicalJson } from './json.ts'

/** A declaration as RFC 8785 JSON: equal declarations have equal text, in whatever order their keys were written. */
export function canonicalDefinition(series: SeriesDefinition): string {
  return canonicalJson(series)
}

/** Lower-case hex SHA-256 of the canonical form. */
export function definitionHash(series: SeriesDefinition): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalDefinition(series))))
}

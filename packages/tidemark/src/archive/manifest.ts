import { canonicalJson } from '../canonical/json.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { ArchiveDescription } from './description.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'

/**
 * What lies beside each file as `….parquet.json`: enough to check and to understand it without a store. The store's
 * catalogue holds the same `file`, and decides.
 */
export interface ArchiveManifest {
  /** Lower-case hex SHA-256 over the canonical JSON of `{description, file}`. */
  readonly checksum: string
  readonly description: ArchiveDescription
  readonly file: ArchiveFile
}

/** Canonical JSON and a line feed: equal manifests have equal bytes, so any flipped bit shows. */
export function manifestText(file: ArchiveFile, description: ArchiveDescription): string {
  return `${canonicalJson({ checksum: sha256Hex(canonicalJson({ description, file })), description, file })}\n`
}

/** Reads a manifest. Throws an Error that says what is wrong, down to a changed space. */
export function parseManifest(text: string): ArchiveManifest {
  const { checksum, description, file } = JSON.parse(text) as ArchiveManifest
  const expected = manifestText(file, description)
  if (!expected.startsWith(`{"checksum":${JSON.stringify(checksum)},`)) throw new Error('its checksum does not match its content')
  if (expected !== text) throw new Error('it is not in canonical form')
  return { checksum, description, file }
}

import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { ArchiveDamage, DamageReason } from './damage.ts'
import { decodeParquet } from './decode.ts'
import type { DecodedFile } from './decoded-file.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'
import { type Tally, tallyDifferences } from './tally.ts'

export type Loaded = { readonly ok: true; readonly decoded: DecodedFile } | { readonly ok: false; readonly damage: ArchiveDamage }

/**
 * From bytes to rows, or to the reason why not. The whole file is hashed before anything in it is believed: of 450
 * flipped bits, 362 would decode to other values without an error. Never throws.
 */
export async function loadArchive(file: ArchiveFile, content: Uint8Array): Promise<Loaded> {
  const damaged = (reason: DamageReason, detail: string): Loaded => ({ ok: false, damage: { path: file.path, reason, detail } })
  if (content.length !== file.bytes) return damaged('size', `${content.length} bytes instead of ${file.bytes}`)
  const found = sha256Hex(content)
  if (found !== file.sha256) return damaged('hash', `SHA-256 ${found} instead of ${file.sha256}`)
  let decoded: DecodedFile
  try {
    decoded = await decodeParquet(content)
  } catch (error) {
    return damaged('unreadable', error instanceof Error ? error.message : String(error))
  }
  const { series, period } = decoded.description
  if (series !== file.series || period !== file.period) return damaged('unreadable', `it holds the series ${series} from day ${period}, not ${file.series} from day ${file.period}`)
  // The bytes are right; the catalogue's numbers, or this program's reading of them, may still be wrong.
  const differences = tallyDifferences(tallyOf(file), decoded.tally())
  const first = differences[0]
  if (first === undefined) return { ok: true, decoded }
  return damaged(first.startsWith('rows') ? 'rows' : first.startsWith('digest') ? 'digest' : 'sums', differences.join('; '))
}

export function tallyOf({ rows, facts, sums, digest, transaction }: ArchiveFile): Tally {
  return { rows, facts, sums, digest, transaction }
}

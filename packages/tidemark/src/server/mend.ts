import { staysSame } from '../query/closed.ts'
import type { MadeAnswer, Stale } from './answers.ts'
import type { CachedAnswer } from './cache.ts'
import { documentBytes, etagOf } from './document-bytes.ts'
import { type MendableWords, mended, partOf, type ToldRow } from './mending.ts'

/** A larger answer is made anew: to read and to write it would hold up the others for longer than a millisecond. */
const MOST_BYTES = 256 << 10

/**
 * A kept answer with its stale periods told anew: to the byte what the whole question would be answered now. null where it
 * has to be made as a whole.
 *
 * @param tell answers the same question from one day to another
 */
export async function mend(kept: CachedAnswer, stale: Stale, words: MendableWords, tell: (range: { readonly from: string; readonly to: string }) => Promise<MadeAnswer>): Promise<MadeAnswer | null> {
  if (kept.next !== null || kept.body.length > MOST_BYTES) return null
  const { rows } = JSON.parse(kept.body.toString()) as { readonly rows: readonly ToldRow[] }
  const part = partOf(rows, words, stale)
  if (part === null) return null
  const { from, to } = part
  const told = JSON.parse((await tell({ from, to })).body.toString()) as { readonly rows: readonly ToldRow[] }
  const all = mended(rows, told.rows, part)
  if (all === null) return null
  const body = await documentBytes({ ...told, rows: all })
  return { body, etag: etagOf(body), closed: staysSame(words, all), next: null }
}

import { createHash } from 'node:crypto'
import { TidemarkError } from '../errors.ts'

/** Where a page ended: the key of its last row. */
export type Position = readonly (string | number | null)[]

const CHECK_BYTES = 12
const MOST_CHARACTERS = 8192

/**
 * A position as an opaque word that checks itself: it holds a digest over itself and the question that it goes on with,
 * so that one that was changed, or belongs to another question, is refused. It is not a secret and grants nothing: the
 * gate judges the next page like the first.
 */
export function writeCursor(position: Position, question: string): string {
  const text = Buffer.from(JSON.stringify(position), 'utf8')
  return Buffer.concat([check(text, question), text]).toString('base64url')
}

/** The position of a cursor. Throws CURSOR_INVALID. */
export function readCursor(cursor: string, question: string): Position {
  const invalid = (): never => { throw new TidemarkError('CURSOR_INVALID', 'the cursor is not one that this question was answered with', { where: 'after' }) }
  if (cursor.length > MOST_CHARACTERS || !/^[A-Za-z0-9_-]+$/.test(cursor)) return invalid()
  const bytes = Buffer.from(cursor, 'base64url')
  // Other words decode to the same bytes (spare bits of the last character): only the one that was written is taken.
  if (bytes.length <= CHECK_BYTES || bytes.toString('base64url') !== cursor) return invalid()
  const text = bytes.subarray(CHECK_BYTES)
  if (!check(text, question).equals(bytes.subarray(0, CHECK_BYTES))) return invalid()
  try {
    const position: unknown = JSON.parse(text.toString('utf8'))
    return Array.isArray(position) ? position as Position : invalid()
  } catch {
    return invalid()
  }
}

function check(text: Buffer, question: string): Buffer {
  return createHash('sha256').update(`cursor 1\n${question.length}\n${question}\n`).update(text).digest().subarray(0, CHECK_BYTES)
}

import { hash } from 'node:crypto'

const PIECE_ROWS = 500

/** A document as JSON. Long lists are written in pieces, between which other requests go on. */
export async function documentBytes(document: unknown): Promise<Buffer> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return Buffer.from(JSON.stringify(document))
  const parts: Buffer[] = []
  let text = '{'
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue
    text += `${text === '{' && parts.length === 0 ? '' : ','}${JSON.stringify(name)}:`
    if (!Array.isArray(value) || value.length <= PIECE_ROWS) {
      text += JSON.stringify(value)
      continue
    }
    for (let start = 0; start < value.length; start += PIECE_ROWS) {
      parts.push(Buffer.from(`${text}${start === 0 ? '[' : ','}${JSON.stringify(value.slice(start, start + PIECE_ROWS)).slice(1, -1)}`))
      text = ''
      await new Promise(setImmediate)
    }
    text = ']'
  }
  return Buffer.concat([...parts, Buffer.from(`${text}}`)])
}

/** A strong validator: equal bodies, equal tags. */
export function etagOf(body: string | Uint8Array): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 27)}"`
}

/** Whether a client has this already, by its `If-None-Match`. */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((tag) => bare(tag) === bare(etag))
}

import { createHash } from 'node:crypto'

/** Lower-case hex SHA-256 of bytes or of a text's UTF-8. Of whole files, so by Node's own alone. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}

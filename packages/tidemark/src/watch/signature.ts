import { createHmac } from 'node:crypto'

/**
 * The header `tidemark-signature` of a body: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. The time is signed with
 * the body, so that a receiver can refuse a copy that somebody sends again later.
 */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')}`
}

import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { TidemarkError } from '../errors.ts'

// The prefix lets scanners of secrets find a token that was left somewhere, and the checksum tells one from a word that looks like it.
const PREFIX = 'tide_'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_CHARACTERS = 40
const CHECK_CHARACTERS = 6
const FORM = new RegExp(`^${PREFIX}([0-9A-Za-z]{${RANDOM_CHARACTERS}})([0-9A-Za-z]{${CHECK_CHARACTERS}})$`)

/** A token as its holder gets it, once, and as the store keeps it. */
export interface MintedToken {
  /** `tide_`, 40 random characters (238 bits), 6 of checksum. */
  readonly text: string
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string
}

/** Makes a token. */
export function mintToken(): MintedToken {
  let random = ''
  while (random.length < RANDOM_CHARACTERS) {
    // 248 is the greatest multiple of 62 in a byte: taking the rest as well would favour the first characters.
    for (const byte of randomBytes(RANDOM_CHARACTERS)) if (byte < 248 && random.length < RANDOM_CHARACTERS) random += DIGITS[byte % DIGITS.length]
  }
  const text = PREFIX + random + checksum(random)
  return { text, digest: digestOf(text) }
}

/** The digest that the store knows a token by. Throws TOKEN_MALFORMED for a text that was never one; the text is in no message. */
export function readToken(text: string): string {
  const match = FORM.exec(text)
  if (match === null) throw new TidemarkError('TOKEN_MALFORMED', 'this is no token of Tidemark', { where: 'token' })
  if (checksum(match[1] as string) !== match[2]) {
    throw new TidemarkError('TOKEN_MALFORMED', 'the token has a character wrong or missing', { where: 'token', why: 'Its checksum does not fit.' })
  }
  return digestOf(text)
}

/** Compares digests in a time that says nothing of where they differ. */
export function sameDigest(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function digestOf(text: string): string {
  return hash('sha256', text)
}

function checksum(random: string): string {
  let rest = crc32(random)
  let text = ''
  for (let place = 0; place < CHECK_CHARACTERS; place++) {
    text = (DIGITS[rest % DIGITS.length] as string) + text
    rest = Math.floor(rest / DIGITS.length)
  }
  return text
}

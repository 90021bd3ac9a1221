import type { PayloadReader } from '../definitions/collector.ts'
import { TidemarkError } from '../errors.ts'
import { NotPlain, plainJson } from './plain-json.ts'

/** A payload as it is stored: canonical JSON, and the version of its schema. */
export interface StoredPayload {
  readonly version: number
  readonly text: string
}

/** Of the canonical JSON, in bytes of UTF-8. */
const MOST_PAYLOAD_BYTES = 1_048_576

/** A payload that cannot be kept; the message says why. */
export class PayloadRefused extends Error {}

/**
 * Checks a payload by its schema and writes it in its canonical form; null where there is none. What the schema makes of
 * it (defaults, trimmed texts) is what is kept. Throws PayloadRefused.
 */
export async function writePayload(reader: PayloadReader, payload: unknown): Promise<StoredPayload | null> {
  if (payload === undefined || payload === null) return null
  const checked = reader.schema['~standard'].validate(payload)
  const result = checked instanceof Promise ? await checked : checked
  if (result.issues !== undefined) throw new PayloadRefused(`payload: ${issueText(result.issues)}`)
  const text = textOf(result.value)
  // A unit of UTF-16 takes at most three bytes, and nearly every payload is far below.
  const bytes = text.length * 3 > MOST_PAYLOAD_BYTES ? utf8Length(text) : 0
  if (bytes > MOST_PAYLOAD_BYTES) throw new PayloadRefused(`payload: ${bytes} bytes are more than ${MOST_PAYLOAD_BYTES}`)
  return { version: reader.version, text }
}

function textOf(payload: unknown): string {
  try {
    return plainJson(payload, MOST_PAYLOAD_BYTES)
  } catch (error) {
    throw error instanceof NotPlain ? new PayloadRefused(`payload${error.message}`) : error
  }
}

/**
 * Reads a stored payload as the declared version: through the upgraders, one version after another.
 * Throws PAYLOAD_UNREADABLE.
 * @param whose the entity and its period, for the error
 */
export function readPayload(reader: PayloadReader, stored: StoredPayload, whose: string): unknown {
  const unreadable = (message: string, cause?: unknown): TidemarkError =>
    new TidemarkError('PAYLOAD_UNREADABLE', `the payload of ${whose}, version ${stored.version}, ${message}`, { where: whose, cause })
  if (stored.version > reader.version) throw unreadable(`is newer than the declared version ${reader.version}`)
  let payload: unknown
  try {
    payload = JSON.parse(stored.text)
  } catch (cause) {
    throw unreadable('is not JSON', cause)
  }
  for (let version = stored.version; version < reader.version; version++) {
    const upgrade = reader.upgrade[version]
    if (upgrade === undefined) throw unreadable(`cannot be read as version ${version + 1}: there is no upgrade[${version}]`)
    try {
      payload = upgrade(payload)
    } catch (cause) {
      throw unreadable(`cannot be read: upgrade[${version}] threw ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, cause)
    }
  }
  return payload
}

type Issues = NonNullable<Awaited<ReturnType<PayloadReader['schema']['~standard']['validate']>>['issues']>

const MOST_ISSUES = 3

function issueText(issues: Issues): string {
  const shown = issues.slice(0, MOST_ISSUES).map(({ message, path = [] }) => {
    const place = path.map((part) => `.${String(typeof part === 'object' ? part.key : part)}`).join('')
    return place === '' ? message : `${place.slice(1)}: ${message}`
  })
  return `${shown.join('; ')}${issues.length > MOST_ISSUES ? `; and ${issues.length - MOST_ISSUES} more` : ''}`
}

/** Bytes of a well-formed text in UTF-8. */
function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    // Each half of a surrogate pair stands for two of the pair's four bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}

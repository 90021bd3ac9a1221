import { type Clock, wallClock } from '../clock.ts'
import { checkOptions } from '../definitions/options.ts'
import { TidemarkError } from '../errors.ts'
import { type AddressRange, readRange } from './address-range.ts'
import type { Channel, Notification } from './channel.ts'
import type { Resolve } from './post.ts'

/** A value that stands in the environment of the process, so that no file of the project holds it. */
export interface FromEnvironment {
  /** The name of the variable. It is read when something is sent. */
  readonly env: string
}

/** Where a webhook posts to, and how its receiver can tell that it was Tidemark. */
export interface WebhookOptions {
  /** As of every channel: what is told on it is remembered under this name. */
  readonly name: string
  /** `https:`; `http:` only to addresses that `allow` names. By `{ env }` where the address itself is a secret. */
  readonly url: string | FromEnvironment
  /** Signs every request; at least 16 characters. Name a variable of the environment rather than write it down. */
  readonly secret: string | FromEnvironment
  /** Addresses that are not public and are sent to all the same: `['10.1.2.0/24', '127.0.0.1/32']`. Default: none. */
  readonly allow?: readonly string[]
  /** How long the receiver may take, 100 to 9,000. Default 5,000. */
  readonly timeoutMs?: number
  /** What is sent, as JSON, in place of `{ type: 'alert.opened', version: 1, …notification }`: for receivers with a form of their own. */
  readonly body?: (notification: Notification) => unknown
}

/** What the outside is asked through; for tests. */
export interface WebhookParts {
  /** Signatures are judged by receivers, whose clock is on the wall. */
  readonly clock?: Clock
  readonly resolve?: Resolve
}

const TIMEOUT_MS = 5_000
/** Below the time that a delivery gives any channel. */
const LONGEST_MS = 9_000
const LEAST_MS = 100
const SHORTEST_SECRET = 16

/**
 * A channel that posts each opening of an alert to a URL, signed:
 *
 *     webhookChannel({ name: 'ops', url: 'https://ops.example.org/alerts', secret: { env: 'OPS_ALERTS_SECRET' } })
 *
 * The body is JSON. `tidemark-key` is the same for every attempt to tell of one opening; `tidemark-signature` is
 * `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. A whole answer of 2xx means told; anything else is tried again,
 * later each time. Redirects are not followed, and nothing is sent to an address that is not public unless `allow` names it.
 *
 * Throws CHANNEL_INVALID. What is sent may fail with ADDRESS_REFUSED, CHANNEL_SECRET_MISSING or CHANNEL_FAILED.
 */
export function webhookChannel(options: WebhookOptions, parts: WebhookParts = {}): Channel {
  const where = `webhookChannel(${JSON.stringify(options?.name)})`
  checkOptions(options, ['name', 'url', 'secret', 'allow', 'timeoutMs', 'body'], where, 'CHANNEL_INVALID')
  const { name, timeoutMs = TIMEOUT_MS, body = bodyOf } = options
  const invalid = (message: string): never => { throw new TidemarkError('CHANNEL_INVALID', message, { where }) }
  if (typeof name !== 'string' || name === '') invalid('it has no name')
  if (!Number.isInteger(timeoutMs) || timeoutMs < LEAST_MS || timeoutMs > LONGEST_MS) invalid(`timeoutMs is ${JSON.stringify(timeoutMs)}, not a whole number from ${LEAST_MS} to ${LONGEST_MS}`)
  const url = setting(options.url, 'url', invalid)
  const secret = setting(options.secret, 'secret', invalid)
  // What is written down is judged now; what stands in the environment when it is used, and by others than who declares.
  if (url.from === null) urlOf(url.read(), invalid)
  if (secret.from === null) secretOf(secret.read(), invalid)
  if (options.allow !== undefined && !Array.isArray(options.allow)) invalid('allow is not a list of ranges')
  const allow: readonly AddressRange[] = (options.allow ?? []).map((text) => readRange(text) ?? invalid(`allow has ${JSON.stringify(text)}, not a range of addresses such as '10.1.2.0/24'`))
  return {
    name,
    async send(notification, signal) {
      const target = urlOf(url.read(), (message) => missing(url.from, message, where))
      const key = secretOf(secret.read(), (message) => missing(secret.from, message, where))
      const [{ post }, { signatureOf }] = await Promise.all([import('./post.ts'), import('./signature.ts')])
      const text = JSON.stringify(body(notification))
      const seconds = Math.floor((parts.clock ?? wallClock)() / 1000)
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(new TidemarkError('CHANNEL_FAILED', `${target.origin} gave no answer within ${timeoutMs} ms`)), timeoutMs)
      try {
        await post({
          url: target, body: text, allow, signal: AbortSignal.any([signal, controller.signal]), ...(parts.resolve === undefined ? {} : { resolve: parts.resolve }),
          headers: { 'content-type': 'application/json', 'user-agent': 'tidemark', 'tidemark-key': notification.key, 'tidemark-signature': signatureOf(key, seconds, text) },
        })
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function bodyOf(notification: Notification): unknown {
  return { type: 'alert.opened', version: 1, ...notification }
}

interface Setting {
  /** The variable that it is read from; null: it was written down. */
  readonly from: string | null
  read(): string | undefined
}

function setting(given: unknown, what: string, invalid: (message: string) => never): Setting {
  if (typeof given === 'string') return { from: null, read: () => given }
  const name = (given as Partial<FromEnvironment> | null | undefined)?.env
  if (typeof name !== 'string' || name === '') return invalid(`${what} is neither a text nor { env: 'NAME' }`)
  return { from: name, read: () => process.env[name] }
}

/** No message has the value in it: it may be a secret. */
function urlOf(text: string | undefined, invalid: (message: string) => never): URL {
  const url = URL.parse(text ?? '') ?? invalid('url is no URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') invalid(`url begins with ${url.protocol}, not with https:`)
  if (url.username !== '' || url.password !== '') invalid('url has a user or a password in it: sign with a secret instead')
  return url
}

function secretOf(text: string | undefined, invalid: (message: string) => never): string {
  if (text === undefined || text.length < SHORTEST_SECRET) invalid(`secret is ${text === undefined || text === '' ? 'empty' : `only ${text.length} characters long`}: ${SHORTEST_SECRET} are the least`)
  return text as string
}

function missing(from: string | null, message: string, where: string): never {
  throw new TidemarkError('CHANNEL_SECRET_MISSING', from === null ? message : `the environment variable ${from} cannot be used: ${message}`, { where })
}

import { lookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { TidemarkError } from '../errors.ts'
import type { AddressRange } from './address-range.ts'
import { isWithin, whyNotPublic } from './safe-address.ts'

/** Finds the addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ranges that are sent to although they are not public, or without TLS. */
  readonly allow: readonly AddressRange[]
  readonly signal: AbortSignal
  readonly resolve?: Resolve
}

/** What is read of an answer; the rest of a longer one is left. */
const MOST_ANSWER_BYTES = 65_536

/**
 * Posts a text; resolves once a whole answer of 2xx is there. The name is resolved once, every address is judged, and the
 * connection is made to the judged ones and no other: a resolver that says something else a moment later is not asked.
 * Redirects are not followed: a receiver must not choose where the next request goes.
 *
 * Throws ADDRESS_REFUSED, or CHANNEL_FAILED with what the receiver did instead. Neither tells more of the URL than its
 * origin: the rest may be a secret.
 */
export async function post(options: Post): Promise<void> {
  const { url, signal, resolve = resolveByMachine } = options
  const addresses = await judged(options, await unlessAborted(signal, addressesOf(url, resolve)))
  const answer = await answered(options, addresses)
  const { statusCode = 0, statusMessage = '' } = answer
  if (statusCode >= 200 && statusCode < 300) return wholly(answer, options)
  answer.destroy()
  const redirect = statusCode >= 300 && statusCode < 400 ? '; redirects are not followed' : ''
  throw failed(`${url.origin} answered ${statusCode} ${statusMessage.slice(0, 60)}`.trimEnd() + redirect)
}

async function resolveByMachine(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)
}

async function addressesOf(url: URL, resolve: Resolve): Promise<readonly string[]> {
  // An IPv6 literal stands in brackets. The URL parser has turned decimal, octal and hex forms into four numbers already.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0) return [host]
  try {
    return await resolve(host)
  } catch (cause) {
    throw failed(`${host} has no address: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, cause)
  }
}

interface JudgedAddress {
  readonly address: string
  readonly family: number
}

/** All or nothing: a name with one public address and one that is not is no name of a public receiver. */
async function judged({ url, allow }: Post, addresses: readonly string[]): Promise<readonly JudgedAddress[]> {
  if (addresses.length === 0) throw failed(`${url.hostname} has no address`)
  for (const address of addresses) {
    if (isWithin(address, allow)) continue
    const why = whyNotPublic(address)
    if (why !== null) throw refused(url, `${url.hostname} leads to ${address}, which is not public (${why})`)
    if (url.protocol !== 'https:') throw refused(url, `${url.origin} is public and not encrypted`)
  }
  return addresses.map((address) => ({ address, family: isIP(address) }))
}

function answered({ url, headers, body, signal }: Post, addresses: readonly JudgedAddress[]): Promise<IncomingMessage> {
  const known: LookupFunction = (_host, { all }, done) => {
    const [first] = addresses as readonly [JudgedAddress]
    if (all === true) done(null, [...addresses])
    else done(null, first.address, first.family)
  }
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecure : requestPlain
    const sending = send(url, {
      method: 'POST', lookup: known, signal, rejectUnauthorized: true,
      // A connection of its own: one that is kept was judged for another request, and the agent of all may be set to use a proxy.
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    })
    sending.on('response', resolve)
    sending.on('error', (cause) => reject(signal.aborted ? aborted(signal) : failed(`${url.origin} could not be told: ${(cause as NodeJS.ErrnoException).code ?? cause.message}`, cause)))
    sending.end(body)
  })
}

/** Waits for the end of an answer: one that breaks off may come from a receiver that has not kept what it was told. */
function wholly(answer: IncomingMessage, { url, signal }: Post): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length
      if (bytes <= MOST_ANSWER_BYTES) return
      resolve()
      answer.destroy()
    })
    answer.on('end', resolve)
    answer.on('error', () => {})
    answer.on('close', () => reject(signal.aborted ? aborted(signal) : failed(`${url.origin} broke off in the middle of its answer`)))
  })
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(aborted(signal))
    signal.addEventListener('abort', () => reject(aborted(signal)), { once: true })
    work.then(resolve, reject)
  })
}

function aborted(signal: AbortSignal): Error {
  return signal.reason instanceof TidemarkError ? signal.reason : failed('sending was given up')
}

function failed(message: string, cause?: unknown): TidemarkError {
  return new TidemarkError('CHANNEL_FAILED', message, cause === undefined ? {} : { cause })
}

function refused(url: URL, message: string): TidemarkError {
  return new TidemarkError('ADDRESS_REFUSED', message, { where: url.origin })
}

import { Agent, request } from 'node:http'
import { CATALOGUE } from '../../../src/error-catalogue.ts'
import type { Server } from '../../../src/server/server.ts'
import { Random } from '../../histories/random.ts'
import { ask, type Place } from '../place.ts'
import { type Document, type FuzzedRequest, RequestMaker } from './generate.ts'

/** What a fuzz came to. */
export interface FuzzReport {
  readonly statuses: Readonly<Record<string, number>>
  readonly codes: ReadonlySet<string>
  /** Requests that were answered as none may be, with their answers. */
  readonly broken: readonly string[]
  /** Answers that took longer than a second on a machine that does nothing else; told, never judged. */
  readonly slow: readonly string[]
}

const AT_ONCE = 8
const SLOW_MS = 1_000

/** Sends so many requests, made from the server's own document. */
export async function fuzz(place: Place, server: Server, seed: number, requests: number): Promise<FuzzReport> {
  const document = (await ask(server, '/v1/openapi.json')).json as Document
  // The first ones a request may name and revoke.
  for (let i = 0; i < 4; i++) await place.token('viewer', ['beta'])
  const tokens = [await place.token(), await place.token(), await place.token('analyst', ['acme']), await place.token('viewer'), await place.token('developer', ['beta', 'acme'])]
  const maker = new RequestMaker(new Random(seed), document, tokens)
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const statuses: Record<string, number> = {}
  const codes = new Set<string>()
  const broken: string[] = []
  const slow: string[] = []
  let left = requests
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const made = maker.next()
      const started = performance.now()
      const { status, text, type } = await sent(server, made, agent)
      if (performance.now() - started > SLOW_MS) slow.push(shown(made))
      statuses[status] = (statuses[status] ?? 0) + 1
      const wrong = wrongIn(status, text, type, codes)
      if (wrong !== null) broken.push(`${wrong}: ${shown(made)} → ${status} ${text.slice(0, 400)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  agent.destroy()
  return { statuses, codes, broken, slow }
}

function wrongIn(status: number, text: string, type: string, codes: Set<string>): string | null {
  if (status === 0) return 'no answer'
  if (status >= 500) return 'a fault of the server'
  if (status < 400) return null
  if (!type.startsWith('application/problem+json')) return 'no problem+json'
  const problem = JSON.parse(text) as { readonly code: string; readonly status: number }
  codes.add(problem.code)
  return problem.status === status && Object.hasOwn(CATALOGUE, problem.code) ? null : 'a code that is not in the catalogue'
}

function shown({ method, path, headers, body }: FuzzedRequest): string {
  return `${method} ${path} ${JSON.stringify({ ...headers, authorization: undefined })} ${typeof body === 'string' ? body.slice(0, 300) : body === null ? '' : `${body.length} bytes`}`
}

/** By Node's own client: fetch would mend what is wrong. */
function sent({ port }: Server, { method, path, headers, body }: FuzzedRequest, agent: Agent): Promise<{ readonly status: number; readonly text: string; readonly type: string }> {
  return new Promise((resolve) => {
    const broke = (error: Error): void => resolve({ status: 0, text: error.message, type: '' })
    const asked = request({ host: '127.0.0.1', port, method, path, headers: { ...headers, ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, agent }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', broke)
        .on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8'), type: response.headers['content-type'] ?? '' }))
    })
    asked.on('error', broke)
    asked.end(body ?? undefined)
  })
}

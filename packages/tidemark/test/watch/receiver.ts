import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the receiver does with the next request: a status, or something worse. */
export type Behaviour = number | 'hangs' | 'closes' | 'breaks off' | 'drips' | 'answers late' | 'says much' | { readonly status: number; readonly location: string }

/** Later than the channels of the tests wait. */
const LATE_MS = 6_000

/** A real listener on loopback that keeps what it is sent, and answers as it is told, then with 204. */
export class Receiver {
  readonly received: Received[] = []
  readonly #behaviours: Behaviour[]
  readonly #server: Server
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(...behaviours: readonly Behaviour[]) {
    this.#behaviours = [...behaviours]
    this.#server = createServer(this.#answer)
  }

  async listen(host = '127.0.0.1', port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => { this.#server.once('error', reject).listen(port, host, resolve) })
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook?token=in-the-address`
  }

  get keys(): readonly string[] {
    return this.received.map(({ headers }) => String(headers['tidemark-key']))
  }

  /** What it does next. */
  willThen(...behaviours: readonly Behaviour[]): void {
    this.#behaviours.push(...behaviours)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#server.closeAllConnections()
    await new Promise((resolve) => { this.#server.close(resolve) })
  }

  readonly #answer: RequestListener = (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece: string) => { body += piece })
    request.on('end', () => {
      this.received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      const behaviour = this.#behaviours.shift() ?? 204
      if (typeof behaviour === 'number') return void response.writeHead(behaviour).end()
      if (typeof behaviour === 'object') return void response.writeHead(behaviour.status, { location: behaviour.location }).end()
      switch (behaviour) {
        case 'hangs': return
        case 'closes': return void request.socket.destroy()
        case 'breaks off':
          response.writeHead(200, { 'content-length': '1000' }).write('half of', () => { request.socket.destroy() })
          return
        case 'drips':
          response.writeHead(200)
          this.#timers.add(setInterval(() => { response.write('.') }, 20))
          return
        case 'answers late':
          this.#timers.add(setTimeout(() => { response.writeHead(204).end() }, LATE_MS))
          return
        case 'says much':
          response.writeHead(200).write('x'.repeat(1_000_000))
      }
    })
  }
}

/** Whether a signature is right, by the words of the documentation and by another implementation than the one that signs. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const [, seconds = '', digest = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['tidemark-signature'])) ?? []
  return digest === bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`${seconds}.${body}`)))
}

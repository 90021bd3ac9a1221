import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Clock, clockFrom, wallClock } from '../clock.ts'
import { TidemarkError } from '../errors.ts'
import type { ServeOptions } from '../server/server.ts'
import { type CommandSpec, isOn, listOf, type OptionValues, textOf } from './command-spec.ts'
import { type HistoryOptions, withHistory } from './history.ts'
import type { Invocation } from './invocation.ts'

const DEFAULT_HOST = '127.0.0.1'
const MOST_PORT = 65_535
const MOST_PEOPLE = 1_000

/** The HTTP API, until it is told to stop. */
export const serve: CommandSpec = {
  options: [
    { flags: '--host <address>', text: `the address to listen on (default: ${DEFAULT_HOST}, this machine alone)` },
    { flags: '--port <number>', text: 'the port to listen on (default: 0, a free one)' },
    { flags: '--tls-cert <path>', text: 'the certificate, PEM; with --tls-key' },
    { flags: '--tls-key <path>', text: 'its key, PEM' },
    { flags: '--insecure-public', text: 'serve other machines without TLS: something in front of it encrypts' },
    { flags: '--public-url <url>', text: 'where browsers find it, https://HOST, when something in front of it ends TLS' },
    { flags: '--allow-host <name>', text: 'a name that requests may be sent to besides; may be given several times', repeatable: true },
    { flags: '--minimum-people <number>', text: 'the fewest entities that a row of a viewer stands for (default: 10)' },
  ],
  examples: ['tidemark serve --dry-run', 'tidemark serve --port 4000 --dry-run'],
  details: 'Prints a link that opens one session in a browser, within ten minutes; there is no password. Programs ask with a token. With --now its clock stands at that instant when it starts, and goes on from there. Ctrl-C or SIGTERM lets what is under way finish.',
  run: async (invocation, _words, options) => {
    const asked = await askedFor(options)
    const { checkHost, publicOrigin } = await import('../server/server.ts')
    checkHost(asked)
    if (asked.publicUrl !== undefined) publicOrigin(asked.publicUrl)
    const { host, port } = asked
    const where = `${asked.tls === undefined ? 'http' : 'https'}://${host}:${port === 0 ? 'a free port' : port}`
    if (invocation.dryRun) return { document: { host, port, tls: asked.tls !== undefined, dryRun: true }, text: `would serve ${where}` }
    const url = await serveUntilTold(invocation, asked, { clock: invocation.givenNow === null ? wallClock : clockFrom(invocation.givenNow) })
    return { document: { url, stopped: true }, text: `stopped serving ${url}` }
  },
}

/** Serves a project until the first signal; says where on standard error. Gives the address that it had. */
export async function serveUntilTold(invocation: Invocation, asked: ServeOptions, { clock, ...options }: HistoryOptions & { readonly clock: Clock }): Promise<string> {
  const { serve: start } = await import('../server/server.ts')
  return withHistory(invocation, 'write', async ({ history }) => {
    const dashboard = fileURLToPath(new URL('../dashboard', import.meta.url))
    const server = await start(history, {
      ...asked, now: clock, ...(existsSync(dashboard) ? { dashboard } : {}),
      report: (error, request) => { process.stderr.write(`${request}: ${error.message}\n${process.env['TIDEMARK_DEBUG'] === '1' && error.cause instanceof Error ? `${error.cause.stack}\n` : ''}`) },
    })
    const link = server.link()
    // Before anybody can read where it is, and tell it to stop.
    const told = stopped()
    process.stderr.write(invocation.json ? `${JSON.stringify({ url: server.url, link })}\n` : `serving ${server.url}\nopen    ${link}\n`)
    await told
    await server.close()
    return server.url
  }, { thread: 'worker', ...options, clock })
}

type Asked = ServeOptions & { readonly host: string; readonly port: number }

async function askedFor(options: OptionValues): Promise<Asked> {
  const hosts = listOf(options, 'allowHost').map((name) => name.toLowerCase())
  const people = numberOf(options, 'minimumPeople', '--minimum-people', 1, MOST_PEOPLE)
  const publicUrl = textOf(options, 'publicUrl')
  const tls = await tlsOf(textOf(options, 'tlsCert'), textOf(options, 'tlsKey'))
  return {
    host: textOf(options, 'host') ?? DEFAULT_HOST, port: numberOf(options, 'port', '--port', 0, MOST_PORT) ?? 0,
    ...(tls === null ? {} : { tls }), ...(isOn(options, 'insecurePublic') ? { insecurePublic: true } : {}),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(hosts.length === 0 ? {} : { hosts }), ...(people === undefined ? {} : { minimumPeople: people }),
  }
}

function numberOf(options: OptionValues, name: string, flag: string, least: number, most: number): number | undefined {
  const text = textOf(options, name)
  if (text === undefined) return undefined
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new TidemarkError('OPTION_INVALID', `${flag} is ${least} to ${most}, not ${JSON.stringify(text)}`, { where: flag })
}

async function tlsOf(cert: string | undefined, key: string | undefined): Promise<{ readonly cert: Buffer; readonly key: Buffer } | null> {
  if (cert === undefined && key === undefined) return null
  if (cert === undefined || key === undefined) throw new TidemarkError('OPTION_INVALID', '--tls-cert and --tls-key belong together', { where: cert === undefined ? '--tls-cert' : '--tls-key' })
  const read = (path: string, flag: string): Promise<Buffer> => readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new TidemarkError('TLS_UNREADABLE', `${path} cannot be read: ${cause.code ?? String(cause)}`, { where: flag, cause })
  })
  const tls = { cert: await read(cert, '--tls-cert'), key: await read(key, '--tls-key') }
  try {
    const { createSecureContext } = await import('node:tls')
    createSecureContext(tls)
  } catch (cause) {
    throw new TidemarkError('TLS_UNREADABLE', `the certificate and the key cannot be used: ${(cause as Error).message}`, { where: '--tls-cert', cause })
  }
  return tls
}

/** Until the first signal; a second one ends the process as it would without us. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.stderr.write('stopping when what is under way is done\n')
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}

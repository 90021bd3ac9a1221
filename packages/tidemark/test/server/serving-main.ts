import { open } from '../../src/index.ts'
import { serve } from '../../src/server/server.ts'
import { turnover } from './place.ts'

/** A server in a process of its own: `node serving-main.ts STORE LIMITS`; says where it is and stops on SIGTERM. */
const [, , store = '', limits = '{}'] = process.argv
const history = await open({ store: `sqlite:${store}`, series: [turnover] })
const { text } = await history.access.tokens.create({ name: 'test', role: 'admin' })
const server = await serve(history, { limits: JSON.parse(limits) as object, report: (error, request) => process.stderr.write(`${request}: ${(error.cause as Error).stack}\n`) })
process.once('SIGTERM', () => {
  void server.close().then(() => history.close()).then(() => process.stdout.write('closed\n'))
})
process.stdout.write(`${JSON.stringify({ url: server.url, token: text })}\n`)

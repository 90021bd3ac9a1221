// node serving.ts FOLDER cold|warm: serves a campaigns demo, with or without kept answers; bounds of rate are out of the way.
// node serving.ts PATH bare: one route that returns the bytes of a file, as little as there can be beside them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fastify from 'fastify'
import { open } from 'tidemark'
import { serve } from 'tidemark/server'
import config from '../../templates/campaigns/tidemark.config.ts'

const [, , place = '', kind = ''] = process.argv
const tell = (what: object): boolean => process.stdout.write(`${JSON.stringify(what)}\n`)

if (kind === 'bare') {
  const bytes = readFileSync(place)
  const app = fastify()
  app.get('/', (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(bytes))
  tell({ url: await app.listen({ host: '127.0.0.1', port: 0 }), token: '' })
  process.once('SIGTERM', () => { void app.close() })
} else {
  const app = new DatabaseSync(join(place, 'app.db'), { readOnly: true })
  const now = Number(app.prepare('SELECT lived_to FROM world').get()?.['lived_to'])
  app.close()
  const history = await open({ ...config, store: `sqlite:${join(place, 'history.db')}`, archive: join(place, 'archive'), sources: { app: `sqlite:${join(place, 'app.db')}` }, now: () => now })
  const { text: token } = await history.access.tokens.create({ name: `bench ${kind}`, role: 'admin' })
  const most = Number.MAX_SAFE_INTEGER
  const server = await serve(history, { limits: { tokenRate: most, tenantRate: most }, now: () => now, ...(kind === 'cold' ? { cache: null } : {}) })
  tell({ url: server.url, token, now })
  process.once('SIGTERM', () => { void server.close().then(() => history.close()) })
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROGRAM, REPOSITORY } from './demo-project.ts'
import { startServer } from './running-server.ts'
import type { Served } from './set-up.ts'

/** More than any list of choices has. */
export const MANY = Array.from({ length: 260 }, (_, n) => ({ entity: `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`, name: `Shop number ${n}` }))

const CONFIG = `
import { alert, answer, defineConfig, entity, integer, series } from 'tidemark'

const shop = entity('shop', { tenant: 'company', zone: 'UTC' })
const all = Array.from({ length: ${MANY.length} }, (_, n) => ({ tenant: 'acme', entity: String(n).padStart(8, '0') + '-0000-4000-8000-000000000000', attributes: { name: 'Shop number ' + n } }))
export const stock = series('stock', { of: shop, grain: 'day' })
  .measures(({ gauge }) => ({ level: gauge(integer(), { across: 'sum', unit: 'pieces' }) }))
  .collect(async ({ entities }) => entities.map((one) => ({ ...one, values: { level: Number(one.entity.slice(0, 8)) + 1 } })), { entities: async () => all })

/** Its document has no names beside its rows. */
const levels = answer('levels', {
  title: 'Levels', summary: 'Every shop.', words: { tenant: 'required' }, coverage: { path: 'coverage' }, place: { row: 0, column: 0, width: 'whole' },
  panel: { draw: 'table', rows: 'shops', order: null, columns: [{ title: 'shop', path: 'shop', unit: null, entity: true }, { title: 'level', path: 'level', unit: 'pieces' }] },
  async ask(reader, { tenant }) {
    const states = await reader.latestAll(stock, { tenant })
    return { shops: states.map((state) => ({ shop: state.entity, level: state.values.level })), coverage: { expected: states.length, present: states.length, reasons: {} } }
  },
})

export default defineConfig({
  store: 'sqlite:history.db', series: [stock], answers: [levels],
  alerts: [alert('low', { of: stock, measure: 'level.last', below: 3, action: 'Order more' })],
})
`
const NOW = '2026-10-20T12:00:00Z'

/** A project with more entities than a list of choices has, each with a name, served on its own. */
export async function startManyServer(): Promise<{ readonly served: Pick<Served, 'url' | 'cookies'>; stop(): Promise<void> }> {
  const folder = join(REPOSITORY, '.tmp', 'browser', 'many-project')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'tidemark.config.ts'), CONFIG)
  const run = (...words: readonly string[]): void => { execFileSync(process.execPath, [PROGRAM, ...words, '--now', NOW], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }) }
  run('migrate')
  run('capture', 'stock')
  try {
    run('alerts', 'check')
  } catch {
    // It ends with a code of its own where something is open, as here.
  }
  const server = await startServer(folder, ['--now', NOW])
  const opened = await fetch(server.link, { redirect: 'manual' })
  const [name = '', value = ''] = (opened.headers.getSetCookie()[0] ?? '').split(';')[0]?.split('=') ?? []
  return {
    served: { url: server.url, cookies: [{ name, value, domain: new URL(server.url).hostname, path: '/' }] },
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

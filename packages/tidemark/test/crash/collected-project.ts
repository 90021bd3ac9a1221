import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './program.ts'

/** When its sites are first heard of: a summer before everything else happens. */
export const FIRST = '2026-08-01T12:00:00Z'

/** What a live source says is computed in the configuration itself: the same each time that it is asked. */
const CONFIGURATION = `
import { alert, defineConfig, entity, integer, series } from 'tidemark'

const site = entity('site', { tenant: 'client', zone: 'UTC' })
const names = Array.from({ length: SITES }, (_, place) => 'site-' + place)
const hours = (instant) => Math.floor(instant.getTime() / 3_600_000)
const anything = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }

export const levels = series('levels', { of: site, grain: 'sixHours' })
  .measures(({ gauge, counter }) => ({ level: gauge(integer(), { across: 'sum' }), total: counter(integer(), { across: 'sum' }) }))
  .payload(anything, { version: 1 })
  .keep({ captured: '30d', day: '50d', week: '70d', month: 'archive', asOfDays: 7 })
  .collect(async ({ entities, window }) => entities.map(({ tenant, entity }) => ({
    tenant, entity, values: { level: (hours(window.from) * 31 + entity.length) % 500, total: hours(window.from) * 3 }, payload: { of: entity, day: window.day },
  })), { entities: async () => names.map((name) => ({ tenant: 'acme', entity: name, zone: 'Europe/Berlin' })), past: true })

export default defineConfig({
  store: 'sqlite:history.db', series: [levels], alerts: [alert('high', { of: levels, measure: 'level.last', atLeast: 100, action: 'Look.' })],
})
`

/** A project with one collected series, of so many sites; nothing has been captured yet. */
export function makeCollectedProject(folder: string, sites: number): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'tidemark.config.ts'), CONFIGURATION.replace('SITES', String(sites)))
  return folder
}

/** Created, with its sites heard of; every capture from then on has the past to catch up with. */
export async function enrol(folder: string): Promise<string> {
  for (const words of [['migrate'], ['capture', 'levels']]) await start([...words, '--now', FIRST], folder).ended()
  return folder
}

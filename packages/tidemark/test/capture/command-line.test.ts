import { execFile } from 'node:child_process'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PACKAGE } from '../repository/tree.ts'
import { Application } from './application.ts'

const CONFIGURATION = `
import { defineConfig, entity, integer, series } from 'tidemark'
const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })
const snapshots = series('snapshots', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter }) => ({ volunteers: gauge(integer()), sessions: counter(integer()) }))
  .frequency({ status: 'status', activity: 'sessions', rules: [{ when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'hour' }] }, { when: ['draft'], every: 'never' }] })
  .collect({ source: 'app', sql: 'SELECT company AS tenant, name AS entity, volunteers, sessions FROM campaigns WHERE name IN (SELECT value FROM json_each(:entities))' },
    { entities: { source: 'app', sql: 'SELECT company AS tenant, name AS entity, status FROM campaigns' } })
export default defineConfig({ store: 'sqlite:history.db', sources: { app: 'sqlite:app.db' }, series: [snapshots] })
`

let app: Application
beforeAll(() => {
  app = new Application()
  writeFileSync(join(app.folder, 'tidemark.config.ts'), CONFIGURATION)
  writeFileSync(join(app.folder, 'main.mjs'), `import { main } from ${JSON.stringify(join(PACKAGE, 'src/cli/main.ts'))}\nawait main(process.argv.slice(2))\n`)
})
afterAll(() => app.close())

/** A call of the command line, from its sources. */
function tidemark(...words: string[]): Promise<{ exit: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(app.folder, 'main.mjs'), ...words], { cwd: app.folder }, (error, out, err) => {
      resolve({ exit: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

test('capture of a live source: planned, carried out, partly failed, refused and failed', async () => {
  app.campaign('spring', { volunteers: 5, sessions: 3 })
  app.campaign('autumn', { status: 'draft' })
  app.campaign('bad', { volunteers: 1.5 })
  expect(await tidemark('migrate', '--yes')).toMatchObject({ exit: 0, err: '' })

  const planned = await tidemark('capture', 'snapshots', '--dry-run', '--now', '2026-03-10T09:30:00Z')
  expect(planned).toEqual({ exit: 0, err: '', out: [
    'would ask for 2 windows; skipped 1 not_enrolled',
    '  2026-03-10T00:00:00Z to 2026-03-11T00:00:00Z: 2 entities',
    '  acme/spring: none → day (enrolled, status active, activity 0)',
    '  acme/bad: none → day (enrolled, status active, activity 0)', '',
  ].join('\n') })

  const partly = await tidemark('capture', 'snapshots', '--now', '2026-03-10T09:30:00Z')
  expect(partly.exit).toBe(0)
  expect(partly.out).toBe([
    'captured 1 window, failed 1; skipped 1 not_enrolled',
    '  acme/spring: none → day (enrolled, status active, activity 0)',
    '  acme/bad: none → day (enrolled, status active, activity 0)', '',
  ].join('\n'))
  expect(partly.err).toMatch(/^ {2}failed acme\/bad at 2026-03-10T00:00:00\+00:00: volunteers: 1\.5 cannot be recorded/)

  const json = await tidemark('capture', 'snapshots', '--now', '2026-03-11T09:30:00Z', '--json')
  expect([json.exit, json.err]).toEqual([0, '1 window failed\n'])
  expect(JSON.parse(json.out)).toMatchObject({
    created: 1, unchanged: 0, restated: 0, failed: 1, covered: 0, skipped: { not_enrolled: 1 }, decisions: [], slowCalls: 0, failures: [{ tenant: 'acme', entity: 'bad', window: '2026-03-11T00:00:00+00:00' }],
  })

  const backfill = await tidemark('capture', 'snapshots', '--backfill', '2026-03-01..2026-03-02')
  expect([backfill.exit, backfill.out]).toEqual([2, ''])
  expect(backfill.err).toContain('error PAST_NOT_COLLECTED: snapshots cannot be asked for 2026-03-01 to 2026-03-02')

  app.database.pragma('wal_checkpoint(TRUNCATE)')
  renameSync(join(app.folder, 'app.db'), join(app.folder, 'away.db'))
  const failed = await tidemark('capture', 'snapshots', '--now', '2026-03-12T09:30:00Z', '--json')
  expect([failed.exit, failed.out]).toEqual([1, ''])
  expect(JSON.parse(failed.err)).toMatchObject({ code: 'SOURCE_FAILED', where: 'snapshots', message: expect.stringContaining('nothing was captured, 2 windows failed: roster: source app: there is no file') as unknown })
  expect(existsSync(join(app.folder, 'app.db'))).toBe(false)
}, 60_000)

test('a source that is not configured, or no URL, is named with its line', async () => {
  const replaced = (from: string, to: string) => writeFileSync(join(app.folder, 'tidemark.config.ts'), CONFIGURATION.replace(from, to))
  replaced("{ app: 'sqlite:app.db' }", "{ application: 'sqlite:app.db' }")
  const unknown = await tidemark('capture', 'snapshots', '--json')
  expect([unknown.exit, JSON.parse(unknown.err)]).toMatchObject([1, { code: 'SOURCE_UNKNOWN', where: 'tidemark.config.ts:9, snapshots', hint: expect.stringContaining('Known: application.') as unknown }])
  replaced("{ app: 'sqlite:app.db' }", "{ app: 'postgres://app' }")
  const wrong = await tidemark('capture', 'snapshots', '--json')
  expect([wrong.exit, JSON.parse(wrong.err)]).toMatchObject([1, { code: 'SOURCE_INVALID', where: 'tidemark.config.ts:9' }])
  replaced("{ app: 'sqlite:app.db' }", '7')
  expect(JSON.parse((await tidemark('capture', 'snapshots', '--json')).err)).toMatchObject({ code: 'CONFIG_INVALID', where: 'tidemark.config.ts:9' })
}, 60_000)

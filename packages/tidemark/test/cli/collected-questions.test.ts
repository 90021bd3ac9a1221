import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorOf, scratch, tidemark } from './cli.ts'

const CONFIG = `
import { defineConfig, entity, integer, series } from 'tidemark'
const campaign = entity('campaign', { tenant: 'company', zone: 'Europe/Berlin' })
const payload = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } } as const
const metrics = series('metrics', { of: campaign, grain: 'sixHours' })
  .measures(({ gauge, counter }) => ({ people: gauge(integer(), { across: 'sum' }), target: gauge(integer(), { across: 'sum' }), hours: counter(integer()) }))
  .derive(({ ratio }) => ({ use: ratio('people', 'target') }))
  .payload(payload, { version: 1 })
  .keep({ captured: '5d', day: 'forever', asOfDays: 4 })
  .collect(async ({ entities, window }) => entities.flatMap((one) => (one.entity === 'c2' && window.day === '2026-01-10' ? [] : [{
    ...one, values: { people: 30 + Number(window.day.slice(-2)), target: 50, hours: Math.floor(window.from.getTime() / 3_600_000) }, payload: { name: one.entity },
  }])), { entities: async () => [{ tenant: 'acme', entity: 'c1' }, { tenant: 'acme', entity: 'c2' }], past: true })
export default defineConfig({ store: 'sqlite:history.db', series: [metrics] })
`
const NOW = ['--now', '2026-01-12T12:00:00Z']

/** Captured from 1 January on; what is older than five days is rolled up into days. */
async function filled(): Promise<string> {
  const cwd = scratch()
  writeFileSync(join(cwd, 'tidemark.config.ts'), CONFIG)
  for (const args of [['migrate', '--now', '2026-01-01T12:00:00Z'], ['capture', 'metrics', '--now', '2026-01-01T12:00:00Z'], ['capture', 'metrics', ...NOW], ['tiers', 'run', ...NOW]]) {
    expect(await tidemark([...args, '--yes'], { cwd })).toMatchObject({ code: 0 })
  }
  return cwd
}

test('a collected series is queried and inspected', async () => {
  const cwd = await filled()
  const query = (...args: readonly string[]) => tidemark(['query', 'metrics', ...args, ...NOW], { cwd })
  // Berlin's 11 January begins at 23:00 UTC; a window is six hours.
  expect((await query('--entity', 'c1', '--from', '2026-01-11', '--to', '2026-01-12', '--grain', 'captured', '--measure', 'people.last,hours.increase')).stdout).toBe([
    'entity  period                     people.last  hours.increase  windows',
    'c1      2026-01-11T00:00:00+01:00           41               6      1/1',
    'c1      2026-01-11T06:00:00+01:00           41               6      1/1',
    'c1      2026-01-11T12:00:00+01:00           41               6      1/1',
    'c1      2026-01-11T18:00:00+01:00           41               6      1/1', '',
  ].join('\n'))
  expect((await query('--from', '2026-01-10', '--to', '2026-01-11', '--measure', 'people.last,use.value', '--total')).stdout).toBe([
    'period      people.last  use.value  windows  missing',
    '2026-01-10           40     0.8000      4/8  4 source_failed', '',
  ].join('\n'))
  const { stdout } = await query('--from', '2026-01-01', '--to', '2026-01-12', '--grain', 'range', '--entity', 'c1', '--measure', 'people.max', '--explain')
  expect(stdout).toMatch(/^entity +period +people\.max +windows\nc1 +2026-01-01 +41 +44\/44\n\nanswered from:\n {2}tier captured: 20 rows\n {2}tier day: 6 rows\n/)
  expect(errorOf(await query('--total', '--grain', 'captured', '--json'))).toMatchObject({ code: 'GRAIN_NOT_ACROSS', where: '--grain' })

  const inspect = (...args: readonly string[]) => tidemark(['inspect', 'metrics', '--entity', ...args, ...NOW], { cwd })
  const hot = await inspect('c1', '--at', '2026-01-11T09:30:00Z')
  expect(hot.stdout).toMatch(/^metrics {2}acme {2}c1\ncaptured row of 2026-01-11T05:00:00Z to 2026-01-11T11:00:00Z, 1 of 1 windows present\n/)
  expect(hot.stdout).toContain('payload, version 1: {"name":"c1"}\n')
  const failed = await inspect('c2', '--date', '2026-01-10')
  expect(failed.stdout).toContain('no row of 2026-01-09T23:00:00Z to 2026-01-10T23:00:00Z, 0 of 4 windows present, 4 source_failed\n')
  expect(failed.stdout).toMatch(/failed 2026-01-10T05:00:00Z: ./)
  expect(JSON.parse((await inspect('c1', '--date', '2026-01-03', '--json')).stdout)).toMatchObject({
    tier: 'day', window: { from: '2026-01-02T23:00:00Z', to: '2026-01-03T23:00:00Z' }, decision: { cadence: 'sixHours', from: '2026-01-01' }, part: { facts: 4 }, coverage: { expected: 4, present: 4 },
  })
})

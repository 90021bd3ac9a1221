import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { errorOf, project, type Ran, scratch, tidemark } from './cli.ts'

let folder = ''
let preload = ''
beforeEach(() => {
  folder = project(scratch())
  preload = join(folder, 'fake-clock.mjs')
  writeFileSync(preload, `
    const shift = Date.parse(process.env.CLOCK) - Date.now()
    const now = Date.now
    Date.now = () => now() + shift`)
})

/** By a wall clock that says something else. */
const at = (clock: string, ...words: string[]): Promise<Ran> => tidemark([...words, '--json'], { cwd: folder, env: { NODE_OPTIONS: `--import=${preload}`, CLOCK: clock } })

async function tiers(clock: string): Promise<unknown> {
  const { series } = JSON.parse((await at(clock, 'tiers', 'status')).stdout) as { series: { tiers: { tier: string; rows: number }[] }[] }
  return series[0]?.tiers.map(({ tier, rows }) => [tier, rows])
}

test('a wall clock that is a year ahead deletes nothing by capture, ingest, tiers run and run, until --now confirms it', async () => {
  for (const words of [['migrate'], ['ingest', 'contributions', 'commits.csv'], ['capture', 'activity'], ['tiers', 'run']]) {
    expect(await at('2026-01-12T12:00:00Z', ...words)).toMatchObject({ code: 0 })
  }
  const before = await tiers('2026-01-12T12:00:00Z')
  const ahead = '2027-02-20T12:00:00Z'
  expect(await at(ahead, 'run', '--once')).toMatchObject({ code: 1, stderr: expect.stringContaining('tiers:activity failed: CLOCK_JUMPED') })
  expect(await at(ahead, 'ingest', 'contributions', 'commits.ndjson')).toMatchObject({ code: 0 })
  expect(await at('2027-02-21T12:00:00Z', 'capture', 'activity')).toMatchObject({ code: 0 })
  const refused = await at('2027-02-21T12:00:00Z', 'tiers', 'run')
  expect(errorOf(refused)).toMatchObject({ code: 'CLOCK_JUMPED' })
  expect(await at('2027-02-21T12:00:00Z', 'run', '--once')).toMatchObject({ code: 1 })
  expect(await tiers('2026-01-12T12:00:00Z')).toEqual((before as [string, number][]).map(([tier, rows]) => [tier, ['day', 'events', 'identities'].includes(tier) ? rows + 1 : rows]))
  // Right again: nothing has to be confirmed.
  expect(await at('2026-01-13T12:00:00Z', 'tiers', 'run')).toMatchObject({ code: 0 })
  expect(await at('2026-01-13T12:00:00Z', 'run', '--once')).toMatchObject({ code: 0 })
  // Right all along, after a year in which nobody used it: said once, it is believed.
  expect(JSON.parse((await at('2027-02-22T12:00:00Z', 'tiers', 'run', '--now', '2027-02-22T12:00:00Z')).stdout)).toMatchObject({ refused: 0 })
  expect(await tiers('2027-02-22T12:00:00Z')).not.toEqual(before)
  expect(await at('2027-02-23T12:00:00Z', 'tiers', 'run')).toMatchObject({ code: 0 })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { entity, integer, open, series, type Tidemark } from '../../src/index.ts'

const LIT = Date.UTC(2026, 0, 5)

let folder = ''
let now = LIT
/** Entities that the source knows nothing of; null: it is gone altogether. */
let missing: readonly string[] | null
let history: Tidemark
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-source-'))
  now = LIT
  missing = []
  const light = series('light', { of: entity('beacon', { tenant: 'harbour', zone: 'UTC' }), grain: 'hour' })
    .measures(({ gauge }) => ({ brightness: gauge(integer()) }))
    .collect(async ({ entities }) => {
      if (missing === null) throw new Error('no connection')
      const gone = missing
      return entities.filter(({ entity: name }) => !gone.includes(name)).map((one) => ({ ...one, values: { brightness: 40 } }))
    }, { entities: async () => ['north', 'east'].map((name) => ({ tenant: 'oslo', entity: name })) })
  history = await open({ store: `sqlite:${join(folder, 'light.db')}`, series: [light], now: () => now })
})
afterEach(async () => {
  await history.close()
  rmSync(folder, { recursive: true, force: true })
})

async function worker(): Promise<readonly string[]> {
  const said: string[] = []
  await history.work.run({
    once: true, holder: 'test', stop: new AbortController().signal, wait: async () => {},
    report: (event) => { if ('job' in event && event.job === 'capture:light') said.push(event.event === 'failed' ? event.error : event.event === 'started' ? event.reason : event.event) },
  })
  return said
}

it('a worker whose source is gone says so, tries again soon, and captures when it is back', async () => {
  missing = null
  expect(await worker()).toEqual(['schedule', expect.stringMatching(/^SOURCE_FAILED: nothing was captured, 2 windows failed: .*no connection/)])
  now += 4_000
  expect(await worker()).toEqual([])
  now += 1_000
  expect(await worker()).toEqual(['retry', expect.stringMatching(/^SOURCE_FAILED/)])
  missing = []
  now += 10_000
  expect(await worker()).toEqual(['retry', 'finished'])
  now += 30_000
  expect(await worker()).toEqual([])
})

it('a worker whose source lacks some has done its work', async () => {
  missing = ['east']
  expect(await worker()).toEqual(['schedule', 'finished'])
})

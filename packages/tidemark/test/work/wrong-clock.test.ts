import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { entity, integer, open, series, type Tidemark } from '../../src/index.ts'

const DAY = 86_400_000
const RIGHT = Date.UTC(2026, 2, 1, 10, 10)
const YEAR_AHEAD = RIGHT + 365 * DAY

let folder = ''
let beacons: readonly string[]
let opened: Tidemark[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-clock-'))
  beacons = ['north', 'east']
  opened = []
  vi.useFakeTimers({ toFake: ['Date'] })
  it2026()
})
afterEach(async () => {
  for (const history of opened.splice(0)) await history.close()
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

const it2026 = (afterMs = 0): void => void vi.setSystemTime(RIGHT + afterMs)
const it2027 = (afterMs = 0): void => void vi.setSystemTime(YEAR_AHEAD + afterMs)

const beacon = entity('beacon', { tenant: 'harbour', zone: 'UTC' })
const light = series('light', { of: beacon, grain: 'hour' })
  .measures(({ gauge }) => ({ brightness: gauge(integer()) }))
  .keep({ captured: '30d', day: '90d', month: 'forever', asOfDays: 20 })
  .collect(async ({ entities }) => entities.map((one) => ({ ...one, values: { brightness: 40 } })), {
    entities: async () => beacons.map((name) => ({ tenant: 'oslo', entity: name })),
  })

/** By the wall clock, unless an instant is given. */
async function history(now?: number): Promise<Tidemark> {
  const one = await open({ store: `sqlite:${join(folder, 'light.db')}`, series: [light], ...(now === undefined ? {} : { now: () => now }) })
  opened.push(one)
  return one
}

async function worker(one: Tidemark): Promise<readonly string[]> {
  const said: string[] = []
  await one.work.run({
    once: true, holder: 'test', stop: new AbortController().signal, wait: async () => {},
    report: (event) => { if (event.event === 'finished' || event.event === 'failed') said.push(`${event.job} ${'error' in event ? event.error.split(':')[0] : 'done'}`) },
  })
  return said
}

function hours(): readonly string[] {
  const store = new Database(join(folder, 'light.db'), { readonly: true })
  try {
    return (store.prepare('SELECT e.name, r.at FROM tm_captured_light r JOIN tm_entity e ON e.id = r.entity_id ORDER BY r.at, e.name').all() as { name: string; at: number }[])
      .map(({ name, at }) => `${name} ${new Date(at).toISOString().slice(0, 13)}`)
  } finally {
    store.close()
  }
}

const AT_FIRST = ['east 2026-03-01T10', 'north 2026-03-01T10']

describe('a worker that starts with its clock a year ahead', () => {
  it('deletes nothing, however often it runs, and whatever is captured in between', async () => {
    const one = await history()
    expect(await worker(one)).toEqual(['capture:light done', 'tiers:light done'])
    it2027()
    expect(await worker(one)).toEqual(['capture:light done', 'tiers:light CLOCK_JUMPED'])
    await one.capture(light)
    await expect(one.tiers.run(light)).rejects.toMatchObject({ code: 'CLOCK_JUMPED', message: expect.stringContaining('365 days after 2026-03-01T10:10:00.000Z') })
    it2027(3 * DAY)
    expect(await worker(one)).toEqual(['capture:light done', 'tiers:light CLOCK_JUMPED'])
    expect(hours().slice(0, 2)).toEqual(AT_FIRST)
    expect(hours()).toHaveLength(6)
  })

  it('goes on as before once the clock is right: windows are captured, tiers run, new entities are found', async () => {
    const one = await history()
    await worker(one)
    it2027()
    beacons = [...beacons, 'south']
    await worker(one)
    it2026(DAY)
    expect(await one.capture(light)).toMatchObject({ created: 3, skipped: {} })
    expect(await worker(one)).toEqual(['capture:light done', 'tiers:light done'])
    expect(hours().filter((hour) => hour.includes('2026-03-02'))).toEqual(['east 2026-03-02T10', 'north 2026-03-02T10', 'south 2026-03-02T10'])
    it2026(2 * DAY)
    expect(await worker(one)).toEqual(['capture:light done', 'tiers:light done'])
  })

  it('that somebody confirms is believed from then on', async () => {
    await worker(await history())
    it2027()
    const one = await history()
    expect(await worker(one)).toContain('tiers:light CLOCK_JUMPED')
    expect(await (await history(YEAR_AHEAD)).tiers.run(light)).toMatchObject({ rolledUp: 4 })
    it2027(DAY)
    expect(await one.tiers.run(light)).toMatchObject({ refused: 0 })
    it2026()
    await expect(one.tiers.run(light)).rejects.toMatchObject({ code: 'CLOCK_JUMPED', message: expect.stringContaining('366 days before') })
  })

  it('on a store that no program of today has written to yet goes by its transactions', async () => {
    await worker(await history())
    for (const one of opened.splice(0)) await one.close()
    const store = new Database(join(folder, 'light.db'))
    store.exec("DELETE FROM tm_meta WHERE key = 'clock'")
    store.close()
    it2027()
    const one = await history()
    await one.capture(light)
    await expect(one.tiers.run(light)).rejects.toMatchObject({ code: 'CLOCK_JUMPED' })
  })
})

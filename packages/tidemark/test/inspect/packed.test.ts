import { afterEach, expect, test } from 'vitest'
import { LazyArchive } from '../../src/lazy-archive.ts'
import { inspectAny } from '../../src/query/inspect.ts'
import { cell, CollectedPlace, day, window } from '../stores/collected-place.ts'

const place = new CollectedPlace()
afterEach(() => place.remove())

test('a packed row is shown as it was, with its digest', async () => {
  await place.declare([place.definition], '2026-01-01T00:00:00Z')
  const [entity] = await place.roster(['a'], '2026-01-01T00:00:00Z') as [number]
  for (const date of ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04']) {
    await place.write([window(entity, date, [cell({ budget: 7, hours: 3, status: 'paused', who: ['ann'] }), cell({ budget: 1, hours: 1 }, { channel: 'mail' })], { payload: JSON.stringify({ on: date }) })], `${date}T03:00:00Z`)
  }
  const store = await place.store()
  const context = { store, archive: new LazyArchive(place.folder), now: Date.parse('2026-01-05T00:00:00Z') }
  const shown = () => Promise.all([{}, { group: { channel: 'mail' } }].map((more) => inspectAny(context, 'metrics', { tenant: 'acme', entity: 'a', day: '2026-01-02', ...more })))
  const plain = await shown()
  expect(plain.map((one) => ('part' in one ? one.part?.digest : null))).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)])
  const before = day('2026-01-04')
  const [done] = await store.packing.packRows({ series: 'metrics', pieces: [{ entity, bucket: 0, at: 0 }], rule: { before, waited: before, full: 4, least: 1 } })
  expect(done?.rows).toBe(6)
  expect(await shown()).toEqual(plain)
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { CollectedPlace } from './collected-place.ts'

let place: CollectedPlace
beforeEach(async () => {
  place = new CollectedPlace()
  await place.declare([place.definition], '2026-01-01T00:00:00Z')
})
afterEach(() => place.remove())

const names = async (): Promise<readonly string[]> => (await place.read((snapshot) => snapshot.collectedEntities('metrics', {}, null))).map(({ entity }) => entity)

test('a snapshot that begins after a write tells of it, also of one by another process; an open one does not', async () => {
  await place.roster(['a'], '2026-01-01T00:00:00Z')
  const [before, again] = [await names(), await names()]
  expect(before).toEqual(['a'])
  expect(again).toEqual(['a'])
  const open = await (await place.store()).snapshot()
  expect((await open.collectedEntities('metrics', {}, null)).length).toBe(1)
  await place.roster(['a', 'b'], '2026-01-02T00:00:00Z')
  expect(await names()).toEqual(['a', 'b'])
  // Asked otherwise than before, and still of its own instant.
  expect((await open.collectedEntities('metrics', { tenant: 'acme' }, null)).length).toBe(1)
  open.close()
  expect(await names()).toEqual(['a', 'b'])
  place.sql((database) => database.exec("UPDATE tm_entity SET name = 'c' WHERE name = 'b'"))
  expect(await names()).toEqual(['a', 'c'])
  expect(await place.read((snapshot) => snapshot.tenants())).toEqual(['acme'])
})

import { expect, test } from 'vitest'
import { CollectedWorld } from './collected-world.ts'

test('a delete in the application hides at once, all or nothing, and gives the words back at the next run of tiers', async () => {
  const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { by: { word: { most: 1 } } })
  const group = (word: string) => ({ group: { word }, values: world.values({ visits: 1 }) })
  await world.take('2024-01-01T12:00:00Z', {}, { groups: [group('a')] })
  await world.model.hold('h', { tenant: 'acme', entity: 'two' }, world.now)
  const keys = ['one', 'two'].map((entity) => ({ tenant: 'acme', entity }))
  await expect(world.model.cascade('site', keys)).rejects.toMatchObject({ code: 'HELD' })
  expect(await world.query('visits.sum', { grain: 'range' })).toHaveLength(1)
  await world.model.liftHold('h', world.now)
  expect(await world.model.cascade('site', keys)).toBe(1)
  expect(await world.query('visits.sum', { grain: 'range' })).toEqual([])
  expect(await world.model.cascade('site', keys)).toBe(0)
  const refusedWord = () => world.range('visits.sum', '2024-01-01', '2024-01-03', { where: { word: 'b' }, allTenants: true })
  await expect(refusedWord()).rejects.toMatchObject({ code: 'DIMENSION_VALUE_UNKNOWN' })
  await world.tiers('2024-01-02T12:00:00Z')
  expect(await refusedWord()).toEqual([])
})

import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { buildHistory, NAME, NOW, person, Place } from './fixture.ts'

// The store waits fifteen seconds for a reader, like every writer does.
test('while a reader holds an older view an erasure stays open, hidden, and is finished when the reader has gone', { timeout: 60_000 }, async () => {
  const place = Place.empty()
  await buildHistory(place)
  const reader = new Database(place.database, { readonly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM tm_entity').get()
  const request = { of: person, tenant: 'acme', entity: NAME }
  await expect(place.history((history) => history.erasures.forget(request, { by: 'x', reason: 'y' }))).rejects.toMatchObject({ code: 'STORE_BUSY' })
  expect((await place.history((history) => history.erasures.certificate(1))).completedAt).toBeNull()
  reader.close()
  expect(await place.history((history) => history.erasures.finish(), NOW + 60_000)).toEqual([1])
  expect((await place.history((history) => history.erasures.certificate(1))).completedAt).toBe('2024-06-15T12:01:00Z')
  expect(place.filesWith(NAME)).toEqual([])
})

import { expect, test } from 'vitest'
import { archiveWhileEventsCome } from './moved-source.ts'

test('events that come while their period is archived are counted once', async () => {
  for (let seed = 1; seed <= 10; seed++) expect(await archiveWhileEventsCome(seed), `seed ${seed}`).toEqual([])
})

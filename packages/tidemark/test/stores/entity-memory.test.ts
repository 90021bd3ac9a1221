import { expect, test } from 'vitest'
import type { StoredEntity } from '../../src/stores/sqlite/catalogue.ts'
import { EntityMemory } from '../../src/stores/sqlite/entity-memory.ts'

const entity = (id: number): StoredEntity => ({ id }) as StoredEntity

test('who comes again stays, who does not is let go, and never more than two generations are kept', () => {
  const memory = new EntityMemory(3)
  memory.set('often', entity(0))
  for (let id = 1; id <= 20; id++) {
    memory.set(`once ${id}`, entity(id))
    expect(memory.get('often')?.id).toBe(0)
  }
  const kept = Array.from({ length: 20 }, (_, place) => memory.get(`once ${place + 1}`)?.id).filter((id) => id !== undefined)
  expect(kept).toEqual(kept.toSorted((a, b) => a - b))
  expect(kept).toContain(20)
  expect(kept.length).toBeLessThanOrEqual(5)
  memory.clear()
  expect(memory.get('often')).toBeUndefined()
})

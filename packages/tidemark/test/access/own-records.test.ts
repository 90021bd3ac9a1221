import { expect, test } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { gateOf, NOW, place, type Place, visit, visits } from './place.ts'

const bad = (client: string, person: string): object => ({ ...visit(client, person, '2024-03-01'), kind: `no kind of ${person}` })

/** A store with records of two tenants, and of both together, of every sort. */
async function filled(): Promise<Place> {
  const at = await place()
  await at.history.ingest(visits, [visit('acme', 'amy', '2024-03-01'), visit('beta', 'bob', '2024-03-01'), bad('acme', 'ann'), bad('beta', 'ben'), bad('beta', 'bea'), { nobody: 1 }] as never)
  for (const tenant of ['acme', 'beta']) {
    await at.history.holds.place({ tenant, entity: null, reason: 'claim', by: 'legal' })
    await at.history.access.tokens.create({ name: `of ${tenant}`, role: 'viewer', tenants: [tenant] })
  }
  await at.history.access.tokens.create({ name: 'of both', role: 'viewer', tenants: ['acme', 'beta'] })
  await at.history.access.tokens.create({ name: 'of all', role: 'viewer' })
  return at
}

test('the store finds what stays on record by tenant and by number, and gives nothing else', async () => {
  const at = await filled()
  const store = await openSqliteStore({ path: at.store, program: 'tidemark 0.1.0', thread: 'inline' })
  const people = async (filter: object): Promise<unknown[]> => (await store.quarantined({ limit: 10, ...filter })).map(({ raw }) => /no kind of (\w+)/.exec(raw)?.[1] ?? null)
  expect(await people({})).toEqual(['ann', 'ben', 'bea', null])
  expect(await people({ tenants: ['beta'] })).toEqual(['ben', 'bea'])
  expect(await people({ tenants: ['beta'], limit: 1 })).toEqual(['ben'])
  expect(await people({ tenants: ['beta'], ids: [1, 3] })).toEqual(['bea'])
  expect(await people({ tenants: ['gamma'], stream: 'visits' })).toEqual([])
  const names = async (filter: object): Promise<string[]> => (await store.access.listTokens(filter)).map(({ name }) => name)
  expect(await names({ tenants: ['acme'] })).toEqual(['of acme'])
  expect(await names({ tenants: ['beta', 'acme'] })).toEqual(['of acme', 'of beta', 'of both'])
  expect(await names({ tenants: ['acme'], ids: [2] })).toEqual([])
  expect(await names({ ids: [2, 4] })).toEqual(['of beta', 'of all'])
  expect((await store.holds.list({ tenants: ['beta'] })).map(({ id }) => id)).toEqual([2])
  expect(await store.holds.list({ tenants: ['beta'], ids: [1] })).toEqual([])
  const targets = async (filter: object): Promise<string[]> => (await store.access.audited({ after: 0, limit: 10, ...filter })).map(({ target }) => target)
  expect(await targets({ tenants: ['acme'] })).toEqual(['hold 1', 'token 1'])
  expect(await targets({ tenants: ['acme', 'beta'] })).toEqual(['hold 1', 'token 1', 'hold 2', 'token 2', 'token 3'])
  expect(await targets({ tenants: ['acme', 'beta'], limit: 2 })).toEqual(['hold 1', 'token 1'])
  expect(await targets({ tenants: ['gamma'] })).toEqual([])
  await store.close()
})

test('a page of one tenant goes through an index, however much there is of others', async () => {
  const at = await filled()
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(at.store, { readonly: true })
  const plan = (sql: string): string => (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ')
  expect(plan("SELECT raw FROM tm_quarantine WHERE tenant IN (SELECT value FROM json_each('[]')) ORDER BY id LIMIT 9")).toContain('tm_quarantine_tenant')
  expect(plan("SELECT id FROM tm_hold WHERE tenant IN (SELECT value FROM json_each('[]')) ORDER BY id")).toContain('tm_hold_tenant')
  database.close()
})

test('a bound administrator is told of its own by the same commands', async () => {
  const { history } = await filled()
  const gate = gateOf(history, 'admin', ['acme'])
  expect((await gate.quarantine.list()).map(({ id }) => id)).toEqual([1])
  expect(await gate.quarantine.replay()).toMatchObject({ replayed: 1, rejected: 1 })
  expect((await gate.holds.list()).map(({ id }) => id)).toEqual([1])
  expect((await gate.tokens.list()).map(({ name }) => name)).toEqual(['of acme'])
  await expect(gate.holds.lift(2, 'mine')).rejects.toMatchObject({ code: 'HOLD_UNKNOWN' })
  await expect(gate.tokens.revoke(3)).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' })
  expect(await gate.tokens.revoke(1)).toMatchObject({ name: 'of acme', revoked: { at: new Date(NOW).toISOString().replace('.000Z', 'Z') } })
})

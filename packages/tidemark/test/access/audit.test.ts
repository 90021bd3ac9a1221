import Database from 'better-sqlite3'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Gate } from '../../src/access/gate.ts'
import { gateOf, place, visit, visits } from './place.ts'

const SUM = { select: ['visits.sum'], tenant: 'acme', from: '2024-03-01', to: '2024-03-02', grain: 'range' } as const

describe('the audit log', () => {
  test('has exports, deletions, tokens, migrations, and readings of the quarantine, by whom and about whom', async () => {
    const { history } = await place()
    await history.ingest(visits, [visit('acme', 'ann', '2024-03-01'), visit('acme', 'abe', '2024-03-01'), { ...visit('acme', 'ann', '2024-03-01'), kind: 'fax' as never }])
    const gate = gateOf(history, 'admin')
    await gate.export('activity', { ...SUM, entity: ['ann', 'abe'] }, 'parquet')
    await gate.exportWindows('activity', { select: ['visits.sum'], allTenants: true }, 'csv')
    await gate.quarantine.list()
    await gate.quarantine.show(1)
    const { id } = await gate.holds.place({ tenant: 'acme', entity: 'abe', reason: 'case of abe' })
    await gate.holds.lift(id, 'closed')
    await gate.erasures.forget({ of: 'person', tenant: 'acme', entity: 'abe' }, { reason: 'asked for by abe' })
    const token = await gate.tokens.create({ name: 'dash', role: 'viewer', tenants: ['acme'], expiresInDays: 1 })
    await gate.tokens.revoke(token.id)
    const at = '2024-03-20T12:00:00Z'
    const actor = 'a admin'
    expect(await gate.audit.list()).toEqual([
      { id: 1, at, actor: 'owner', action: 'migrate', target: 'version 1', tenants: null, detail: { steps: expect.any(Array) as unknown } },
      { id: 2, at, actor, action: 'export', target: 'activity', tenants: ['acme'], detail: { format: 'parquet', rows: 2, select: ['visits.sum'], from: '2024-03-01', to: '2024-03-02', grain: 'range', entities: 2 } },
      { id: 3, at, actor, action: 'export', target: 'activity', tenants: ['acme'], detail: { format: 'csv', rows: 2, select: ['visits.sum'], from: null, to: null, grain: null, entities: null } },
      { id: 4, at, actor, action: 'quarantine.read', target: 'quarantine', tenants: null, detail: { ids: [1] } },
      { id: 5, at, actor, action: 'quarantine.read', target: 'quarantine', tenants: null, detail: { ids: [1] } },
      { id: 6, at, actor, action: 'hold.place', target: 'hold 1', tenants: ['acme'], detail: { scope: 'entity' } },
      { id: 7, at, actor, action: 'hold.lift', target: 'hold 1', tenants: ['acme'], detail: {} },
      { id: 8, at, actor, action: 'erase', target: 'erasure 1', tenants: ['acme'], detail: { heldButOverridden: false } },
      { id: 9, at, actor, action: 'token.create', target: 'token 1', tenants: ['acme'], detail: { name: 'dash', role: 'viewer', expires: Date.parse(at) + 86_400_000 } },
      { id: 10, at, actor, action: 'token.revoke', target: 'token 1', tenants: ['acme'], detail: { name: 'dash' } },
    ])
  })

  test('has retractions, adjustments and replays of the quarantine, by tenant and count, and whose they were in none', async () => {
    const { history } = await place()
    await history.ingest(visits, [{ ...visit('acme', 'ann', '2024-03-01'), id: 'a1' }, { ...visit('acme', 'ann', '2024-03-01'), kind: 'none' as never }])
    const gate = gateOf(history, 'admin', ['acme'])
    await gate.retract('visits', [{ tenant: 'acme', id: 'a1' }, { tenant: 'beta', id: 'b1' }])
    await gate.adjust('activity', [{ tenant: 'acme', entity: 'ann', day: '2024-03-02', measure: 'visits', by: 5, id: 'y', reason: 'lost', group: { kind: 'call', city: 'Rome' } }])
    await gate.quarantine.replay({ stream: 'visits' })
    expect((await gate.audit.list()).map(({ action, target, tenants, detail }) => ({ action, target, tenants, detail }))).toEqual([
      { action: 'retract', target: 'visits', tenants: ['acme'], detail: { accepted: 1, duplicate: 0, rejected: 1 } },
      { action: 'adjust', target: 'activity', tenants: ['acme'], detail: { accepted: 1, duplicate: 0, rejected: 0 } },
      { action: 'quarantine.replay', target: 'visits', tenants: ['acme'], detail: { replayed: 1, accepted: 0, duplicate: 0, rejected: 1 } },
    ])
  })

  test('has no export that was refused when it had been made', async () => {
    const { history } = await place()
    await history.ingest(visits, [visit('acme', 'ann', '2024-03-01'), visit('acme', 'abe', '2024-03-01')])
    const gate = gateOf(history, 'admin')
    const refused = { code: 'ANSWER_TOO_LARGE' }
    await expect(gate.export('activity', { select: ['visits.sum'], tenant: 'acme' }, 'csv', { mostRows: 1 })).rejects.toMatchObject(refused)
    await expect(gate.exportWindows('activity', { select: ['visits.sum'], tenant: 'acme' }, 'csv', { mostRows: 1 })).rejects.toMatchObject(refused)
    await expect(gate.exportAnswer('sold', 'csv', 'acme', async () => [1, 2], { mostRows: 1 })).rejects.toMatchObject(refused)
    expect((await gate.audit.list()).map(({ action }) => action)).toEqual(['migrate'])
  })

  test('has what is done around the gate, too: the store itself enters it', async () => {
    const { history } = await place()
    await history.ingest(visits, [visit('acme', 'abe', '2024-03-01')])
    await history.holds.place({ tenant: 'acme', entity: null, by: 'legal', reason: 'audit' })
    await history.erasures.forget({ of: 'person', tenant: 'acme', entity: 'abe' }, { by: 'dpo', reason: 'asked for', overrideHold: 'the court said so' })
    await history.access.tokens.create({ name: 'x', role: 'viewer', by: 'ann' })
    await history.access.audit.record({ actor: 'billing', action: 'invoice', target: 'INV-1', tenants: ['acme'], detail: { amount: 5 } })
    expect((await history.access.audit.list()).slice(1).map(({ actor, action, detail }) => [actor, action, detail])).toEqual([
      ['legal', 'hold.place', { scope: 'tenant' }], ['dpo', 'erase', { heldButOverridden: true }], ['ann', 'token.create', { name: 'x', role: 'viewer', expires: null }], ['billing', 'invoice', { amount: 5 }],
    ])
  })

  test('tells a token from another of its name, and from the owner', async () => {
    const { history } = await place()
    await history.ingest(visits, [visit('acme', 'ann', '2024-03-01')])
    for (const name of ['owner', 'owner']) {
      const gate = await history.as((await history.access.tokens.create({ name, role: 'admin', tenants: ['acme'] })).text)
      await gate.export('activity', SUM, 'csv')
      await gate.holds.place({ tenant: 'acme', entity: null, reason: 'case' })
    }
    expect((await history.access.audit.list()).filter(({ action }) => action !== 'token.create').map(({ actor, action }) => [actor, action])).toEqual([
      ['owner', 'migrate'], ['owner (token 1)', 'export'], ['owner (token 1)', 'hold.place'], ['owner (token 2)', 'export'], ['owner (token 2)', 'hold.place'],
    ])
  })

  test('is not what does nothing: reading rows, an empty quarantine, a hold that is lifted already', async () => {
    const { history } = await place()
    const gate = new Gate(history)
    await gate.ask('activity', SUM)
    await gate.quarantine.list()
    const { id } = await gate.holds.place({ tenant: 'acme', entity: null, reason: 'case' })
    await gate.holds.lift(id, 'closed')
    await expect(gate.holds.lift(id, 'closed')).rejects.toMatchObject({ code: 'HOLD_UNKNOWN' })
    expect((await gate.audit.list()).map(({ action }) => action)).toEqual(['migrate', 'hold.place', 'hold.lift'])
  })

  test.each([
    ["UPDATE tm_audit SET actor = 'nobody' WHERE id = 1", 'no UPDATE'], ['UPDATE tm_audit SET at = 0', 'no UPDATE'], ['DELETE FROM tm_audit WHERE id = 1', 'no DELETE'], ['DELETE FROM tm_audit', 'no DELETE'],
    ["INSERT OR REPLACE INTO tm_audit (id, at, actor, action, target, tenants, detail) VALUES (1, 0, '', '', '', NULL, '{}')", 'no REPLACE'],
    ["INSERT INTO tm_audit (id, at, actor, action, target, tenants, detail) VALUES (1, 0, '', '', '', NULL, '{}') ON CONFLICT DO UPDATE SET actor = 'x'", 'no '],
    ["REPLACE INTO tm_audit SELECT id, at, 'nobody', action, target, tenants, detail FROM tm_audit", 'no REPLACE'],
  ])('is append-only, whoever writes: %s', async (sql, message) => {
    const { history, store } = await place()
    await history.access.tokens.create({ name: 'x', role: 'viewer' })
    const before = JSON.stringify(await history.access.audit.list())
    const connection = new Database(store)
    try {
      expect(() => connection.prepare(sql).run()).toThrow(`the audit log is append-only: ${message}`)
    } finally {
      connection.close()
    }
    expect(JSON.stringify(await history.access.audit.list())).toBe(before)
  })

  test('that a trigger was taken from is noticed by verify', async () => {
    const { history, store } = await place()
    expect((await history.verify()).ok).toBe(true)
    const connection = new Database(store)
    connection.exec('DROP TRIGGER tm_audit_no_delete')
    connection.close()
    const report = await history.verify()
    expect(report.ok).toBe(false)
    expect(JSON.stringify(report.checks)).toContain('the trigger tm_audit_no_delete is missing')
  })

  test('goes on through an erasure, whose entity it never named', async () => {
    const { history, store } = await place()
    const name = 'Wilhelmina-Quux'
    await history.ingest(visits, [visit('acme', name, '2024-03-01'), visit('acme', 'abe', '2024-03-01')])
    const gate = new Gate(history)
    await gate.export('activity', { ...SUM, entity: name }, 'csv')
    await gate.holds.lift((await gate.holds.place({ tenant: 'acme', entity: name, reason: 'case' })).id, 'closed')
    const before = await gate.audit.list()
    expect(JSON.stringify(before)).not.toContain(name)
    await gate.erasures.forget({ of: 'person', tenant: 'acme', entity: name }, { reason: 'asked for' })
    expect((await gate.audit.list()).slice(0, before.length)).toEqual(before)
    for (const file of readdirSync(dirname(store))) if (file.startsWith('history.db')) expect(readFileSync(join(dirname(store), file)).includes(name), file).toBe(false)
  })

  test('is read page by page, by a bound token only where all of an entry is its own', async () => {
    const { history } = await place()
    for (let made = 0; made < 250; made++) await history.access.audit.record({ actor: 'x', action: 'a', target: String(made), tenants: made % 2 === 0 ? ['acme'] : ['acme', 'beta'], detail: {} })
    const all = gateOf(history, 'admin')
    expect((await all.audit.list()).map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, place) => place + 1))
    expect((await all.audit.list({ after: 250, limit: 5 })).map(({ id }) => id)).toEqual([251])
    const own = gateOf(history, 'admin', ['acme'])
    const first = await own.audit.list({ limit: 90 })
    expect(first.every(({ tenants }) => tenants?.join() === 'acme')).toBe(true)
    expect(first).toHaveLength(90)
    expect(await own.audit.list({ after: first.at(-1)?.id ?? 0, limit: 90 })).toHaveLength(35)
    for (const wrong of [{ after: -1 }, { limit: 0 }, { limit: 1_001 }, { after: 1.5 }]) {
      await expect(all.audit.list(wrong)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      await expect(own.audit.list(wrong)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    }
  })
})

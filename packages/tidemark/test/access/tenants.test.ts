import { describe, expect, test } from 'vitest'
import type { Gate } from '../../src/access/gate.ts'
import { TidemarkError, type Tidemark } from '../../src/index.ts'
import { gateOf, place, type Place, visit, visits } from './place.ts'

const RANGE = { from: '2024-03-01', to: '2024-03-21' } as const
const SUM = { select: ['visits.sum'], ...RANGE, grain: 'range' } as const

interface World extends Place {
  /** What the other tenant has; in a world without it, numbers and names that nothing has. */
  readonly theirs: { readonly hold: number; readonly alert: number; readonly quarantined: number; readonly token: number; readonly event: string }
}

/** A world of acme alone, or with beta beside it: all of acme comes first, so that its numbers are the same in both. */
async function world(withBeta: boolean): Promise<World> {
  const acme = { acme: [{ site: 's1', load: 95, channel: 'web' }, { site: 's2', load: 10, channel: 'web' }] }
  const both = { ...acme, beta: [{ site: 't1', load: 99, channel: 'stealth' }, { site: 't2', load: 20, channel: 'stealth' }] }
  let listed: Parameters<typeof place>[0] extends infer _ ? Record<string, typeof acme.acme> : never = acme
  const at = await place({ sites: () => listed })
  const { history } = at
  const own = ['ann', 'abe', 'amy'].flatMap((name, index) => Array.from({ length: 10 + index }, (_, day): ReturnType<typeof visit> => ({ ...visit('acme', name, `2024-03-${String(day + 1).padStart(2, '0')}`), id: `a-${name}-${day}` })))
  await history.ingest(visits, own)
  await history.ingest(visits, [{ ...(own[0] as typeof own[number]), id: 'a-bad', kind: 'fax' as never }])
  await history.holds.place({ tenant: 'acme', entity: 'amy', by: 'legal', reason: 'case 1' })
  await history.access.tokens.create({ name: 'of acme', role: 'viewer', tenants: ['acme'] })
  await history.capture('activity')
  await history.capture('metrics')
  await history.alerts.check()
  const numbers = { hold: 2, alert: 2, quarantined: 2, token: 2, event: 'b-bob-0' }
  at.clock += 1_000
  if (withBeta) {
    listed = both
    await history.ingest(visits, ['bob', 'ben', 'zed'].flatMap((name) => Array.from({ length: 15 }, (_, day) => ({ ...visit('beta', name, `2024-03-${String(day + 1).padStart(2, '0')}`), id: `b-${name}-${day}` }))))
    await history.ingest(visits, [{ ...visit('beta', 'bob', '2024-03-01'), id: 'b-bad', kind: 'fax' as never }])
    expect((await history.holds.place({ tenant: 'beta', entity: 'bob', by: 'legal', reason: 'their case' })).id).toBe(numbers.hold)
    expect((await history.access.tokens.create({ name: 'of beta', role: 'admin', tenants: ['beta'] })).id).toBe(numbers.token)
    await history.erasures.forget({ of: 'person', tenant: 'beta', entity: 'zed' }, { by: 'dpo', reason: 'asked for' })
    await history.capture('metrics')
    await history.alerts.check()
    expect((await history.alerts.list()).map(({ id, tenant }) => [id, tenant])).toEqual([[1, 'acme'], [numbers.alert, 'beta']])
    expect((await history.quarantine.list()).map(({ id, raw }) => [id, raw.includes('beta')])).toEqual([[1, false], [numbers.quarantined, true]])
  }
  return Object.assign(at, { theirs: numbers })
}

type Probe = (gate: Gate, theirs: World['theirs']) => unknown

/** Ways to ask for another tenant: by its name, by names and numbers of what it has, by values that only it has, by leaving out whose. */
const PROBES: Readonly<Record<string, Probe>> = {
  'query: tenant': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta' }),
  'query: tenant, by day without a range': (gate) => gate.ask('activity', { select: ['visits.sum'], tenant: 'beta' }),
  'query: tenant and entity': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta', entity: 'bob' }),
  'query: tenant and an erased entity': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta', entity: 'zed' }),
  'query: tenant and entities that no one has': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta', entity: ['bob', 'nobody'] }),
  'query: entity of another under the own tenant': (gate) => gate.ask('activity', { ...SUM, tenant: 'acme', entity: 'bob' }),
  'query: entity without a tenant': (gate) => gate.ask('activity', { ...SUM, entity: ['bob', 'ann'] }),
  'query: no tenant': (gate) => gate.ask('activity', SUM),
  'query: all tenants': (gate) => gate.ask('activity', { ...SUM, allTenants: true }),
  'query: all tenants, total': (gate) => gate.ask('activity', { ...SUM, allTenants: true, total: true }),
  'query: all tenants, by group, compared': (gate) => gate.ask('activity', { ...SUM, grain: 'day', allTenants: true, total: true, by: ['kind'], compare: ['previous'] }),
  'query: all tenants, without a range': (gate) => gate.ask('activity', { select: ['visits.sum'], allTenants: true, grain: 'year' }),
  'query: all tenants and an entity of another': (gate) => gate.ask('activity', { ...SUM, allTenants: true, entity: 'bob' }),
  'query: as of': (gate) => gate.ask('activity', { ...SUM, allTenants: true, asOf: '2024-03-20T12:00:00Z' }),
  'query: tenant, total': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta', total: true }),
  'query: both': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta', allTenants: true }),
  'query: a wrong word of another': (gate) => gate.ask('activity', { ...SUM, tenant: 'beta', where: { kind: 'stealth' } }),
  'query: a series that is none': (gate) => gate.ask('activty', { ...SUM, tenant: 'beta' }),
  'query: explained': (gate) => gate.ask('activity', { ...SUM, allTenants: true }, { explain: true }),
  'collected: tenant': (gate) => gate.ask('metrics', { select: ['load.last'], tenant: 'beta', ...RANGE }),
  'collected: all tenants': (gate) => gate.ask('metrics', { select: ['load.last'], allTenants: true, ...RANGE, total: true }),
  'collected: a value that another has': (gate) => gate.ask('metrics', { select: ['load.last'], ...RANGE, where: { channel: 'stealth' } }),
  'collected: a value that nobody has': (gate) => gate.ask('metrics', { select: ['load.last'], ...RANGE, where: { channel: 'unheard' } }),
  'collected: by the values': (gate) => gate.ask('metrics', { select: ['load.last'], ...RANGE, by: ['channel'] }),
  'collected: by the values, of another': (gate) => gate.ask('metrics', { select: ['load.last'], tenant: 'beta', ...RANGE, by: ['channel'] }),
  'collected: captured windows': (gate) => gate.ask('metrics', { select: ['load.last'], tenant: 'beta', entity: 't1', ...RANGE, grain: 'captured' }),
  'windows: tenant': (gate) => gate.askWindows('activity', { select: ['visits.sum'], tenant: 'beta' }),
  'windows: tenant and entity': (gate) => gate.askWindows('activity', { select: ['visits.sum'], tenant: 'beta', entity: 'bob' }),
  'windows: all tenants': (gate) => gate.askWindows('activity', { select: ['visits.sum'], allTenants: true }),
  'export: tenant': (gate) => gate.export('activity', { ...SUM, tenant: 'beta', entity: 'bob' }, 'csv'),
  'export: windows of all tenants': (gate) => gate.exportWindows('activity', { select: ['visits.sum'], allTenants: true }, 'csv'),
  'rank: tenant': (gate) => gate.rank('metrics', { select: 'load.last', tenant: 'beta', ...RANGE }),
  'rank: peers of all tenants': (gate) => gate.rank('metrics', { select: 'load.last', allTenants: true, ...RANGE }),
  'rank: by an attribute': (gate) => gate.rank('metrics', { select: 'load.last', allTenants: true, ...RANGE, by: 'plan' }),
  'forecast: tenant': (gate) => gate.forecast('activity', { select: 'visits.sum', tenant: 'beta', entity: 'bob', horizon: 3 }),
  'forecast: entity under the own tenant': (gate) => gate.forecast('activity', { select: 'visits.sum', tenant: 'acme', entity: 'bob', horizon: 3 }),
  'inspect: tenant': (gate) => gate.inspect('activity', { tenant: 'beta', entity: 'bob', day: '2024-03-01' }),
  'inspect: an erased entity': (gate) => gate.inspect('activity', { tenant: 'beta', entity: 'zed', day: '2024-03-01' }),
  'inspect: no tenant': (gate) => gate.inspect('activity', { entity: 'bob', day: '2024-03-01' }),
  'inspect: collected': (gate) => gate.inspect('metrics', { tenant: 'beta', entity: 't1', day: '2024-03-20' }),
  'inspect: a value that another has': (gate) => gate.inspect('metrics', { entity: 's1', day: '2024-03-20', group: { channel: 'stealth' } }),
  'inspect: a value that nobody has': (gate) => gate.inspect('metrics', { entity: 's1', day: '2024-03-20', group: { channel: 'stealty' } }),
  'states: tenant': (gate) => gate.states('metrics', { tenant: 'beta' }),
  'states: tenant and entity': (gate) => gate.latest('metrics', { tenant: 'beta', entity: 't1' }),
  'states: at an instant': (gate) => gate.stateAt('metrics', { tenant: 'beta', entity: 't1', at: '2024-03-20T12:00:00Z' }),
  'states: entity without a tenant': (gate) => gate.states('metrics', { entity: 't1' }),
  'states: all of the own': (gate) => gate.latestAll('metrics'),
  'entities: tenant': (gate) => gate.entities('activity', { tenant: 'beta' }),
  'entities: all tenants': (gate) => gate.entities('activity', { allTenants: true }),
  'entities: by prefix': (gate) => gate.entities('activity', { allTenants: true, prefix: 'b' }),
  'entities: past a cursor of another': (gate) => gate.entities('activity', { allTenants: true, after: { tenant: 'beta', entity: 'ben' } }),
  'entities: a cursor that stops before another': (gate) => gate.entities('activity', { allTenants: true, limit: 3 }),
  'tenants': (gate) => gate.tenants(),
  'declarations': (gate) => [gate.series(), gate.streams(), gate.me()],
  'tiers: status': (gate) => gate.tiers.status('activity'),
  'tiers: plan': (gate) => gate.tiers.plan('activity'),
  'capture: plan': (gate) => gate.planCapture('metrics'),
  'capture': (gate) => gate.capture('activity'),
  'signal': (gate) => gate.signal('done'),
  'alerts: list': (gate) => gate.alerts.list({ states: ['open', 'acknowledged', 'resolved'] }),
  'alerts: explain': (gate, { alert }) => gate.alerts.explain(alert),
  'alerts: acknowledge': (gate, { alert }) => gate.alerts.acknowledge(alert),
  'alerts: silence a tenant': (gate) => gate.alerts.silence({ tenant: 'beta' }, 9e12),
  'alerts: silence an entity': (gate) => gate.alerts.silence({ rule: 'crowded', tenant: 'beta', entity: 't1' }, 9e12),
  'alerts: check': (gate) => gate.alerts.check(),
  'quarantine: list': (gate) => gate.quarantine.list(),
  'quarantine: list with a limit': (gate) => gate.quarantine.list({ limit: 1 }),
  'quarantine: by number': (gate, { quarantined }) => gate.quarantine.list({ ids: [1, quarantined] }),
  'quarantine: show': (gate, { quarantined }) => gate.quarantine.show(quarantined),
  'quarantine: replay': (gate, { quarantined }) => gate.quarantine.replay({ ids: [quarantined] }),
  'holds: list': (gate) => gate.holds.list(),
  'holds: lift': (gate, { hold }) => gate.holds.lift(hold, 'over'),
  'holds: place': (gate) => gate.holds.place({ tenant: 'beta', entity: 'bob', reason: 'mischief' }),
  'erasures: plan': (gate) => gate.erasures.plan({ of: 'person', tenant: 'beta', entity: 'bob' }),
  'erasures: forget': (gate) => gate.erasures.forget({ of: 'person', tenant: 'beta', entity: 'ben' }, { reason: 'mischief' }),
  'erasures: forget what is held': (gate) => gate.erasures.forget({ of: 'person', tenant: 'beta', entity: 'bob' }, { reason: 'mischief' }),
  'erasures: forget what is erased': (gate) => gate.erasures.forget({ of: 'person', tenant: 'beta', entity: 'zed' }, { reason: 'mischief' }),
  'erasures: certificates': (gate) => gate.erasures.certificates(),
  'tokens: list': (gate) => gate.tokens.list(),
  'tokens: revoke': (gate, { token }) => gate.tokens.revoke(token),
  'tokens: for another tenant': (gate) => gate.tokens.create({ name: 'x', role: 'viewer', tenants: ['beta'] }),
  'retract': (gate, { event }) => gate.retract('visits', [{ tenant: 'beta', id: event }]),
  'retract: under the own tenant': (gate, { event }) => gate.retract('visits', [{ tenant: 'acme', id: event }]),
  'adjust': (gate) => gate.adjust('activity', [{ tenant: 'beta', entity: 'bob', day: '2024-03-02', measure: 'visits', by: 5, id: 'x', reason: 'mischief', group: { kind: 'call', city: 'Rome' } }]),
  'ingest': (gate) => gate.ingest('visits', [{ ...visit('beta', 'bob', '2024-03-02'), id: 'b-bob-0' }, { ...visit('beta', 'new', '2024-03-02'), id: 'n' }]),
  'ingest: what cannot be read': (gate) => gate.ingest('visits', [{ client: 'beta', person: 'bob', id: 'q', at: 'never', kind: 'call', city: 'Rome' }]),
  'ingest: in the place of another': (gate) => gate.ingest('visits', [{ ...visit('beta', 'bob', '2024-03-02'), id: 'b-bob-0' }], { onConflict: 'replace' }),
  // The numbers of entries are common to a store.
  'audit': async (gate) => (await gate.audit.list()).map(({ id: _, ...entry }) => entry),
}

/** Byte for byte: the answer, or the whole error. */
async function told(probe: Probe, gate: Gate, theirs: World['theirs']): Promise<string> {
  try {
    return JSON.stringify(await probe(gate, theirs)) ?? 'undefined'
  } catch (error) {
    return error instanceof TidemarkError ? JSON.stringify(error.toDocument()) : String(error)
  }
}

async function everythingOf(history: Tidemark, tenant: string): Promise<string> {
  const holds = (await history.holds.list()).filter((hold) => hold.tenant === tenant)
  const alerts = (await history.alerts.list({ states: ['open', 'acknowledged', 'resolved'] })).filter((alert) => alert.tenant === tenant)
  const quarantined = (await history.quarantine.list()).filter(({ raw }) => raw.includes(tenant))
  const tokens = (await history.access.tokens.list()).filter(({ tenants }) => tenants?.includes(tenant) === true)
  return JSON.stringify([await history.ask('activity', { select: ['visits.sum', 'minutes.sum'], tenant, ...RANGE }), await history.ask('metrics', { select: ['load.last'], tenant, ...RANGE, by: ['channel'] }), holds, alerts, quarantined, tokens])
}

describe('to a token that is bound to a tenant', () => {
  test.each(['admin', 'analyst', 'developer', 'viewer'] as const)('another tenant is like none: %s', async (role) => {
    const [shared, alone] = [await world(true), await world(false)]
    const before = await everythingOf(shared.history, 'beta')
    for (const [name, probe] of Object.entries(PROBES)) {
      const [one, other] = [gateOf(shared.history, role, ['acme']), gateOf(alone.history, role, ['acme'])]
      const answer = await told(probe, one, shared.theirs)
      // Numbers of transactions are common to a store, and stand beside an instant.
      const plain = (text: string): string => text.replaceAll(/"transaction":\d+/g, '"transaction":0')
      expect(`${name}: ${plain(answer)}`).toBe(`${name}: ${plain(await told(probe, other, alone.theirs))}`)
      expect(answer, name).not.toMatch(/their case|"t2"|legal.*beta/)
    }
    expect(await everythingOf(shared.history, 'beta')).toBe(before)
  })

  test('each of its own is there, by whatever way', async () => {
    const { history } = await world(true)
    const gate = gateOf(history, 'admin', ['acme'])
    expect((await gate.ask('activity', SUM)).rows.map((row) => [row.tenant, row.entity, row['visits.sum']])).toEqual([['acme', 'abe', 11], ['acme', 'amy', 12], ['acme', 'ann', 10]])
    expect((await gate.ask('activity', { ...SUM, allTenants: true })).rows).toEqual((await gate.ask('activity', { ...SUM, tenant: 'acme' })).rows)
    expect((await gate.rank('metrics', { select: 'load.last', ...RANGE })).map(({ entity, rank, peers }) => [entity, rank, peers])).toEqual([['s1', '1.0000', 2], ['s2', '0.0000', 2]])
    expect(await gate.tenants()).toEqual(['acme'])
    expect((await gate.alerts.list()).map(({ entity }) => entity)).toEqual(['s1'])
    expect((await gate.quarantine.list()).map(({ code }) => code)).toEqual(['unknown_value'])
    expect((await gate.holds.list()).map(({ entity }) => entity)).toEqual(['amy'])
    expect((await gate.tokens.list()).map(({ name }) => name)).toEqual(['of acme'])
    expect((await gate.ingest('visits', [visit('acme', 'ann', '2024-03-15')])).accepted).toBe(1)
    expect((await gate.retract('visits', [{ tenant: 'acme', id: 'a-ann-0' }])).accepted).toBe(1)
    expect((await gate.adjust('activity', [{ tenant: 'acme', entity: 'ann', day: '2024-03-02', measure: 'visits', by: 5, id: 'y', reason: 'lost', group: { kind: 'call', city: 'Rome' } }])).accepted).toBe(1)
    expect((await gate.ask('activity', { ...SUM, entity: 'ann' })).rows[0]?.['visits.sum']).toBe(15)
    expect((await gate.alerts.acknowledge(1, 'seen')).acknowledged).toMatchObject({ by: 'a admin', note: 'seen' })
    expect((await gate.holds.lift(1, 'closed')).lifted).toMatchObject({ by: 'a admin' })
    expect((await gate.erasures.forget({ of: 'person', tenant: 'acme', entity: 'abe' }, { reason: 'asked for' })).by).toBe('a admin')
    expect((await gate.tokens.create({ name: 'mine', role: 'developer' })).tenants).toEqual(['acme'])
    expect((await gate.audit.list()).map(({ action }) => action)).toEqual(['hold.place', 'token.create', 'quarantine.read', 'retract', 'adjust', 'hold.lift', 'erase', 'token.create'])
  })

  test('of several, all of them are its own, and nothing else', async () => {
    const { history } = await world(true)
    await history.ingest(visits, [visit('gamma', 'gus', '2024-03-01')])
    const gate = gateOf(history, 'admin', ['acme', 'beta', 'absent'])
    expect(await gate.tenants()).toEqual(['acme', 'beta'])
    expect((await gate.ask('activity', { ...SUM, allTenants: true, total: true })).rows.map((row) => [row.tenant, row['visits.sum']])).toEqual([['acme', 33], ['beta', 30]])
    expect((await gate.rank('metrics', { select: 'load.last', allTenants: true, ...RANGE })).map(({ peers }) => peers)).toEqual([4, 4, 4, 4])
    await expect(gate.ask('activity', SUM)).rejects.toMatchObject({ code: 'TENANT_NEEDED', message: 'the store holds 2 tenants, and none was named' })
    await expect(gate.alerts.silence({ rule: 'crowded' }, 0)).rejects.toMatchObject({ code: 'TENANT_NEEDED' })
  })

  test('what is refused of another is kept nowhere; what says nothing of whose it is, is nobody’s', async () => {
    const { history } = await world(true)
    const gate = gateOf(history, 'admin', ['acme'])
    const report = await gate.ingest('visits', [visit('acme', 'ann', '2024-03-16'), visit('beta', 'bob', '2024-03-16'), { client: 'beta', id: 'x' }, { id: 'y' }, 'text', { ...visit('acme', 'ann', '2024-03-16'), kind: 'fax' }])
    expect(report).toMatchObject({ accepted: 1, rejected: 5 })
    expect(report.rejections.map(({ line, code }) => [line, code])).toEqual([[2, 'tenant_unknown'], [3, 'tenant_unknown'], [4, 'missing_field'], [5, 'not_an_object'], [6, 'unknown_value']])
    expect((await history.quarantine.list()).slice(2).map(({ line }) => line)).toEqual([4, 5, 6])
    expect((await gate.quarantine.list()).map(({ id }) => id)).toEqual([1, 5])
  })
})

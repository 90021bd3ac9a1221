import { describe, expect, test } from 'vitest'
import { Gate } from '../../src/access/gate.ts'
import { type Action, ACTIONS, ROLES, type Role } from '../../src/access/principal.ts'
import { gateOf, place, type Place, visit, visits } from './place.ts'

/** What each role may do, written down a second time. */
const MAY: Readonly<Record<Role, readonly Action[]>> = {
  admin: ['summary', 'read', 'export', 'write', 'delete', 'administer'], analyst: ['summary', 'read', 'export'], developer: ['summary', 'read'], viewer: ['summary'],
}

interface Method {
  readonly action: Action
  readonly call: (gate: Gate) => unknown
  /** It is about every tenant, and none of a token that is bound to some. */
  readonly everyTenant?: true
}

const QUESTION = { select: ['visits.sum'], tenant: 'acme', grain: 'day', from: '2024-03-01', to: '2024-03-20' } as const
const SUBJECT = { of: 'person', tenant: 'acme', entity: 'nobody' } as const

/** Every method of the gate, by its path. One that is missing here fails the test below. */
const METHODS: Readonly<Record<string, Method>> = {
  'series': { action: 'summary', call: (gate) => gate.series() },
  'streams': { action: 'summary', call: (gate) => gate.streams() },
  'tenants': { action: 'summary', call: (gate) => gate.tenants() },
  'transaction': { action: 'summary', call: (gate) => gate.transaction() },
  'touched': { action: 'summary', call: (gate) => gate.touched(gate.about(['activity'], { tenant: 'acme' }), 1) },
  'freshness': { action: 'read', everyTenant: true, call: (gate) => gate.freshness('activity') },
  'runs': { action: 'read', everyTenant: true, call: (gate) => gate.runs() },
  'timeline': { action: 'read', call: (gate) => gate.timeline('activity', { tenant: 'acme', entity: 'ann' }) },
  'failures': { action: 'read', call: (gate) => gate.failures('metrics', { tenant: 'acme' }) },
  'entities': { action: 'read', call: (gate) => gate.entities('activity', { tenant: 'acme' }) },
  'names': { action: 'read', call: (gate) => gate.names('activity', [{ tenant: 'acme', entity: 'ann' }]) },
  'mayName': { action: 'summary', call: (gate) => gate.mayName('activity') },
  'ask': { action: 'summary', call: (gate) => gate.ask('activity', { ...QUESTION, total: true }) },
  'askWindows': { action: 'read', call: (gate) => gate.askWindows('activity', { select: ['visits.sum'], tenant: 'acme' }) },
  'export': { action: 'export', call: (gate) => gate.export('activity', QUESTION, 'csv') },
  'exportWindows': { action: 'export', call: (gate) => gate.exportWindows('activity', { select: ['visits.sum'], tenant: 'acme' }, 'parquet') },
  'exportAnswer': { action: 'export', call: (gate) => gate.exportAnswer('busiest', 'csv', 'acme', async () => []) },
  'rank': { action: 'read', call: (gate) => gate.rank('activity', { select: 'visits.sum', tenant: 'acme', from: '2024-03-01', to: '2024-03-20' }) },
  'forecast': { action: 'read', call: (gate) => gate.forecast('activity', { select: 'visits.sum', tenant: 'acme', entity: 'ann', horizon: 2 }) },
  'inspect': { action: 'read', call: (gate) => gate.inspect('activity', { tenant: 'acme', entity: 'ann', day: '2024-03-01' }) },
  'states': { action: 'read', call: (gate) => gate.states('metrics', { tenant: 'acme' }) },
  'latest': { action: 'read', call: (gate) => gate.latest('metrics', { tenant: 'acme', entity: 's' }) },
  'stateAt': { action: 'read', call: (gate) => gate.stateAt('metrics', { tenant: 'acme', entity: 's', at: '2024-03-20T00:00:00Z' }) },
  'latestAll': { action: 'read', call: (gate) => gate.latestAll('metrics', { tenant: 'acme' }) },
  'ingest': { action: 'write', call: (gate) => gate.ingest('visits', [visit('acme', 'ann', '2024-03-02')]) },
  'ingestFile': { action: 'write', call: (gate) => gate.ingestFile('visits', '/nowhere/at/all.csv') },
  'retract': { action: 'write', call: (gate) => gate.retract('visits', [{ tenant: 'acme', id: 'none' }]) },
  'adjust': { action: 'write', call: (gate) => gate.adjust('activity', []) },
  'capture': { action: 'write', everyTenant: true, call: (gate) => gate.capture('activity') },
  'planCapture': { action: 'write', everyTenant: true, call: (gate) => gate.planCapture('activity') },
  'signal': { action: 'write', everyTenant: true, call: (gate) => gate.signal('done') },
  'tiers.status': { action: 'read', everyTenant: true, call: (gate) => gate.tiers.status('activity') },
  'tiers.policy': { action: 'read', call: (gate) => gate.tiers.policy('activity') },
  'tiers.plan': { action: 'administer', everyTenant: true, call: (gate) => gate.tiers.plan('activity') },
  'tiers.packing': { action: 'read', everyTenant: true, call: (gate) => gate.tiers.packing('activity') },
  'tiers.pack': { action: 'administer', everyTenant: true, call: (gate) => gate.tiers.pack('activity') },
  'tiers.unpack': { action: 'administer', everyTenant: true, call: (gate) => gate.tiers.unpack('activity') },
  'tiers.run': { action: 'administer', everyTenant: true, call: (gate) => gate.tiers.run('activity') },
  'alerts.rules': { action: 'summary', call: (gate) => gate.alerts.rules() },
  'alerts.list': { action: 'read', call: (gate) => gate.alerts.list() },
  'alerts.explain': { action: 'read', call: (gate) => unknown('ALERT_UNKNOWN', gate.alerts.explain(99)) },
  'alerts.acknowledge': { action: 'write', call: (gate) => unknown('ALERT_UNKNOWN', gate.alerts.acknowledge(99)) },
  'alerts.silence': { action: 'write', call: (gate) => gate.alerts.silence({ tenant: 'acme' }, 0) },
  'alerts.check': { action: 'write', everyTenant: true, call: (gate) => gate.alerts.check() },
  'alerts.plan': { action: 'write', everyTenant: true, call: (gate) => gate.alerts.plan() },
  'quarantine.list': { action: 'read', call: (gate) => gate.quarantine.list() },
  'quarantine.show': { action: 'read', call: (gate) => gate.quarantine.show(1) },
  'quarantine.replay': { action: 'write', call: (gate) => gate.quarantine.replay() },
  'holds.list': { action: 'delete', call: (gate) => gate.holds.list() },
  'holds.place': { action: 'delete', call: (gate) => gate.holds.place({ tenant: 'acme', entity: 'held', reason: 'case 1' }) },
  'holds.lift': { action: 'delete', call: (gate) => unknown('HOLD_UNKNOWN', gate.holds.lift(99, 'over')) },
  'erasures.plan': { action: 'delete', call: (gate) => gate.erasures.plan(SUBJECT) },
  'erasures.forget': { action: 'delete', call: (gate) => unknown('ENTITY_UNKNOWN', gate.erasures.forget(SUBJECT, { reason: 'asked for' })) },
  'erasures.certificate': { action: 'delete', everyTenant: true, call: (gate) => unknown('ERASURE_UNKNOWN', gate.erasures.certificate(99)) },
  'erasures.certificates': { action: 'delete', everyTenant: true, call: (gate) => gate.erasures.certificates() },
  'erasures.finish': { action: 'delete', everyTenant: true, call: (gate) => gate.erasures.finish() },
  'tokens.create': { action: 'administer', call: (gate) => gate.tokens.create({ name: 'x', role: 'viewer' }) },
  'tokens.list': { action: 'administer', call: (gate) => gate.tokens.list() },
  'tokens.revoke': { action: 'administer', call: (gate) => unknown('TOKEN_UNKNOWN', gate.tokens.revoke(99)) },
  'audit.list': { action: 'administer', call: (gate) => gate.audit.list() },
}

/** They tell of the principal alone. */
const OF_ONESELF = ['me', 'may', 'about']

/** Admitted, it finds nothing; FORBIDDEN stays what it is. */
async function unknown(code: string, work: Promise<unknown>): Promise<void> {
  await work.then(() => expect.unreachable(), (error: { code: string }) => {
    if (error.code !== code) throw error
  })
}

function methodsOf(gate: Gate): readonly string[] {
  const own = (of: object): readonly string[] => Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(of) as object))
    .flatMap(([name, { value }]) => (name !== 'constructor' && typeof value === 'function' ? [name] : []))
  const desks = Object.entries(gate).filter(([name]) => name !== 'principal') as [string, object][]
  return [...own(gate), ...desks.flatMap(([desk, of]) => own(of).map((name) => `${desk}.${name}`))]
}

async function filled(): Promise<Place> {
  const at = await place()
  await at.history.ingest(visits, [visit('acme', 'ann', '2024-03-01'), visit('beta', 'bob', '2024-03-01')])
  return at
}

/** What came of a call: the code of its error, or `done`. */
async function outcome(method: Method, gate: Gate): Promise<string> {
  try {
    await method.call(gate)
    return 'done'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

describe('the gate', () => {
  test('has no method that is not in the table, and the table none that is not in the gate', async () => {
    const { history } = await place()
    expect(new Set(methodsOf(gateOf(history, 'admin')))).toEqual(new Set([...Object.keys(METHODS), ...OF_ONESELF]))
  })

  test('uses every action', () => {
    expect(new Set(Object.values(METHODS).map(({ action }) => action))).toEqual(new Set(ACTIONS))
  })

  describe.each(ROLES)('for a %s', (role) => {
    test('does what the role may do, and refuses the rest before anything is looked at', async () => {
      const { history } = await filled()
      const gate = gateOf(history, role)
      for (const [name, method] of Object.entries(METHODS)) {
        const expected = MAY[role].includes(method.action) ? (name === 'ingestFile' ? 'FILE_UNREADABLE' : 'done') : 'FORBIDDEN'
        expect(`${name}: ${await outcome(method, gate)}`).toBe(`${name}: ${expected}`)
      }
    })

    test('that is bound to tenants, refuses what is about all of them', async () => {
      const { history } = await filled()
      const gate = gateOf(history, role, ['acme'])
      for (const [name, method] of Object.entries(METHODS)) {
        const expected = !MAY[role].includes(method.action) || method.everyTenant === true ? 'FORBIDDEN' : name === 'ingestFile' ? 'FILE_UNREADABLE' : 'done'
        expect(`${name}: ${await outcome(method, gate)}`).toBe(`${name}: ${expected}`)
      }
    })

    test('says who asks and what they may', async () => {
      const { history } = await place()
      const gate = gateOf(history, role, ['acme'])
      expect(gate.me()).toEqual({ name: `a ${role}`, role, tenants: ['acme'], actions: MAY[role], minimumPeople: role === 'viewer' ? 10 : null })
      expect(ACTIONS.filter((action) => gate.may(action))).toEqual(MAY[role])
    })
  })

  test('is the owner when nobody is named', async () => {
    const { history } = await place()
    expect(new Gate(history).me()).toMatchObject({ name: 'owner', role: 'admin', tenants: null })
  })

  test('answers the owner as the history itself does', async () => {
    const { history } = await filled()
    const request = { select: ['visits.sum'], allTenants: true, grain: 'month' as const }
    expect(await new Gate(history).ask('activity', request)).toEqual(await history.ask('activity', request))
  })
})

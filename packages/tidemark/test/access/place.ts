import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Principal, Role } from '../../src/access/principal.ts'
import { Gate } from '../../src/access/gate.ts'
import { alert, entity, instant, integer, oneOf, open, series, stream, text, type Tidemark } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'

export const NOW = Date.parse('2024-03-20T12:00:00Z')

export const person = entity('person', { tenant: 'client', zone: 'UTC' })
export const visits = stream('visits', {
  of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at',
  fields: { client: text(), person: text(), id: text(), at: instant(), kind: oneOf(['call', 'mail', 'visit']), city: oneOf(['Rome', 'Oslo']), minutes: integer().optional() },
})
export const activity = series('activity', { of: person, grain: 'day' })
  .from(visits, (e, { count, delta }) => ({ visits: count(), calls: count(e.kind.is('call')), minutes: delta(e.minutes) }))
  .by('kind', 'city')
  .derive(({ ratio }) => ({ callShare: ratio('calls', 'visits') }))
  .window('quarterly', { anchor: 'firstEvent', months: 3 })
  .keep({ day: '1y', week: '2y', month: '3y', quarter: 'archive', asOfDays: 60 })

const site = entity('site', { tenant: 'client', zone: 'UTC' })

/** What the live source lists: by tenant, its sites with a load and the channels that they are split by. */
export type Sites = Readonly<Record<string, readonly { readonly site: string; readonly load: number; readonly channel: string }[]>>

export function metrics(sites: () => Sites) {
  const all = (): { tenant: string; entity: string; load: number; channel: string }[] => Object.entries(sites()).flatMap(([tenant, list]) => list.map(({ site: name, load, channel }) => ({ tenant, entity: name, load, channel })))
  return series('metrics', { of: site, grain: 'day' })
    .measures(({ gauge }) => ({ load: gauge(integer(), { across: 'sum' }) }))
    .by({ channel: { most: 2 } })
    .collect(async ({ entities }) => entities.map((one) => {
      const found = all().find(({ tenant, entity: name }) => tenant === one.tenant && name === one.entity) as { load: number; channel: string }
      return { ...one, values: { load: found.load }, groups: [{ group: { channel: found.channel }, values: { load: found.load } }] }
    }), { entities: async () => all().map(({ tenant, entity: name }) => ({ tenant, entity: name, attributes: { plan: 'basic' } })) })
}

export interface Visit { readonly client: string; readonly person: string; readonly id: string; readonly at: string; readonly kind: 'call' | 'mail' | 'visit'; readonly city: 'Rome' | 'Oslo'; readonly minutes?: number }

let ids = 0
export function visit(client: string, name: string, day: string, kind: Visit['kind'] = 'call', city: Visit['city'] = 'Rome'): Visit {
  ids++
  return { client, person: name, id: `e${ids}`, at: `${day}T10:00:00Z`, kind, city, minutes: name.length + Number(day.slice(-2)) }
}

export interface Place {
  readonly history: Tidemark
  readonly store: string
  clock: number
}

/** A history of its own, removed when the test is over. */
export async function place(options: { readonly sites?: () => Sites } = {}): Promise<Place> {
  const root = mkdtempSync(join(scratchRoot(), 'tidemark-access-'))
  const made = { store: join(root, 'history.db'), clock: NOW } as { -readonly [K in keyof Place]: Place[K] }
  const collected = metrics(options.sites ?? (() => ({})))
  made.history = await open({
    store: `sqlite:${made.store}`, archive: join(root, 'archive'), series: [activity, collected], now: () => made.clock,
    alerts: [alert('crowded', { of: collected, measure: 'load.last', atLeast: 90, action: 'Look at it.' })],
    channels: [{ name: 'nowhere', send: async () => {} }],
  })
  onTestFinished(async () => {
    await made.history.close()
    rmSync(root, { recursive: true, force: true })
  })
  return made
}

export function gateOf(history: Tidemark, role: Role, tenants: readonly string[] | null = null, minimumPeople?: number): Gate {
  const principal: Principal = { name: `a ${role}`, role, tenants }
  return new Gate(history, principal, minimumPeople === undefined ? {} : { minimumPeople })
}


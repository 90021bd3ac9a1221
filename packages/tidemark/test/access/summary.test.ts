import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import type { Gate } from '../../src/access/gate.ts'
import { entity, instant, integer, open, type QueryRow, series, stream, text } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { Equations } from './equations.ts'
import { gateOf, place, visit, visits, type Visit } from './place.ts'

const KINDS = ['call', 'mail', 'visit'] as const
const CITIES = ['Rome', 'Oslo'] as const
const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `p${from + index}`)
const MARCH = { tenant: 'acme', total: true, from: '2024-03-01', to: '2024-03-05', grain: 'day' } as const
const SUM = ['visits.sum'] as const

async function viewer(events: readonly Visit[], minimumPeople?: number): Promise<Gate> {
  const { history } = await place()
  await history.ingest(visits, events)
  await history.capture('activity')
  return gateOf(history, 'viewer', null, minimumPeople)
}

const shown = (rows: readonly QueryRow[], key = 'visits.sum'): readonly unknown[] => rows.map((row) => [row.period.slice(5), ...Object.values(row.group ?? {}), row[key as 'visits.sum'], ...('suppressed' in row ? ['suppressed'] : [])])

/** Twenty people who were there before: nobody's part in a day then tells of twenty. */
const earlier = names(0, 20).map((name) => visit('acme', name, '2024-02-01'))

describe('a viewer', () => {
  test('gets a day of ten people, and not one of nine; who is not in it counts for nothing', async () => {
    const gate = await viewer([...earlier, ...names(0, 10).map((name) => visit('acme', name, '2024-03-01')), ...names(0, 9).flatMap((name) => [visit('acme', name, '2024-03-02'), visit('acme', name, '2024-03-02')]),
      ...names(0, 12).map((name) => visit('acme', name, '2024-03-03')), ...names(0, 20).map((name) => visit('acme', name, '2024-03-04'))])
    const { rows } = await gate.ask('activity', { ...MARCH, select: SUM })
    // March is told elsewhere: the day of ten goes with that of nine.
    expect(shown(rows)).toEqual([['03-01', null, 'suppressed'], ['03-02', null, 'suppressed'], ['03-03', 12], ['03-04', 20]])
  })

  test('gets a suppressed row in its place, with null values and a coverage that says nothing', async () => {
    const gate = await viewer([...earlier, ...names(0, 3).map((name) => visit('acme', name, '2024-03-01'))])
    const { rows } = await gate.ask('activity', { ...MARCH, select: ['visits.sum', 'minutes.sum', 'callShare.value'] })
    expect(rows).toHaveLength(4)
    expect(rows[0]).toEqual({ tenant: 'acme', entity: null, group: null, period: '2024-03-01', 'visits.sum': null, 'minutes.sum': null, 'callShare.value': null, coverage: { expected: 0, present: 0, reasons: {} }, suppressed: true })
    expect(rows[1]).toMatchObject({ 'visits.sum': 0, coverage: { expected: 20, present: 20 } })
    expect(JSON.stringify(rows)).not.toContain('behind')
  })

  test('is told that nobody did anything only of those who are enough', async () => {
    const gate = await viewer(names(0, 9).map((name) => visit('acme', name, '2024-02-01')))
    expect(shown((await gate.ask('activity', { ...MARCH, select: SUM })).rows)).toEqual(['01', '02', '03', '04'].map((day) => [`03-${day}`, null, 'suppressed']))
  })

  test('does not get the next smallest group, by which the whole would tell the smallest', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...earlier, ...names(0, 3).map((name) => visit('acme', name, day, 'call')), ...names(0, 11).map((name) => visit('acme', name, day, 'mail')), ...names(0, 15).map((name) => visit('acme', name, day, 'visit'))])
    const one = { ...MARCH, select: SUM, to: '2024-03-02' } as const
    expect(shown((await gate.ask('activity', one)).rows)).toEqual([['03-01', 29]])
    expect(shown((await gate.ask('activity', { ...one, by: ['kind'] })).rows)).toEqual([['03-01', 'call', null, 'suppressed'], ['03-01', 'mail', null, 'suppressed'], ['03-01', 'visit', 15]])
  })

  test('gets the same by where as by by: what is suppressed among groups is suppressed alone', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...earlier, ...names(0, 3).map((name) => visit('acme', name, day, 'call')), ...names(0, 11).map((name) => visit('acme', name, day, 'mail')), ...names(0, 15).map((name) => visit('acme', name, day, 'visit'))])
    const one = { ...MARCH, select: SUM, to: '2024-03-02' } as const
    for (const [kind, told] of [['call', [null, 'suppressed']], ['mail', [null, 'suppressed']], ['visit', [15]]] as const) {
      expect(shown((await gate.ask('activity', { ...one, where: { kind } })).rows)).toEqual([['03-01', kind, ...told]])
    }
  })

  test('gets no measure that few have a part in, however many have a part in others', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...earlier, ...names(0, 15).map((name) => visit('acme', name, day, 'mail')), ...names(0, 2).map((name) => visit('acme', name, day, 'call'))])
    const one = { ...MARCH, to: '2024-03-02' } as const
    expect(shown((await gate.ask('activity', { ...one, select: SUM })).rows)).toEqual([['03-01', 17]])
    expect(shown((await gate.ask('activity', { ...one, select: ['calls.sum'] })).rows, 'calls.sum')).toEqual([['03-01', null, 'suppressed']])
    // A share is made of both.
    expect(shown((await gate.ask('activity', { ...one, select: ['callShare.value'] })).rows, 'callShare.value')).toEqual([['03-01', null, 'suppressed']])
  })

  test('gets no comparison where anything is suppressed, and all of them where nothing is', async () => {
    const crowd = (day: string, count: number): Visit[] => names(0, count).map((name) => visit('acme', name, day))
    const asked = { ...MARCH, select: SUM, compare: ['previous'] } as const
    const whole = await (await viewer([...crowd('2024-02-29', 12), ...crowd('2024-03-01', 13), ...crowd('2024-03-02', 14), ...crowd('2024-03-03', 15), ...crowd('2024-03-04', 16)])).ask('activity', asked)
    expect(whole.rows.map((row) => row['visits.sum@previous'])).toEqual([12, 13, 14, 15])
    const few = await (await viewer([...earlier, ...crowd('2024-02-29', 5), ...crowd('2024-03-01', 13), ...crowd('2024-03-02', 14), ...crowd('2024-03-03', 15), ...crowd('2024-03-04', 16)])).ask('activity', asked)
    expect(few.rows.map((row) => [row['visits.sum'], row['visits.sum@previous']])).toEqual([[13, null], [14, null], [15, null], [16, null]])
  })

  test('gets no comparison that would tell what is suppressed in the earlier period itself', async () => {
    const crowd = (month: string, kind: Visit['kind'], count: number): Visit[] => names(0, count).map((name) => visit('acme', name, `2024-${month}-10`, kind))
    const gate = await viewer([...crowd('01', 'call', 12), ...crowd('01', 'mail', 3), ...crowd('02', 'call', 12), ...crowd('02', 'mail', 15)])
    const asked = { select: SUM, tenant: 'acme', total: true, grain: 'month' } as const
    // 15 in all of January are told: 12 calls would tell the letters of three people.
    expect(shown((await gate.ask('activity', { ...asked, from: '2024-01-01', to: '2024-02-01' })).rows)).toEqual([['01-01', 15]])
    const { rows } = await gate.ask('activity', { ...asked, where: { kind: 'call' }, compare: ['previous'], from: '2024-02-01', to: '2024-03-01' })
    expect(rows.map((row) => [row['visits.sum'], row['visits.sum@previous']])).toEqual([[12, null]])
  })

  test('is told no group for another of which a measure beside it has fewer', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...earlier, ...names(0, 3).map((name) => visit('acme', name, day, 'call')), ...names(0, 12).map((name) => visit('acme', name, day, 'mail')),
      ...names(0, 14).map((name, index) => ({ ...visit('acme', name, day, 'visit'), ...(index < 11 ? {} : { minutes: undefined as never }) }))])
    const asked = { ...MARCH, to: '2024-03-02', by: ['kind'] } as const
    // The smallest beside the calls are the letters by visits, and the visits by minutes: together they would tell both.
    const told = (await Promise.all([SUM, ['visits.sum', 'minutes.sum'], ['minutes.sum', 'visits.sum']].map(async (select) => (await gate.ask('activity', { ...asked, select: select as never })).rows)))
      .flatMap((rows) => rows.flatMap((row) => (row['visits.sum'] === null ? [] : [row.group?.['kind']])))
    expect(new Set(told)).toEqual(new Set(['visit']))
  })

  test.each([
    [{ total: false }, 'total'], [{ entity: 'p1' }, 'entity'], [{ entity: ['p1', 'p2'] }, 'entity'], [{ asOf: '2024-03-10T00:00:00Z' }, 'asOf'],
  ])('is refused %j', async (more, where) => {
    const gate = await viewer(earlier)
    await expect(gate.ask('activity', { ...MARCH, select: SUM, ...more })).rejects.toMatchObject({ code: 'FORBIDDEN', where })
  })

  test('gets the values of others where they are told, tenant by tenant', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...names(0, 12).map((name) => visit('acme', name, day)), ...names(0, 4).map((name) => visit('beta', name, day))])
    const { rows } = await gate.ask('activity', { select: SUM, allTenants: true, total: true, grain: 'range', from: day, to: '2024-03-02' })
    expect(rows.map((row) => [row.tenant, row['visits.sum'], row.suppressed ?? false])).toEqual([['acme', 12, false], ['beta', null, true]])
  })

  test('reads no word that only a few have written, also where other days tell that nobody has', async () => {
    const sites = { acme: names(0, 24).map((site) => ({ site, load: 5, channel: 'web' })) }
    const at = await place({ sites: () => sites })
    await at.history.capture('metrics')
    at.clock += 86_400_000
    sites.acme.push({ site: 'p24', load: 7, channel: 'from Ann' })
    await at.history.capture('metrics')
    const asked = { select: ['load.last'], tenant: 'acme', total: true, grain: 'day', by: ['channel'], from: '2024-03-20', to: '2024-03-22' } as const
    const words = async (role: 'viewer' | 'developer'): Promise<Set<unknown>> => new Set((await gateOf(at.history, role).ask('metrics', asked)).rows.map((row) => row.group?.['channel']))
    expect(await words('developer')).toEqual(new Set(['web', 'from Ann']))
    expect(await words('viewer')).not.toContain('from Ann')
  })

  test('may be given another least number', async () => {
    const events = names(0, 4).map((name) => visit('acme', name, '2024-03-01'))
    const one = { ...MARCH, select: SUM, to: '2024-03-02' } as const
    expect(shown((await (await viewer(events, 4)).ask('activity', one)).rows)).toEqual([['03-01', 4]])
    expect(shown((await (await viewer(events, 5)).ask('activity', one)).rows)).toEqual([['03-01', null, 'suppressed']])
  })

  test('gets levels of a collected series by the same rule', async () => {
    const sites = { acme: [...names(0, 12).map((site) => ({ site, load: 5, channel: 'web' })), ...names(12, 15).map((site) => ({ site, load: 7, channel: 'mail' }))] }
    const { history } = await place({ sites: () => sites })
    await history.capture('metrics')
    const asked = { select: ['load.last'], tenant: 'acme', total: true, grain: 'day', from: '2024-03-20', to: '2024-03-21' } as const
    expect((await gateOf(history, 'viewer').ask('metrics', asked)).rows.map((row) => row['load.last'])).toEqual([81])
    expect((await gateOf(history, 'viewer').ask('metrics', { ...asked, by: ['channel'] })).rows.map((row) => [row.group?.['channel'], row['load.last'], row.suppressed ?? false]))
      .toEqual([])
    // A word that was brought is no secret; what it stands for is.
    expect((await gateOf(history, 'viewer').ask('metrics', { ...asked, where: { channel: 'mail' } })).rows.map((row) => [row.group?.['channel'], row['load.last'], row.suppressed ?? false])).toEqual([['mail', null, true]])
    expect((await gateOf(history, 'viewer', null, 3).ask('metrics', { ...asked, by: ['channel'] })).rows.map((row) => row['load.last'])).toEqual([60, 21])
  })
})

describe('who has something to a measure', () => {
  test('is who has a least value of zero, and not who has no word', async () => {
    const person = entity('person', { tenant: 'client', zone: 'UTC' })
    const calls = stream('calls', {
      of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at',
      fields: { client: text(), person: text(), id: text(), at: instant(), debt: integer().optional(), shop: text().optional() },
    })
    const daily = series('daily', { of: person, grain: 'day' }).from(calls, (e, { count, min, distinct }) => ({ calls: count(), least: min(e.debt), shops: distinct(e.shop, { exact: 10 }) }))
    const root = mkdtempSync(join(scratchRoot(), 'tidemark-access-'))
    const history = await open({ store: `sqlite:${join(root, 'history.db')}`, series: [daily], now: () => Date.parse('2024-03-20T12:00:00Z') })
    const call = (name: string): object => ({ client: 'acme', person: name, id: name, at: '2024-03-01T10:00:00Z' })
    await history.ingest(calls, [...names(1, 20).map((name) => call(name)), { ...call('p0'), debt: 0, shop: 'hers' }] as never)
    await history.capture(daily)
    const asked = { tenant: 'acme', total: true, grain: 'day', from: '2024-03-01', to: '2024-03-02' } as const
    for (const select of ['least.min', 'shops.estimate']) {
      expect((await gateOf(history, 'viewer').ask(daily, { ...asked, select: [select] as never })).rows.map((row) => [row[select as 'least.min'], row.suppressed ?? false]), select).toEqual([[null, true]])
    }
    expect((await gateOf(history, 'viewer').ask(daily, { ...asked, select: ['calls.sum'] })).rows.map((row) => row['calls.sum'])).toEqual([20])
    await history.close()
    rmSync(root, { recursive: true, force: true })
  })
})

interface Counted { readonly rows: readonly { readonly period: string; readonly behind: readonly number[]; readonly among: number }[] }

describe('the entities behind a total', () => {
  test('are counted without a change to its values, whichever tier they come from', async () => {
    const at = await place()
    const days = ['2022-11-03', '2023-02-14', '2023-06-30', '2023-12-31', '2024-03-01', '2024-03-19']
    await at.history.ingest(visits, days.flatMap((day, index) => names(0, 4 + index).map((name, person) => visit('acme', name, day, KINDS[person % 3] as Visit['kind'], CITIES[person % 2] as Visit['city']))))
    await at.history.capture('activity')
    await at.history.tiers.run('activity')
    for (const grain of ['month', 'year', 'range'] as const) {
      const request = { select: ['visits.sum', 'calls.sum', 'minutes.mean', 'callShare.value'], tenant: 'acme', total: true, grain, from: '2022-01-01', to: '2025-01-01', by: ['kind'] }
      const plain = await at.history.ask('activity', request)
      const counted = await at.history.ask('activity', request, { behind: true }) as unknown as Counted
      expect(counted.rows.map(({ behind: _, among: __, ...row }) => row)).toEqual(plain.rows)
      expect(counted.rows.some(({ behind }) => behind.some((count) => count > 0))).toBe(true)
    }
    const { rows } = await at.history.ask('activity', { select: SUM, tenant: 'acme', total: true, grain: 'year', from: '2022-01-01', to: '2025-01-01' }, { behind: true }) as unknown as Counted
    expect(rows.map(({ period, behind, among }) => [period, behind[0], among])).toEqual([['2022-01-01', 4, 4], ['2023-01-01', 7, 7], ['2024-01-01', 9, 9]])
  })
})

describe('all that a viewer can ask of the same days together', () => {
  test('tells no sum of too few, of whatever group and day', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 2 }), fc.nat({ max: 1 }), fc.nat({ max: 3 })), { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 2, max: 5 }),
      async (drawn, least) => {
        const gate = await viewer([...names(0, 12).map((name) => visit('acme', name, '2024-02-01')),
          ...drawn.map(([person, kind, city, day]) => visit('acme', `p${person}`, `2024-03-0${day + 1}`, KINDS[kind] as Visit['kind'], CITIES[city] as Visit['city']))], least)
        const place = (kind: number, city: number, day: number): number => (kind * 2 + city) * 4 + day
        const covered = (group: Readonly<Record<string, string>> | null, day: number): number[] => KINDS.flatMap((kind, k) => CITIES.flatMap((city, c) =>
          ((group?.['kind'] ?? kind) === kind && (group?.['city'] ?? city) === city ? [place(k, c, day)] : [])))
        const people = (places: readonly number[]): number => new Set(drawn.filter(([, kind, city, day]) => places.includes(place(kind, city, day))).map(([person]) => person)).size
        const equations = new Equations(24)
        for (let at = 0; at < 24; at++) if (people([at]) === 0) equations.know([at])
        const wheres = [{}, ...KINDS.map((kind) => ({ kind })), ...CITIES.map((city) => ({ city })), { kind: 'call', city: 'Rome' }]
        const every = (group: Readonly<Record<string, string>> | null): number[] => [0, 1, 2, 3].flatMap((day) => covered(group, day))
        for (const by of [[], ['kind'], ['city'], ['kind', 'city']]) {
          for (const where of wheres) {
            const { rows } = await gate.ask('activity', { ...MARCH, select: SUM, by, where, compare: ['previous'] })
            const longer = await gate.ask('activity', { ...MARCH, grain: 'month', select: SUM, by, where })
            for (const row of longer.rows) if (row['visits.sum'] !== null) equations.know(every(row.group))
            for (const row of rows) {
              const day = Number(row.period.slice(-2)) - 1
              if (row['visits.sum'] !== null) equations.know(covered(row.group, day))
              if (day > 0 && typeof row['visits.sum@previous'] === 'number') equations.know(covered(row.group, day - 1))
            }
          }
        }
        const groups = [null, ...KINDS.map((kind) => ({ kind })), ...CITIES.map((city) => ({ city })), ...KINDS.flatMap((kind) => CITIES.map((city) => ({ kind, city })))]
        for (const group of groups) {
          const all = people(every(group))
          if (all > 0 && all < least) expect(equations.tell(every(group)), `${JSON.stringify(group)} of the month, of ${all}`).toBe(false)
          for (let day = 0; day < 4; day++) {
            const count = people(covered(group, day))
            if (count > 0 && count < least) expect(equations.tell(covered(group, day)), `${JSON.stringify(group)} of day ${day + 1}, of ${count}`).toBe(false)
          }
        }
      },
    ), { numRuns: 20 })
  })
})

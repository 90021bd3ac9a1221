import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import type { Gate } from '../../src/access/gate.ts'
import { entity, instant, integer, oneOf, open, type QueryRow, series, stream, text } from '../../src/index.ts'
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

/** Beside a day of few, another of the month with many of each kind, and a year in which March is not alone. */
const busy = KINDS.flatMap((kind) => names(0, 20).flatMap((name) => [visit('acme', name, '2024-02-01', kind), visit('acme', name, '2024-03-10', kind)]))

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
    const gate = await viewer([...busy, ...names(0, 3).map((name) => visit('acme', name, day, 'call')), ...names(0, 11).map((name) => visit('acme', name, day, 'mail')), ...names(0, 15).map((name) => visit('acme', name, day, 'visit'))])
    const one = { ...MARCH, select: SUM, to: '2024-03-02' } as const
    expect(shown((await gate.ask('activity', one)).rows)).toEqual([['03-01', 29]])
    expect(shown((await gate.ask('activity', { ...one, by: ['kind'] })).rows)).toEqual([['03-01', 'call', null, 'suppressed'], ['03-01', 'mail', null, 'suppressed'], ['03-01', 'visit', 15]])
  })

  test('gets the same by where as by by: what is suppressed among groups is suppressed alone', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...busy, ...names(0, 3).map((name) => visit('acme', name, day, 'call')), ...names(0, 11).map((name) => visit('acme', name, day, 'mail')), ...names(0, 15).map((name) => visit('acme', name, day, 'visit'))])
    const one = { ...MARCH, select: SUM, to: '2024-03-02' } as const
    for (const [kind, told] of [['call', [null, 'suppressed']], ['mail', [null, 'suppressed']], ['visit', [15]]] as const) {
      expect(shown((await gate.ask('activity', { ...one, where: { kind } })).rows)).toEqual([['03-01', kind, ...told]])
    }
  })

  test('gets no measure that few have a part in, however many have a part in others', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...busy, ...names(0, 15).map((name) => visit('acme', name, day, 'mail')), ...names(0, 2).map((name) => visit('acme', name, day, 'call'))])
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
    const gate = await viewer([...crowd('01', 'call', 12), ...crowd('01', 'mail', 3), ...crowd('02', 'call', 50), ...crowd('02', 'mail', 15), ...crowd('03', 'call', 20), ...crowd('03', 'mail', 11)])
    const asked = { select: SUM, tenant: 'acme', total: true, grain: 'month' } as const
    // 15 in all of January are told: 12 calls would tell the letters of three people.
    expect(shown((await gate.ask('activity', { ...asked, from: '2024-01-01', to: '2024-02-01' })).rows)).toEqual([['01-01', 15]])
    const { rows } = await gate.ask('activity', { ...asked, where: { kind: 'call' }, compare: ['previous'], from: '2024-02-01', to: '2024-03-01' })
    expect(rows.map((row) => [row['visits.sum'], row['visits.sum@previous']])).toEqual([[50, null]])
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
    [{ grain: 'range' as const }, 'grain'], [{ grain: 'week' as const }, 'grain'], [{ grain: 'captured' as const }, 'grain'], [{ grain: 'month' as const }, 'to'], [{ grain: 'quarter' as const, from: '2024-02-01', to: '2024-04-01' }, 'from'], [{ grain: 'year' as const, from: '2024-01-01', to: '2024-07-01' }, 'to'],
  ])('is refused %j', async (more, where) => {
    const gate = await viewer(earlier)
    await expect(gate.ask('activity', { ...MARCH, select: SUM, ...more })).rejects.toMatchObject({ code: 'FORBIDDEN', where })
  })

  test('is told by the refusal which grains and bounds there are', async () => {
    const gate = await viewer(earlier)
    await expect(gate.ask('activity', { ...MARCH, select: SUM, grain: 'range' })).rejects.toMatchObject({ hint: 'Ask by day, month, quarter, year.' })
    await expect(gate.ask('activity', { ...MARCH, select: SUM, grain: 'month' })).rejects.toMatchObject({ hint: 'Ask from or to 2024-03-01 or 2024-04-01, or by another of day, month, quarter, year.' })
  })

  test('is told a day or not alike, whatever range it is asked in: the month less the other days is the hidden one', async () => {
    const gate = await viewer([...earlier, ...[12, 15, 3, 20].flatMap((count, day) => names(0, count).map((name) => visit('acme', name, `2024-03-0${day + 1}`)))])
    const told = new Map<string, Set<unknown>>()
    for (const [from, to] of [['01', '02'], ['01', '03'], ['01', '05'], ['02', '05'], ['04', '05']]) {
      for (const row of (await gate.ask('activity', { ...MARCH, select: SUM, from: `2024-03-${from}`, to: `2024-03-${to}` })).rows) told.set(row.period, (told.get(row.period) ?? new Set()).add(row['visits.sum']))
    }
    expect([...told].map(([period, values]) => [period, ...values])).toEqual([['2024-03-01', null], ['2024-03-02', 15], ['2024-03-03', null], ['2024-03-04', 20]])
    expect((await gate.ask('activity', { ...MARCH, select: SUM, grain: 'month', to: '2024-04-01' })).rows[0]?.['visits.sum']).toBe(50)
  })

  test('is told a month or not by its quarter and its year at once', async () => {
    // Were quarters decided beside years alone, 29 of the second less 15 of April and 11 of May would tell the 3 of June.
    const gate = await viewer([[1, 20], [4, 15], [5, 11], [6, 3], [8, 12]].flatMap(([month, count]) => names(0, count as number).map((name) => visit('acme', name, `2023-0${month}-10`))))
    const asked = { select: SUM, tenant: 'acme', total: true, from: '2023-01-01', to: '2024-01-01' } as const
    expect(shown((await gate.ask('activity', { ...asked, grain: 'quarter' })).rows).slice(0, 3)).toEqual([['01-01', 20], ['04-01', 29], ['07-01', 12]])
    const months = (await gate.ask('activity', { ...asked, grain: 'month' })).rows.filter((row) => row.suppressed).map((row) => row.period)
    expect(months).toEqual(['2023-05-01', '2023-06-01'])
  })

  test('gets no groups of a series that has more than are decided together, and the whole of it', async () => {
    const words = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8'] as const
    const person = entity('person', { tenant: 'client', zone: 'UTC' })
    const calls = stream('calls', {
      of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at',
      fields: { client: text(), person: text(), id: text(), at: instant(), shop: oneOf(words), road: oneOf(words) },
    })
    const wide = series('wide', { of: person, grain: 'day' }).from(calls, (_e, { count }) => ({ calls: count() })).by('shop', 'road')
    const root = mkdtempSync(join(scratchRoot(), 'tidemark-access-'))
    const history = await open({ store: `sqlite:${join(root, 'history.db')}`, series: [wide], now: () => Date.parse('2024-03-20T12:00:00Z') })
    await history.ingest(calls, names(0, 20).map((name, index) => ({ client: 'acme', person: name, id: name, at: '2024-03-01T10:00:00Z', shop: words[index % 2], road: words[index % 3] })) as never)
    await history.capture(wide)
    const asked = { select: ['calls.sum'], tenant: 'acme', total: true, grain: 'month', from: '2024-03-01', to: '2024-04-01' } as const
    const gate = gateOf(history, 'viewer')
    for (const more of [{ by: ['shop'] }, { by: ['shop', 'road'] }]) await expect(gate.ask(wide, { ...asked, ...more } as never)).rejects.toMatchObject({ code: 'FORBIDDEN', where: 'by' })
    await expect(gate.ask(wide, { ...asked, where: { shop: 'w1' } } as never)).rejects.toMatchObject({ code: 'FORBIDDEN', where: 'where' })
    expect((await gate.ask(wide, asked)).rows.map((row) => row['calls.sum'])).toEqual([20])
    await history.close()
    rmSync(root, { recursive: true, force: true })
  })

  test('gets the values of others where they are told, tenant by tenant', async () => {
    const day = '2024-03-01'
    const gate = await viewer([...names(0, 12).map((name) => visit('acme', name, day)), ...names(0, 4).map((name) => visit('beta', name, day))])
    const { rows } = await gate.ask('activity', { select: SUM, allTenants: true, total: true, grain: 'year', from: '2024-01-01', to: '2025-01-01' })
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

/** Days that share months, quarters and the year with others. */
const DAYS = ['2023-03-01', '2023-03-02', '2023-03-03', '2023-05-07', '2023-05-08', '2023-08-05', '2023-02-01'] as const
/** The ranges that are asked for, on bounds of each grain. */
const RANGES = {
  day: [['2023-03-01', '2023-03-05'], ['2023-03-01', '2023-03-03'], ['2023-03-02', '2023-03-04'], ['2023-05-07', '2023-08-06']],
  month: [['2023-01-01', '2024-01-01'], ['2023-03-01', '2023-05-01'], ['2023-04-01', '2023-09-01']],
  quarter: [['2023-01-01', '2024-01-01'], ['2023-04-01', '2023-07-01']], year: [['2023-01-01', '2024-01-01']],
} as const
const covers = (grain: keyof typeof RANGES, period: string, day: string): boolean => ({
  day: period === day, month: period.slice(0, 7) === day.slice(0, 7), year: period.slice(0, 4) === day.slice(0, 4),
  quarter: Math.ceil(Number(period.slice(5, 7)) / 3) === Math.ceil(Number(day.slice(5, 7)) / 3),
})[grain]

describe('all that a viewer can ask together', () => {
  test('tells no sum of too few, of whatever group and period', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 2 }), fc.nat({ max: 1 }), fc.nat({ max: 5 })), { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 2, max: 5 }),
      async (random, least) => {
        const drawn = [...Array.from({ length: 12 }, (_, person) => [person, 0, 0, 6] as const), ...random]
        const gate = await viewer(drawn.map(([person, kind, city, day]) => visit('acme', `p${person}`, DAYS[day] as string, KINDS[kind] as Visit['kind'], CITIES[city] as Visit['city'])), least)
        const place = (kind: number, city: number, day: number): number => (kind * 2 + city) * DAYS.length + day
        const covered = (group: Readonly<Record<string, string>> | null, grain: keyof typeof RANGES, period: string): number[] => KINDS.flatMap((kind, k) => CITIES.flatMap((city, c) => DAYS.flatMap((day, d) =>
          ((group?.['kind'] ?? kind) === kind && (group?.['city'] ?? city) === city && covers(grain, period, day) ? [place(k, c, d)] : []))))
        const people = (places: readonly number[]): number => new Set(drawn.filter(([, kind, city, day]) => places.includes(place(kind, city, day))).map(([person]) => person)).size
        const size = 6 * DAYS.length
        const equations = new Equations(size)
        for (let at = 0; at < size; at++) if (people([at]) === 0) equations.know([at])
        const wheres = [{ kind: 'mail' }, { kind: 'call', city: 'Rome' }]
        const split = [{ by: [] }, { by: ['kind'] }, { by: ['city'] }, { by: ['kind', 'city'] }]
        for (const [grain, ranges] of Object.entries(RANGES) as [keyof typeof RANGES, readonly (readonly [string, string])[]][]) {
          for (const [at, [from, to]] of ranges.entries()) {
            for (const more of at === 0 ? [...split, ...wheres.map((where) => ({ where }))] : [{ by: ['kind', 'city'] }]) {
              const { rows } = await gate.ask('activity', { select: SUM, tenant: 'acme', total: true, grain, from, to, ...more, ...(grain === 'day' ? { compare: ['previous'] as const } : {}) })
              for (const row of rows) {
                if (row['visits.sum'] !== null) equations.know(covered(row.group, grain, row.period))
                const before = grain === 'day' ? new Date(Date.parse(row.period) - 86_400_000).toISOString().slice(0, 10) : ''
                if (before !== '' && typeof row['visits.sum@previous'] === 'number') equations.know(covered(row.group, grain, before))
              }
            }
          }
        }
        const groups = [null, ...KINDS.map((kind) => ({ kind })), ...CITIES.map((city) => ({ city })), ...KINDS.flatMap((kind) => CITIES.map((city) => ({ kind, city })))]
        for (const group of groups) {
          for (const grain of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
            for (const day of DAYS) {
              const places = covered(group, grain, day)
              const count = people(places)
              if (count > 0 && count < least) expect(equations.tell(places), `${JSON.stringify(group)} of the ${grain} of ${day}, of ${count}`).toBe(false)
            }
          }
        }
      },
    ), { numRuns: 6 })
  }, 240_000)
})

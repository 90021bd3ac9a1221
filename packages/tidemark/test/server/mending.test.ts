import { describe, expect, test } from 'vitest'
import { parseDay } from '../../src/calendar/civil.ts'
import { mendable, mended, partOf, type ToldRow } from '../../src/server/mending.ts'

const day = (text: string): number => parseDay(text) as number
const closed = { expected: 1, present: 1, reasons: {} }
const open = { expected: 1, present: 0, reasons: { open: 1 } }
const row = (entity: string | null, period: string, coverage: object = closed, more: object = {}): ToldRow => ({ tenant: 'acme', entity, group: null, period, coverage, ...more }) as ToldRow
const DAYS = ['2026-03-30', '2026-03-31', '2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04']
const words = { grain: 'day', from: '2026-03-30', to: '2026-04-05' } as const
const rows = (entities: readonly (string | null)[] = [null], coverage: (period: string) => object = () => closed) => entities.flatMap((entity) => DAYS.map((period) => row(entity, period, coverage(period))))
const touched = (from: string, to: string) => ({ touched: { from: day(from), to: day(to) }, later: false })

describe('the part of a kept answer that is told anew', () => {
  test.each([
    ['2026-04-01', '2026-04-02', { first: 2, end: 3, periods: 6, from: '2026-04-01', to: '2026-04-02' }],
    ['2026-03-31', '2026-04-03', { first: 1, end: 4, periods: 6, from: '2026-03-31', to: '2026-04-03' }],
    ['2026-01-01', '2026-03-31', { first: 0, end: 1, periods: 6, from: '2026-03-30', to: '2026-03-31' }],
    ['2026-03-31', '2026-04-04', null], ['2026-05-01', '2026-05-02', null],
  ])('of days touched from %s to %s', (from, to, part) => {
    expect(partOf(rows(), words, touched(from, to))).toEqual(part)
    expect(partOf(rows(['one', 'two']), words, touched(from, to))).toEqual(part)
  })

  test('begins and ends where periods do, or the range', () => {
    const weeks = ['2026-03-23', '2026-03-30', '2026-04-06', '2026-04-13'].map((period) => row(null, period))
    const asked = { grain: 'week', from: '2026-03-25', to: '2026-04-15' } as const
    expect(partOf(weeks, asked, touched('2026-03-28', '2026-03-29'))).toMatchObject({ from: '2026-03-25', to: '2026-03-30' })
    expect(partOf(weeks, asked, touched('2026-04-01', '2026-04-02'))).toMatchObject({ from: '2026-03-30', to: '2026-04-06' })
    expect(partOf(weeks, asked, touched('2026-04-14', '2026-04-15'))).toMatchObject({ from: '2026-04-13', to: '2026-04-15' })
  })

  test('is what was still open, once time has gone on, of any entity', () => {
    const standing = [...rows(['one']), ...rows(['two'], (period) => (period === '2026-04-04' ? open : closed))]
    expect(partOf(standing, words, { touched: null, later: true })).toMatchObject({ first: 5, end: 6 })
    expect(partOf(standing, words, { touched: null, later: false })).toBeNull()
    expect(partOf(standing, words, { ...touched('2026-04-02', '2026-04-03'), later: true })).toMatchObject({ first: 3, end: 6 })
    // A measure of its own may be open where the window is not.
    const measured = rows([null], (period) => (period === '2026-04-03' ? { ...closed, measures: { a: { present: 0, reasons: { open: 1 } } } } : closed))
    expect(partOf(measured, words, { touched: null, later: true })).toMatchObject({ first: 4, end: 5 })
  })

  test('is none where rows are not a run of the periods', () => {
    const some = rows(['one', 'two'])
    for (const wrong of [[], some.slice(1), some.toReversed(), some.with(3, row('other', DAYS[3] as string)), some.with(3, row('one', '2026-05-05')), some.with(3, { ...some[3] as ToldRow, group: { kind: 'web' } })]) {
      expect(partOf(wrong, words, touched('2026-04-01', '2026-04-02'))).toBeNull()
    }
  })
})

describe('a kept answer is mended', () => {
  const part = { first: 2, end: 4, periods: 6, from: '2026-04-01', to: '2026-04-03' }
  const told = (entity: string | null) => DAYS.slice(2, 4).map((period) => row(entity, period, closed, { 'a.sum': 7 }))

  test('with the rows of the part in their places, entity by entity', () => {
    const all = mended(rows(['one', 'two']), [...told('one'), ...told('two')], part)
    expect(all?.map((one) => [one.entity, one.period, (one as unknown as Record<string, unknown>)['a.sum']])).toEqual(['one', 'two'].flatMap((entity) => DAYS.map((period, place) => [entity, period, place === 2 || place === 3 ? 7 : undefined])))
  })

  test('with nothing where they are of others', () => {
    expect(mended(rows(['one', 'two']), told('one'), part)).toBeNull()
    expect(mended(rows(['one', 'two']), [...told('one'), ...told('three')], part)).toBeNull()
    expect(mended(rows(['one']), [...told('one'), ...told('two')], part)).toBeNull()
    expect(mended(rows(['one']), told('one').toReversed(), part)).toBeNull()
  })
})

test('only rows that are told by their own days can be', () => {
  const asked = { from: '2026-03-01', to: '2026-04-01' }
  expect(mendable(asked)).toEqual({ grain: 'day', ...asked })
  expect(mendable({ ...asked, grain: 'month', where: ['kind=web'], total: true })).toEqual({ grain: 'month', ...asked })
  for (const other of [{ grain: 'captured' }, { grain: 'range' }, { by: ['kind'] }, { asOf: '2026-03-05' }, { compare: ['previous'] }, { from: undefined }, { to: undefined }]) expect(mendable({ ...asked, ...other })).toBeNull()
})

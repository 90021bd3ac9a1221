import { expect, test } from 'vitest'
import { ageText } from '../../src/definitions/age-text.ts'
import { KEEP_FOREVER, type KeepOptions, parseAge, parseKeep } from '../../src/definitions/keep.ts'

test.each([
  ['1d', { months: 0, days: 1 }, '1d'], ['12w', { months: 0, days: 84 }, '84d'], ['18mo', { months: 18, days: 0 }, '18mo'], ['3y', { months: 36, days: 0 }, '3y'],
])('the age %s is %o, and is written again as %s', (text, age, written) => {
  expect(parseAge(text)).toEqual(age)
  expect(ageText(age)).toBe(written)
})

test.each(['', 'd', '0d', '01d', '1', '1.5y', '1Y', ' 1y', '1y ', '1m', '100000d', '-1d', '１d'])('%j is no age', (text) => {
  expect(parseAge(text)).toBeNull()
})

test.each<[string, KeepOptions, string, boolean, number]>([
  ['days alone', { day: 'forever' }, 'day', false, 35],
  ['all tiers', { day: '1y', week: '3y', month: '10y', quarter: 'archive' }, 'day week month quarter', true, 35],
  ['tiers left out', { day: '40d', quarter: 'forever', asOfDays: 0 }, 'day quarter', false, 0],
  ['the archive by month', { day: '35d', month: 'archive' }, 'day month', true, 35],
])('%s', (_what, options, tiers, archive, asOfDays) => {
  const keep = parseKeep(options, 'here')
  expect(keep.tiers.map(({ tier }) => tier).join(' ')).toBe(tiers)
  expect(keep.tiers.map(({ until }) => until === null)).toEqual(keep.tiers.map((_, index) => index === keep.tiers.length - 1))
  expect([keep.archive, keep.asOfDays]).toEqual([archive, asOfDays])
  expect(Object.isFrozen(keep)).toBe(true)
})

test('of what events feed is kept longer for nobody: its entities have no attributes', () => {
  const longer = { attribute: 'value', is: 'high', times: 2 }
  expect(() => parseKeep({ day: '1y', week: 'forever', longer }, 'here')).toThrow(expect.objectContaining({ code: 'KEEP_INVALID' }))
  expect(parseKeep({ captured: '30d', week: 'forever', longer }, 'here', 'captured').longer).toEqual(longer)
})

test('without a policy days are kept for ever', () => {
  expect(KEEP_FOREVER).toEqual(parseKeep({ day: 'forever' }, 'here'))
})

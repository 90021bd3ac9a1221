import { expect, test } from 'vitest'
import { formatDay } from '../../src/calendar/civil.ts'
import { askedEntities } from '../../src/query/asked.ts'
import { calendarPeriods, comparedRanges } from '../../src/query/ranges.ts'
import { measuredSince } from '../../src/query/since.ts'
import { local60 } from './declarations.ts'
import { day } from './fake-snapshot.ts'

test('two days that are compared with one share its range', () => {
  const periods = calendarPeriods('day', { from: day('2024-02-28'), to: day('2024-03-02') })
  const { ranges, places } = comparedRanges('year', 'day', periods)
  expect([ranges.map(({ from }) => formatDay(from)), [...places]]).toEqual([['2023-02-28', '2023-03-01'], [0, 0, 1]])
})

test('a week that the year before does not have is compared with nothing', () => {
  const periods = calendarPeriods('week', { from: day('2020-12-21'), to: day('2021-01-11') })
  const { ranges, places } = comparedRanges('year', 'week', periods)
  expect([ranges.map(({ from }) => formatDay(from)), [...places]]).toEqual([['2019-12-23', '2019-12-30'], [0, -1, 1]])
})

test('a ratio counts from the later of its parts', () => {
  const share = { key: 'share.value', measure: 'share', answer: 'value' }
  const since = measuredSince(local60, { n: day('2024-02-01'), fixes: day('2024-03-01') }, [share])
  expect([since.days.map(formatDay)[since.places.get('share') as number], since.selected]).toEqual(['2024-03-01', ['share']])
})

test('names that are unknown stand where they belong', () => {
  const unknown = (tenant: string, entity: string) => ({ tenant, entity, enrolment: null as number | null })
  expect(askedEntities([{ ...unknown('t', 'm'), enrolment: 1 }], ['t'], ['z', 'm', 'a'], ({ enrolment }) => enrolment !== null, unknown).map(({ entity, enrolment }) => [entity, enrolment])).toEqual([['a', null], ['m', 1], ['z', null]])
})

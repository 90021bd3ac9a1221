import { describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import { decimal, instant, integer, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import type { SampledBuilders } from '../../src/definitions/sampled-builders.ts'
import type { Measures } from '../../src/definitions/derive.ts'
import { collectedChange } from '../../src/stores/schema/collected-change.ts'
import { seriesChange } from '../../src/stores/schema/series-change.ts'

const thing = entity('thing', { tenant: 'client' })
const collected = (make: (helpers: SampledBuilders) => Measures) =>
  series('s', { of: thing, grain: 'day' }).measures(make).collect(async () => [], { entities: async () => [] }).definition

const happenings = stream('happenings', {
  of: thing, tenant: 'client', entity: 'thing', id: 'id', at: 'at',
  fields: { client: text(), thing: text(), id: text(), at: instant(), size: integer(), word: text() },
})

describe('what is stored of a measure is refused another way', () => {
  test.each<[before: (helpers: SampledBuilders) => Measures, after: (helpers: SampledBuilders) => Measures, says: RegExp]>([
    [({ gauge }) => ({ m: gauge(integer()) }), ({ counter }) => ({ m: counter(integer()) }), /stored as gauge, not as counter/],
    [({ gauge }) => ({ m: gauge(integer()) }), ({ gauge }) => ({ m: gauge(decimal(2)) }), /integer of scale 0, not decimal of scale 2/],
    [({ gauge }) => ({ m: gauge(integer(), { unit: 's' }) }), ({ gauge }) => ({ m: gauge(integer()) }), /unit s, not none/],
    [({ counter }) => ({ m: counter(integer()) }), ({ counter }) => ({ m: counter(integer(), { resets: 'detect' }) }), /with resets never, not detect/],
    [({ state }) => ({ m: state(['a', 'b']) }), ({ state }) => ({ m: state(['a', 'b', 'c']) }), /as one of a, b, not of a, b, c/],
    [({ distinct }) => ({ m: distinct() }), ({ distinct }) => ({ m: distinct({ exact: 10 }) }), /with 256 words exact, not 10/],
  ])('%s → %s', (before, after, says) => {
    expect(() => collectedChange(collected(before), collected(after))).toThrow(expect.objectContaining({ code: 'MIGRATION_INCOMPATIBLE', message: expect.stringMatching(says) }))
  })

  test('of events too', () => {
    const start = series('s', { of: thing, grain: 'day' })
    const before = start.from(happenings, (e, { histogram }) => ({ m: histogram(e.size) })).definition
    const after = start.from(happenings, (e, { histogram }) => ({ m: histogram(e.size, { where: e.word.is('x') }) })).definition
    expect(() => seriesChange(before, after)).toThrow(expect.objectContaining({ code: 'MIGRATION_INCOMPATIBLE', message: expect.stringContaining('for other events') }))
  })
})

test('how a level is totalled is a change of answers only', () => {
  const before = collected(({ gauge, counter }) => ({ seats: gauge(integer()), hours: counter(integer(), { across: 'sum' }) }))
  const after = collected(({ gauge, counter }) => ({ seats: gauge(integer(), { across: 'sum' }), hours: counter(integer(), { across: 'sum' }) }))
  expect(collectedChange(before, after)).toEqual([
    { kind: 'change-definition', series: 's', text: 's answers seats across entities by sum (was none), for all its history', loses: null },
  ])
  expect(collectedChange(before, before)).toEqual([])
})

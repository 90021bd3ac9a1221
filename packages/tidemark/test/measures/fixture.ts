import fc from 'fast-check'
import { entity } from '../../src/definitions/entity.ts'
import { bigint, boolean, decimal, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import type { EventView } from '../../src/measures/evaluate.ts'

const person = entity('person', { tenant: 'client' })

const acts = stream('acts', {
  of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at',
  fields: {
    client: text(), person: text(), id: text(), at: instant(), kind: oneOf(['fix', 'docs']), lines: integer().optional(),
    bytes: bigint().optional(), cost: decimal(2).optional(), urgent: boolean().optional(),
    word: text().optional(),
  },
})

/** A series with every kind of measure. */
export const everything = series('everything', { of: person, grain: 'day' })
  .from(acts, (e, { count, delta, min, max, any, histogram, distinct }) => ({
    all: count(), fix: count(e.kind.is('fix')), quiet: count(e.kind.is('docs').and(e.urgent.isTrue().not())),
    large: count(e.cost.atLeast('10.5')), priced: count(e.cost.isPresent()), lines: delta(e.lines), cost: delta(e.cost),
    bytes: delta(e.bytes, { where: e.kind.is('fix') }), low: min(e.cost), high: max(e.bytes), first: min(e.at.timeOfDay()),
    last: max(e.at.timeOfDay()), active: any(), fixing: any(e.kind.is('fix')),
    sizes: histogram(e.lines), costs: histogram(e.cost, { where: e.kind.is('fix') }), words: distinct(e.word),
    few: distinct(e.word, { exact: 2, where: e.kind.is('docs') }),
  }))
  .by('kind')
  .derive(({ ratio }) => ({ share: ratio('fix', 'all'), perDay: ratio('cost', 'active', { scale: 2 }) }))
  .derive(({ ratio }) => ({ ofShares: ratio('share', 'perDay', { scale: 6 }) }))
  .definition

export interface DatedEvent {
  readonly day: number
  readonly event: EventView
}

/** Events as a store holds them: kind, lines, bytes, cost (scaled), urgent. */
export const events = fc.array(fc.record({
  day: fc.integer({ min: 19_000, max: 19_012 }),
  second: fc.integer({ min: 0, max: 86_399 }),
  kind: fc.constantFrom('fix', 'docs'),
  lines: fc.option(fc.integer({ min: -1000, max: 1000 })),
  bytes: fc.option(fc.oneof(fc.integer(), fc.constantFrom(2n ** 55n, -(2n ** 55n)))),
  cost: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
  urgent: fc.option(fc.constantFrom(0, 1)),
  word: fc.option(fc.constantFrom('a', 'b', 'ä', '\u{1f600}', '\uffee', '"', 'a,b', 'a=~')),
}).map(({ day, second, kind, lines, bytes, cost, urgent, word }): DatedEvent => ({
  day, event: { at: day * 86_400_000 + second * 1000, offsetMinutes: 0, values: [kind, lines, bytes, cost, urgent, word] },
})), { maxLength: 30 })

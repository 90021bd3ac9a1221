import { describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import { decimal, integer, oneOf, text } from '../../src/definitions/field.ts'
import { checkMergeable } from '../../src/definitions/measure-rules.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { CATALOGUE, type CatalogueEntry, type ErrorCode } from '../../src/error-catalogue.ts'
import { TidemarkError } from '../../src/errors.ts'
import { checkDeclared } from '../../src/stores/schema/check-declared.ts'
import { activity, acts, KEY, others, PARTS, person, start } from './fixture.ts'

/** A configuration is never checked by the compiler when it is loaded: what the types refuse is refused again. */
// biome-ignore lint/suspicious/noExplicitAny: declarations as an untyped configuration would make them
const untyped = <T>(value: T): any => value

interface Refusal {
  readonly what: string
  readonly declare: () => unknown
  readonly code: ErrorCode
  /** What the error says of this very case: the value, and the place. */
  readonly says: RegExp
}

function refused(declare: () => unknown): TidemarkError {
  try {
    declare()
  } catch (error) {
    if (error instanceof TidemarkError) return error
    throw error
  }
  throw new Error('the declaration was accepted')
}

const cases = (refusals: readonly Refusal[]): void => {
  test.each(refusals)('$what: $code', ({ declare, code, says }) => {
    const error = refused(declare)
    expect(error.code).toBe(code)
    // A declaration is no word of a call.
    const entry: CatalogueEntry = CATALOGUE[code]
    expect(entry.inConfiguration ?? entry.exit).toBe(1)
    expect(`${error.where}: ${error.message}. ${error.why}`).toMatch(says)
    expect(error.where).not.toBeNull()
    expect(error.hint).toMatch(/\.$/)
    expect(error.message.length).toBeGreaterThan(10)
  })
}

describe('a keep that would lose what is still needed', () => {
  const keep = (options: object) => () => untyped(activity).keep(options)
  cases([
    { what: 'rows deleted with no successor', declare: keep({ day: '1y' }), code: 'KEEP_TOO_SHORT', says: /day rows would be deleted after 1y/ },
    { what: 'the last tier with an age', declare: keep({ day: '1y', week: '2y', month: '3y' }), code: 'KEEP_TOO_SHORT', says: /month rows would be deleted after 3y/ },
    { what: 'a successor kept no longer', declare: keep({ day: '1y', week: '12mo', month: 'forever' }), code: 'KEEP_TOO_SHORT', says: /week is kept for 12mo/ },
    { what: 'a successor kept shorter', declare: keep({ day: '1y', week: '90d', month: 'forever' }), code: 'KEEP_TOO_SHORT', says: /week is kept for 90d/ },
    { what: 'days that go before the as-of horizon', declare: keep({ day: '30d', month: 'forever', asOfDays: 35 }), code: 'KEEP_TOO_SHORT', says: /30d.* 35 days/ },
    { what: 'days that go before the default horizon', declare: keep({ day: '34d', month: 'forever' }), code: 'KEEP_TOO_SHORT', says: /34d.* 35 days/ },
    { what: 'a month that may have 28 days against a horizon of 30', declare: keep({ day: '1mo', month: 'forever', asOfDays: 30 }), code: 'KEEP_TOO_SHORT', says: /1mo.* 30 days/ },
    { what: 'no day tier', declare: keep({ week: '1y', month: 'forever' }), code: 'KEEP_INVALID', says: /starts with day/ },
    { what: 'a tier after one that stays', declare: keep({ day: 'forever', month: 'forever' }), code: 'KEEP_INVALID', says: /day stays/ },
    { what: 'a tier after the archive', declare: keep({ day: '1y', month: 'archive', quarter: 'forever' }), code: 'KEEP_INVALID', says: /month stays \(archive\)/ },
    { what: 'days in the archive', declare: keep({ day: 'archive' }), code: 'KEEP_INVALID', says: /"archive" is not an age/ },
    { what: 'an age in words', declare: keep({ day: '1 year', month: 'forever' }), code: 'KEEP_INVALID', says: /"1 year" is not an age/ },
    { what: 'an age of nothing', declare: keep({ day: '0d', month: 'forever' }), code: 'KEEP_INVALID', says: /"0d" is not an age/ },
    { what: 'a negative age', declare: keep({ day: '-1y', month: 'forever' }), code: 'KEEP_INVALID', says: /"-1y"/ },
    { what: 'an unknown tier', declare: keep({ day: '1y', decade: 'forever' }), code: 'KEEP_INVALID', says: /decade/ },
    { what: 'a horizon of half a day', declare: keep({ day: 'forever', asOfDays: 0.5 }), code: 'KEEP_INVALID', says: /0\.5/ },
    { what: 'a negative horizon', declare: keep({ day: 'forever', asOfDays: -1 }), code: 'KEEP_INVALID', says: /-1/ },
  ])
})

describe('a kind that cannot merge in a tier', () => {
  const last = { ...activity.definition, measures: { price: { kind: 'lastOnly' } } }
  cases([
    { what: 'a kind without a merge', declare: () => checkMergeable(untyped({ ...last, keep: activity.keep({ day: '1y', month: 'forever' }).definition.keep }), 'series("activity")'), code: 'MEASURE_NOT_MERGEABLE', says: /price is of kind lastOnly.*month/ },
  ])

  test('is no trouble where days are kept for ever', () => {
    expect(() => checkMergeable(untyped({ ...last, keep: activity.keep({ day: 'forever' }).definition.keep }), 'series("activity")')).not.toThrow()
  })
})

describe('a ratio without a value', () => {
  const derive = (make: (ratio: (...words: unknown[]) => unknown) => object) => () => untyped(activity).derive(({ ratio }: { ratio: never }) => make(ratio))
  cases([
    { what: 'of itself', declare: derive((ratio) => ({ share: ratio('share', 'all') })), code: 'RATIO_CYCLE', says: /share → share/ },
    { what: 'of each other', declare: derive((ratio) => ({ a: ratio('b', 'all'), b: ratio('all', 'a') })), code: 'RATIO_CYCLE', says: /a → b → a/ },
    { what: 'of three in a ring', declare: derive((ratio) => ({ a: ratio('b', 'all'), b: ratio('c', 'all'), c: ratio('a', 'all') })), code: 'RATIO_CYCLE', says: /a → b → c → a/ },
    { what: 'of what is absent', declare: derive((ratio) => ({ share: ratio('fixx', 'all') })), code: 'RATIO_PART_UNKNOWN', says: /share.*"fixx"/ },
    { what: 'of nothing', declare: derive((ratio) => ({ share: ratio('fix') })), code: 'RATIO_PART_UNKNOWN', says: /share/ },
    { what: 'of what every object has', declare: derive((ratio) => ({ share: ratio('constructor', 'all') })), code: 'RATIO_PART_UNKNOWN', says: /constructor/ },
    { what: 'of an extreme', declare: derive((ratio) => ({ share: ratio('firstAt', 'all') })), code: 'RATIO_PART_UNKNOWN', says: /firstAt, which is of kind extreme/ },
    { what: 'with a broken scale', declare: derive((ratio) => ({ share: ratio('fix', 'all', { scale: 1.5 }) })), code: 'DECLARATION_INVALID', says: /1\.5/ },
    { what: 'with too many digits', declare: derive((ratio) => ({ share: ratio('fix', 'all', { scale: 13 }) })), code: 'DECLARATION_INVALID', says: /13/ },
  ])
})

describe('a measure of what only says whose event it is', () => {
  cases([
    { what: 'its id, counted', declare: () => start.from(acts, (e, { distinct }) => ({ ids: distinct(e.id) })), code: 'FIELD_UNFIT', says: /ids reads id/ },
    { what: 'its tenant, in a condition', declare: () => start.from(acts, (e, { count }) => ({ own: count(e.urgent.isTrue().and(e.client.is('x').not())) })), code: 'FIELD_UNFIT', says: /own reads client/ },
  ])
})

describe('a name that SQL or a view cannot carry', () => {
  const bad = [
    '', '1st', 'a-b', 'a b', 'a.b', 'größe', '_private', '__proto__', 'a'.repeat(49), "a'; DROP TABLE tm_event; --", 'a"b', 'a\u0000b',
    'tm_row', 'TM_row', 'tidemark', 'tidemark_v1', 'sqlite_master', 'tenant', 'Entity', 'PERIOD', 'coverage', 'from', 'rowid',
    'constructor', 'toString', 'hasOwnProperty',
  ]
  test.each(bad.map((name) => ({ name })))('$name', ({ name }) => {
    const places = [
      () => entity(name, { tenant: 'client' }),
      () => stream(name, { ...PARTS, fields: KEY }),
      () => series(name, { of: person, grain: 'day' }),
      () => start.from(acts, (_e, { count }) => Object.fromEntries([[name, count()]])),
      () => activity.window(name, { anchor: 'firstEvent', months: 4 }),
    ]
    for (const declare of places) {
      const error = refused(declare)
      expect(error.code).toBe('NAME_UNUSABLE')
      expect(error.message).toContain(JSON.stringify(name))
      expect(error.where).not.toBeNull()
    }
  })

  test.each(['a', 'A1', 'a_b', 'a'.repeat(48), 'order', 'select'])('%s is one it can', (name) => {
    expect(() => start.from(acts, (_e, { count }) => Object.fromEntries([[name, count()]]))).not.toThrow()
  })

  cases([
    { what: 'no name at all', declare: () => untyped(entity)(undefined, { tenant: 'client' }), code: 'NAME_UNUSABLE', says: /undefined/ },
    { what: 'a tenant without a word', declare: () => untyped(entity)('person', {}), code: 'NAME_UNUSABLE', says: /a tenant/ },
    { what: 'a field', declare: () => stream('s', { ...PARTS, fields: { ...KEY, 'a-b': text() } }), code: 'NAME_UNUSABLE', says: /a-b/ },
    { what: 'a dimension that answers have a word for', declare: () => start.from(stream('s', { ...PARTS, fields: { ...KEY, group: oneOf(['a']) } }), (_e, { count }) => ({ n: count() })).by('group'), code: 'NAME_UNUSABLE', says: /"group"/ },
  ])
})

describe('two of one name', () => {
  cases([
    { what: 'measures that differ in case', declare: () => start.from(acts, (_e, { count }) => ({ fix: count(), Fix: count() })), code: 'NAME_TAKEN', says: /fix and Fix/ },
    { what: 'a derived measure with the name of another', declare: () => activity.derive(({ ratio }) => ({ fix: ratio('cost', 'all') })), code: 'NAME_TAKEN', says: /fix/ },
    { what: 'derived measures that differ in case', declare: () => activity.derive(({ ratio }) => ({ share: ratio('fix', 'all') })).derive(({ ratio }) => ({ Share: ratio('fix', 'all') })), code: 'NAME_TAKEN', says: /share and Share/ },
    { what: 'a dimension with the name of a measure', declare: () => start.from(acts, (_e, { count }) => ({ kind: count() })).by('kind'), code: 'NAME_TAKEN', says: /kind/ },
    { what: 'fields that differ in case', declare: () => stream('s', { ...PARTS, fields: { ...KEY, note: text(), Note: text() } }), code: 'NAME_TAKEN', says: /note and Note/ },
    { what: 'windows', declare: () => activity.window('w', { anchor: 'firstEvent', months: 1 }).window('W', { anchor: 'firstEvent', months: 2 }), code: 'NAME_TAKEN', says: /w and W/ },
    { what: 'dimensions', declare: () => activity.by('kind', 'kind'), code: 'NAME_TAKEN', says: /kind/ },
    { what: 'values of a dimension', declare: () => stream('s', { ...PARTS, fields: { ...KEY, kind: oneOf(['a', 'a']) } }), code: 'NAME_TAKEN', says: /values are named a/ },
    { what: 'checkpoints', declare: () => activity.checkpoint({ every: 50, of: acts }).checkpoint({ every: 50, of: acts }), code: 'NAME_TAKEN', says: /50/ },
    { what: 'series of one store', declare: () => checkDeclared([activity.definition, { ...activity.definition, name: 'Activity' }]), code: 'NAME_TAKEN', says: /activity and Activity/i },
  ])
})

describe('a trigger that never fires', () => {
  cases([
    ...[0, -50, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((every): Refusal => ({
      what: `every ${every} events`, declare: () => activity.checkpoint({ every, of: acts }), code: 'TRIGGER_NEVER_FIRES', says: new RegExp(`every ${every} events`),
    })),
    { what: 'by a stream that does not feed the series', declare: () => untyped(activity).checkpoint({ every: 50, of: others }), code: 'TRIGGER_NEVER_FIRES', says: /others.*acts/ },
  ])
})

describe('a window that is none', () => {
  const window = (options: object) => () => untyped(activity).window('w', options)
  cases([
    { what: 'of no months', declare: window({ anchor: 'firstEvent', months: 0 }), code: 'WINDOW_INVALID', says: /months: 0/ },
    { what: 'of half a month', declare: window({ anchor: 'firstEvent', months: 0.5 }), code: 'WINDOW_INVALID', says: /0\.5/ },
    { what: 'of more than a century', declare: window({ anchor: 'firstEvent', months: 1201 }), code: 'WINDOW_INVALID', says: /1201/ },
    { what: 'from an unknown anchor', declare: window({ anchor: 'signup', months: 4 }), code: 'WINDOW_INVALID', says: /"signup"/ },
  ])
})

describe('a stream that cannot be read', () => {
  const make = (options: object) => () => untyped(stream)('s', { ...PARTS, fields: KEY, ...options })
  cases([
    { what: 'an id that is not declared', declare: make({ id: 'uuid' }), code: 'FIELD_UNKNOWN', says: /id names the field "uuid"/ },
    { what: 'an id that every object has', declare: make({ id: 'constructor' }), code: 'FIELD_UNKNOWN', says: /constructor/ },
    { what: 'a tenant that is no text', declare: make({ tenant: 'at' }), code: 'FIELD_UNFIT', says: /tenant must be a field of type text.*instant/ },
    { what: 'an entity that may be absent', declare: make({ fields: { ...KEY, person: text().optional() } }), code: 'FIELD_UNFIT', says: /person is optional text/ },
    { what: 'a time that is no instant', declare: make({ at: 'id' }), code: 'FIELD_UNFIT', says: /at must be a field of type instant/ },
    { what: 'days by an offset that is dropped', declare: make({ day: 'eventOffset', fields: { ...KEY, at: instantDropped() } }), code: 'FIELD_UNFIT', says: /eventOffset/ },
    { what: 'days by an unknown calendar', declare: make({ day: 'utc' }), code: 'DECLARATION_INVALID', says: /utc/ },
    { what: 'a decimal of ten digits after the point', declare: make({ fields: { ...KEY, cost: decimal(10) } }), code: 'DECLARATION_INVALID', says: /scale is 0 to 9, not 10/ },
    { what: 'a one-of without a value', declare: make({ fields: { ...KEY, kind: untyped(oneOf)([]) } }), code: 'DECLARATION_INVALID', says: /at least one value/ },
  ])
})

function instantDropped() {
  return acts.definition.fields['at'] && { definition: { type: 'instant', optional: false, offset: 'dropped' } }
}

describe('a series that cannot be computed', () => {
  const from = (make: (e: never, helpers: never) => unknown) => () => untyped(start).from(acts, make)
  // biome-ignore lint/suspicious/noExplicitAny: as above
  type Any = any
  cases([
    { what: 'no measure', declare: () => start.from(acts, () => ({})), code: 'DECLARATION_INVALID', says: /at least one/ },
    { what: 'a grain that events do not have', declare: () => untyped(series)('s', { of: person, grain: 'hour' }).from(acts, (_e: Any, { count }: Any) => ({ n: count() })), code: 'DECLARATION_INVALID', says: /"hour"/ },
    { what: 'a stream of another entity', declare: () => series('s', { of: entity('company', { tenant: 'client' }), grain: 'day' }).from(acts, (_e, { count }) => ({ n: count() })), code: 'DECLARATION_INVALID', says: /company.*person/ },
    { what: 'a dimension that is not declared', declare: () => untyped(activity).by('area'), code: 'FIELD_UNKNOWN', says: /"area"/ },
    { what: 'a dimension without bounds', declare: () => untyped(activity).by('note'), code: 'FIELD_UNFIT', says: /note must be a oneOf/ },
    { what: 'a dimension that may be absent', declare: () => activity.by('perhaps'), code: 'FIELD_UNFIT', says: /optional oneOf/ },
    { what: 'a value that the field does not have', declare: from((e: Any, { count }: Any) => ({ n: count(e.kind.is('fixx')) })), code: 'DECLARATION_INVALID', says: /fixx/ },
    { what: 'a bound with more digits than the field', declare: from((e: Any, { count }: Any) => ({ n: count(e.cost.atLeast('10.555')) })), code: 'DECLARATION_INVALID', says: /10\.555/ },
    { what: 'a bound that is no number', declare: from((e: Any, { count }: Any) => ({ n: count(e.lines.atLeast('many')) })), code: 'DECLARATION_INVALID', says: /many/ },
    { what: 'a count of a field instead of a condition', declare: from((e: Any, { count }: Any) => ({ n: count(e.urgent) })), code: 'DECLARATION_INVALID', says: /n/ },
    { what: 'a sum of a text', declare: from((e: Any, { delta }: Any) => ({ n: delta(e.note) })), code: 'DECLARATION_INVALID', says: /n/ },
    { what: 'an entity in a zone that is none', declare: () => checkDeclared([untyped(series)('s', { of: entity('person', { tenant: 'client', zone: 'Mars/Base' }), grain: 'day' }).from({ definition: { ...acts.definition, of: entity('person', { tenant: 'client', zone: 'Mars/Base' }) } }, (_e: Any, { count }: Any) => ({ n: count() })).definition]), code: 'ZONE_UNKNOWN', says: /Mars/ },
    { what: 'two streams of one name', declare: () => checkDeclared([activity.definition, { ...activity.definition, name: 'again', stream: { ...acts.definition, day: 'eventOffset' } }]), code: 'DECLARATION_INVALID', says: /acts/ },
  ])
})

describe('a measure that cannot be kept', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  type Any = any
  const measured = (make: (helpers: Any) => unknown) => () => untyped(series)('s', { of: person, grain: 'hour' }).measures(make)
  cases([
    { what: 'a level totalled by no rule', declare: measured(({ gauge }) => ({ n: gauge(integer(), { across: 'mean' }) })), code: 'DECLARATION_INVALID', says: /across is one of sum, min, max, none, not "mean"/ },
    { what: 'a counter of another policy', declare: measured(({ counter }) => ({ n: counter(integer(), { resets: 'always' }) })), code: 'DECLARATION_INVALID', says: /resets is one of never, detect, not "always"/ },
    { what: 'a level of a text', declare: measured(({ gauge }) => ({ n: gauge(text()) })), code: 'DECLARATION_INVALID', says: /not text/ },
    { what: 'a level with too many digits', declare: measured(({ gauge }) => ({ n: gauge(decimal(10)) })), code: 'DECLARATION_INVALID', says: /0 to 9, not 10/ },
    { what: 'a state of no word', declare: measured(({ state }) => ({ n: state([]) })), code: 'DECLARATION_INVALID', says: /1 to 100 words, not of 0/ },
    { what: 'a state of an empty word', declare: measured(({ state }) => ({ n: state(['a', '']) })), code: 'DECLARATION_INVALID', says: /not empty, not ""/ },
    { what: 'a state of two words alike', declare: measured(({ state }) => ({ n: state(['a', 'A']) })), code: 'NAME_TAKEN', says: /a and A/ },
    ...[0, 1.5, 10_001].map((exact): Refusal => ({
      what: `${exact} words exact`, declare: measured(({ distinct }) => ({ n: distinct({ exact }) })), code: 'DECLARATION_INVALID', says: new RegExp(`1 to 10000 words exact, not ${exact}`),
    })),
    { what: 'words of a number', declare: () => untyped(start).from(acts, (e: Any, { distinct }: Any) => ({ n: distinct(e.lines) })), code: 'DECLARATION_INVALID', says: /no text/ },
    { what: 'a measure with the name of the payload', declare: () => measured(({ gauge }) => ({ payload: gauge(integer()) }))().payload({}, { version: 1 }), code: 'NAME_TAKEN', says: /payload/ },
    { what: 'a measure of events', declare: measured(() => ({ n: untyped(activity.definition.measures['cost']) && { definition: activity.definition.measures['cost'] } })), code: 'DECLARATION_INVALID', says: /reads events/ },
    { what: 'a ratio of a state', declare: () => measured(({ state, gauge }) => ({ n: gauge(integer()), s: state(['a']) }))().derive(({ ratio }: Any) => ({ r: ratio('n', 's') })), code: 'RATIO_PART_UNKNOWN', says: /s, which is of kind state/ },
  ])
})

test('a declaration is frozen, and each step of the chain leaves the one before as it was', () => {
  const before = structuredClone(activity.definition)
  activity.by('kind').derive(({ ratio }) => ({ share: ratio('fix', 'all') })).keep({ day: '1y', month: 'forever' })
  expect(activity.definition).toEqual(before)
  expect(Object.isFrozen(activity.definition)).toBe(true)
  expect(Object.isFrozen(activity)).toBe(true)
})

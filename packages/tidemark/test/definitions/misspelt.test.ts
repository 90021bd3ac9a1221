import { describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import { decimal, instant, integer } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { TidemarkError } from '../../src/errors.ts'
import { burnRate } from '../../src/forecast/burn-rate.ts'
import { forecast } from '../../src/forecast/forecast.ts'
import { answer } from '../../src/panels/answer.ts'
import { openOn } from '../../src/portable-history.ts'
import { open } from '../../src/tidemark.ts'
import { alert } from '../../src/watch/rule.ts'
import { webhookChannel } from '../../src/watch/webhook.ts'
import { jobsOf } from '../../src/work/job.ts'
import { activity, acts, KEY, PARTS, person, start } from './fixture.ts'

/** Declarations as a configuration makes them when its types are stripped and nobody has looked at them. */
// biome-ignore lint/suspicious/noExplicitAny: as above
type Any = any
const untyped = (value: unknown): Any => value

async function refused(declare: () => unknown): Promise<TidemarkError> {
  try {
    await declare()
  } catch (error) {
    if (error instanceof TidemarkError) return error
    throw error
  }
  throw new Error('the declaration was accepted')
}

const measured = (options: { readonly gauge?: object; readonly counter?: object; readonly count?: object; readonly delta?: object; readonly histogram?: object; readonly distinct?: object } = {}): Any =>
  untyped(series('levels', { of: person, grain: 'hour' })).measures((m: Any) => ({
    level: m.gauge(integer(), options.gauge), total: m.counter(decimal(2), options.counter), n: m.count(options.count),
    amount: m.delta(integer(), options.delta), waits: m.histogram(integer(), options.histogram), words: m.distinct(options.distinct),
  }))
const from = (make: (e: Any, m: Any) => unknown): Any => untyped(start).from(acts, (e: Any, m: Any) => ({ n: make(e, m) }))
const roster = { source: 'app', sql: 'SELECT 1' }
const points = Array.from({ length: 12 }, (_, index) => ({ index, value: index }))
const told = { title: 'Busy', summary: 'The busy days.', words: {}, panel: null, coverage: { path: 'coverage' }, ask: async () => ({}) }
const watched = { of: activity, measure: 'all.sum', atLeast: '5', action: 'Look.' }
const hook = { name: 'ops', url: 'https://example.org', secret: { env: 'OPS_SECRET' } }

interface Options {
  /** Every option that the declaration knows, each with a value that it may have; `undefined` where it may be left out. */
  readonly all: Readonly<Record<string, unknown>>
  readonly declare: (options: Any) => unknown
  readonly code?: string
  readonly where: string
}

const optional = (...names: readonly string[]): Readonly<Record<string, undefined>> => Object.fromEntries(names.map((name) => [name, undefined]))
const rule = { when: ['active'], every: 'day', busy: [{ atLeast: 5, every: 'hour' }] }

const DECLARATIONS: Readonly<Record<string, Options>> = {
  entity: { all: { tenant: 'client', ...optional('zone') }, declare: (options) => entity('person', options), where: 'entity("person")' },
  stream: { all: { ...PARTS, fields: KEY, ...optional('day') }, declare: (options) => stream('acts', options), where: 'stream("acts")' },
  instant: { all: optional('offset'), declare: instant, where: 'instant(…)' },
  series: { all: { of: person, grain: 'day' }, declare: (options) => series('activity', options), where: 'series("activity")' },
  'count of events': { all: optional('unit'), declare: (options) => from((e, { count }) => count(e.kind.is('fix'), options)), where: 'count(…)' },
  delta: { all: optional('unit'), declare: (options) => from((e, { delta }) => delta(e.cost, options)), where: 'delta(…)' },
  min: { all: optional('unit'), declare: (options) => from((e, { min }) => min(e.cost, options)), where: 'min(…)' },
  max: { all: optional('unit'), declare: (options) => from((e, { max }) => max(e.cost, options)), where: 'max(…)' },
  histogram: { all: optional('unit'), declare: (options) => from((e, { histogram }) => histogram(e.lines, options)), where: 'histogram(…)' },
  distinct: { all: optional('exact'), declare: (options) => from((e, { distinct }) => distinct(e.note, options)), where: 'distinct(…)' },
  ratio: { all: optional('scale'), declare: (options) => untyped(activity).derive(({ ratio }: Any) => ({ share: ratio('fix', 'all', options) })), where: 'ratio("fix", "all")' },
  checkpoint: { all: { every: 5, of: acts }, declare: untyped(activity).checkpoint, where: 'series("activity").checkpoint' },
  window: { all: { anchor: 'firstEvent', months: 4 }, declare: (options) => activity.window('w', options), code: 'WINDOW_INVALID', where: 'series("activity").window("w")' },
  keep: { all: { day: '1y', quarter: 'forever', ...optional('week', 'month', 'asOfDays', 'longer') }, declare: (options) => activity.keep(options), code: 'KEEP_INVALID', where: 'series("activity").keep' },
  gauge: { all: optional('across', 'unit'), declare: (gauge) => measured({ gauge }), where: 'gauge(…)' },
  counter: { all: optional('resets', 'across', 'unit'), declare: (counter) => measured({ counter }), where: 'counter(…)' },
  'collected count': { all: optional('unit'), declare: (count) => measured({ count }), where: 'count(…)' },
  'collected delta': { all: optional('unit'), declare: (delta) => measured({ delta }), where: 'delta(…)' },
  'collected histogram': { all: optional('unit'), declare: (histogram) => measured({ histogram }), where: 'histogram(…)' },
  'collected distinct': { all: optional('exact'), declare: (distinct) => measured({ distinct }), where: 'distinct(…)' },
  dimension: { all: { most: 5 }, declare: (channel) => measured().by({ channel }), where: 'series("levels").channel' },
  payload: { all: { version: 1, ...optional('upgrade') }, declare: (options) => measured().payload({}, options), where: 'series("levels").payload' },
  frequency: { all: { status: 'status', rules: [{ ...rule, busy: [] }], ...optional('activity') }, declare: measured().frequency, code: 'FREQUENCY_INVALID', where: 'series("levels").frequency' },
  'rule of a frequency': { all: { when: ['active'], every: 'day', ...optional('busy') }, declare: (one) => measured().frequency({ status: 's', rules: [one] }), code: 'FREQUENCY_INVALID', where: 'series("levels").frequency.rules[0]' },
  'step of a rule': { all: { moreThan: 5, every: 'hour' }, declare: (step) => measured().frequency({ status: 's', activity: 'n', rules: [{ ...rule, busy: [step] }] }), code: 'FREQUENCY_INVALID', where: 'series("levels").frequency.rules[0].busy' },
  'collected keep': { all: { captured: '30d', quarter: 'forever', ...optional('day', 'week', 'month', 'asOfDays', 'longer') }, declare: measured().keep, code: 'KEEP_INVALID', where: 'series("levels").keep' },
  longer: { all: { attribute: 'value', is: 'high', times: 2 }, declare: (longer) => measured().keep({ captured: 'forever', longer }), code: 'KEEP_INVALID', where: 'series("levels").keep.longer' },
  collect: { all: { entities: roster, ...optional('past', 'at', 'batch', 'timeoutMs') }, declare: (options) => measured().collect(roster, options), where: 'series("levels").collect' },
  'collecting SQL': { all: roster, declare: (sql) => measured().collect(sql, { entities: roster }), where: 'series("levels").collect' },
  roster: { all: roster, declare: (entities) => measured().collect(roster, { entities }), where: 'series("levels").collect.entities' },
  alert: { all: { ...watched, ...optional('atMost', 'below', 'clearAbove', 'clearBelow', 'severity', 'note') }, declare: (options) => alert('busy', options), code: 'ALERT_INVALID', where: 'alert("busy")' },
  webhookChannel: { all: { ...hook, ...optional('allow', 'timeoutMs', 'body') }, declare: (options) => webhookChannel(options), code: 'CHANNEL_INVALID', where: 'webhookChannel("ops")' },
  answer: { all: { ...told, ...optional('place') }, declare: (options) => answer('busy', options), code: 'PANEL_INVALID', where: 'answer("busy")' },
  'place of an answer': { all: { row: 0, column: 0, width: 'half' }, declare: (place) => answer('busy', { ...told, place }), code: 'PANEL_INVALID', where: 'answer("busy").place' },
  'coverage of an answer': { all: { path: 'coverage', rows: 'days' }, declare: (coverage) => answer('busy', { ...told, coverage }), code: 'PANEL_INVALID', where: 'answer("busy").coverage' },
  forecast: { all: { horizon: 3, season: null, scale: 2, ...optional('threshold') }, declare: (options) => forecast(points, options), code: 'FORECAST_INVALID', where: 'forecast(…)' },
  burnRate: { all: { allocated: null, spent: [], horizon: 3, ...optional('planned') }, declare: burnRate, code: 'FORECAST_INVALID', where: 'burnRate(…)' },
  work: { all: optional('tiers', 'after'), declare: (options) => jobsOf([activity.definition], options, false), code: 'CONFIG_INVALID', where: 'work' },
  'tiers of the work': { all: { at: '03:00', zone: 'UTC' }, declare: (tiers) => jobsOf([activity.definition], { tiers }, false), code: 'CONFIG_INVALID', where: 'work.tiers' },
}

describe('an option that is not known', () => {
  test.each(Object.entries(DECLARATIONS))('of %s is refused by its name, with the place and the nearest that is', async (_what, { all, declare, code = 'DECLARATION_INVALID', where }) => {
    await declare(all)
    const [first = ''] = Object.keys(all)
    const misspelt = `${first}x`
    const error = await refused(() => declare({ ...all, [misspelt]: undefined }))
    expect({ code: error.code, where: error.where }).toEqual({ code, where })
    expect(error.message).toContain(JSON.stringify(misspelt))
    expect(error.hint).toMatch(new RegExp(`^Did you mean ${first}\\? Known: `))
    for (const known of Object.keys(all)) expect(error.hint).toContain(known)
  })

  test.each([['entity', null], ['entity', 'UTC'], ['gauge', 'sum'], ['alert', []], ['dimension', 'web']])('nor is %s declared by %j', async (what, options) => {
    const { declare, code = 'DECLARATION_INVALID', where } = DECLARATIONS[what] as Options
    expect(await refused(() => declare(options))).toMatchObject({ code, where })
  })

  test('of a history is refused before anything is opened', async () => {
    const options = { store: 'sqlite::nowhere:/', series: [activity], wrok: {} }
    expect(await refused(() => open(options as Any))).toMatchObject({ code: 'CONFIG_INVALID', where: 'open(…)', hint: expect.stringMatching(/^Did you mean work\?/) })
    expect(await refused(() => open({ ...options, wrok: undefined, record: { delay: 5 } } as Any))).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(await refused(() => openOn(undefined as Any, { series: [activity], nane: 'x' } as Any))).toMatchObject({ code: 'CONFIG_INVALID', where: 'openOn(…)' })
  })
})

test('an offset is kept or dropped, and nothing else', async () => {
  expect(untyped(instant)({ offset: undefined }).definition).toEqual(instant().definition)
  expect(await refused(() => untyped(instant)({ offset: 'keep' }))).toMatchObject({ code: 'DECLARATION_INVALID', message: expect.stringContaining('"keep"') })
})

describe('a field that the stream does not have', () => {
  test.each<[string, (e: Any, m: Any) => unknown]>([
    ['as a condition', (e, { count }) => count(e.kimd)],
    ['as a condition of a value', (e, { delta }) => delta(e.cost, { where: e.kimd })],
    ['in a condition', (e, { count }) => count(e.kimd.is('fix'))],
    ['in a part of a condition', (e, { any }) => any(e.urgent.isTrue().and(e.kimd.is('fix').not()))],
    ['as a value', (e, { min }) => min(e.kimd)],
    ['as a word', (e, { distinct }) => distinct(e.kimd)],
    ['taken apart', ({ kimd }, { count }) => count(kimd)],
    ['asked whether it is there', (e, { count }) => (e.kimd === undefined ? count() : count())],
  ])('%s is refused by its name', async (_what, make) => {
    expect(await refused(() => from(make))).toMatchObject({
      code: 'FIELD_UNKNOWN', where: 'stream("acts")', message: 'there is no field "kimd"', hint: expect.stringMatching(/^Did you mean kind\? Known: client, person, /),
    })
  })

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('is not one of what every object has: %s', async (name) => {
    expect(await refused(() => from((e, { count }) => count(e[name].is('fix'))))).toMatchObject({ code: 'FIELD_UNKNOWN', message: expect.stringContaining(name) })
  })

  test('is no matter to what JavaScript itself asks of an object', async () => {
    let awaited: unknown
    const declared = from((e, { count }) => {
      awaited = Promise.resolve(e).then((given) => given === e)
      expect({ ...e }.kind.is('fix').predicate).toEqual({ op: 'in', field: 'kind', values: ['fix'] })
      expect(Object.keys(e)).toEqual(Object.keys(acts.definition.fields))
      expect(['kind' in e, 'kimd' in e]).toEqual([true, false])
      expect(JSON.parse(JSON.stringify(e)).cost).toMatchObject({ value: { op: 'field', field: 'cost' } })
      expect(Object.prototype.toString.call(e)).toBe('[object Object]')
      expect([e.then, e.kind.then]).toEqual([undefined, undefined])
      return count()
    })
    expect(declared.definition.measures.n).toEqual({ kind: 'count', where: null, unit: null })
    expect(await awaited).toBe(true)
  })
})

describe('a condition that is none', () => {
  test.each<[string, (e: Any, m: Any) => unknown, string]>([
    ['undefined, of a count', (_e, { count }) => count(undefined), 'count(…)'],
    ['undefined, of a flag', (_e, { any }) => any(undefined), 'any(…)'],
    ['undefined, of a sum', (e, { delta }) => delta(e.cost, { where: undefined }), 'delta(…).where'],
    ['undefined, of an extreme', (e, { max }) => max(e.cost, { where: undefined }), 'max(…).where'],
    ['undefined, of a distribution', (e, { histogram }) => histogram(e.cost, { where: undefined }), 'histogram(…).where'],
    ['undefined, of words', (e, { distinct }) => distinct(e.note, { where: undefined }), 'distinct(…).where'],
    ['undefined, in another', (e, { count }) => count(e.urgent.isTrue().and(undefined)), 'and(…)'],
    ['a field, in another', (e, { count }) => count(e.urgent.isTrue().or(e.kind)), 'or(…)'],
    ['a method that is not called', (e, { count }) => count(e.urgent.isTrue), 'count(…)'],
    ['a method that the field does not have', (e, { count }) => count(e.kind.isPresnt), 'stream("acts").kind'],
    ['a method of another type', (e, { delta }) => delta(e.cost, { where: e.urgent.is('yes') }), 'stream("acts").urgent'],
  ])('is refused: %s', async (_what, make, where) => {
    expect(await refused(() => from(make))).toMatchObject({ code: 'DECLARATION_INVALID', where })
  })

  test('is left out where all events count, and may be left out beside a unit', () => {
    expect(from((_e, { count }) => count()).definition.measures.n.where).toBeNull()
    expect(from((_e, { count }) => count(undefined, { unit: 'acts' })).definition.measures.n).toEqual({ kind: 'count', where: null, unit: 'acts' })
    expect(from((e, { delta }) => delta(e.cost, { where: e.kind.is('fix') })).definition.measures.n.where).toEqual({ op: 'in', field: 'kind', values: ['fix'] })
  })
})

test('what is no measure is refused by its name', async () => {
  for (const make of [(e: Any) => e.cost, () => undefined, () => 5]) {
    expect(await refused(() => from(make))).toMatchObject({ code: 'DECLARATION_INVALID', where: 'series("activity").n', message: 'n is no measure' })
  }
  expect(await refused(() => measured().derive(() => ({ r: 1 })))).toMatchObject({ code: 'DECLARATION_INVALID', where: 'series("levels").r' })
})

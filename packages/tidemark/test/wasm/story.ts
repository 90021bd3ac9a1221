import { answerOf, bigint, canonicalDefinition, canonicalJson, decimal, definitionHash, entity, instant, integer, layoutOf, mergeStates, oneOf, rowDigest, series, stream, text } from '../../src/core.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'
import type { PortableHistory } from '../../src/portable-history.ts'

/**
 * One scripted story, told the same way wherever JavaScript runs: declare, take in, capture, correct, roll up, ask. Its
 * numbers, names and days are those by which platforms differ if they do.
 */
const shop = entity('shop', { tenant: 'company', zone: 'America/New_York' })
const kinds = ['cash', 'card'] as const

const sales = stream('sales', {
  of: shop, tenant: 'company', entity: 'shop', id: 'id', at: 'at',
  fields: { company: text(), shop: text(), id: text(), at: instant({ offset: 'kept' }), kind: oneOf(kinds), units: integer(), bytes: bigint(), price: decimal(4), note: text().optional() },
})

export const takings = series('takings', { of: shop, grain: 'day' })
  .from(sales, (e, { count, delta, min, max, any, distinct, histogram }) => ({
    sales: count(), cash: count(e.kind.is('cash')), units: delta(e.units), bytes: delta(e.bytes), price: delta(e.price),
    least: min(e.units), most: max(e.bytes), earliest: min(e.at.timeOfDay()), open: any(), notes: distinct(e.note, { exact: 4 }), sizes: histogram(e.units),
  }))
  .derive(({ ratio }) => ({ cashShare: ratio('cash', 'sales') }))
  .by('kind')
  .checkpoint({ every: 5, of: sales })
  .keep({ day: '60d', week: '180d', month: 'forever', asOfDays: 60 })

const anything: StandardSchema<unknown> = { '~standard': { version: 1, vendor: 'story', validate: (value) => ({ value }) } }

export const levels = series('levels', { of: shop, grain: 'hour' })
  .measures(({ gauge, counter, state, distinct, histogram }) => ({
    stock: gauge(integer(), { across: 'sum' }), worth: gauge(decimal(2), { across: 'sum' }), sold: counter(bigint(), { across: 'sum' }), mood: state(['good', 'bad']),
    cities: distinct({ exact: 3 }), waiting: histogram(integer()),
  }))
  .payload(anything, { version: 1 })
  .keep({ captured: '10d', day: '60d', month: 'forever', asOfDays: 400 })
  .collect(async ({ entities, window }) => entities.map(({ tenant, entity: name }) => {
    const hour = Math.floor(window.from.getTime() / 3_600_000)
    return {
      tenant, entity: name,
      values: { stock: hour % 7 === 0 ? null : -0 + (hour % 13), worth: (hour % 1000 / 100).toFixed(2), sold: 9_007_199_254_740_993n + BigInt(hour), mood: hour % 2 === 0 ? 'good' : 'bad', cities: ['Zürich', `città ${hour % 5}`, '東京'], waiting: [hour % 50, 2 ** 40 + hour % 3] },
      payload: { z: -0, a: 0.1 + 0.2, big: 1e21, small: 5e-324, text: `${name} \u2028 \u0065\u0301 \u00e9 "\\ ${window.day}`, long: 'ж'.repeat(hour % 24 === 0 ? 1200 : 3), list: [1, null, { [window.day]: true, Ж: 1, '\u{10437}': 2, ﬁ: 3 }] },
    }
  }), {
    // A day of 23 hours and one of 25; half an hour more and less; a country that slept through a Friday.
    entities: async () => ['America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'].map((zone) => ({ tenant: 'ß-co', entity: `${zone} 𐐷 ${'長'.repeat(60)}`, zone, attributes: { status: 'offen' } })),
    past: true,
  })

const TENANTS = ['ß-co', '𐐷𐐷', 'a'.repeat(300)]
const DAY = 86_400_000

/** An event a step: its numbers come from its place alone. */
function* events(from: number, to: number): Generator<{ company: string; shop: string; id: string; at: string; kind: typeof kinds[number]; units: number; bytes: bigint; price: string; note?: string }> {
  for (let place = from; place < to; place++) {
    // Around 2024-03-10, a day of 23 hours, and on through 2024-11-03, one of 25, by steps of 17 hours.
    const at = new Date(Date.parse('2024-03-05T03:30:00Z') + place * 17 * 3_600_000).toISOString()
    yield {
      company: TENANTS[place % 3] as string, shop: `лавка ${place % 2} \u0065\u0301 ${'\u{1F469}\u200D\u{1F680}'.repeat(place % 2 * 20)}`, id: `№ ${place} ﬀ`, at, kind: place % 4 === 0 ? 'cash' : 'card',
      units: [0, -0, 1, -1, 2 ** 48 + 1, -(2 ** 49), 2 ** 31, 2 ** 32 + 1][place % 8] as number,
      bytes: [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 55n, -(2n ** 55n) + 3n, 0n, 7n][place % 6] as bigint,
      price: ['0.1', '-0.0001', '12345678901.2345', '0', '-12345678901.2346'][place % 5] as string,
      ...(place % 3 === 0 ? {} : { note: `\uFEFFnote ${place % 11} \u0301` }),
    }
  }
}

/** A history, under whatever it runs, and a clock to set. */
export type StoryHistory = Pick<PortableHistory, 'ingest' | 'planCapture' | 'query' | 'window' | 'states'> & {
  capture(series: typeof takings | typeof levels): Promise<unknown>
  rollUp(series: typeof takings | typeof levels): Promise<unknown>
}

export interface Stage {
  readonly history: StoryHistory
  /** The table's rows as SQL literals, by name, without what is another on each machine. */
  dump(): readonly string[]
}

const BEGIN = Date.parse('2024-04-01T12:00:00Z')

/** The clock of the story. */
export const storyClock = { now: BEGIN }

/** Sets the clock to where the story begins, before its history is opened. */
export function rewind(): void {
  storyClock.now = BEGIN
}

/** Tells the story; every line of what it gives is the same on every platform. */
export async function tell({ history, dump }: Stage): Promise<readonly string[]> {
  const lines: string[] = []
  const say = (name: string, value: unknown): void => {
    // How long something took is another each time.
    lines.push(`${name}: ${canonicalJson(JSON.parse(JSON.stringify(value, (key, one: unknown) => (key.endsWith('Ms') ? undefined : typeof one === 'bigint' ? `${one}n` : one))))}`)
  }
  for (const one of [takings, levels]) say('declared', [canonicalDefinition(one.definition), definitionHash(one.definition)])
  say('merged', mergedByHand())

  say('taken in', await history.ingest(sales, events(0, 30)))
  say('again', await history.ingest(sales, [...events(20, 34), { company: 'x' } as never]))
  say('plan', await history.planCapture(takings))
  say('captured', await history.capture(takings))
  say('collected', await history.capture(levels))
  for (const day of ['2024-04-02T12:00:00Z', '2024-04-07T03:00:00Z', '2024-04-09T00:00:00Z']) {
    storyClock.now = Date.parse(day)
    say('collected', await history.capture(levels))
  }
  storyClock.now = Date.parse('2024-11-20T12:00:00Z')
  say('taken in', await history.ingest(sales, events(34, 350)))
  say('replaced', await history.ingest(sales, [...events(200, 205)].map((event) => ({ ...event, units: 5 })), { onConflict: 'replace' }))
  say('captured', await history.capture(takings))
  say('states', await history.states(levels, { tenant: 'ß-co' }))
  say('rolled up', await history.rollUp(takings))
  say('rolled up', await history.rollUp(levels))
  storyClock.now += DAY
  // Late, into days that have rolled up: a belief before, and one after.
  say('late', await history.ingest(sales, [...events(100, 103)].map((event) => ({ ...event, id: `late ${event.id}` }))))
  say('captured', await history.capture(takings))
  lines.push(...await ask(history), ...dump())
  return lines
}

/** What the story's history answers; asked again of one that was opened again. */
export async function ask(history: StoryHistory): Promise<readonly string[]> {
  const range = { from: '2024-03-01', to: '2024-12-01' }
  const select = ['sales.sum', 'units.sum', 'bytes.sum', 'price.sum', 'price.mean', 'least.min', 'most.max', 'earliest.min', 'open.any', 'notes.estimate', 'sizes.p50', 'cashShare.value'] as const
  const answers: unknown[] = []
  for (const tenant of TENANTS) {
    for (const grain of ['month', 'quarter'] as const) answers.push((await history.query(takings, { select, tenant, ...range, grain })).rows)
    answers.push((await history.query(takings, { select: ['sales.sum', 'units.sum'], tenant, ...range, grain: 'month', by: ['kind'], total: true, compare: ['previous'] })).rows)
    answers.push((await history.query(takings, { select: ['sales.sum', 'bytes.sum'], tenant, ...range, grain: 'month', asOf: '2024-11-20T18:00:00Z' })).rows)
  }
  answers.push((await history.query(levels, { select: ['stock.last', 'stock.mean', 'worth.max', 'sold.increase', 'mood.share:good', 'cities.estimate', 'waiting.p99.9'], tenant: 'ß-co', ...range, grain: 'month' })).rows)
  answers.push((await history.window(takings, { select: ['sales.sum'], tenant: 'ß-co', anchor: '2024-03-10', months: 2 })).rows)
  answers.push(await history.states(levels, { tenant: 'ß-co', at: '2024-04-07T02:10:00Z' }))
  return answers.map((one) => `answer: ${canonicalJson(JSON.parse(JSON.stringify(one)))}`)
}

/** States merged, answered and digested without any store. */
function mergedByHand(): unknown {
  const layout = layoutOf(takings.definition)
  const { columns } = layout
  const states = columns.map((column): null | number => (column.merge === 'sum' ? 2 ** 52 : null))
  const more = columns.map((column): null | number => (column.merge === 'sum' ? 2 ** 52 + 1 : null))
  mergeStates(columns, states, more)
  const key = { series: 'takings', tenant: '𐐷', entity: 'ﬁ\u2028', tier: 'month', from: 19_783, to: 19_814, group: { kind: 'cash' } } as const
  const digest = Array.from(rowDigest(key, 2n ** 62n, columns, states), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [states.map(String), digest, answerOf(takings.definition, layout, { key: 'bytes.sum', measure: 'bytes', answer: 'sum' }, states, () => 2)]
}

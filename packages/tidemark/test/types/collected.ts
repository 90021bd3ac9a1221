// Compiled, never run: every line below a `@ts-expect-error` is refused by the compiler, and every other is not.
import {
  type CollectedRow, type CollectedSeries, type CollectInput, decimal, entity, type InferKey, type InferRow, integer, open, type RosterEntry, series, type Series, type Source,
  type StandardSchema, text,
} from '../../src/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const check = <_Holds extends true>(): void => {}

const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })
const start = series('campaign', { of: campaign, grain: 'hour' })
const schema: StandardSchema<{ name: string }> = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { name: string } }) } }

const measured = start.measures(({ gauge, counter, state, flag, histogram, distinct, count }) => ({
  volunteers: gauge(integer(), { across: 'sum' }), target: gauge(integer(), { across: 'sum' }), budget: gauge(decimal(2)), hours: counter(decimal(2), { across: 'sum' }),
  status: state(['active', 'paused']), open: flag(), latency: histogram(integer()), people: distinct(), sessions: count(),
}))
const whole = measured
  .by({ channel: ['web', 'app'], area: { most: 20 } })
  .derive(({ ratio }) => ({ use: ratio('volunteers', 'target'), perHour: ratio('sessions', 'hours') }))
  .payload(schema, { version: 1 })
  .frequency({ status: 'status', activity: 'sessions', rules: [{ when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'sixHours' }, { moreThan: 100, every: 'hour' }] }] })
  .keep({ captured: '30d', day: '90d', week: '1y', month: '3y', quarter: 'archive', longer: { attribute: 'value', is: 'high', times: 2 } })

const values = {
  volunteers: 1, target: null, budget: '10.50', hours: 7n, status: 'active', open: null, latency: [1, '2'], people: ['a'], sessions: 3,
} as const
const entities = async (): Promise<readonly RosterEntry[]> => [{ tenant: 'acme', entity: 'c1', zone: 'Europe/Berlin', attributes: { status: 'active', value: null } }]

const campaigns = whole.collect(async ({ entities: asked, window, db, now, signal }) => {
  check<Same<typeof window.from, Date>>()
  check<Same<typeof window.day, string>>()
  check<Same<typeof now, Date>>()
  check<Same<typeof signal, AbortSignal>>()
  await db['app']?.all('SELECT 1', { from: window.from.getTime() })
  return asked.map(({ tenant, entity: name }) => ({ tenant, entity: name, values, payload: { name }, groups: [{ group: { channel: 'web' }, values }] }))
}, { entities, past: true, at: '03:00', batch: 50, timeoutMs: 5000 })
whole.collect({ source: 'app', sql: 'SELECT 1' }, { entities: { source: 'app', sql: 'SELECT 2' } })

// What comes of it is a series like any other
export const declared: readonly Series[] = [campaigns]
export const collected: readonly CollectedSeries[] = [campaigns]
export const source = (input: CollectInput): Source | undefined => input.db['app']
export const row: CollectedRow = { tenant: 'acme', entity: 'c1', values: {} }
check<Same<Extract<InferKey<typeof campaigns>, `hours.${string}` | `status.${string}` | `use.${string}` | `people.${string}` | `open.${string}`>,
  'hours.last' | 'hours.increase' | 'status.last' | 'status.share:active' | 'status.share:paused' | 'status.count:active' | 'status.count:paused'
  | 'use.value' | 'people.estimate' | 'people.error' | 'open.any' | 'open.all' | 'open.count'>>()
type Row = InferRow<typeof campaigns, 'hours.increase' | 'status.share:active' | 'status.count:active' | 'status.last' | 'latency.p95' | 'latency.p99.9' | 'volunteers.last' | 'budget.mean', 'year'>
check<Same<Row['hours.increase'], string | null>>()
check<Same<Row['status.share:active'], string | null>>()
check<Same<Row['status.count:active'], number | null>>()
check<Same<Row['status.last'], 'active' | 'paused' | null>>()
check<Same<Row['latency.p95'], number | null>>()
check<Same<Row['latency.p99.9'], number | null>>()
check<Same<Row['volunteers.last'], number | null>>()
check<Same<Row['budget.mean@year'], string | null>>()

export async function ask(): Promise<void> {
  const tm = await open({ store: 'sqlite:x.db', series: [campaigns] })
  const { rows } = await tm.query(campaigns, { select: ['hours.increase', 'status.share:active', 'latency.p95', 'use.value'], by: ['channel'], where: { area: 'north' } })
  check<Same<(typeof rows)[number]['hours.increase'], string | null>>()
  check<Same<(typeof rows)[number]['latency.p95'], number | null>>()
  // @ts-expect-error a counter has no mean
  await tm.query(campaigns, { select: ['hours.mean'] })
  // @ts-expect-error no such word
  await tm.query(campaigns, { select: ['status.share:gone'] })
  // @ts-expect-error no such dimension
  await tm.query(campaigns, { select: ['use.value'], by: ['region'] })
  // @ts-expect-error it has no windows of its own anchor
  await tm.window(campaigns, { select: ['use.value'], window: 'fourMonths' })
}

// What measures are
start.measures(({ gauge, counter, state, distinct }) => {
  // @ts-expect-error a text has no level
  gauge(text())
  // @ts-expect-error no such rule
  gauge(integer(), { across: 'mean' })
  // @ts-expect-error no such policy
  counter(integer(), { resets: 'always' })
  // @ts-expect-error a level has no resets
  gauge(integer(), { resets: 'never' })
  // @ts-expect-error a state is one of some words
  state([])
  // @ts-expect-error a bound is a number
  distinct({ exact: 'all' })
  return { seats: gauge(integer()) }
})
// @ts-expect-error a state does not divide
measured.derive(({ ratio }) => ({ use: ratio('status', 'target') }))
// @ts-expect-error nor does a histogram
measured.derive(({ ratio }) => ({ use: ratio('volunteers', 'latency') }))
// @ts-expect-error no such measure
measured.derive(({ ratio }) => ({ use: ratio('volunteer', 'target') }))

// What a chain is told
// @ts-expect-error no such measure of activity
measured.frequency({ status: 'status', activity: 'session', rules: [{ when: ['active'], every: 'day' }] })
// @ts-expect-error a level says nothing of activity
measured.frequency({ status: 'status', activity: 'volunteers', rules: [{ when: ['active'], every: 'day' }] })
// @ts-expect-error no such frequency
measured.frequency({ status: 'status', rules: [{ when: ['active'], every: 'minute' }] })
// @ts-expect-error a dimension has values
measured.by({ channel: [] })
// @ts-expect-error a collected series keeps captured rows first
measured.keep({ day: '90d', month: 'forever' })
// @ts-expect-error a payload has a version
measured.payload(schema, {})
// @ts-expect-error an event-fed series is kept from the day on, and one of hours has no events
start.from

// What a collector gives
const given = { tenant: 'acme', entity: 'c1', values, payload: { name: '' } }
whole.collect(async () => [given], { entities })
// @ts-expect-error a measure is missing
whole.collect(async () => [{ ...given, values: { volunteers: 1 } }], { entities })
// @ts-expect-error no such word
whole.collect(async () => [{ ...given, values: { ...values, status: 'gone' } }], { entities })
// @ts-expect-error a level is no boolean
whole.collect(async () => [{ ...given, values: { ...values, volunteers: true } }], { entities })
// @ts-expect-error a flag is no number
whole.collect(async () => [{ ...given, values: { ...values, open: 1 } }], { entities })
// @ts-expect-error a histogram is of a list
whole.collect(async () => [{ ...given, values: { ...values, latency: 5 } }], { entities })
// @ts-expect-error a count is there
whole.collect(async () => [{ ...given, values: { ...values, sessions: null } }], { entities })
// @ts-expect-error no such measure
whole.collect(async () => [{ ...given, values: { ...values, volunteer: 1 } }], { entities })
// @ts-expect-error a ratio is computed, not collected
whole.collect(async () => [{ ...given, values: { ...values, use: 1 } }], { entities })
// @ts-expect-error the payload is of its schema
whole.collect(async () => [{ ...given, payload: { title: '' } }], { entities })
// @ts-expect-error the entity is missing
whole.collect(async () => [{ tenant: 'acme', values, payload: { name: '' } }], { entities })
// @ts-expect-error who there is must be said
whole.collect(async () => [given], {})

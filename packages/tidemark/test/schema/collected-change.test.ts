import { describe, expect, test } from 'vitest'
import { entity, integer, series, stream, text, instant } from '../../src/index.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { TidemarkError } from '../../src/errors.ts'
import { type MigrationPlan, STORE_FORMAT, type StoredSchema } from '../../src/stores/contract/schema.ts'
import { planBack, planMigration } from '../../src/stores/schema/plan-migration.ts'

const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })
const base = series('metrics', { of: campaign, grain: 'day' }).measures(({ gauge, counter, state }) => ({
  spent: gauge(integer(), { across: 'sum' }), budget: gauge(integer(), { across: 'sum' }), hours: counter(integer()), status: state(['active', 'paused']),
})).by({ kind: ['a', 'b'], channel: { most: 3 } })
const schema = { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }
const collect = (chain: { collect(collector: never, options: { readonly entities: () => Promise<[]> }): { readonly definition: CollectedSeriesDefinition } }): CollectedSeriesDefinition =>
  chain.collect((async () => []) as never, { entities: async () => [] }).definition
const metrics = collect(base.payload(schema, { version: 2, upgrade: { 1: (payload) => payload } }).keep({ captured: '30d', day: '90d', month: 'forever' }))

function stored(definition: SeriesDefinition, format = STORE_FORMAT): StoredSchema {
  return { id: 'x', format, series: [{ definition, version: 1 }], migrations: [{ version: 1, at: 0, program: 'tidemark 0.1.0', steps: [], series: [definition] }] }
}
const but = (change: Partial<CollectedSeriesDefinition>): CollectedSeriesDefinition => ({ ...metrics, ...change })
const texts = (plan: MigrationPlan): string[] => plan.steps.map(({ kind, text: line }) => `${kind}: ${line}`)
const planned = (declared: SeriesDefinition, accepted: string[] = []): string[] => texts(planMigration(stored(metrics), [declared], accepted))
const code = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    if (error instanceof TidemarkError) return [error.code, error.where]
    throw error
  }
}

describe('a collected series takes these changes', () => {
  const { spent: _spent, ...lessSpent } = metrics.measures
  test.each<[string, SeriesDefinition, readonly string[], string[]?]>([
    ['nothing', metrics, []],
    ['a measure', but({ measures: { ...metrics.measures, open: { kind: 'sampledFlag', unit: null } } }), ['add-measure: adds the measure metrics.open; it is collected from the next capture on']],
    ['no measure, accepted', but({ measures: lessSpent }), ['drop-measure: drops the measure metrics.spent and all its history'], ['metrics.spent']],
    ['a ratio', collect(base.derive(({ ratio }) => ({ use: ratio('spent', 'budget') })).payload(schema, { version: 2, upgrade: { 1: (payload) => payload } }).keep({ captured: '30d', day: '90d', month: 'forever' })), ['change-definition: metrics answers use, computed as spent / budget to 4 digits wherever both count']],
    ['another rule for totals', but({ measures: { ...metrics.measures, hours: { ...metrics.measures['hours'], across: 'max' } as never } }), ['change-definition: metrics answers hours across entities by max (was none), for all its history']],
    ['a finer grain', but({ grain: 'hour' }), ['change-definition: metrics is captured by hour at the finest (was day), from each entity\'s next decision on']],
    ['rules of frequency', but({ collected: { ...metrics.collected, frequency: { status: 'status', activity: null, rules: [] } } }), ['change-definition: metrics decides by other rules how often entities are captured, from each entity\'s next decision on']],
    ['a past', but({ collected: { ...metrics.collected, past: true } }), ['change-definition: metrics can be collected for windows that are over; missed ones are due again']],
    ['another time of day', but({ collected: { ...metrics.collected, dueAt: 5 * 3600 + 60 * 7 } }), ['change-definition: metrics is due at 05:07 (was 00:00)']],
    ['a later payload', but({ payload: { version: 3 } }), ['change-definition: metrics writes payloads of version 3 (was 2); earlier ones are brought up as they are read']],
    ['no payload, accepted', but({ payload: null }), ['drop-measure: drops the payload of metrics and all its history'], ['metrics.payload']],
    ['a value at the end of a dimension', but({ dimensions: [{ field: 'kind', values: ['a', 'b', 'c'] }, { field: 'channel', values: [], most: 3 }] }), ['change-definition: metrics takes c for kind, too']],
    ['another bound of free text', but({ dimensions: [{ field: 'kind', values: ['a', 'b'] }, { field: 'channel', values: [], most: 9 }] }), ['change-definition: metrics numbers 9 values of channel (was 3); rows that are counted in (other) stay there']],
    ['a longer age', but({ keep: { ...metrics.keep, tiers: [{ tier: 'captured', until: { months: 0, days: 40 } }, ...metrics.keep.tiers.slice(1)] } }), ['change-definition: metrics keeps captured rows for 40d (was for 30d); those that have retired stay retired']],
    ['entities that are kept longer', but({ keep: { ...metrics.keep, longer: { attribute: 'value', is: 'high', times: 2 } } }), ['change-definition: metrics keeps entities whose value is high 2 times as long (captured 30d, day 90d for the others)']],
  ])('%s', (_name, declared, expected, accepted) => {
    expect(planned(declared, accepted)).toEqual(expected)
  })
})

describe('a collected series refuses these changes', () => {
  const sales = stream('sales', { of: campaign, tenant: 'company', entity: 'campaign', id: 'id', at: 'at', fields: { company: text(), campaign: text(), id: text(), at: instant() } })
  const fed = series('metrics', { of: campaign, grain: 'day' }).from(sales, (_e, { count }) => ({ n: count() })).definition
  test.each<[string, SeriesDefinition, unknown]>([
    ['to be fed by events', fed, ['MIGRATION_INCOMPATIBLE', 'metrics']],
    ['another kind of entity', but({ of: { ...metrics.of, name: 'project' } }), ['MIGRATION_INCOMPATIBLE', 'metrics']],
    ['another usual zone', but({ of: { ...metrics.of, zone: 'Asia/Tokyo' } }), ['MIGRATION_INCOMPATIBLE', 'metrics.of']],
    ['another rule for falls', but({ measures: { ...metrics.measures, hours: { ...metrics.measures['hours'], resets: 'detect' } as never } }), ['MIGRATION_INCOMPATIBLE', 'metrics.hours']],
    ['an earlier payload', but({ payload: { version: 1 } }), ['MIGRATION_INCOMPATIBLE', 'metrics.payload']],
    ['no payload, unless by name', but({ payload: null }), ['MIGRATION_LOSSY', 'metrics.payload']],
    ['no measure, unless by name', but({ measures: { spent: metrics.measures['spent'] as never } }), ['MIGRATION_LOSSY', 'metrics.budget']],
    ['another dimension', but({ dimensions: metrics.dimensions.slice(1) }), ['MIGRATION_INCOMPATIBLE', 'metrics']],
    ['values in another order', but({ dimensions: [{ field: 'kind', values: ['b', 'a'] }, { field: 'channel', values: [], most: 3 }] }), ['MIGRATION_INCOMPATIBLE', 'metrics.kind']],
    ['free text in place of values', but({ dimensions: [{ field: 'kind', values: [], most: 5 }, { field: 'channel', values: [], most: 3 }] }), ['MIGRATION_INCOMPATIBLE', 'metrics.kind']],
  ])('%s', (_name, declared, expected) => {
    expect(code(() => planned(declared))).toEqual(expected)
  })

  test('and a series fed by events refuses to be collected', () => {
    expect(code(() => planMigration(stored(fed), [metrics], []))).toEqual(['MIGRATION_INCOMPATIBLE', 'metrics'])
  })

  test('a measure named payload, whose columns would be the payload\'s', () => {
    expect(code(() => series('m', { of: campaign, grain: 'day' }).measures(({ count }) => ({ payload: count() })))).toEqual(['NAME_TAKEN', 'series("m")'])
  })
})

describe('a store of an earlier layout', () => {
  test('is upgraded before anything else, and also when nothing else is to be done', () => {
    const upgrade = 'upgrade-store: brings the store\'s tables from layout 1 to 4, in which series can be collected, there are tokens and an audit log, and older payloads are packed; an earlier program cannot open it then'
    expect(texts(planMigration(stored(metrics, 1), [metrics], []))).toEqual([upgrade])
    expect(texts(planMigration(stored(metrics, 1), [], ['metrics']))).toEqual([upgrade, 'drop-series: drops the series metrics and all its history'])
    expect(texts(planBack(stored(metrics), 1))).toEqual([])
  })
})

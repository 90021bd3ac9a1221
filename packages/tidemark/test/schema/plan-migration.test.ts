import { describe, expect, it } from 'vitest'
import { canonicalDefinition, definitionHash } from '../../src/canonical/definition.ts'
import { entity } from '../../src/definitions/entity.ts'
import { decimal, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import { type EventSeriesDefinition as SeriesDefinition, series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { TidemarkError } from '../../src/errors.ts'
import { STORE_FORMAT, type StoredSchema } from '../../src/stores/contract/schema.ts'
import { describePlan } from '../../src/stores/schema/describe-plan.ts'
import { planBack, planMigration } from '../../src/stores/schema/plan-migration.ts'

const contributor = entity('contributor', { tenant: 'client', zone: 'UTC' })
const fields = {
  client: text(), who: text(), commit: text(), authored_at: instant({ offset: 'kept' }), merged_at: instant(),
  kind: oneOf(['fix', 'docs']), lines: integer(), price: decimal(2), note: text().optional(),
}
const roles = { of: contributor, tenant: 'client', entity: 'who', id: 'commit', at: 'authored_at' } as const
const commits = stream('commits', { ...roles, fields })
const base = series('activity', { of: contributor, grain: 'day' }).from(commits, (e, { count, any, delta, max }) => ({
  all: count(), fix: count(e.kind.is('fix')), active: any(), lines: delta(e.lines), longest: max(e.lines),
}))
const activity = base.derive(({ ratio }) => ({ fixShare: ratio('fix', 'all') }))
  .checkpoint({ every: 50, of: commits })
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })
  .keep({ day: '1y', month: '10y', quarter: 'archive' }).definition as SeriesDefinition

function stored(...history: readonly (readonly SeriesDefinition[])[]): StoredSchema {
  const last = history.at(-1) ?? []
  return {
    id: null, format: history.length === 0 ? 0 : STORE_FORMAT,
    series: last.map((definition) => ({ definition, version: history.length })),
    migrations: history.map((definitions, index) => ({ version: index + 1, at: index, program: 'tidemark 0.1.0', steps: [], series: definitions })),
  }
}

/** The declaration with its plain form changed. */
const but = (change: Partial<SeriesDefinition>): SeriesDefinition => ({ ...activity, ...change })
const butStream = (change: Partial<SeriesDefinition['stream']>): SeriesDefinition => but({ stream: { ...activity.stream, ...change } })
const butField = (name: string, field: SeriesDefinition['stream']['fields'][string]): SeriesDefinition =>
  butStream({ fields: { ...activity.stream.fields, [name]: field } })
const butMeasure = (name: string, change: object): SeriesDefinition =>
  but({ measures: { ...activity.measures, [name]: { ...activity.measures[name], ...change } as SeriesDefinition['measures'][string] } })
const without = <T extends object>(object: T, key: string): T => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as T
const keeping = (keep: KeepOptions): SeriesDefinition => but({ keep: base.keep(keep).definition.keep })
const split = base.by('kind').definition as SeriesDefinition
const splitWith = (values: readonly string[]): SeriesDefinition => ({
  ...split, stream: { ...split.stream, fields: { ...split.stream.fields, kind: { type: 'oneOf', optional: false, values } } },
  dimensions: [{ field: 'kind', values }],
})

const attempt = (plan: () => unknown): unknown => {
  try {
    return plan()
  } catch (error) {
    if (error instanceof TidemarkError) return { code: error.code, where: error.where }
    throw error
  }
}
const other = series('other', { of: contributor, grain: 'day' }).from(commits, (_e, { count }) => ({ n: count() })).definition as SeriesDefinition

describe('planMigration takes these changes', () => {
  const cases: readonly (readonly [string, readonly SeriesDefinition[], readonly SeriesDefinition[], readonly string[]])[] = [
    ['nothing', [activity], [activity], []],
    ['another order of keys', [activity], [but({ measures: Object.fromEntries(Object.entries(activity.measures).reverse()) })], []],
    ['a series over a stream that is there', [activity], [activity, other], ['create-series: creates the series other; it counts from the first day whose events are all still there']],
    ['a measure', [base.definition], [{ ...base.definition, measures: { ...base.definition.measures, docs: { kind: 'count', where: null, unit: null } } }],
      ['add-measure: adds the measure activity.docs; it counts from the first day whose events are all still there']],
    ['an optional field', [activity], [butField('branch', { type: 'text', optional: true })], ['add-field: adds the field commits.branch; events so far have none']],
    ['a value at the end', [activity], [butField('kind', { type: 'oneOf', optional: false, values: ['fix', 'docs', 'test'] })],
      ['change-definition: activity takes test for commits.kind, too']],
    ['a value at the end of a dimension', [split], [splitWith(['fix', 'docs', 'test'])], ['change-definition: activity takes test for commits.kind, too']],
    ['a field that may be left out', [activity], [butField('lines', { type: 'integer', optional: true })], ['change-definition: activity takes events without commits.lines']],
    ['a field that may no longer be left out', [activity], [butField('note', { type: 'text', optional: false })],
      ['change-definition: activity no longer takes events without commits.note; those so far stay']],
    ['a ratio', [base.definition], [{ ...base.definition, measures: { ...base.definition.measures, fixShare: activity.measures['fixShare'] as SeriesDefinition['measures'][string] } }],
      ['change-definition: activity answers fixShare, computed as fix / all to 4 digits wherever both count']],
    ['a changed ratio', [activity], [butMeasure('fixShare', { scale: 2 })], ['change-definition: activity computes fixShare as fix / all to 2 digits (was fix / all to 4 digits), for all its history']],
    ['no ratio', [activity], [but({ measures: without(activity.measures, 'fixShare') })], ['change-definition: activity no longer answers fixShare, which is computed from what stays']],
    ['other checkpoints', [activity], [but({ checkpoints: [{ every: 100, stream: 'commits' }] })],
      ['change-definition: activity makes no more checkpoints every 50 events; those that are there stay',
        'change-definition: activity makes a checkpoint every 100 events, from the next accepted one on']],
    ['a window', [activity], [but({ windows: { ...activity.windows, year: { anchor: 'firstEvent', months: 12 } } })],
      ['change-definition: activity has a window year of 12 months; rows that have already been rolled up were not cut at its boundaries, and windows that divide one are answered with finer_detail_retired']],
    ['no window', [activity], [but({ windows: {} })], ['change-definition: activity has no window fourMonths any more; from now on rows are rolled up across its boundaries']],
    ['a shorter age', [activity], [keeping({ day: '6mo', month: '10y', quarter: 'archive' })], ['change-definition: activity keeps day rows for 6mo (was for 1y): older ones are due at the next tiers run']],
    ['a longer age', [activity], [keeping({ day: '2y', month: '10y', quarter: 'archive' })], ['change-definition: activity keeps day rows for 2y (was for 1y); those that have retired stay retired']],
    ['a tier in the middle', [activity], [keeping({ day: '1y', week: '3y', month: '10y', quarter: 'archive' })], ['change-definition: activity keeps a tier week for 3y; rows that are coarser already stay as they are']],
    ['a tier at the end', [keeping({ day: 'forever' })], [keeping({ day: '1y', month: 'archive' })],
      ['change-definition: activity keeps day rows for 1y (was forever): older ones are due at the next tiers run',
        'change-definition: activity keeps a tier month in the archive; rows that are coarser already stay as they are']],
    ['a nearer horizon', [activity], [keeping({ day: '1y', month: '10y', quarter: 'archive', asOfDays: 7 })], ['change-definition: activity answers as of the last 7 days (was 35): earlier beliefs are forgotten at the next tiers run']],
    ['another word for the tenant', [activity], [but({ of: { ...contributor, tenant: 'company' }, stream: { ...activity.stream, of: { ...contributor, tenant: 'company' } } })],
      ['change-definition: activity calls the tenant company (was client)']],
  ]
  it.each(cases)('%s', (_name, before, after, steps) => {
    const plan = planMigration(stored(before), after, [])
    expect(plan.steps.map(({ kind, text }) => `${kind}: ${text}`)).toEqual(steps)
    expect(plan).toMatchObject({ from: 1, to: steps.length === 0 ? 1 : 2, series: after })
    expect(plan.steps.every(({ loses }) => loses === null)).toBe(true)
  })

  it('a first migration', () => {
    expect(planMigration(stored(), [activity, other], [])).toMatchObject({
      from: 0, to: 1,
      steps: [{ kind: 'create-store' }, { kind: 'create-stream', stream: 'commits' }, { kind: 'create-series', series: 'activity', text: 'creates the series activity' }, { kind: 'create-series', series: 'other' }],
    })
  })

  it('any declaration after itself, with nothing to do', () => {
    for (const one of [activity, split, other]) expect(planMigration(stored([one]), [structuredClone(one)], []).steps).toEqual([])
  })
})

describe('planMigration refuses these changes', () => {
  const cases: readonly (readonly [string, readonly SeriesDefinition[], readonly SeriesDefinition[], string, string])[] = [
    ['a dropped measure', [activity], [but({ measures: without(activity.measures, 'active') })], 'MIGRATION_LOSSY', 'activity.active'],
    ['a dropped series', [activity, other], [activity], 'MIGRATION_LOSSY', 'other'],
    ['a dropped field', [activity], [butStream({ fields: without(activity.stream.fields, 'note') })], 'MIGRATION_LOSSY', 'commits.note'],
    ['another kind', [activity], [butMeasure('active', { kind: 'count' })], 'MIGRATION_INCOMPATIBLE', 'activity.active'],
    ['a ratio that was counted', [activity], [but({ measures: { ...activity.measures, active: activity.measures['fixShare'] as SeriesDefinition['measures'][string] } })], 'MIGRATION_INCOMPATIBLE', 'activity.active'],
    ['another unit', [activity], [butMeasure('all', { unit: 'commits' })], 'MIGRATION_INCOMPATIBLE', 'activity.all'],
    ['another condition', [activity], [butMeasure('fix', { where: { op: 'in', field: 'kind', values: ['docs'] } })], 'MIGRATION_INCOMPATIBLE', 'activity.fix'],
    ['another value', [activity], [butMeasure('lines', { value: { op: 'timeOfDay', field: 'authored_at' } })], 'MIGRATION_INCOMPATIBLE', 'activity.lines'],
    ['another shape', [activity], [butMeasure('lines', { shape: { type: 'decimal', scale: 2 } })], 'MIGRATION_INCOMPATIBLE', 'activity.lines'],
    ['another side', [activity], [butMeasure('longest', { side: 'min' })], 'MIGRATION_INCOMPATIBLE', 'activity.longest'],
    ['another day mode', [activity], [butStream({ day: 'eventOffset' })], 'MIGRATION_INCOMPATIBLE', 'commits.day'],
    ['another key field', [activity], [butStream({ id: 'who' })], 'MIGRATION_INCOMPATIBLE', 'commits.id'],
    ['another time', [activity], [butStream({ at: 'merged_at' })], 'MIGRATION_INCOMPATIBLE', 'commits.at'],
    ['another type', [activity], [butField('lines', { type: 'bigint', optional: false })], 'MIGRATION_INCOMPATIBLE', 'commits.lines'],
    ['another scale', [activity], [butField('price', { type: 'decimal', optional: false, scale: 3 })], 'MIGRATION_INCOMPATIBLE', 'commits.price'],
    ['another offset', [activity], [butField('merged_at', { type: 'instant', optional: false, offset: 'kept' })], 'MIGRATION_INCOMPATIBLE', 'commits.merged_at'],
    ['a removed value', [activity], [butField('kind', { type: 'oneOf', optional: false, values: ['docs'] })], 'MIGRATION_INCOMPATIBLE', 'commits.kind'],
    ['reordered values', [activity], [butField('kind', { type: 'oneOf', optional: false, values: ['docs', 'fix'] })], 'MIGRATION_INCOMPATIBLE', 'commits.kind'],
    ['a value in the middle', [activity], [butField('kind', { type: 'oneOf', optional: false, values: ['fix', 'test', 'docs'] })], 'MIGRATION_INCOMPATIBLE', 'commits.kind'],
    ['a required field', [activity], [butField('branch', { type: 'text', optional: false })], 'MIGRATION_INCOMPATIBLE', 'commits.branch'],
    ['a dimension', [base.definition], [split], 'MIGRATION_INCOMPATIBLE', 'activity'],
    ['no dimension', [split], [base.definition], 'MIGRATION_INCOMPATIBLE', 'activity'],
    ['a removed tier', [activity], [keeping({ day: '1y', quarter: 'archive' })], 'MIGRATION_INCOMPATIBLE', 'activity.keep'],
    ['no archive', [activity], [keeping({ day: '1y', month: '10y', quarter: 'forever' })], 'MIGRATION_INCOMPATIBLE', 'activity.keep'],
    ['an archive of what stayed', [keeping({ day: '1y', month: 'forever' })], [keeping({ day: '1y', month: 'archive' })], 'MIGRATION_INCOMPATIBLE', 'activity.keep'],
    ['a tier after the archive', [keeping({ day: '1y', month: 'archive' })], [keeping({ day: '1y', month: '5y', quarter: 'archive' })], 'MIGRATION_INCOMPATIBLE', 'activity.keep'],
    ['another entity', [activity], [but({ of: { ...contributor, name: 'author' }, stream: { ...activity.stream, of: { ...contributor, name: 'author' } } })], 'MIGRATION_INCOMPATIBLE', 'commits'],
    ['another default zone', [activity], [but({ of: { ...contributor, zone: 'Asia/Tokyo' }, stream: { ...activity.stream, of: { ...contributor, zone: 'Asia/Tokyo' } } })], 'MIGRATION_INCOMPATIBLE', 'commits.of'],
    ['another stream', [activity], [butStream({ name: 'pushes' })], 'MIGRATION_INCOMPATIBLE', 'activity'],
    ['a name in other case', [activity], [but({ name: 'Activity' })], 'NAME_TAKEN', 'series'],
    ['a measure in other case', [activity], [but({ measures: { ...without(activity.measures, 'active'), Active: activity.measures['active'] as SeriesDefinition['measures'][string] } })], 'NAME_TAKEN', 'activity'],
    ['two names that differ in case', [], [activity, but({ name: 'ACTIVITY' })], 'NAME_TAKEN', 'series'],
    ['two streams that differ in case', [], [activity, { ...other, stream: { ...other.stream, name: 'Commits' } }], 'NAME_TAKEN', 'streams'],
    ['one stream declared twice', [], [activity, { ...other, stream: { ...other.stream, id: 'who' } }], 'DECLARATION_INVALID', 'other'],
  ]
  it.each(cases)('%s', (_name, before, after, code, where) => {
    expect(attempt(() => planMigration(stored(before), after, []))).toEqual({ code, where })
    // No word of acceptance makes a name mean something else.
    if (code !== 'MIGRATION_LOSSY') expect(attempt(() => planMigration(stored(before), after, [where]))).toEqual({ code, where })
  })

  it.each(cases.filter(([, , , code]) => code === 'MIGRATION_LOSSY'))('%s, unless by that very name', (_name, before, after, _code, where) => {
    const plan = planMigration(stored(before), after, [where])
    expect(plan.steps).toMatchObject([{ loses: where }])
    expect(attempt(() => planMigration(stored(before), after, [where.toUpperCase(), 'activity', 'commits'].filter((name) => name !== where)))).toMatchObject({ code: 'MIGRATION_LOSSY' })
  })

  it('names every loss and how to accept it', () => {
    try {
      planMigration(stored([activity, other]), [but({ measures: without(activity.measures, 'active') })], [])
      expect.unreachable()
    } catch (error) {
      expect((error as TidemarkError).hint).toContain('--accept-data-loss other --accept-data-loss activity.active')
    }
  })
})

describe('planBack', () => {
  const wider = butField('kind', { type: 'oneOf', optional: false, values: ['fix', 'docs', 'test'] })
  it('goes back where nothing is lost', () => {
    const plan = planBack(stored([base.definition], [but({ keep: base.definition.keep })]), 1)
    expect(plan).toMatchObject({ from: 2, to: 3, series: [base.definition] })
    expect(plan.steps.every(({ kind }) => kind === 'change-definition')).toBe(true)
  })
  it('has nothing to do for the present version', () => {
    expect(planBack(stored([activity]), 1).steps).toEqual([])
  })
  it.each([['a measure', [activity], [but({ measures: { ...activity.measures, docs: { kind: 'count', where: null, unit: null } } })]], ['a value', [activity], [wider]], ['a series', [activity], [activity, other]]] as const)(
    'refuses to lose %s', (_name, first, second) => {
      expect(attempt(() => planBack(stored([...first], [...second]), 1))).toMatchObject({ code: 'MIGRATION_LOSSY' })
    })
  it('knows only versions that were applied', () => {
    expect(attempt(() => planBack(stored([activity]), 7))).toMatchObject({ code: 'MIGRATION_VERSION_UNKNOWN' })
  })
})

describe('describePlan', () => {
  it('says what happens, and what is lost, a line each', () => {
    const plan = planMigration(stored([activity]), [but({ measures: { ...without(activity.measures, 'active'), docs: { kind: 'count', where: null, unit: null } } })], ['activity.active'])
    expect(describePlan(plan)).toEqual([
      'version 1 → 2',
      '  - drops the measure activity.active and all its history (loses activity.active)',
      '  + adds the measure activity.docs; it counts from the first day whose events are all still there',
    ])
  })
  it('says when there is nothing to do', () => {
    expect(describePlan(planMigration(stored([activity]), [activity], []))).toEqual(['nothing to do: the store is at version 1'])
  })
})

describe('the canonical form of a declaration', () => {
  it('does not depend on the order of keys, and survives being stored', () => {
    const turned = but({ measures: Object.fromEntries(Object.entries(activity.measures).reverse()) })
    expect(canonicalDefinition(turned)).toBe(canonicalDefinition(activity))
    expect(canonicalDefinition(JSON.parse(canonicalDefinition(activity)) as SeriesDefinition)).toBe(canonicalDefinition(activity))
    expect(definitionHash(turned)).toBe(definitionHash(activity))
    expect(definitionHash(other)).not.toBe(definitionHash(activity))
    expect(definitionHash(activity)).toMatch(/^[0-9a-f]{64}$/)
  })
})

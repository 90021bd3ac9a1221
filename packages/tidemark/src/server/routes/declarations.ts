import { z } from 'zod'
import type { FieldDefinition } from '../../definitions/field.ts'
import type { TierPolicy } from '../../definitions/keep.ts'
import type { MeasureDefinition } from '../../definitions/measure.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { resolveAnswer } from '../../measures/answers.ts'
import { kindOf } from '../../measures/kinds.ts'
import { GRAINS } from '../../query/request.ts'
import { ANSWER_TYPES, answerType } from '../answer-type.ts'
import { route } from '../route.ts'
import { tier } from '../schemas.ts'

const entityKind = z.object({ name: z.string(), tenant: z.string().describe('What its tenant is called.'), zone: z.string() })

const measure = z.object({
  name: z.string(), kind: z.string(), unit: z.string().nullable(),
  across: z.string().nullable().describe('How the levels of several entities make one; null where they simply add up.'),
  values: z.array(z.string()).nullable().describe('The words of a state.'),
  ratio: z.object({ numerator: z.string(), denominator: z.string() }).nullable(),
  answers: z.array(z.object({
    key: z.string().describe('To select: MEASURE.ANSWER.'), answer: z.string(), type: z.enum(ANSWER_TYPES), scale: z.number().int().describe('Digits after the point, of a decimal.'),
    alone: z.boolean().describe('Has a value for one entity.'), total: z.boolean().describe('Has a value for a total.'), asOf: z.boolean().describe('Can be told as of an earlier instant.'),
  })),
}).meta({ id: 'Measure' })

const declaredSeries = z.object({
  name: z.string(), of: entityKind, source: z.enum(['events', 'collected']), stream: z.string().nullable(), grain: z.string(), grains: z.array(z.enum(GRAINS)),
  measures: z.array(measure),
  dimensions: z.array(z.object({ field: z.string(), values: z.array(z.string()), most: z.number().int().nullable().describe('Of free text: how many values have rows of their own.') })),
  windows: z.array(z.object({ name: z.string(), anchor: z.string(), months: z.number().int() })),
  tiers: z.array(z.object({ tier, months: z.number().int().nullable(), days: z.number().int().nullable() })).describe('Finest first; null: what comes here stays.'),
  archive: z.boolean(), asOfDays: z.number().int(), checkpoints: z.array(z.object({ every: z.number().int(), stream: z.string() })),
  payload: z.object({ version: z.number().int() }).nullable(), frequency: z.unknown().describe('How often entities are captured, by status and activity; null: always at the grain.'),
}).meta({ id: 'DeclaredSeries' })

const declaredStream = z.object({
  name: z.string(), of: entityKind, tenant: z.string(), entity: z.string(), id: z.string(), at: z.string(), day: z.string(),
  fields: z.array(z.object({ name: z.string(), type: z.string(), optional: z.boolean(), values: z.array(z.string()).nullable(), scale: z.number().int().nullable() })),
}).meta({ id: 'DeclaredStream' })

const rule = z.object({
  name: z.string(), series: z.string(), measure: z.string(), parts: z.object({ above: z.array(z.string()), below: z.array(z.string()) }).nullable().describe('Of a quotient, what it is judged by.'), side: z.string(), bound: z.string(), clear: z.string(), action: z.string(), severity: z.string(), note: z.string().nullable(),
}).meta({ id: 'AlertRule' })

export const declarations = route({
  id: 'declarations', method: 'GET', url: '/v1/declarations', tag: 'declarations', summary: 'What is declared: all that a dashboard for any series needs.', action: 'summary',
  path: null, query: z.strictObject({}), body: null,
  answer: z.object({ streams: z.array(declaredStream), series: z.array(declaredSeries), alerts: z.array(rule) }).meta({ id: 'Declarations' }),
  async handle({ gate }) {
    return { kind: 'document', document: { streams: gate.streams().map(shownStream), series: gate.series().map(shownSeries), alerts: gate.alerts.rules() } }
  },
})

function shownStream({ name, of, tenant, entity, id, at, day, fields }: StreamDefinition): object {
  const shown = ([field, definition]: [string, FieldDefinition]): object => ({
    name: field, type: definition.type, optional: definition.optional,
    values: definition.type === 'oneOf' ? definition.values : null, scale: definition.type === 'decimal' ? definition.scale : null,
  })
  return { name, of, tenant, entity, id, at, day, fields: Object.entries(fields).map(shown) }
}

function shownSeries(series: SeriesDefinition): object {
  const { name, of, grain, measures, dimensions, windows, keep, checkpoints } = series
  const collected = isCollected(series)
  return {
    name, of, source: collected ? 'collected' : 'events', stream: collected ? null : series.stream.name, grain,
    grains: GRAINS.filter((one) => collected || one !== 'captured'),
    measures: Object.entries(measures).map(([measure, definition]) => shownMeasure(series, measure, definition)),
    dimensions: dimensions.map(({ field, values, most }) => ({ field, values: most === undefined ? values : [], most: most ?? null })),
    windows: Object.entries(windows).map(([window, definition]) => ({ name: window, ...(definition as object) })),
    tiers: keep.tiers.map(({ tier, until }: TierPolicy) => ({ tier, months: until?.months ?? null, days: until?.days ?? null })),
    archive: keep.archive, asOfDays: keep.asOfDays, checkpoints,
    payload: collected ? series.payload : null, frequency: collected ? series.collected.frequency : null,
  }
}

function shownMeasure(series: SeriesDefinition, name: string, definition: MeasureDefinition): object {
  const kind = kindOf(definition)
  const answers = kind.answers(definition).map((answer) => {
    const key = `${name}.${answer}`
    return {
      key, answer, ...answerType(definition, answer),
      alone: gives(series, key, false), total: gives(series, key, true), asOf: !kind.notAsOf.includes(answer),
    }
  })
  return {
    name, kind: definition.kind, unit: definition.unit ?? ownUnit(definition), across: 'across' in definition ? definition.across : null,
    values: definition.kind === 'state' ? definition.values : null,
    ratio: definition.kind === 'ratio' ? { numerator: definition.numerator, denominator: definition.denominator } : null, answers,
  }
}

/** What the declaration says by itself: seconds since midnight are shown as a time. */
function ownUnit(definition: MeasureDefinition): string | null {
  return (definition.kind === 'extreme' || definition.kind === 'histogram') && definition.value?.op === 'timeOfDay' ? 'time of day' : null
}

/** The same judge that a question has. */
function gives(series: SeriesDefinition, key: string, total: boolean): boolean {
  try {
    resolveAnswer(series, key, total)
    return true
  } catch {
    return false
  }
}

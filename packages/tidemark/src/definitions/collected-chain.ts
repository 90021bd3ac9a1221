import { TidemarkError } from '../errors.ts'
import type { CollectedSeriesDefinition } from './collected.ts'
import type { CollectedRow, CollectInput, CollectOptions, CollectSql, Collector, PayloadReader } from './collector.ts'
import { type Derive, deriveHelpers, type Joined, type Measures } from './derive.ts'
import type { DimensionDefinition } from './dimension.ts'
import type { EntityDefinition } from './entity.ts'
import { type Frequency, type FrequencyOptions, FREQUENCIES, parseFrequency } from './frequency.ts'
import { type CollectedKeepOptions, KEEP_COLLECTED_FOREVER, parseKeep } from './keep.ts'
import type { AnswersOf, InputOf } from './measure.ts'
import { checkMeasures, checkMergeable, definitionsOf } from './measure-rules.ts'
import { checkDistinct, checkName } from './name.ts'
import { checkOptions } from './options.ts'
import { type SampledBuilders, sampledBuilders } from './sampled-builders.ts'
import type { Series } from './series.ts'
import type { SchemaOutput, StandardSchema } from './standard-schema.ts'

/** What a collector gives for the measures of a series; derived ones are computed. */
export type ValuesOf<M extends Measures> = { readonly [K in keyof M as unknown extends M[K]['~input'] ? never : K]: InputOf<M[K]> }

/** A collected series that says where its values come from. `payload` is the type of its payload, for inference only. */
export interface CollectedSeries<M extends Measures = Measures, D extends string = string, P = unknown> extends Series<M, D, never> {
  readonly definition: CollectedSeriesDefinition
  readonly collector: Collector
  readonly '~payload'?: P
}

/** A dimension's values, or for free text how many of each tenant's have rows of their own; later ones are counted as `(other)`. */
type DimensionOption = readonly [string, ...string[]] | { readonly most: number }

/** Values under names that are no measures: of a row that is built within a callback the compiler would take them. */
type NothingElse<R extends CollectedRow, Values> = { readonly values: { readonly [K in Exclude<keyof R['values'], keyof Values>]: never } }

/** The measures that say how much happened in a span of days. */
type ActivityOf<M extends Measures> = {
  [K in keyof M & string]: keyof AnswersOf<M[K]> & ('increase' | 'sum') extends never ? never : K
}[keyof M & string]

/** A collected series that more can be said of. Every step returns a new declaration; `collect` is the last. */
export interface CollectedChain<M extends Measures, D extends string, P> {
  /** Splits every row by these words besides keeping the whole; the collector gives the values of each combination. */
  by<const Dimensions extends Readonly<Record<string, DimensionOption>>>(dimensions: Dimensions): CollectedChain<M, keyof Dimensions & string, P>
  /** Adds measures that are computed from others at every answer. */
  derive<const R extends Measures>(make: (helpers: Derive<M>) => R): CollectedChain<Joined<M, R>, D, P>
  /**
   * Keeps the complete state at each capture beside the measures, and the last one of each period through every tier.
   * @param options.version of the schema, from 1; `upgrade[n]` turns a payload of version n into one of n + 1
   */
  payload<S extends StandardSchema>(
    schema: S, options: { readonly version: number; readonly upgrade?: Readonly<Record<number, (payload: unknown) => unknown>> },
  ): CollectedChain<M, D, SchemaOutput<S>>
  /** How often each entity is captured, by its status and its activity. Without it, at the grain of the series. */
  frequency(options: FrequencyOptions<ActivityOf<M>>): CollectedChain<M, D, P>
  /** How long each tier is kept, from captured rows on. Without it, they are kept forever. */
  keep(options: CollectedKeepOptions): CollectedChain<M, D, P>
  /** Where the values come from: a function that is asked for batches of entities, or SQL. */
  collect<R extends CollectedRow<ValuesOf<M>, P>>(
    collect: ((input: CollectInput) => Promise<readonly (R & NothingElse<R, ValuesOf<M>>)[]>) | CollectSql, options: CollectOptions,
  ): CollectedSeries<M, D, P>
}

export interface CollectedStart {
  /** Declares what a live source is asked for. */
  measures<const M extends Measures>(make: (helpers: SampledBuilders) => M): CollectedChain<M, never, undefined>
}

/** The beginning of a collected series. Throws DECLARATION_INVALID. */
export function collectedSeries(name: string, of: EntityDefinition, grain: Frequency): CollectedStart {
  return {
    measures: (make) => chain({
      name, of, grain, collected: { past: false, dueAt: 0, frequency: null }, measures: definitionsOf(make(sampledBuilders), `series(${JSON.stringify(name)})`),
      dimensions: [], payload: null, keep: KEEP_COLLECTED_FOREVER, checkpoints: [], windows: {},
    }, null),
  }
}

/** What an older declaration may have been written as. */
const SAMPLED_KINDS: ReadonlySet<string> = new Set(['gauge', 'counter', 'state', 'count', 'delta', 'sampledFlag', 'histogram', 'distinct', 'ratio'])

function chain(definition: CollectedSeriesDefinition, payload: PayloadReader | null): never
function chain(definition: CollectedSeriesDefinition, payload: PayloadReader | null): unknown {
  const where = `series(${JSON.stringify(definition.name)})`
  checkSampled(definition, where)
  checkMeasures(definition, where)
  checkMergeable(definition, where)
  const next = (change: Partial<CollectedSeriesDefinition>, reader = payload): never => chain({ ...definition, ...change }, reader)
  const declared: CollectedChain<Measures, string, unknown> = {
    by(dimensions) {
      const entries = Object.entries(dimensions)
      checkDistinct('dimensions', Object.keys(dimensions), where)
      if (entries.length > MOST_DIMENSIONS) {
        throw new TidemarkError('DECLARATION_INVALID', `a series has at most ${MOST_DIMENSIONS} dimensions, not ${entries.length}`, { where })
      }
      return next({ dimensions: entries.map(([field, option]) => dimensionOf(field, option, where)) })
    },
    derive(make) {
      const derived = definitionsOf(make(deriveHelpers), where)
      checkDistinct('measures', [...Object.keys(definition.measures), ...Object.keys(derived)], where)
      return next({ measures: { ...definition.measures, ...derived } })
    },
    payload(schema, options) {
      checkOptions(options, ['version', 'upgrade'], `${where}.payload`)
      const { version, upgrade = {} } = options
      if (!Number.isSafeInteger(version) || version < 1) {
        throw new TidemarkError('DECLARATION_INVALID', `the version of a payload is a whole number from 1, not ${String(version)}`, { where })
      }
      for (let from = 1; from < version; from++) {
        if (typeof upgrade[from] !== 'function') {
          throw new TidemarkError('DECLARATION_INVALID', `a payload of version ${from} cannot be read: there is no upgrade[${from}] to version ${from + 1}`, { where: `${where}.payload` })
        }
      }
      return next({ payload: { version } }, { version, schema, upgrade })
    },
    frequency(options) {
      const frequency = parseFrequency(options, definition.grain, `${where}.frequency`)
      checkActivity(definition, frequency.activity, `${where}.frequency`)
      return next({ collected: { ...definition.collected, frequency } })
    },
    keep: (options) => next({ keep: parseKeep(options, `${where}.keep`, 'captured') }),
    collect(collect, options) {
      checkOptions(options, ['entities', 'past', 'at', 'batch', 'timeoutMs'], `${where}.collect`)
      const { entities, past = false, at = '00:00', batch = 100, timeoutMs = 10_000 } = options
      if (typeof collect !== 'function') checkOptions(collect, ['source', 'sql'], `${where}.collect`)
      if (typeof entities !== 'function') checkOptions(entities, ['source', 'sql'], `${where}.collect.entities`)
      const positive = (name: string, value: number): number => {
        if (Number.isSafeInteger(value) && value > 0) return value
        throw new TidemarkError('DECLARATION_INVALID', `${name} is a whole number from 1, not ${String(value)}`, { where: `${where}.collect` })
      }
      const final: CollectedSeriesDefinition = { ...definition, collected: { ...definition.collected, past, dueAt: secondsOf(at, `${where}.collect`) } }
      const collector: Collector = {
        collect: collect as Collector['collect'], entities, batch: positive('batch', batch), timeoutMs: positive('timeoutMs', timeoutMs), payload,
      }
      return Object.freeze({ definition: Object.freeze(final), collector: Object.freeze(collector) })
    },
  }
  return Object.freeze(declared)
}

function checkSampled(definition: CollectedSeriesDefinition, where: string): void {
  if (!FREQUENCIES.includes(definition.grain)) {
    throw new TidemarkError('DECLARATION_INVALID', `the grain of a collected series is ${FREQUENCIES.join(', ')}, not ${JSON.stringify(definition.grain)}`, { where })
  }
  // Its columns stand beside the measures', by that name.
  checkDistinct('measures', [...Object.keys(definition.measures), 'payload'], where)
  for (const [name, measure] of Object.entries(definition.measures)) {
    const sampled = SAMPLED_KINDS.has(measure.kind) && !('value' in measure && measure.value !== null) && !('field' in measure && measure.field !== null)
    if (!sampled) throw new TidemarkError('DECLARATION_INVALID', `${name} reads events, and a collected series has none`, { where, hint: 'Use the helpers that measures() is given.' })
  }
}

/** Kinds that say how much happened in a span of days. */
const ACTIVITY_KINDS: ReadonlySet<string> = new Set(['counter', 'count', 'delta'])

function checkActivity(definition: CollectedSeriesDefinition, activity: string | null, where: string): void {
  if (activity === null) return
  const measure = Object.hasOwn(definition.measures, activity) ? definition.measures[activity] : undefined
  if (measure !== undefined && ACTIVITY_KINDS.has(measure.kind)) return
  throw new TidemarkError('FREQUENCY_INVALID', `activity is a counter, count or delta of ${definition.name}, not ${JSON.stringify(activity)}`, { where })
}

/** Cells number each dimension with ten bits, and the last is for all other values; see cell.ts. */
const MOST_VALUES = 1022
const MOST_DIMENSIONS = 4

function dimensionOf(field: string, option: DimensionOption, where: string): DimensionDefinition {
  checkName('a dimension', field, where)
  if (!Array.isArray(option)) checkOptions(option, ['most'], `${where}.${field}`)
  if ('most' in option) {
    if (Number.isSafeInteger(option.most) && option.most >= 1 && option.most <= MOST_VALUES) return { field, values: [], most: option.most }
    throw new TidemarkError('FIELD_UNFIT', `the dimension ${field} is bounded by 1 to ${MOST_VALUES} values, not ${String(option.most)}`, { where })
  }
  checkDistinct('values', option, `${where}.${field}`)
  if (option.length > MOST_VALUES) throw new TidemarkError('FIELD_UNFIT', `the dimension ${field} has ${option.length} values; at most ${MOST_VALUES} have cells`, { where })
  return { field, values: [...option] }
}

function secondsOf(at: string, where: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at)
  if (match !== null) return Number(match[1]) * 3600 + Number(match[2]) * 60
  throw new TidemarkError('DECLARATION_INVALID', `${JSON.stringify(at)} is no local time such as '03:00'`, { where })
}


import { TidemarkError } from '../errors.ts'
import type { CollectedSeriesDefinition } from './collected.ts'
import { collectedSeries, type CollectedStart } from './collected-chain.ts'
import { type Derive, deriveHelpers, type Joined, type Measures } from './derive.ts'
import type { DimensionDefinition } from './dimension.ts'
import type { EntityDefinition } from './entity.ts'
import type { Fields, FieldsOf } from './field.ts'
import type { Frequency } from './frequency.ts'
import { type Handles, handles } from './handle.ts'
import { KEEP_FOREVER, type KeepDefinition, type KeepOptions, parseKeep } from './keep.ts'
import type { AnswersOf, MeasureDefinition } from './measure.ts'
import { type Builders, builders } from './measure-builders.ts'
import { checkMeasures, checkMergeable, definitionsOf } from './measure-rules.ts'
import { checkDistinct, checkName } from './name.ts'
import { checkOptions } from './options.ts'
import { checkReadFields } from './read-fields.ts'
import type { Stream, StreamDefinition } from './stream.ts'

/** The state of each measure after every `every` accepted events of an entity. */
export interface CheckpointDefinition {
  readonly every: number
  readonly stream: string
}

/** A window that starts on each entity's own anchor day: window k is [anchor + k·months, anchor + (k+1)·months). */
export interface WindowDefinition {
  readonly anchor: 'firstEvent'
  readonly months: number
}

/** The plain form of a series that is fed by events: what is stored, hashed and planned from. */
export interface EventSeriesDefinition {
  readonly name: string
  readonly of: EntityDefinition
  readonly grain: 'day'
  readonly stream: StreamDefinition
  readonly measures: Readonly<Record<string, MeasureDefinition>>
  readonly dimensions: readonly DimensionDefinition[]
  readonly checkpoints: readonly CheckpointDefinition[]
  readonly windows: Readonly<Record<string, WindowDefinition>>
  readonly keep: KeepDefinition
}

/** The plain form of any series. */
export type SeriesDefinition = EventSeriesDefinition | CollectedSeriesDefinition

export function isCollected(series: SeriesDefinition): series is CollectedSeriesDefinition {
  return 'collected' in series
}

/** The keys that a query of these measures can select: `contributions.sum`, `fixShare.value`. */
export type AnswerKey<M extends Measures> = {
  [K in keyof M & string]: `${K}.${keyof AnswersOf<M[K]> & string}`
}[keyof M & string]

/** The type of the value behind one answer key. */
export type AnswerValue<M extends Measures, Key extends string> = Key extends `${infer Name}.${infer Answer}`
  ? Name extends keyof M ? (Answer extends keyof AnswersOf<M[Name]> ? AnswersOf<M[Name]>[Answer] : never) : never
  : never

/** A declared series: its definition, and for inference only the types of its measures, dimensions and windows. */
export interface Series<M extends Measures = Measures, D extends string = string, W extends string = string> {
  readonly definition: SeriesDefinition
  readonly '~measures'?: M
  readonly '~dimensions'?: D
  readonly '~windows'?: W
}

/** A series that more can be said of: chain what follows from what. Every step returns a new declaration. */
export interface SeriesChain<F extends Fields, M extends Measures, D extends string, W extends string> extends Series<M, D, W> {
  readonly definition: EventSeriesDefinition
  /** Splits every row by these fields besides keeping the whole; `group` of an answer names their values. */
  by<const Field extends FieldsOf<F, 'oneOf'>>(...fields: readonly Field[]): SeriesChain<F, M, Field, W>
  /** Adds measures that are computed from others at every answer. */
  derive<const R extends Measures>(make: (helpers: Derive<M>) => R): SeriesChain<F, Joined<M, R>, D, W>
  /** Keeps the state of each measure after every `every` accepted events of an entity of the stream `of`. */
  checkpoint(options: { readonly every: number; readonly of: Stream<F> }): SeriesChain<F, M, D, W>
  /** Declares a window that starts on each entity's own anchor; its boundaries stay exact through every tier. */
  window<const Name extends string>(name: Name, options: WindowDefinition): SeriesChain<F, M, D, W | Name>
  /** How long each tier is kept, from the day on. Without it, day rows are kept forever. */
  keep(options: KeepOptions): SeriesChain<F, M, D, W>
}

interface EventStart {
  /** Feeds the series from a stream: `e` names its fields, the helpers say what to keep of them. */
  from<F extends Fields, const M extends Measures>(
    stream: Stream<F>, make: (e: Handles<F>, helpers: Builders) => M,
  ): SeriesChain<F, M, never, never>
}

/**
 * Declares what to keep about each entity: `from` a stream of events once a local day, or the `measures` that a live
 * source is asked for, at the finest once a `grain`.
 */
export function series<const Grain extends Frequency>(
  name: string, options: { readonly of: EntityDefinition; readonly grain: Grain },
): CollectedStart & (Grain extends 'day' ? EventStart : unknown)
export function series(name: string, options: { readonly of: EntityDefinition; readonly grain: Frequency }): EventStart & CollectedStart {
  const where = `series(${JSON.stringify(name)})`
  checkName('a series', name, where)
  checkOptions(options, ['of', 'grain'], where)
  return {
    ...collectedSeries(name, options.of, options.grain),
    from(stream, make) {
      if (options.grain !== 'day') {
        throw new TidemarkError('DECLARATION_INVALID', `an event-fed series has grain 'day', not ${JSON.stringify(options.grain)}`, { where })
      }
      if (stream.definition.of.name !== options.of.name) {
        throw new TidemarkError('DECLARATION_INVALID', `the series is of ${options.of.name}, the stream ${stream.definition.name} of ${stream.definition.of.name}`, { where })
      }
      // The declared fields are at hand only as definitions; a handle needs no more.
      const fields = Object.fromEntries(Object.entries(stream.definition.fields).map(([field, definition]) => [field, { definition }]))
      const made = make(handles(fields as never, `stream(${JSON.stringify(stream.definition.name)})`) as never, builders)
      return chain({
        name, of: options.of, grain: 'day', stream: stream.definition, measures: definitionsOf(made, where),
        dimensions: [], checkpoints: [], windows: {}, keep: KEEP_FOREVER,
      })
    },
  }
}

function chain(definition: EventSeriesDefinition): never
function chain(definition: EventSeriesDefinition): unknown {
  const where = `series(${JSON.stringify(definition.name)})`
  checkMeasures(definition, where)
  checkReadFields(definition.stream, definition.measures, where)
  checkMergeable(definition, where)
  const next = (change: Partial<EventSeriesDefinition>): never => chain({ ...definition, ...change })
  const declared: SeriesChain<Fields, Measures, string, string> = {
    definition: Object.freeze(definition),
    by(...fields) {
      checkDistinct('dimensions', fields, where)
      if (fields.length > MOST_DIMENSIONS) {
        throw new TidemarkError('DECLARATION_INVALID', `a series has at most ${MOST_DIMENSIONS} dimensions, not ${fields.length}`, { where })
      }
      return next({ dimensions: fields.map((field) => dimensionOf(definition.stream, field, where)) })
    },
    derive(make) {
      const derived = definitionsOf(make(deriveHelpers), where)
      checkDistinct('measures', [...Object.keys(definition.measures), ...Object.keys(derived)], where)
      return next({ measures: { ...definition.measures, ...derived } })
    },
    checkpoint(options) {
      checkOptions(options, ['every', 'of'], `${where}.checkpoint`)
      const { every, of } = options
      if (!Number.isSafeInteger(every) || every < 1) {
        throw new TidemarkError('TRIGGER_NEVER_FIRES', `a checkpoint every ${String(every)} events never comes`, { where })
      }
      if (of.definition.name !== definition.stream.name) {
        throw new TidemarkError('TRIGGER_NEVER_FIRES', `no event of ${of.definition.name} reaches this series, which is fed by ${definition.stream.name}`, { where })
      }
      return next({ checkpoints: [...definition.checkpoints, { every, stream: of.definition.name }] })
    },
    window(name, options) {
      checkName('a window', name, where)
      checkOptions(options, ['anchor', 'months'], `${where}.window(${JSON.stringify(name)})`, 'WINDOW_INVALID')
      checkDistinct('windows', [...Object.keys(definition.windows), name], where)
      if (options.anchor !== 'firstEvent' || !Number.isSafeInteger(options.months) || options.months < 1 || options.months > 1200) {
        throw new TidemarkError('WINDOW_INVALID', `the window ${name} is { anchor: ${JSON.stringify(options.anchor)}, months: ${String(options.months)} }`, { where })
      }
      return next({ windows: { ...definition.windows, [name]: { anchor: options.anchor, months: options.months } } })
    },
    keep: (options) => next({ keep: parseKeep(options, `${where}.keep`) }),
  }
  return Object.freeze(declared)
}

/** Cells number each dimension with ten bits; see cell.ts. */
const MOST_VALUES = 1023
const MOST_DIMENSIONS = 4

function dimensionOf(stream: StreamDefinition, name: string, where: string): DimensionDefinition {
  const field = Object.hasOwn(stream.fields, name) ? stream.fields[name] : undefined
  if (field === undefined) {
    throw new TidemarkError('FIELD_UNKNOWN', `the dimension ${JSON.stringify(name)} is not a field of ${stream.name}`, { where })
  }
  if (field.type !== 'oneOf' || field.optional) {
    throw new TidemarkError('FIELD_UNFIT', `the dimension ${name} must be a oneOf field that is always there, not ${field.optional ? 'optional ' : ''}${field.type}`, { where })
  }
  if (field.values.length > MOST_VALUES) {
    throw new TidemarkError('FIELD_UNFIT', `the dimension ${name} has ${field.values.length} values; at most ${MOST_VALUES} have cells`, { where })
  }
  checkName('a dimension', name, where)
  return { field: name, values: field.values }
}


export type MeasuresOf<S extends Series> = NonNullable<S['~measures']>
export type DimensionsOf<S extends Series> = NonNullable<S['~dimensions']>
export type WindowsOf<S extends Series> = NonNullable<S['~windows']>

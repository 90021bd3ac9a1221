import type { ValueExpression } from '../../src/definitions/expression.ts'
import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import type { AnswerScalar } from '../../src/query/answer.ts'
import type { Day } from './civil.ts'
import { type Event, holds } from './event.ts'
import { decimalText, type Fraction, roundedText } from './exact.ts'
import { estimateOf, quantile } from './sketch.ts'

/** One thing that happened on a day: an event, or an adjustment of one measure. */
export type Fact =
  | { readonly kind: 'event'; readonly day: Day; readonly event: Event }
  | { readonly kind: 'adjustment'; readonly day: Day; readonly measure: string; readonly by: bigint; readonly group: Readonly<Record<string, string>> }

/** What one measure comes to over some facts. */
export type Part =
  | { readonly kind: 'count'; readonly sum: bigint }
  | { readonly kind: 'delta'; readonly sum: bigint; readonly n: number }
  | { readonly kind: 'extreme'; readonly value: bigint | null }
  /** `count` days were true of `n`. */
  | { readonly kind: 'flag'; readonly count: number; readonly n: number }
  | { readonly kind: 'histogram'; readonly values: readonly bigint[] }
  | { readonly kind: 'distinct'; readonly words: ReadonlySet<string> }

/** The measures of event-fed series that have a state. */
export type Stateful = Extract<MeasureDefinition, { readonly kind: 'count' | 'delta' | 'extreme' | 'flag' | 'histogram' | 'distinct' }>

export function isStateful(measure: MeasureDefinition | undefined): measure is Stateful {
  return measure !== undefined && ['count', 'delta', 'extreme', 'flag', 'histogram', 'distinct'].includes(measure.kind)
}

function valueOf(expression: ValueExpression | null, event: Event): bigint | null {
  if (expression === null) throw new Error('a measure of events that reads none')
  if (expression.op === 'timeOfDay') {
    const seconds = event.timesOfDay[expression.field]
    return seconds === undefined ? null : BigInt(seconds)
  }
  return event.fields[expression.field] as bigint | null
}

/** A measure over facts. `n`: the days that a flag has a value for. */
export function partOf(name: string, measure: Stateful, facts: readonly Fact[], n: number): Part {
  const events = facts.flatMap((fact) => (fact.kind === 'event' && (measure.where === null || holds(measure.where, fact.event)) ? [fact] : []))
  const adjusted = facts.reduce((sum, fact) => (fact.kind === 'adjustment' && fact.measure === name ? sum + fact.by : sum), 0n)
  switch (measure.kind) {
    case 'count': return { kind: 'count', sum: BigInt(events.length) + adjusted }
    case 'flag': return { kind: 'flag', count: new Set(events.map((fact) => fact.day)).size, n }
    case 'delta': {
      const values = events.map((fact) => valueOf(measure.value, fact.event)).filter((value) => value !== null)
      return { kind: 'delta', sum: values.reduce((sum, value) => sum + value, 0n) + adjusted, n: values.length }
    }
    case 'extreme': {
      const values = events.map((fact) => valueOf(measure.value, fact.event)).filter((value) => value !== null)
      return { kind: 'extreme', value: outermost(measure.side, values) }
    }
    case 'histogram': return { kind: 'histogram', values: events.map((fact) => valueOf(measure.value, fact.event)).filter((value) => value !== null) }
    case 'distinct': {
      const words = events.map((fact) => fact.event.fields[measure.field as string])
      return { kind: 'distinct', words: new Set(words.filter((word) => typeof word === 'string')) }
    }
  }
}

function outermost(side: 'min' | 'max', values: readonly bigint[]): bigint | null {
  return values.reduce<bigint | null>((best, value) => (best === null || (side === 'min' ? value < best : value > best) ? value : best), null)
}

/** The total of what entities answer; null when none of them answers. */
export function total(measure: Stateful, parts: readonly (Part | null)[]): Part | null {
  const known = parts.filter((part) => part !== null)
  if (known.length === 0) return null
  const sum = (of: (part: Part) => bigint): bigint => known.reduce((all, part) => all + of(part), 0n)
  const count = (of: (part: Part) => number): number => known.reduce((all, part) => all + of(part), 0)
  switch (measure.kind) {
    case 'count': return { kind: 'count', sum: sum((part) => (part.kind === 'count' ? part.sum : 0n)) }
    case 'delta': return { kind: 'delta', sum: sum((part) => (part.kind === 'delta' ? part.sum : 0n)), n: count((part) => (part.kind === 'delta' ? part.n : 0)) }
    case 'flag': return { kind: 'flag', count: count((part) => (part.kind === 'flag' ? part.count : 0)), n: count((part) => (part.kind === 'flag' ? part.n : 0)) }
    case 'extreme': return { kind: 'extreme', value: outermost(measure.side, known.flatMap((part) => (part.kind === 'extreme' && part.value !== null ? [part.value] : []))) }
    case 'histogram': return { kind: 'histogram', values: known.flatMap((part) => (part.kind === 'histogram' ? part.values : [])) }
    case 'distinct': return { kind: 'distinct', words: new Set(known.flatMap((part) => (part.kind === 'distinct' ? [...part.words] : []))) }
  }
}

type Measures = Readonly<Record<string, MeasureDefinition>>
type PartByName = (measure: string) => Part | null

/** `MEASURE.ANSWER` from the parts of the stateful measures. */
export function answer(key: string, measures: Measures, parts: PartByName): AnswerScalar {
  const [name, what] = key.split('.') as [string, string]
  const measure = measures[name]
  if (measure === undefined) throw new Error(`no measure named ${name}`)
  if (measure.kind === 'ratio') {
    const fraction = fractionOf(name, measures, parts)
    return fraction === null ? null : roundedText(fraction, measure.scale)
  }
  const part = parts(name)
  if (part === null) return null
  switch (part.kind) {
    case 'count': return Number(part.sum)
    case 'flag': return what === 'count' ? part.count : what === 'any' ? part.count > 0 : part.n > 0 && part.count === part.n
    case 'extreme': return part.value === null ? null : printed(part.value, measure)
    case 'distinct': return estimateOf(part.words, measure.kind === 'distinct' ? measure.exact : 0)[what as 'estimate' | 'error']
    case 'histogram': {
      if (what === 'n') return part.values.length
      const value = quantile(what, part.values)
      return value === null ? null : printed(value, measure)
    }
    case 'delta':
      if (what === 'n') return part.n
      if (what === 'sum') return printed(part.sum, measure)
      return part.n === 0 ? null : roundedText({ numerator: part.sum, denominator: BigInt(part.n) * 10n ** BigInt(scaleOf(measure)) }, scaleOf(measure) + 4)
  }
}

function scaleOf(measure: MeasureDefinition): number {
  return 'shape' in measure ? measure.shape.scale : 0
}

function printed(value: bigint, measure: MeasureDefinition): AnswerScalar {
  if (!('shape' in measure)) return Number(value)
  return measure.shape.type === 'integer' ? Number(value) : decimalText(value, measure.shape.scale)
}

/** A ratio of ratios is one exact fraction; null where a part is null or a denominator 0. */
function fractionOf(name: string, measures: Measures, parts: PartByName): Fraction | null {
  const measure = measures[name] as MeasureDefinition
  if (measure.kind === 'ratio') {
    const top = fractionOf(measure.numerator, measures, parts)
    const bottom = fractionOf(measure.denominator, measures, parts)
    if (top === null || bottom === null || bottom.numerator === 0n) return null
    return { numerator: top.numerator * bottom.denominator, denominator: top.denominator * bottom.numerator }
  }
  const part = parts(name)
  if (part === null) return null
  const denominator = 10n ** BigInt(scaleOf(measure))
  switch (part.kind) {
    case 'count':
    case 'delta': return { numerator: part.sum, denominator }
    case 'flag': return { numerator: BigInt(part.count), denominator: 1n }
    case 'extreme':
    case 'histogram':
    case 'distinct': throw new Error(`${name} is of kind ${part.kind}, which does not add up`)
  }
}

/** The stateful measures that a measure is computed from: itself, or the parts of a ratio. */
export function partsOf(name: string, measures: Measures): readonly string[] {
  const measure = measures[name]
  if (measure === undefined) throw new Error(`no measure named ${name}`)
  if (measure.kind !== 'ratio') return [name]
  return [...partsOf(measure.numerator, measures), ...partsOf(measure.denominator, measures)]
}

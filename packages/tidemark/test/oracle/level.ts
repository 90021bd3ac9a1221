import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import type { AnswerScalar } from '../../src/query/answer.ts'
import { decimalText, type Fraction, roundedText } from './exact.ts'
import type { Sample } from './sample.ts'
import { estimateOf, quantile } from './sketch.ts'

/** What one measure said in one window. */
export interface WindowSample {
  readonly seconds: bigint
  readonly sample: Sample | undefined
  /** Of a counter: what it grew by since the nearest earlier value; null of the first of all. */
  readonly increase: bigint | null
}

/** What one collected measure comes to over the windows of one entity that have a value; null when none has. */
export type Level =
  | { readonly kind: 'gauge'; readonly first: bigint; readonly last: bigint; readonly min: bigint; readonly max: bigint; readonly weighted: bigint; readonly seconds: bigint }
  | { readonly kind: 'counter'; readonly last: bigint; readonly increase: bigint | null }
  | { readonly kind: 'state'; readonly last: string; readonly seconds: ReadonlyMap<string, bigint> }
  | { readonly kind: 'sampledFlag'; readonly count: number; readonly n: number }
  | { readonly kind: 'count' | 'delta'; readonly sum: bigint; readonly n: number }
  | { readonly kind: 'histogram'; readonly values: readonly bigint[] }
  | { readonly kind: 'distinct'; readonly words: ReadonlySet<string> }

/** A measure over windows in the order of time. */
export function levelOf(measure: MeasureDefinition, windows: readonly WindowSample[]): Level | null {
  const valued = windows.filter(({ sample }) => sample !== undefined && sample !== null)
  if (valued.length === 0) return null
  const samples = valued.map(({ sample }) => sample as Exclude<Sample, null>)
  const numbers = samples as readonly bigint[]
  switch (measure.kind) {
    case 'gauge': return {
      kind: 'gauge', first: numbers[0] as bigint, last: numbers.at(-1) as bigint, min: least(numbers), max: greatest(numbers),
      weighted: sum(valued.map(({ seconds }, place) => seconds * (numbers[place] as bigint))), seconds: sum(valued.map(({ seconds }) => seconds)),
    }
    case 'counter': {
      const increases = valued.flatMap(({ increase }) => increase ?? [])
      return { kind: 'counter', last: numbers.at(-1) as bigint, increase: increases.length === 0 ? null : sum(increases) }
    }
    case 'state': {
      const seconds = new Map<string, bigint>()
      for (const window of valued) {
        const word = window.sample as string
        seconds.set(word, (seconds.get(word) ?? 0n) + window.seconds)
      }
      return { kind: 'state', last: samples.at(-1) as string, seconds }
    }
    case 'sampledFlag': return { kind: 'sampledFlag', count: samples.filter((sample) => sample === true).length, n: samples.length }
    case 'count':
    case 'delta': return { kind: measure.kind, sum: sum(numbers), n: numbers.length }
    case 'histogram': return { kind: 'histogram', values: (samples as readonly (readonly bigint[])[]).flat() }
    case 'distinct': return { kind: 'distinct', words: new Set((samples as readonly (readonly string[])[]).flat()) }
    case 'extreme':
    case 'flag':
    case 'ratio': throw new Error(`no collector is asked for a ${measure.kind}`)
  }
}

export function sum(numbers: readonly bigint[]): bigint {
  return numbers.reduce((all, number) => all + number, 0n)
}

export function least(numbers: readonly bigint[]): bigint {
  return numbers.reduce((best, number) => (number < best ? number : best))
}

export function greatest(numbers: readonly bigint[]): bigint {
  return numbers.reduce((best, number) => (number > best ? number : best))
}

export function shapeOf(measure: MeasureDefinition): { readonly type: string; readonly scale: number } {
  return 'shape' in measure ? measure.shape : { type: 'integer', scale: 0 }
}

export function printed(value: bigint | null, measure: MeasureDefinition): AnswerScalar {
  if (value === null) return null
  const { type, scale } = shapeOf(measure)
  return type === 'integer' ? Number(value) : decimalText(value, scale)
}

/** `ANSWER` of one entity. */
export function answerOf(measure: MeasureDefinition, level: Level | null, answer: string): AnswerScalar {
  if (level === null) return null
  const scale = shapeOf(measure).scale
  const units = 10n ** BigInt(scale)
  switch (level.kind) {
    case 'gauge':
      if (answer === 'mean') return roundedText({ numerator: level.weighted, denominator: level.seconds * units }, scale + 4)
      return printed(level[answer as 'first' | 'last' | 'min' | 'max'], measure)
    case 'counter': return printed(answer === 'last' ? level.last : level.increase, measure)
    case 'state': return answer === 'last' ? level.last : shareOf(answer.slice('share:'.length), [level])
    case 'sampledFlag': return answer === 'count' ? level.count : answer === 'any' ? level.count > 0 : level.count === level.n
    case 'count':
    case 'delta':
      if (answer === 'n') return level.n
      return answer === 'sum' ? printed(level.sum, measure) : roundedText({ numerator: level.sum, denominator: BigInt(level.n) * units }, scale + 4)
    case 'histogram': return answer === 'n' ? level.values.length : printed(quantile(answer, level.values), measure)
    case 'distinct': return estimateOf(level.words, (measure as { exact: number }).exact)[answer as 'estimate' | 'error']
  }
}

function shareOf(word: string, levels: readonly (Level & { readonly kind: 'state' })[]): string {
  const all = sum(levels.flatMap(({ seconds }) => [...seconds.values()]))
  return roundedText({ numerator: sum(levels.map(({ seconds }) => seconds.get(word) ?? 0n)), denominator: all }, 4)
}

/** Whether a total gives an answer of a measure. */
export function isGivenAcross(measure: MeasureDefinition, answer: string): boolean {
  switch (measure.kind) {
    case 'gauge':
      if (measure.across === 'none') return false
      if (answer === 'first' || answer === 'last') return true
      return measure.across === 'sum' ? answer === 'mean' : answer === measure.across
    case 'counter': return answer === 'increase' || measure.across !== 'none'
    case 'state': return answer !== 'last'
    case 'sampledFlag': return answer === 'count'
    default: return true
  }
}

/** `ANSWER` of a total over entities that have a value; only where `isGivenAcross`. */
export function answerAcross(measure: MeasureDefinition, levels: readonly Level[], answer: string): AnswerScalar {
  const [first] = levels
  if (first === undefined) return null
  const of = <K extends Level['kind']>(kind: K) => levels.filter((level): level is Level & { readonly kind: K } => level.kind === kind)
  switch (first.kind) {
    case 'gauge':
      if (answer === 'mean') return roundedText(meanAcross(of('gauge'), 10n ** BigInt(shapeOf(measure).scale)), shapeOf(measure).scale + 4)
      return printed(merged(measure, of('gauge').map((level) => level[answer as 'first' | 'last' | 'min' | 'max'])), measure)
    case 'counter': {
      if (answer === 'last') return printed(merged(measure, of('counter').map(({ last }) => last)), measure)
      const increases = of('counter').flatMap(({ increase }) => increase ?? [])
      return increases.length === 0 ? null : printed(sum(increases), measure)
    }
    case 'state': {
      const [what, word] = [answer.slice(0, answer.indexOf(':')), answer.slice(answer.indexOf(':') + 1)]
      return what === 'count' ? of('state').filter(({ last }) => last === word).length : shareOf(word, of('state'))
    }
    case 'sampledFlag': return of('sampledFlag').reduce((all, { count }) => all + count, 0)
    case 'count':
    case 'delta': {
      const parts = [...of('count'), ...of('delta')]
      return answerOf(measure, { kind: first.kind, sum: sum(parts.map((part) => part.sum)), n: parts.reduce((all, { n }) => all + n, 0) }, answer)
    }
    case 'histogram': return answerOf(measure, { kind: 'histogram', values: of('histogram').flatMap(({ values }) => values) }, answer)
    case 'distinct': return answerOf(measure, { kind: 'distinct', words: new Set(of('distinct').flatMap(({ words }) => [...words])) }, answer)
  }
}

/** By the declared rule; of one group, which is the same as of one entity, any rule gives its own. */
function merged(measure: MeasureDefinition, numbers: readonly bigint[]): bigint {
  const across = measure.kind === 'gauge' || measure.kind === 'counter' ? measure.across : 'sum'
  return across === 'min' ? least(numbers) : across === 'max' ? greatest(numbers) : sum(numbers)
}

/** A sum of quotients as one fraction. */
function meanAcross(levels: readonly { readonly weighted: bigint; readonly seconds: bigint }[], units: bigint): Fraction {
  const { numerator, denominator } = levels.reduce<Fraction>((all, { weighted, seconds }) => ({
    numerator: all.numerator * seconds + weighted * all.denominator, denominator: all.denominator * seconds,
  }), { numerator: 0n, denominator: 1n })
  return { numerator, denominator: denominator * units }
}

/** The number that a ratio divides: a level's last, else the sum or the count; null where there is none. */
export function ratioPart(measure: MeasureDefinition, levels: readonly Level[]): Fraction | null {
  if (levels.length === 0) return null
  const denominator = 10n ** BigInt(shapeOf(measure).scale)
  switch (measure.kind) {
    case 'gauge':
    case 'counter': return { numerator: merged(measure, levels.map((level) => (level as { last: bigint }).last)), denominator }
    case 'sampledFlag': return { numerator: levels.reduce((all, level) => all + BigInt((level as { count: number }).count), 0n), denominator }
    case 'count':
    case 'delta': return { numerator: sum(levels.map((level) => (level as { sum: bigint }).sum)), denominator }
    default: throw new Error(`a ${measure.kind} is no part of a ratio`)
  }
}

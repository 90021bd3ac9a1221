import { TidemarkError } from '../errors.ts'
import type { Measures } from './derive.ts'
import type { MeasureDefinition, RatioDefinition } from './measure.ts'
import { checkDistinct, checkName } from './name.ts'
import type { SeriesDefinition } from './series.ts'

/** Kinds whose rows merge into every coarser tier without losing their answers. A newer program may know more. */
const MERGEABLE: ReadonlySet<string> = new Set<MeasureDefinition['kind']>([
  'count', 'delta', 'extreme', 'flag', 'sampledFlag', 'gauge', 'counter', 'state', 'histogram', 'distinct', 'ratio',
])

/** Kinds without one number that adds up, or that stands for the whole. */
const INDIVISIBLE: ReadonlySet<string> = new Set<MeasureDefinition['kind']>(['extreme', 'state', 'histogram', 'distinct'])

/** Measures as plain data. */
export function definitionsOf(measures: Measures, where: string): Record<string, MeasureDefinition> {
  return Object.fromEntries(Object.entries(measures).map(([name, measure]) => {
    if (typeof measure?.definition?.kind === 'string') return [name, measure.definition]
    throw new TidemarkError('DECLARATION_INVALID', `${name} is no measure`, { where: `${where}.${name}`, hint: 'Give what a helper of the declaration returns, such as count().' })
  }))
}

/** Names, distinctness, and that every ratio has parts that add up and no cycle. */
export function checkMeasures(series: SeriesDefinition, where: string): void {
  checkDistinct('checkpoints', series.checkpoints.map((checkpoint) => `every ${checkpoint.every}`), where)
  const names = Object.keys(series.measures)
  if (names.length === 0) throw new TidemarkError('DECLARATION_INVALID', 'a series measures at least one thing', { where })
  for (const name of names) checkName('a measure', name, where)
  // A payload's columns are named like a measure's.
  const payload = 'payload' in series && series.payload !== null ? ['payload'] : []
  checkDistinct('measures', [...names, ...series.dimensions.map((dimension) => dimension.field), ...payload], where)
  for (const [name, measure] of Object.entries(series.measures)) {
    if (measure.kind === 'ratio') checkRatio(series, name, measure, `${where}.${name}`)
    if (measure.kind === 'distinct') checkBound(name, measure.exact, `${where}.${name}`)
    if (measure.kind === 'state') checkWords(name, measure.values, `${where}.${name}`)
  }
}

/** Words are kept whole up to it, in every row. */
const MOST_EXACT_WORDS = 10_000

function checkBound(name: string, exact: number, where: string): void {
  if (Number.isInteger(exact) && exact >= 1 && exact <= MOST_EXACT_WORDS) return
  throw new TidemarkError('DECLARATION_INVALID', `${name} keeps 1 to ${MOST_EXACT_WORDS} words exact, not ${String(exact)}`, { where })
}

/** Each has a column: its seconds. */
const MOST_WORDS = 100

function checkWords(name: string, values: readonly string[], where: string): void {
  if (values.length < 1 || values.length > MOST_WORDS) {
    throw new TidemarkError('DECLARATION_INVALID', `${name} is one of 1 to ${MOST_WORDS} words, not of ${values.length}`, { where })
  }
  for (const value of values) {
    if (typeof value !== 'string' || value === '') throw new TidemarkError('DECLARATION_INVALID', `a word of ${name} is a text that is not empty, not ${JSON.stringify(value)}`, { where })
  }
}

function checkRatio(series: SeriesDefinition, name: string, ratio: RatioDefinition, where: string): void {
  if (!Number.isInteger(ratio.scale) || ratio.scale < 0 || ratio.scale > 12) {
    throw new TidemarkError('DECLARATION_INVALID', `the scale of ${name} is 0 to 12, not ${String(ratio.scale)}`, { where })
  }
  for (const part of [ratio.numerator, ratio.denominator]) {
    const measure = Object.hasOwn(series.measures, part) ? series.measures[part] : undefined
    if (measure === undefined) {
      throw new TidemarkError('RATIO_PART_UNKNOWN', `${name} divides ${JSON.stringify(part)}, which is not a measure of ${series.name}`, {
        where, hint: `Measures of ${series.name}: ${Object.keys(series.measures).filter((other) => other !== name).join(', ')}.`,
      })
    }
    if (INDIVISIBLE.has(measure.kind)) {
      throw new TidemarkError('RATIO_PART_UNKNOWN', `${name} divides ${part}, which is of kind ${measure.kind} and does not add up`, { where })
    }
  }
  const visit = (current: string, path: readonly string[]): void => {
    if (path.includes(current)) {
      throw new TidemarkError('RATIO_CYCLE', `the ratio ${name} is computed from itself: ${[...path, current].join(' → ')}`, { where })
    }
    const measure = series.measures[current]
    if (measure?.kind !== 'ratio') return
    visit(measure.numerator, [...path, current])
    visit(measure.denominator, [...path, current])
  }
  visit(name, [])
}

/** Every kind must merge into every tier that the policy leads through. */
export function checkMergeable(series: SeriesDefinition, where: string): void {
  const coarser = series.keep.tiers.slice(1)
  if (coarser.length === 0) return
  for (const [name, measure] of Object.entries(series.measures)) {
    if (MERGEABLE.has(measure.kind)) continue
    throw new TidemarkError('MEASURE_NOT_MERGEABLE', `${name} is of kind ${measure.kind}, which cannot be merged into ${coarser.map((policy) => policy.tier).join(', ')}`, { where: `${where}.${name}` })
  }
}

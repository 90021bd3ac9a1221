import { TidemarkError } from '../errors.ts'
import type { MeasureDefinition, RatioDefinition } from './measure.ts'
import { checkDistinct, checkName } from './name.ts'
import type { SeriesDefinition } from './series.ts'

/** Kinds whose rows merge into every coarser tier without losing their answers. */
const MERGEABLE: ReadonlySet<string> = new Set<MeasureDefinition['kind']>(['count', 'delta', 'extreme', 'flag', 'ratio'])

/** Names, distinctness, and that every ratio has parts that add up and no cycle. */
export function checkMeasures(series: SeriesDefinition, where: string): void {
  checkDistinct('checkpoints', series.checkpoints.map((checkpoint) => `every ${checkpoint.every}`), where)
  const names = Object.keys(series.measures)
  if (names.length === 0) throw new TidemarkError('DECLARATION_INVALID', 'a series measures at least one thing', { where })
  for (const name of names) checkName('a measure', name, where)
  checkDistinct('measures', [...names, ...series.dimensions.map((dimension) => dimension.field)], where)
  for (const [name, measure] of Object.entries(series.measures)) {
    if (measure.kind !== 'ratio') continue
    checkRatio(series, name, measure, `${where}.${name}`)
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
    if (measure.kind === 'extreme') {
      throw new TidemarkError('RATIO_PART_UNKNOWN', `${name} divides ${part}, an extreme, which does not add up`, { where })
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

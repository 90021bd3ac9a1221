import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { EntityDefinition } from '../../src/definitions/entity.ts'
import { bigint, decimal, integer } from '../../src/definitions/field.ts'
import type { Frequency, FrequencyOptions } from '../../src/definitions/frequency.ts'
import type { CollectedKeepOptions } from '../../src/definitions/keep.ts'
import type { Across, Measure, MeasureDefinition } from '../../src/definitions/measure.ts'
import { series } from '../../src/definitions/series.ts'
import { upgrade } from '../oracle/source-table.ts'
import type { Random } from './random.ts'

const KEEPS: readonly (CollectedKeepOptions | null)[] = [
  { captured: '10d', day: '30d', week: '90d', month: '200d', quarter: 'archive', asOfDays: 20 },
  { captured: '7d', day: '40d', month: 'archive', asOfDays: 35 },
  { captured: '20d', week: '60d', quarter: 'archive', asOfDays: 10 },
  { captured: '9d', day: '25d', week: '60d', month: 'archive', asOfDays: 30 },
  { captured: '12d', day: 'forever' },
  { captured: '1mo', day: '2mo', week: 'forever', asOfDays: 25 },
  { captured: '15d', quarter: 'archive' },
  null,
]

const SOMETIMES = ['level', 'stock', 'meter', 'mood', 'paid', 'lit', 'times', 'spread', 'names'] as const

/** What the collected series of a history is declared with, so that it can be declared again with more. */
export interface CollectedPlan {
  readonly measures: readonly string[]
  readonly ratios: readonly string[]
  /** By level and running total. */
  readonly across: Readonly<Record<string, Across>>
  readonly exact: number
  readonly grain: Frequency
  readonly past: boolean
  readonly at: string
  readonly frequency: FrequencyOptions | null
  readonly dimensions: Readonly<Record<string, readonly [string, ...string[]] | { readonly most: number }>>
  /** Of the payload; null: none is kept. */
  readonly version: number | null
  readonly keep: CollectedKeepOptions | null
}

const RATIOS: Readonly<Record<string, { readonly parts: readonly [string, string]; readonly scale: number }>> = {
  perVisit: { parts: ['paid', 'visits'], scale: 2 }, filled: { parts: ['level', 'stock'], scale: 4 },
  litShare: { parts: ['lit', 'total'], scale: 3 }, nested: { parts: ['filled', 'perVisit'], scale: 6 },
}

export function makeCollectedPlan(random: Random): CollectedPlan {
  const grain = random.pick<Frequency>(['hour', 'hour', 'sixHours', 'day', 'day'])
  const past = grain === 'day' ? random.chance(0.6) : grain === 'sixHours' && random.chance(0.35)
  const measures = ['visits', 'total', ...random.some(SOMETIMES, random.whole(2, 6))]
  const keep = random.pick(KEEPS)
  const possible = Object.keys(RATIOS).filter((name) => partsOf(name).every((part) => measures.includes(part)) && random.chance(0.7))
  const ratios = possible.filter((name) => name !== 'nested' || (possible.includes('filled') && possible.includes('perVisit')))
  return {
    measures, ratios,
    across: Object.fromEntries(['level', 'stock', 'total', 'meter'].map((name) => [name, random.pick<Across>(['sum', 'sum', 'min', 'max', 'none'])])),
    exact: random.pick([2, 5, 30, 256]), grain, past, at: random.pick(['00:00', '00:00', '06:30', '02:30']),
    frequency: random.chance(grain === 'day' ? 0.35 : 0.75) ? frequencyOf(random, grain) : null,
    dimensions: random.pick([{}, {}, { channel: ['web', 'app'] as const }, { word: { most: 2 } }, { channel: ['web', 'app'] as const, word: { most: 1 } }]),
    version: random.chance(0.5) ? 1 : null,
    keep: keep === null || random.chance(0.7) ? keep : { ...keep, longer: { attribute: 'worth', is: 'high', times: random.whole(2, 3) } },
  }
}

function partsOf(name: string): readonly string[] {
  const ratio = RATIOS[name]
  return ratio === undefined ? [name] : ratio.parts.flatMap(partsOf)
}

function frequencyOf(random: Random, grain: Frequency): FrequencyOptions {
  const [low, high] = [random.whole(5, 20), random.whole(25, 60)]
  const busy = grain === 'day' ? [] : [
    random.chance(0.5) ? { atLeast: low, every: 'sixHours' as const } : { moreThan: low, every: 'sixHours' as const },
    ...(grain === 'hour' ? [random.chance(0.5) ? { atLeast: high, every: 'hour' as const } : { moreThan: high, every: 'hour' as const }] : []),
  ]
  return {
    status: 'status', activity: random.pick(['visits', 'total']),
    rules: [
      { when: ['active'], every: 'day', ...(busy.length === 0 ? {} : { busy }) }, { when: ['planned', 'paused'], every: grain === 'hour' ? random.pick(['day', 'sixHours']) : 'day' },
      { when: ['completed', 'cancelled'], every: 'final' }, { when: ['draft'], every: 'never' },
    ],
  }
}

/** The plan with one or two more measures, and the next version of its payload. */
export function withMore(random: Random, plan: CollectedPlan): CollectedPlan {
  const missing = SOMETIMES.filter((name) => !plan.measures.includes(name))
  const measures = [...plan.measures, ...random.some(missing, Math.min(missing.length, random.whole(1, 2)))]
  return { ...plan, measures, version: plan.version === null ? null : plan.version + 1 }
}

export function declareCollected(of: EntityDefinition, plan: CollectedPlan): CollectedSeriesDefinition {
  const rule = (name: string): { readonly across: Across } => ({ across: plan.across[name] ?? 'sum' })
  let declared = series('samples', { of, grain: plan.grain }).measures((m): Record<string, Measure> => {
    const pool: Record<string, Measure> = {
      visits: m.count(), total: m.counter(integer(), rule('total')), level: m.gauge(decimal(2), rule('level')), stock: m.gauge(integer(), rule('stock')),
      meter: m.counter(bigint(), { resets: 'detect', ...rule('meter') }), mood: m.state(['calm', 'busy', 'odd']), paid: m.delta(decimal(2)), lit: m.flag(),
      times: m.histogram(integer()), spread: m.histogram(decimal(1)), names: m.distinct({ exact: plan.exact }),
    }
    return Object.fromEntries(plan.measures.map((name) => [name, pool[name] as Measure]))
  })
  if (Object.keys(plan.dimensions).length > 0) declared = declared.by(plan.dimensions) as unknown as typeof declared
  if (plan.ratios.length > 0) {
    declared = declared.derive(({ ratio }) => {
      // The names are data here, so their types cannot be inferred.
      const divide = ratio as unknown as (numerator: string, denominator: string, options: { scale: number }) => Measure
      return Object.fromEntries(plan.ratios.map((name) => {
        const { parts, scale } = RATIOS[name] as { parts: readonly [string, string]; scale: number }
        return [name, divide(parts[0], parts[1], { scale })]
      }))
    }) as unknown as typeof declared
  }
  if (plan.version !== null) {
    declared = declared.payload(ANYTHING, { version: plan.version, upgrade: upgradesTo(plan.version) }) as unknown as typeof declared
  }
  if (plan.frequency !== null) declared = declared.frequency(plan.frequency as never)
  if (plan.keep !== null) declared = declared.keep(plan.keep)
  return declared.collect((async () => []) as never, { entities: async () => [], past: plan.past, at: plan.at }).definition
}

/** A schema that takes whatever it is given. */
export const ANYTHING = { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }

export function upgradesTo(version: number): Readonly<Record<number, (payload: unknown) => unknown>> {
  return Object.fromEntries(Array.from({ length: version - 1 }, (_, index) => [index + 1, upgrade(index + 1)]))
}

/** The keys that a question may select; of a total mostly those that it gives. */
export function sampledKeys(definition: CollectedSeriesDefinition, total: boolean): readonly string[] {
  return Object.entries(definition.measures).flatMap(([name, measure]) => answersOf(measure, total, definition.measures).map((answer) => `${name}.${answer}`))
}

const QUANTILES = ['p0', 'p10', 'p50', 'p95', 'p99.9', 'p100'] as const

function answersOf(measure: MeasureDefinition, total: boolean, measures: Readonly<Record<string, MeasureDefinition>>): readonly string[] {
  switch (measure.kind) {
    case 'gauge':
      if (!total) return ['first', 'last', 'min', 'max', 'mean']
      return measure.across === 'sum' ? ['first', 'last', 'mean'] : measure.across === 'none' ? [] : ['first', 'last', measure.across]
    case 'counter': return total && measure.across === 'none' ? ['increase'] : ['last', 'increase']
    case 'state': return [...(total ? measure.values.map((word) => `count:${word}`) : ['last']), ...measure.values.map((word) => `share:${word}`)]
    case 'sampledFlag': return total ? ['count'] : ['any', 'all', 'count']
    case 'count': return ['sum']
    case 'delta': return ['sum', 'n', 'mean']
    case 'histogram': return ['n', ...QUANTILES]
    case 'distinct': return ['estimate', 'error']
    case 'ratio': {
      const given = (part: string): boolean => {
        const of = measures[part] as MeasureDefinition
        return of.kind === 'ratio' ? [of.numerator, of.denominator].every(given) : !('across' in of) || of.across !== 'none'
      }
      return !total || [measure.numerator, measure.denominator].every(given) ? ['value'] : []
    }
    default: return []
  }
}

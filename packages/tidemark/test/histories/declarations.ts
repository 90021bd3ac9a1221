import { type EntityDefinition, entity } from '../../src/definitions/entity.ts'
import { bigint, boolean, decimal, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import type { Measure } from '../../src/definitions/measure.ts'
import { type EventSeriesDefinition, series } from '../../src/definitions/series.ts'
import { type DayMode, stream } from '../../src/definitions/stream.ts'
import type { Random } from './random.ts'

export const KINDS = ['fix', 'docs', 'test'] as const
export const CHANNELS = ['web', 'app'] as const

/** Zones with clocks that trip calendars: skipped days, half hours, midnights that do not exist or come twice. */
export const ZONES = [
  'Pacific/Apia', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu', 'Pacific/Kiritimati',
  'America/Havana', 'Asia/Beirut', 'Europe/Dublin', 'UTC', 'America/Asuncion', 'Pacific/Pago_Pago',
] as const

const KEEPS: readonly (KeepOptions | null)[] = [
  { day: '40d', week: '90d', month: '200d', quarter: 'archive', asOfDays: 35 },
  { day: '40d', week: '90d', month: '200d', quarter: 'archive', asOfDays: 20 },
  { day: '40d', month: '200d', quarter: 'archive', asOfDays: 35 },
  { day: '35d', quarter: 'archive' },
  { day: '10d', week: '30d', month: 'archive', asOfDays: 10 },
  { day: '1mo', week: '6mo', quarter: 'forever', asOfDays: 25 },
  { day: '8w', week: 'forever', asOfDays: 30 },
  { day: '30d', week: '60d', month: '1y', quarter: 'archive', asOfDays: 7 },
  { day: '40d', month: 'forever' },
  { day: 'forever', asOfDays: 60 },
  null,
]

const ALWAYS = ['events', 'fixes', 'amount', 'active'] as const
const SOMETIMES = ['quiet', 'fixOrUrgent', 'large', 'webAmount', 'minutes', 'bytes', 'low', 'high', 'firstAt', 'lastAt', 'biggest', 'fixing', 'seen', 'spread', 'sizes', 'words', 'places'] as const

interface Ratio {
  readonly name: string
  readonly parts: readonly [string, string]
  readonly scale: number
}

const RATIOS: readonly Ratio[] = [
  { name: 'fixShare', parts: ['fixes', 'events'], scale: 4 },
  { name: 'perActiveDay', parts: ['amount', 'active'], scale: 2 },
  { name: 'perFix', parts: ['minutes', 'fixes'], scale: 0 },
  { name: 'shareOfShare', parts: ['fixShare', 'perActiveDay'], scale: 6 },
]

/** The answers of each kind, for `select`. */
const ANSWERS = { count: ['sum'], delta: ['sum', 'n', 'mean'], flag: ['count', 'any', 'all'], ratio: ['value'], histogram: ['n', 'p0', 'p50', 'p95', 'p99.9', 'p100'], distinct: ['estimate', 'error'] } as const

/** What one series of a history is declared with, so that it can be declared again with one measure more. */
export interface Plan {
  readonly name: string
  readonly measures: readonly string[]
  readonly ratios: readonly string[]
  readonly dimensions: readonly string[]
  readonly every: number | null
  readonly windows: Readonly<Record<string, number>>
  readonly keep: KeepOptions | null
}

export interface Scene {
  readonly day: DayMode
  readonly zone: string
  readonly keptOffset: boolean
}

export function makePlan(random: Random, name: string): Plan {
  return {
    name,
    measures: [...ALWAYS, ...random.some(SOMETIMES, random.whole(1, 6))],
    ratios: ['fixShare', 'perActiveDay', ...(random.chance(0.5) ? ['shareOfShare'] : [])],
    dimensions: random.pick([[], ['kind'], ['channel'], ['kind', 'channel'], ['channel', 'kind']]),
    every: random.chance(0.7) ? random.whole(3, 15) : null,
    windows: random.pick([{}, { fourMonths: 4 }, { fourMonths: 4 }, { monthly: 1 }, { fiveMonths: 5, yearly: 12 }]),
    keep: random.chance(0.85) ? random.pick(KEEPS.slice(0, 8)) : random.pick(KEEPS.slice(8)),
  }
}

/** The plan with one or two more measures; the same when it has all. */
export function withAddedMeasures(random: Random, plan: Plan): Plan {
  const missing = SOMETIMES.filter((name) => !plan.measures.includes(name))
  const measures = [...plan.measures, ...random.some(missing, Math.min(missing.length, random.whole(1, 2)))]
  const ratios = measures.includes('minutes') && random.chance(0.7) ? [...new Set([...plan.ratios, 'perFix'])] : plan.ratios
  return { ...plan, measures, ratios }
}

/** The keys that a question may select; `any` and `all` have no total across entities. */
export function answerKeys(definition: EventSeriesDefinition, total: boolean): readonly string[] {
  return Object.entries(definition.measures).flatMap(([name, measure]) => {
    const answers: readonly string[] = measure.kind === 'extreme' ? [measure.side] : ANSWERS[measure.kind as keyof typeof ANSWERS]
    return answers.filter((answer) => !total || (answer !== 'any' && answer !== 'all')).map((answer) => `${name}.${answer}`)
  })
}

/** The kind that events are of. */
export function kindOf(scene: Scene): EntityDefinition {
  return entity('thing', { tenant: 'client', zone: scene.zone })
}

export function declare(scene: Scene, plan: Plan): EventSeriesDefinition {
  const thing = kindOf(scene)
  const happenings = stream('happenings', {
    of: thing, tenant: 'client_id', entity: 'thing_id', id: 'event_id', at: 'at', day: scene.day,
    fields: {
      client_id: text(), thing_id: text(), event_id: text(), kind: oneOf(KINDS), channel: oneOf(CHANNELS),
      at: instant({ offset: scene.keptOffset ? 'kept' : 'dropped' }), seen_at: instant().optional(),
      amount: decimal(2).optional(), minutes: integer().optional(), bytes: bigint().optional(),
      urgent: boolean().optional(), note: text().optional(), place: text().optional(),
    },
  })
  let declared = series(plan.name, { of: thing, grain: 'day' }).from(happenings, (e, { count, delta, min, max, any, histogram, distinct }): Record<string, Measure> => {
    const pool: Record<string, Measure> = {
      events: count(),
      fixes: count(e.kind.is('fix')),
      amount: delta(e.amount, { unit: 'EUR' }),
      active: any(),
      quiet: count(e.kind.in(['docs', 'test']).and(e.urgent.isTrue().not())),
      fixOrUrgent: count(e.kind.is('fix').or(e.urgent.isTrue())),
      large: count(e.amount.atLeast('10.5')),
      webAmount: delta(e.amount, { where: e.channel.is('web') }),
      minutes: delta(e.minutes),
      bytes: delta(e.bytes),
      low: min(e.amount),
      high: max(e.minutes, { where: e.channel.is('app') }),
      firstAt: min(e.at.timeOfDay()),
      lastAt: max(e.at.timeOfDay()),
      biggest: max(e.bytes),
      fixing: any(e.kind.is('fix')),
      seen: count(e.seen_at.isPresent()),
      spread: histogram(e.amount),
      sizes: histogram(e.bytes, { where: e.kind.is('fix') }),
      words: distinct(e.kind),
      places: distinct(e.place, { exact: 12 }),
    }
    return Object.fromEntries(plan.measures.map((name) => [name, pool[name] as Measure]))
  })
  if (plan.dimensions.length > 0) declared = declared.by(...(plan.dimensions as never[])) as unknown as typeof declared
  if (plan.ratios.length > 0) {
    declared = declared.derive(({ ratio }) => {
      // The names are data here, so their types cannot be inferred.
      const divide = ratio as unknown as (numerator: string, denominator: string, options: { scale: number }) => Measure
      return Object.fromEntries(RATIOS.filter(({ name }) => plan.ratios.includes(name))
        .map(({ name, parts, scale }) => [name, divide(parts[0], parts[1], { scale })]))
    }) as unknown as typeof declared
  }
  if (plan.every !== null) declared = declared.checkpoint({ every: plan.every, of: happenings as never })
  for (const [name, months] of Object.entries(plan.windows)) {
    declared = declared.window(name, { anchor: 'firstEvent', months }) as unknown as typeof declared
  }
  if (plan.keep !== null) declared = declared.keep(plan.keep)
  return declared.definition
}

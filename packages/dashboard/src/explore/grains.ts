import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'
import { GRAINS, type Grain } from '../search/shared-search.ts'

/** How a question is asked, as far as it decides which grains there are. */
export interface GrainAsked {
  readonly total: boolean
  readonly compared: boolean
}

/** Why a series has no rows of a grain, by its declaration; null where it has. */
export function grainWhyNot(series: Pick<Schemas['DeclaredSeries'], 'source' | 'grains'>, grain: Grain, { total, compared }: GrainAsked): string | null {
  if (!series.grains.includes(grain)) return grain === 'captured' ? 'fed by events: days are the finest' : 'not declared'
  if (grain !== 'captured') return null
  if (total) return 'each window is of one entity'
  return compared ? 'compared with no other period' : null
}

export interface GrainOption {
  readonly value: Grain
  readonly text: string
  readonly disabled: boolean
}

const TEXTS: Partial<Record<Grain, string>> = { captured: 'Each captured window', range: 'The whole range' }

/** Every grain, those that cannot be had with the reason. */
export function grainOptions(series: Pick<Schemas['DeclaredSeries'], 'source' | 'grains'>, asked: GrainAsked): readonly GrainOption[] {
  return GRAINS.map((value) => {
    const why = grainWhyNot(series, value, asked)
    const text = TEXTS[value] ?? wordsOf(value)
    return { value, text: why === null ? text : `${text} (${why})`, disabled: why !== null }
  })
}

const DAYS: Readonly<Record<string, Grain>> = { captured: 'captured', day: 'day', week: 'week', month: 'month', quarter: 'quarter' }

/** For how long rows of a grain are kept apart, as the tiers are declared; null: for good. */
export function keptFor({ tiers }: Pick<Schemas['DeclaredSeries'], 'tiers'>, grain: Grain): string | null {
  const order = Object.values(DAYS)
  const finest = order.indexOf(grain)
  if (finest < 0) return null
  const last = tiers.filter(({ tier }) => order.indexOf(tier as Grain) <= finest && order.includes(tier as Grain)).at(-1)
  if (last === undefined || (last.months === null && last.days === null)) return null
  const { months, days } = { months: last.months ?? 0, days: last.days ?? 0 }
  const parts = [months === 0 ? null : months % 12 === 0 ? count(months / 12, 'year') : count(months, 'month'), days === 0 ? null : count(days, 'day')].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(' and ')
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

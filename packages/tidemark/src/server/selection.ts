import type { Gate } from '../access/gate.ts'
import { TidemarkError } from '../errors.ts'
import { type DayWords, daysAbout } from '../query/days-about.ts'
import type { Selection } from '../query/request.ts'
import type { Extent } from '../stores/contract/extent.ts'
import { splitted } from './schemas.ts'

/** The words of a selection as they come in a query string. */
export interface SelectionWords {
  readonly select: readonly string[]
  readonly tenant?: string | undefined
  readonly allTenants?: boolean | undefined
  readonly entity?: readonly string[] | undefined
  readonly where?: readonly string[] | undefined
  readonly by?: readonly string[] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly asOf?: string | undefined
}

/** The selection that words stand for. What they mean is judged by the question itself. */
export function selectionOf({ select, tenant, allTenants, entity, where, by, from, to, asOf }: SelectionWords): Selection {
  return {
    select: splitted(select),
    ...given({ tenant, from, to, asOf }),
    ...(allTenants === true ? { allTenants } : {}),
    ...(entity === undefined || entity.length === 0 ? {} : { entity }),
    ...(where === undefined || where.length === 0 ? {} : { where: pairsOf(where, 'where') }),
    ...(by === undefined || by.length === 0 ? {} : { by: splitted(by) }),
  }
}

/** Without what was not given: exact optional properties know no undefined. */
export function given<T extends object>(words: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** `DIMENSION=VALUE` each. Throws REQUEST_INVALID. */
export function pairsOf(words: readonly string[], where: string): Readonly<Record<string, string>> {
  const pairs = new Map<string, string>()
  for (const word of words) {
    const at = word.indexOf('=')
    if (at <= 0) throw new TidemarkError('REQUEST_INVALID', `${where} is DIMENSION=VALUE, not ${JSON.stringify(word)}`, { where })
    const dimension = word.slice(0, at)
    if (pairs.has(dimension)) throw new TidemarkError('REQUEST_INVALID', `${where} names ${dimension} twice, and an event has one value of it`, { where, hint: `Ask for a row of each value: by=${dimension}.` })
    pairs.set(dimension, word.slice(at + 1))
  }
  return Object.fromEntries(pairs)
}

/** Of a series, and of its tenant where one is named. */
export function aboutSeries(gate: Gate, { series }: Readonly<Record<string, string>>, { tenant }: Readonly<Record<string, unknown>>): Extent {
  return gate.about([series as string], { tenant: tenant as string | undefined })
}

/** The same, and of the days from `from` to `to` where it is about days. */
export function aboutDays(gate: Gate, { series }: Readonly<Record<string, string>>, words: Readonly<Record<string, unknown>>): Extent {
  return gate.about([series as string], { tenant: words['tenant'] as string | undefined, ...daysAbout(words as DayWords) })
}

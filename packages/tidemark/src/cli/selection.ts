import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { kindOf } from '../measures/kinds.ts'
import type { Selection } from '../query/request.ts'
import { isOn, listOf, textOf, type OptionSpec, type OptionValues } from './command-spec.ts'

/** The options that choose what is asked for; shared by `query` and `window`. */
export const SELECTION_OPTIONS: readonly OptionSpec[] = [
  { flags: '--measure <keys>', text: 'answers to give, by commas: contributions.sum,fixShare.value (default: all)', repeatable: true },
  { flags: '--entity <id>', text: 'only this entity; may be given several times (default: all, a row each)', repeatable: true },
  { flags: '--tenant <name>', text: 'the tenant; needed when the store holds several' },
  { flags: '--all-tenants', text: 'every tenant, a row each' },
  { flags: '--where <dimension=value>', text: 'only events with this value of a dimension', repeatable: true },
  { flags: '--by <dimensions>', text: 'a row for each value of these dimensions', repeatable: true },
  { flags: '--from <day>', text: 'first local day' },
  { flags: '--to <day>', text: 'the day after the last' },
  { flags: '--as-of <instant>', text: 'what was believed then' },
  { flags: '--explain', text: 'show the tiers and files that answered' },
]

/** Reads the selection from the options. What the words mean is checked by the query itself. */
export function selectionOf(series: SeriesDefinition, options: OptionValues, total: boolean): Selection {
  const keys = splitted(listOf(options, 'measure'))
  const entities = listOf(options, 'entity')
  const where = whereOf(listOf(options, 'where'))
  const by = splitted(listOf(options, 'by'))
  const text = (name: string, key: string): object => {
    const value = textOf(options, name)
    return value === undefined ? {} : { [key]: value }
  }
  return {
    select: keys.length > 0 ? keys : everyAnswer(series, total, textOf(options, 'asOf') !== undefined),
    ...text('tenant', 'tenant'), ...text('from', 'from'), ...text('to', 'to'), ...text('asOf', 'asOf'),
    ...(isOn(options, 'allTenants') ? { allTenants: true } : {}),
    ...(entities.length > 0 ? { entity: entities } : {}),
    ...(where === null ? {} : { where }),
    ...(by.length > 0 ? { by } : {}),
  }
}

function splitted(lists: readonly string[]): readonly string[] {
  return lists.flatMap((list) => list.split(',')).map((word) => word.trim()).filter((word) => word !== '')
}

/** Every answer of every measure; in a total or of an earlier belief, those that it can give. */
function everyAnswer(series: SeriesDefinition, total: boolean, asOf: boolean): readonly string[] {
  return Object.entries(series.measures).flatMap(([name, definition]) => {
    const kind = kindOf(definition)
    return kind.answers(definition).filter((answer) => !(total ? kind.notAcross : kind.onlyAcross)(definition).includes(answer) && (!asOf || !kind.notAsOf.includes(answer))).map((answer) => `${name}.${answer}`)
  })
}

export function whereOf(pairs: readonly string[]): Readonly<Record<string, string>> | null {
  if (pairs.length === 0) return null
  const group = new Map<string, string>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new TidemarkError('OPTION_INVALID', `--where is DIMENSION=VALUE, not ${JSON.stringify(pair)}`, { where: '--where' })
    const dimension = pair.slice(0, at)
    if (group.has(dimension)) throw new TidemarkError('OPTION_INVALID', `--where names ${dimension} twice, and an event has one value of it`, { where: '--where', hint: `Ask for a row of each value: --by ${dimension}.` })
    group.set(dimension, pair.slice(at + 1))
  }
  return Object.fromEntries(group)
}

const FLAGS: Readonly<Record<string, string>> = {
  day: '--date', limit: '--limit', after: '--after', horizon: '--horizon', season: '--season', threshold: '--at-least',
  select: '--measure', entity: '--entity', tenant: '--tenant', where: '--where', by: '--by', from: '--from', to: '--to', asOf: '--as-of',
  grain: '--grain', compare: '--compare', window: '--window', anchor: '--anchor', months: '--length',
}

/** A fault of a request names its property; on the command line that is an option. */
export async function inFlags<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof TidemarkError) || error.where === null) throw error
    const flag = FLAGS[error.where.split('.', 1)[0] as string]
    if (flag === undefined) throw error
    throw new TidemarkError(error.code, error.message, { where: flag, why: error.why, hint: error.hint, cause: error })
  }
}

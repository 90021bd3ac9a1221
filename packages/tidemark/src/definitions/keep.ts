import { TidemarkError } from '../errors.ts'
import { checkOptions } from './options.ts'

/**
 * The tiers that rows pass through, finest first. `captured` rows are collected windows of any frequency; `week` rows
 * are fragments: an ISO week cut where a month ends.
 */
export const TIERS = ['captured', 'day', 'week', 'month', 'quarter'] as const
export type Tier = (typeof TIERS)[number]

/** A civil age: months and days, subtracted on the entity's own calendar. */
export interface Age {
  readonly months: number
  readonly days: number
}

/** How long the rows of one tier stay before they are merged into the next. */
export interface TierPolicy {
  readonly tier: Tier
  /** `null`: the last tier, which stays. */
  readonly until: Age | null
}

/** Entities with an attribute of this value keep every tier so many times as long. */
export interface KeepLonger {
  readonly attribute: string
  readonly is: string
  readonly times: number
}

/** The plain form of a retention policy. */
export interface KeepDefinition {
  /** From `day` (of a collected series `captured`) to the coarsest; every one but the last has an age. */
  readonly tiers: readonly TierPolicy[]
  /** Left out: every entity alike. */
  readonly longer?: KeepLonger
  /** The last tier moves into Parquet as soon as its rows are due. */
  readonly archive: boolean
  /** For how many days back `asOf` can be asked. */
  readonly asOfDays: number
}

type AgeText = `${number}${'d' | 'w' | 'mo' | 'y'}`

interface TierOptions {
  readonly captured?: AgeText | 'forever'
  readonly day?: AgeText | 'forever'
  readonly week?: AgeText | 'forever'
  readonly month?: AgeText | 'forever' | 'archive'
  readonly quarter?: 'forever' | 'archive'
  /** Default 35. */
  readonly asOfDays?: number
  /** Entities with an attribute of this value keep every tier 2 to 10 times as long. Attributes are current values. */
  readonly longer?: KeepLonger
}

/** How a policy is written: `{ day: '1y', week: '3y', month: '10y', quarter: 'archive', asOfDays: 35 }`. */
export interface KeepOptions extends TierOptions {
  readonly captured?: never
  /** Only a roster gives entities attributes. */
  readonly longer?: never
  readonly day: AgeText | 'forever'
}

/** The same of a collected series, whose finest rows are the windows as they were captured. */
export interface CollectedKeepOptions extends TierOptions {
  readonly captured: AgeText | 'forever'
}

export const KEEP_FOREVER: KeepDefinition = Object.freeze({
  tiers: Object.freeze([{ tier: 'day' as const, until: null }]), archive: false, asOfDays: 35,
})

export const KEEP_COLLECTED_FOREVER: KeepDefinition = Object.freeze({
  tiers: Object.freeze([{ tier: 'captured' as const, until: null }]), archive: false, asOfDays: 35,
})

export function parseAge(text: string): Age | null {
  const match = /^([1-9]\d{0,4})(d|w|mo|y)$/.exec(text)
  if (match === null) return null
  const count = Number(match[1])
  switch (match[2]) {
    case 'd': return { months: 0, days: count }
    case 'w': return { months: 0, days: count * 7 }
    case 'mo': return { months: count, days: 0 }
    default: return { months: count * 12, days: 0 }
  }
}

/** A mean length, good enough to order ages by; which day a row retires is settled on the calendar. */
function meanDays(age: Age): number {
  return age.months * 30.436875 + age.days
}

/** The fewest days that 0 to 11 months can have; a year has 365 at least. */
const LEAST_DAYS = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334] as const

function leastDays(age: Age): number {
  return age.days + Math.floor(age.months / 12) * 365 + (LEAST_DAYS[age.months % 12] as number)
}

/**
 * Reads and checks a policy. Throws KEEP_INVALID or KEEP_TOO_SHORT.
 * @param finest the tier that the series' rows are made in
 */
export function parseKeep(options: TierOptions, where: string, finest: 'captured' | 'day' = 'day'): KeepDefinition {
  const invalid = (message: string): never => {
    throw new TidemarkError('KEEP_INVALID', message, { where })
  }
  const known = TIERS.slice(TIERS.indexOf(finest))
  checkOptions(options, [...known, 'asOfDays', 'longer'], where, 'KEEP_INVALID')
  if (finest === 'day' && options.longer !== undefined) invalid('longer goes by attributes, and entities of event-fed series have none: only a roster gives them')
  const asOfDays = options.asOfDays ?? 35
  if (!Number.isInteger(asOfDays) || asOfDays < 0) invalid(`asOfDays is a whole number of days, not ${String(asOfDays)}`)
  const written = known.flatMap((tier) => (options[tier] === undefined ? [] : [{ tier, text: String(options[tier]) }]))
  if (written[0]?.tier !== finest) invalid(`keep starts with ${finest}`)
  const tiers: TierPolicy[] = []
  for (const [index, { tier, text }] of written.entries()) {
    const last = index === written.length - 1
    const stays = text === 'forever' || (text === 'archive' && (tier === 'month' || tier === 'quarter'))
    if (stays && !last) invalid(`${tier} stays (${text}), so ${written[index + 1]?.tier} after it would never receive a row`)
    if (stays) {
      tiers.push({ tier, until: null })
      continue
    }
    const age = parseAge(text) ?? invalid(`${tier}: ${JSON.stringify(text)} is not an age such as '90d', '12w', '18mo' or '3y'`)
    if (last) {
      throw new TidemarkError('KEEP_TOO_SHORT', `${tier} rows would be deleted after ${text} with no tier after them to hold what they said`, {
        where, hint: `Add a coarser tier after ${tier}, or keep ${tier} 'forever'.`,
      })
    }
    const before = tiers.at(-1)
    if (before?.until && meanDays(age) <= meanDays(before.until)) {
      throw new TidemarkError('KEEP_TOO_SHORT', `${tier} is kept for ${text}, no longer than ${before.tier} before it`, { where })
    }
    // Only rows that are told from events need them for as-of; those of captured windows carry their beliefs up the tiers.
    if (tier === 'day' && finest === 'day' && leastDays(age) < asOfDays) {
      throw new TidemarkError('KEEP_TOO_SHORT', `day rows retire after ${text}, but as-of questions reach back ${asOfDays} days`, {
        where, hint: `Keep day for at least '${asOfDays}d', or lower asOfDays.`,
      })
    }
    tiers.push({ tier, until: age })
  }
  const last = written.at(-1)
  const policy = { tiers: Object.freeze(tiers), archive: last?.text === 'archive', asOfDays }
  return Object.freeze(options.longer === undefined ? policy : { ...policy, longer: longerOf(options.longer, where, invalid) })
}

function longerOf(longer: KeepLonger, where: string, invalid: (message: string) => never): KeepLonger {
  checkOptions(longer, ['attribute', 'is', 'times'], `${where}.longer`, 'KEEP_INVALID')
  const { attribute, is, times } = longer
  if (typeof attribute !== 'string' || attribute === '' || typeof is !== 'string') invalid('longer names an attribute and the value that it must have')
  if (!Number.isInteger(times) || times < 2 || times > 10) invalid(`longer is 2 to 10 times as long, not ${String(times)}`)
  return Object.freeze({ attribute, is, times })
}

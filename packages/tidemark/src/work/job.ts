import { isZone } from '../calendar/zone.ts'
import { parseTimeOfDay } from '../calendar/schedule.ts'
import { checkOptions } from '../definitions/options.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** When a job is due. */
export type Schedule =
  /** At every multiple of so many milliseconds since 1970. */
  | { readonly kind: 'every'; readonly ms: number }
  /** Once a day, at a local time of a zone: one that is skipped at the first instant after it, a repeated one at its first. */
  | { readonly kind: 'daily'; readonly secondOfDay: number; readonly zone: string }
  /** Only when its signal comes. */
  | { readonly kind: 'signalled' }

/** A piece of work that one worker does at a time. Its name is also that of its lease: `capture:activity`. */
export interface Job {
  readonly name: string
  readonly kind: 'capture' | 'tiers' | 'alerts'
  /** null: of the whole project. */
  readonly series: string | null
  readonly schedule: Schedule
  /** The signal that makes it due besides; null: none. */
  readonly signal: string | null
}

/** How a project's worker is set up; everything has a default. */
export interface WorkOptions {
  /** When rows move through the tiers each day. Default 03:00 in UTC. */
  readonly tiers?: { readonly at: string; readonly zone: string }
  /** By series: the signal that its captures wait for, in place of a schedule. */
  readonly after?: Readonly<Record<string, string>>
}

const MINUTE_MS = 60_000
/** A collected window is captured within a minute of its beginning; what is not due costs one look at the roster. */
const COLLECTED_EVERY_MS = MINUTE_MS
/** Days close at some entity's midnight, and zones differ by quarters of an hour. */
const CLOSING_EVERY_MS = 15 * MINUTE_MS
const ALERTS_EVERY_MS = MINUTE_MS

const TIERS_AT = { at: '03:00', zone: 'UTC' }

/** Everything that a worker does for these declarations. Throws CONFIG_INVALID and SIGNAL_INVALID for options that name what is not there. */
export function jobsOf(series: readonly SeriesDefinition[], options: WorkOptions, alerts: boolean): readonly Job[] {
  checkOptions(options, ['tiers', 'after'], 'work', 'CONFIG_INVALID')
  const { tiers = TIERS_AT, after = {} } = options
  checkOptions(tiers, ['at', 'zone'], 'work.tiers', 'CONFIG_INVALID')
  const invalid = (message: string, where: string, hint?: string): never => {
    throw new TidemarkError('CONFIG_INVALID', message, { where, ...(hint === undefined ? {} : { hint }) })
  }
  const secondOfDay = parseTimeOfDay(tiers.at) ?? invalid(`${JSON.stringify(tiers.at)} is no local time such as '03:00'`, 'work.tiers.at')
  if (!isZone(tiers.zone)) invalid(`there is no zone ${JSON.stringify(tiers.zone)}`, 'work.tiers.zone')
  if (typeof after !== 'object' || after === null) invalid(`after is ${JSON.stringify(after)}, not the signals by series`, 'work.after')
  const names = series.map(({ name }) => name)
  for (const [name, signal] of Object.entries(after)) {
    if (!names.includes(name)) invalid(`there is no series ${JSON.stringify(name)}`, 'work.after', nearest(name, names))
    checkSignalName(signal, 'work.after')
  }
  const captures = series.map((definition): Job => {
    const signal = after[definition.name] ?? null
    return {
      name: `capture:${definition.name}`, kind: 'capture', series: definition.name, signal,
      schedule: signal !== null ? { kind: 'signalled' } : { kind: 'every', ms: isCollected(definition) ? COLLECTED_EVERY_MS : CLOSING_EVERY_MS },
    }
  })
  const moves = series.map(({ name }): Job => ({
    name: `tiers:${name}`, kind: 'tiers', series: name, signal: null, schedule: { kind: 'daily', secondOfDay, zone: tiers.zone },
  }))
  const watch: readonly Job[] = alerts ? [{ name: 'alerts', kind: 'alerts', series: null, signal: null, schedule: { kind: 'every', ms: ALERTS_EVERY_MS } }] : []
  return [...captures, ...moves, ...watch]
}

/** Throws SIGNAL_INVALID. */
export function checkSignalName(name: string, where: string): void {
  if (typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) return
  throw new TidemarkError('SIGNAL_INVALID', `a signal cannot be named ${JSON.stringify(name)}`, { where })
}

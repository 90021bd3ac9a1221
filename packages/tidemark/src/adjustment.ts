import { formatDay, parseDay } from './calendar/civil.ts'
import { cellsOfEvent } from './definitions/cell.ts'
import type { SeriesDefinition } from './definitions/series.ts'
import { machine } from './machine/machine.ts'
import { nearest } from './nearest.ts'
import { type Adjustment, nothingToAdjust, type RejectedEvent } from './stores/contract/events.ts'

/** A signed change of a count's or a delta's sum on one day, at any age. */
export interface AdjustmentInput {
  readonly tenant: string
  readonly entity: string
  /** The entity's local day, `YYYY-MM-DD`. */
  readonly day: string
  /** A count or a delta of the series. */
  readonly measure: string
  /** How much to add: a whole number, or for a decimal a string at its scale. */
  readonly by: number | bigint | string
  /** Its identity within tenant and series: the same again changes nothing. */
  readonly id: string
  readonly reason: string
  /** A value for each dimension of the series, where it has some. */
  readonly group?: Readonly<Record<string, string>> | null
}

/**
 * Reads adjustments as the store takes them; what cannot be one is told apart, with its place and reason.
 *
 * @param tenants those of others are told as of an entity that does not exist. Default: of all
 */
export function readAdjustments(series: SeriesDefinition, inputs: readonly unknown[], tenants?: readonly string[]): { readonly adjustments: readonly Adjustment[]; readonly rejects: readonly RejectedEvent[] } {
  const adjustments: Adjustment[] = []
  const rejects: RejectedEvent[] = []
  for (const [index, input] of inputs.entries()) {
    const read = readAdjustment(series, input, index + 1)
    if ('code' in read) rejects.push(read)
    else if (tenants !== undefined && !tenants.includes(read.tenant)) rejects.push({ ...nothingToAdjust(read), raw: read.raw })
    else adjustments.push(read)
  }
  return { adjustments, rejects }
}

function readAdjustment(series: SeriesDefinition, input: unknown, line: number): Adjustment | RejectedEvent {
  const raw = rawOf(input)
  const reject = (code: string, reason: string): RejectedEvent => ({ line, code, reason, raw })
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return reject('not_an_object', 'an adjustment is an object')
  const given = input as Partial<Record<keyof AdjustmentInput, unknown>>
  for (const field of ['tenant', 'entity', 'day', 'measure', 'id', 'reason'] as const) {
    const value = given[field]
    if (value === undefined || value === null || value === '') return reject('missing_field', `an adjustment has a ${field}`)
    if (typeof value !== 'string') return reject('wrong_type', `${field} is text, not ${typeof value}`)
    if (value.length > 4096 || value.includes('\0') || !value.isWellFormed()) return reject('text_not_well_formed', `${field} is not text that can be kept`)
  }
  const { tenant, entity, day: dayText, measure, id, reason } = given as Record<keyof AdjustmentInput, string>
  const definition = Object.hasOwn(series.measures, measure) ? series.measures[measure] : undefined
  if (definition?.kind !== 'count' && definition?.kind !== 'delta') {
    const known = Object.entries(series.measures).filter(([, one]) => one.kind === 'count' || one.kind === 'delta').map(([name]) => name)
    return reject('unknown_measure', `${JSON.stringify(measure)} is no count or delta of ${series.name}. ${nearest(measure, known)}`)
  }
  const day = parseDay(dayText)
  if (day === null) return reject('date_does_not_exist', `${JSON.stringify(dayText)} is not a day written YYYY-MM-DD`)
  const scale = definition.kind === 'delta' ? definition.shape.scale : 0
  const by = scaled(given.by, scale)
  if (by === null) return reject('not_an_amount', `by is a whole number of 64 bits${scale === 0 ? '' : `, or text with at most ${scale} digits after the point`}, not ${shown(given.by)}`)
  const places: number[] = []
  const group = (given.group ?? {}) as Record<string, unknown>
  if (typeof group !== 'object') return reject('wrong_type', 'group is an object')
  for (const { field, values } of series.dimensions) {
    const place = values.indexOf(String(group[field]))
    if (place < 0) return reject('unknown_value', `group names a value for ${field}: one of ${values.join(', ')}`)
    places.push(place + 1)
  }
  const unknown = Object.keys(group).find((field) => !series.dimensions.some((dimension) => dimension.field === field))
  if (unknown !== undefined) return reject('unknown_dimension', `${series.name} is not split by ${unknown}`)
  const content = JSON.stringify([entity, formatDay(day), measure, String(by), reason, places])
  return {
    line, tenant, entity, day, measure, by, id, reason, raw, cells: cellsOfEvent(series.dimensions, places),
    identity: machine.eventDigest(`${tenant}\0${id}`, 16), content: machine.eventDigest(content, 8),
  }
}

/** An amount at the measure's scale, as a 64-bit integer; null when it is not exact or does not fit. */
function scaled(by: unknown, scale: number): number | bigint | null {
  const text = typeof by === 'number' && Number.isSafeInteger(by) ? String(by) : typeof by === 'bigint' ? String(by) : typeof by === 'string' ? by : ''
  const match = /^([+-]?)(\d{1,19})(?:\.(\d+))?$/.exec(text)
  const fraction = match?.[3] ?? ''
  if (match === null || fraction.length > scale) return null
  const digits = BigInt((match[2] as string) + fraction.padEnd(scale, '0'))
  const value = match[1] === '-' ? -digits : digits
  if (value !== BigInt.asIntN(64, value)) return null
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function shown(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'nothing').slice(0, 80)
}

/** As it was sent, in JSON; bigints as digits. */
export function rawOf(input: unknown): string {
  try {
    return JSON.stringify(input, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? String(input)
  } catch {
    return String(input)
  }
}

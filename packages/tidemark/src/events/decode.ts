import type { FieldDefinition } from '../definitions/field.ts'
import { storedFields } from '../definitions/stored-fields.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import { machine } from '../machine/machine.ts'
import type { DecodedEvent, FieldValue, RejectedEvent } from '../stores/contract/events.ts'
import type { Instant } from '../stores/contract/state.ts'
import { quoted, type ReadValue, readInstant, readText, Refusal, valueReader } from './field-value.ts'

/** How far ahead of now an event may lie; one exactly at the bound is accepted. */
export const DEFAULT_AHEAD_MS = 86_400_000

/** Values as CSV has them (all strings, an empty one is absent) or as JSON has them (typed). */
export type ValueForm = 'csv' | 'json'

export interface DecodeOptions {
  readonly now: Instant
  /** Default: one day. */
  readonly aheadMs?: number
  /** Default: `json`, which is also the form of events given to the library. */
  readonly form?: ValueForm
}

export type Decoded = DecodedEvent | RejectedEvent

/** Validates one record; fields that the stream does not declare are ignored. */
export type RecordDecoder = (input: Readonly<Record<string, unknown>>, line: number, raw: string) => Decoded

/** The same over values by position, `undefined` where absent. */
export type ValuesDecoder = (values: readonly unknown[], line: number, raw: string) => Decoded

export function isRejected(decoded: Decoded): decoded is RejectedEvent {
  return 'code' in decoded
}

/**
 * Compiles the declaration of a stream, once, into a function that validates a record.
 * Only the record's own properties count, so `__proto__` and `constructor` have no meaning.
 */
export function decoder(stream: StreamDefinition, options: DecodeOptions): RecordDecoder {
  const names = Object.keys(stream.fields)
  const decodeValues = valuesDecoder(stream, options, names.map((_, i) => i))
  return (input, line, raw) => {
    const values = new Array<unknown>(names.length)
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string
      values[i] = Object.hasOwn(input, name) ? input[name] : undefined
    }
    return decodeValues(values, line, raw)
  }
}

/** As `decoder`, for rows: the i-th declared field stands at `columns[i]` of the values, −1 where the file has no such column. */
export function valuesDecoder(stream: StreamDefinition, options: DecodeOptions, columns: readonly number[]): ValuesDecoder {
  const csv = options.form === 'csv'
  const latest = options.now + (options.aheadMs ?? DEFAULT_AHEAD_MS)
  const columnOf = new Map(Object.keys(stream.fields).map((name, i) => [name, columns[i] as number]))
  const place = (name: string): number => columnOf.get(name) as number
  const tenantAt = place(stream.tenant)
  const entityAt = place(stream.entity)
  const idAt = place(stream.id)
  const atAt = place(stream.at)
  const atDefinition = stream.fields[stream.at] as FieldDefinition
  const offsetKept = atDefinition.type === 'instant' && atDefinition.offset === 'kept'
  const readTenant = keyReader(stream.tenant)
  const readEntity = keyReader(stream.entity)
  const readId = keyReader(stream.id)
  const tenants = new Interned()
  const entities = new Interned()

  let width = 0
  const steps: Step[] = storedFields(stream).map((stored) => {
    const index = width
    width += stored.columns.length
    return {
      name: stored.name, column: place(stored.name), index, optional: stored.field.optional, double: stored.columns.length === 2,
      emptyIsAbsent: csv && (stored.field.optional || stored.field.type !== 'text'), read: valueReader(stored.name, stored.field, csv),
    }
  })
  const hashed = steps.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((step) => ({ prefix: `\0${step.name}\0`, index: step.index, double: step.double }))

  return (cells, line, raw) => {
    const tenant = readTenant(cells[tenantAt])
    if (typeof tenant !== 'string') return rejected(line, raw, tenant)
    const entity = readEntity(cells[entityAt])
    if (typeof entity !== 'string') return rejected(line, raw, entity)
    const id = readId(cells[idAt])
    if (typeof id !== 'string') return rejected(line, raw, id, tenant, entity)
    const when = cells[atAt]
    if (when === undefined || when === null || (csv && when === '')) return rejected(line, raw, missing(stream.at), tenant, entity)
    const parsed = readInstant(stream.at, when)
    if (parsed instanceof Refusal) return rejected(line, raw, parsed, tenant, entity)

    const values = new Array<FieldValue>(width)
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step
      // −1 as an index would be a lookup by name.
      const cell = step.column < 0 ? undefined : cells[step.column]
      if (cell === undefined || cell === null || (cell === '' && step.emptyIsAbsent)) {
        if (!step.optional) return rejected(line, raw, missing(step.name), tenant, entity)
        values[step.index] = null
        if (step.double) values[step.index + 1] = null
        continue
      }
      const refusal = step.read(cell, values, step.index)
      if (refusal !== undefined) return rejected(line, raw, refusal, tenant, entity)
    }
    // Judged last: what is malformed as well will not become right by waiting.
    const at = parsed.instant
    if (at > latest) {
      return rejected(line, raw, new Refusal('from_the_future',
        `${stream.at} is ${quoted(when)}, later than ${new Date(latest).toISOString()}, the latest that is accepted now`), tenant, entity)
    }
    const offsetMinutes = offsetKept ? parsed.offsetMinutes : 0

    // NUL separates, since no text can contain it. Fields go by name and absent ones are left out, so that neither
    // reordering the declaration nor adding an optional field turns a redelivery into a conflict.
    let canonical = `${entity}\0${at}\0${offsetMinutes}`
    for (let i = 0; i < hashed.length; i++) {
      const { prefix, index, double } = hashed[i] as (typeof hashed)[number]
      const value = values[index]
      if (value === null) continue
      canonical += double ? `${prefix}${value}\0${values[index + 1]}` : prefix + value
    }
    return {
      line, tenant: tenants.of(tenant), entity: entities.of(entity), id, at, offsetMinutes, values,
      identity: eventIdentity(tenant, id), content: machine.eventDigest(canonical, 8), raw,
    }
  }
}

/** The 16 bytes by which a stream remembers that it has seen an event. */
export function eventIdentity(tenant: string, id: string): Uint8Array {
  return machine.eventDigest(`${tenant}\0${id}`, 16)
}

interface Step {
  readonly name: string
  readonly column: number
  readonly index: number
  readonly optional: boolean
  /** An instant with its offset: two values. */
  readonly double: boolean
  readonly emptyIsAbsent: boolean
  readonly read: ReadValue
}

function rejected(line: number, raw: string, { code, reason }: Refusal, tenant?: string, entity?: string): RejectedEvent {
  return tenant === undefined || entity === undefined ? { line, code, reason, raw } : { line, code, reason, raw, of: { tenant, entity } }
}

function missing(name: string): Refusal {
  return new Refusal('missing_field', `${name} is missing, and the stream does not declare it optional`)
}

/** Keeps one flat copy of a string that comes again and again. A cell is a slice that would keep its whole chunk of the file alive in any cache downstream. */
class Interned {
  private readonly known = new Map<string, string>()

  of(text: string): string {
    const known = this.known.get(text)
    if (known !== undefined) return known
    if (this.known.size >= 20_000) this.known.clear()
    const copy = JSON.parse(JSON.stringify(text)) as string
    this.known.set(copy, copy)
    return copy
  }
}

function keyReader(name: string): (value: unknown) => string | Refusal {
  return (value) => {
    if (value === undefined || value === null) return missing(name)
    if (value === '') return new Refusal('empty_key', `${name} is empty; the tenant, the entity and the id of an event are not`)
    return readText(name, value)
  }
}

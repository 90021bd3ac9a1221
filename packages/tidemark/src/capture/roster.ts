import { isZone } from '../calendar/zone.ts'
import type { RosterEntry } from '../definitions/collector.ts'
import type { RosteredEntity } from '../stores/contract/collected.ts'

/** What a source lists, checked. */
export interface CheckedRoster {
  readonly entities: readonly RosteredEntity[]
  /** Entities that are listed in a way that cannot be used; each is known by its key, and fails alone. */
  readonly faults: readonly { readonly tenant: string; readonly entity: string; readonly message: string }[]
}

/** A text that separates what it stands between: names have no NUL. */
export function keyOf({ tenant, entity }: { readonly tenant: string; readonly entity: string }): string {
  return `${tenant}\0${entity}`
}

/** Of a tenant's or an entity's name, in characters. */
const MOST_NAME = 500

/**
 * Checks a roster. Throws an Error when it is no list, or when it does not say of whom it speaks: of such a list nobody
 * can tell who is missing.
 */
export function checkRoster(listed: unknown): CheckedRoster {
  if (!Array.isArray(listed)) throw new Error('the roster is not a list')
  const entities = new Map<string, RosteredEntity>()
  const faults = new Map<string, { tenant: string; entity: string; message: string }>()
  for (const [place, entry] of (listed as readonly (RosterEntry | null)[]).entries()) {
    const tenant: unknown = entry?.tenant
    const entity: unknown = entry?.entity
    if (!isName(tenant) || !isName(entity)) {
      throw new Error(`the roster's entry ${place} has tenant ${shown(tenant)} and entity ${shown(entity)}; both are texts of 1 to ${MOST_NAME} characters`)
    }
    const key = keyOf({ tenant, entity })
    const message = entities.has(key) || faults.has(key) ? 'the roster lists it twice' : faultOf(entry as RosterEntry)
    if (message === null) {
      entities.set(key, { tenant, entity, zone: entry?.zone ?? null, attributes: { ...entry?.attributes } })
    } else {
      entities.delete(key)
      faults.set(key, { tenant, entity, message })
    }
  }
  return { entities: [...entities.values()], faults: [...faults.values()] }
}

function faultOf({ zone, attributes }: RosterEntry): string | null {
  if (zone != null && (typeof zone !== 'string' || !isZone(zone))) return `the roster gives it the zone ${shown(zone)}, which the time zone database does not know`
  if (attributes === undefined) return null
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return `the roster gives it the attributes ${shown(attributes)}`
  for (const [name, value] of Object.entries(attributes) as [string, unknown][]) {
    if (value !== null && (typeof value !== 'string' || !isText(value))) return `the roster gives its attribute ${name} the value ${shown(value)}; an attribute is a text or null`
  }
  return null
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_NAME && isText(value)
}

/** Whether every store can keep it as it is. */
export function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed()
}

/** A value in a message: short, and never an object's insides. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

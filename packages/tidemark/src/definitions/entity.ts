import { checkName } from './name.ts'
import { checkOptions } from './options.ts'

/** A kind of thing that has a history: a contributor, a campaign, a creator. */
export interface EntityDefinition {
  readonly name: string
  /** What this entity's tenant is called: `client`, `company`. */
  readonly tenant: string
  /** The IANA zone of an entity that has not been given one of its own. */
  readonly zone: string
}

/**
 * Declares a kind of entity. An entity is known by its tenant and its own id; event-fed entities register themselves.
 *
 * @param options.zone the zone of entities that have none of their own; default `UTC`
 */
export function entity<const Name extends string>(
  name: Name,
  options: { readonly tenant: string; readonly zone?: string },
): EntityDefinition & { readonly name: Name } {
  const where = `entity(${JSON.stringify(name)})`
  checkName('an entity', name, where)
  checkOptions(options, ['tenant', 'zone'], where)
  checkTenantWord(options.tenant, where)
  return Object.freeze({ name, tenant: options.tenant, zone: options.zone ?? 'UTC' })
}

/** The tenant's word is only shown, so `tenant` itself is allowed. */
function checkTenantWord(word: string, where: string): void {
  if (word !== 'tenant') checkName('a tenant', word, `${where}.tenant`)
}

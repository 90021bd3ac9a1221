import { TidemarkError } from '../errors.ts'
import type { Snapshot } from '../stores/contract/read.ts'

/** The tenants whose rows are asked for. Throws TENANT_NEEDED when the store has several and none was chosen. */
export function askedTenants(asked: { readonly tenant: string | null; readonly allTenants: boolean }, stored: readonly string[]): readonly string[] {
  if (asked.tenant !== null) return [asked.tenant]
  if (stored.length > 1 && !asked.allTenants) {
    throw new TidemarkError('TENANT_NEEDED', `the store holds ${stored.length} tenants, and none was named`, { where: 'tenant' })
  }
  return stored
}

/**
 * The entities that have rows in the answer, ordered by tenant and entity: those enrolled, and those asked for by name
 * whether or not they are. A name that a tenant does not have stands in the answer like one that was never enrolled,
 * for each tenant that was asked, so that nobody learns from it whose it is.
 */
export function askedEntities<Entity extends { readonly tenant: string; readonly entity: string }>(
  known: readonly Entity[], tenants: readonly string[], names: readonly string[] | null,
  isEnrolled: (entity: Entity) => boolean, unknownEntity: (tenant: string, entity: string) => Entity,
): readonly Entity[] {
  if (names === null) return known.every(isEnrolled) ? known : known.filter(isEnrolled)
  const found = new Set(known.map((entity) => keyOf(entity.tenant, entity.entity)))
  const unknown = tenants.flatMap((tenant) => names.flatMap((entity) => (found.has(keyOf(tenant, entity)) ? [] : [unknownEntity(tenant, entity)])))
  return unknown.length === 0 ? known : [...known, ...unknown].sort(byTenantAndEntity)
}

/** Those of the asked entities that no store knows because they were erased, by `keyOf`. */
export async function askedErased(
  snapshot: Pick<Snapshot, 'erased'>, kind: string, entities: readonly { readonly id: number; readonly tenant: string; readonly entity: string }[],
): Promise<ReadonlySet<string>> {
  const erased = new Set<string>()
  for (const { id, tenant, entity } of entities) {
    if (id === NO_ID && await snapshot.erased(kind, tenant, entity)) erased.add(keyOf(tenant, entity))
  }
  return erased
}

/** The id of an entity that no store has given one. */
export const NO_ID = 0

/** One text for the two names; the length keeps ('a', 'bc') and ('ab', 'c') apart whatever they hold. */
export function keyOf(tenant: string, entity: string): string {
  return `${tenant.length} ${tenant}${entity}`
}

function byTenantAndEntity(a: { readonly tenant: string; readonly entity: string }, b: { readonly tenant: string; readonly entity: string }): number {
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1
  return a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0
}

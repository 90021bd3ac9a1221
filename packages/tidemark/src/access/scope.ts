import type { Scope } from './history.ts'

/** No tenant has this name, nor can one get it: names with a NUL are refused wherever they come in. */
export const NOBODY = '\0'

/** Whether a tenant exists for a scope. What the store knows plays no part in it. */
export function ownTenant(scope: Scope, tenant: string): boolean {
  return scope === null || scope.includes(tenant)
}

/** Of the store's commands: only what exists for a scope. */
export function withinScope(scope: Scope): { readonly tenants?: readonly string[] } {
  return scope === null ? {} : { tenants: scope }
}

/** Whether everything in a list of tenants exists for a scope; all tenants (null) and none, only for a scope of all. */
export function ownTenants(scope: Scope, tenants: readonly string[] | null): boolean {
  if (scope === null) return true
  return tenants !== null && tenants.length > 0 && tenants.every((tenant) => scope.includes(tenant))
}

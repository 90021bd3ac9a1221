import { useDeclarations, useTenants } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from './choice.tsx'

/** Whose history. An entity belongs to its tenant, so it is left behind. */
export function TenantChoice() {
  const [, change] = useShared()
  const { tenant } = usePlace()
  const tenants = useTenants().data?.tenants ?? []
  const title = useDeclarations().data?.series[0]?.of.tenant ?? 'tenant'
  if (tenants.length < 2 && tenants[0] === tenant) return null
  const all = tenant === undefined || tenants.includes(tenant) ? tenants : [tenant, ...tenants]
  return <Choice label={wordsOf(title)} value={tenant ?? ''} options={all.map((value) => ({ value, text: value }))} onChange={(value) => change({ tenant: value, entity: undefined })} />
}

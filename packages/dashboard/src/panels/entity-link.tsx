import { Link } from '@tanstack/react-router'
import { entityLabel } from '../format/entity.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import { usePlace } from '../search/use-place.ts'

/** An entity by its name where it has one; opens its page. */
export function EntityLink({ entity, name }: { readonly entity: string; readonly name: string | undefined }) {
  const { tenant } = usePlace()
  return <Link to={PAGE_PATHS.entity} search={((before: object) => ({ ...before, tenant, entity })) as never} title={entity}>{entityLabel({ entity, name: name ?? null })}</Link>
}

import { Link } from '@tanstack/react-router'
import { useEntity } from '../api/hooks.ts'
import { entityLabel } from '../format/entity.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import { usePlace } from '../search/use-place.ts'

/** An entity by its name where it has one; opens its page. */
export function EntityLink({ entity }: { readonly entity: string }) {
  const { tenant, series } = usePlace()
  const known = useEntity(series?.name, tenant, entity)
  return <Link to={PAGE_PATHS.entity} search={((before: object) => ({ ...before, tenant, entity })) as never} title={entity}>{entityLabel(known ?? { entity })}</Link>
}

import { useEntities, useEntity } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { entityLabel } from '../format/entity.ts'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from './choice.tsx'

/** Which entity the panels of one are about. */
export function EntityChoice({ entity }: { readonly entity: string | undefined }) {
  const [, change] = useShared()
  const { series, tenant } = usePlace()
  const entities = useEntities(series?.name, tenant).data?.entities ?? []
  const chosen = useEntity(series?.name, tenant, entity)
  if (series === undefined) return null
  const options = entities.map((one) => ({ value: one.entity, text: entityLabel(one) }))
  const all = entity === undefined || options.some(({ value }) => value === entity) ? options : [{ value: entity, text: entityLabel(chosen ?? { entity }) }, ...options]
  return <div><Choice label={`Panels of one ${wordsOf(series.of.name).toLowerCase()} show`} value={entity ?? ''} options={all} onChange={(value) => change({ entity: value })} /></div>
}

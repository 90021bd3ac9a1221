import { wordsOf } from '../format/amount.ts'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { EntityPicker } from './entity-picker.tsx'

/** Which entity the panels of one are about. */
export function EntityChoice({ entity }: { readonly entity: string | undefined }) {
  const [, change] = useShared()
  const { series, tenant } = usePlace()
  if (series === undefined) return null
  return <div><EntityPicker label={`Panels of one ${wordsOf(series.of.name).toLowerCase()} show`} series={series.name} tenant={tenant} entity={entity} onChange={(value) => change({ entity: value })} /></div>
}

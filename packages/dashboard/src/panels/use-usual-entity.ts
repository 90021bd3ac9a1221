import { useFirstEntity, useStates } from '../api/hooks.ts'
import type { Place } from '../search/use-place.ts'

/** One that was captured last, where several are: the first by name. Of a series without states, the first there is. */
export function liveliest(states: readonly { readonly entity: string; readonly window: { readonly from: string } }[]): string | undefined {
  return states.reduce<(typeof states)[number] | undefined>((best, state) => (best === undefined || Date.parse(state.window.from) > Date.parse(best.window.from) ? state : best), undefined)?.entity
}

/** The entity that a page shows before somebody chooses one. */
export function useUsualEntity({ series, tenant }: Place): string | undefined {
  const states = useStates(series?.source === 'collected' ? series.name : undefined, tenant)
  const entities = useFirstEntity(series?.name, tenant)
  if (series?.source === 'collected' && states.isPending && !states.isError) return undefined
  return liveliest(states.data?.states ?? []) ?? entities.data?.entities[0]?.entity
}

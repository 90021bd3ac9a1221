import { useDeclarations, useTenants } from '../api/hooks.ts'
import type { Schemas } from '../api/client.ts'
import { useAsOf } from '../api/as-of.ts'
import { type DayRange, namedRange, rangeBack, suitedGrain } from './day-range.ts'
import type { Grain } from './shared-search.ts'
import { useShared } from './use-shared.ts'

/** What a page is about, with everything filled in that the address leaves out. */
export interface Place {
  readonly tenant: string | undefined
  readonly series: Schemas['DeclaredSeries'] | undefined
  readonly entity: string | undefined
  readonly range: DayRange
  /** Whether the range was chosen; else every answer takes its usual one. */
  readonly ranged: boolean
  readonly grain: Grain
  readonly today: string
}

export function usePlace(): Place {
  const [search] = useShared()
  const { data: declarations } = useDeclarations()
  const { data: tenants } = useTenants()
  const { today } = useAsOf()
  const series = declarations?.series.find(({ name }) => name === search.series) ?? declarations?.series[0]
  const named = namedRange(search, today)
  const range = named ?? rangeBack('12w', today)
  const grains = series?.grains ?? ['day']
  const grain = search.grain !== undefined && grains.includes(search.grain) ? search.grain : suitedGrain(range, grains)
  return { tenant: search.tenant ?? tenants?.tenants[0], series, entity: search.entity, range, ranged: named !== null, grain, today }
}

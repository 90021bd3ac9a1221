import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useMe, type SeriesQuestion } from '../api/hooks.ts'
import { isDrawn, type MainAnswer, mainAnswers } from '../generic/main-answers.ts'
import { parted, toldAnswers } from '../generic/told-answers.ts'
import { useUsualEntity } from '../panels/use-usual-entity.ts'
import { suitedGrain, wholePeriods } from '../search/day-range.ts'
import type { Beside, ExploreSearch, Whose } from '../search/explore-search.ts'
import type { Grain } from '../search/shared-search.ts'
import type { Place } from '../search/use-place.ts'
import { grainWhyNot } from './grains.ts'

/** More rows than anybody reads; the address of the whole is beside them. */
export const MOST_ROWS = 5000

const NONE: readonly Beside[] = []

/** The question that the address and the declarations make together. */
export interface Exploring {
  readonly search: ExploreSearch
  readonly series: Schemas['DeclaredSeries']
  readonly whose: Whose
  readonly grain: Grain
  /** The entity that `one` is about. */
  readonly entity: string | undefined
  readonly mayRead: boolean
  readonly chosen: readonly string[]
  readonly answers: readonly MainAnswer[]
  readonly refused: readonly { readonly key: string; readonly why: string }[]
  /** As it is asked of now; null while something lacks. */
  readonly question: SeriesQuestion | null
  readonly asOf: string | undefined
  readonly by: readonly string[]
  readonly compare: readonly Beside[]
}

export function useExplore(series: Schemas['DeclaredSeries'], place: Place): Exploring {
  const search = useSearch({ strict: false }) as ExploreSearch
  const mayRead = useMe().data?.actions.includes('read') ?? false
  const usual = useUsualEntity(place)
  const entity = place.entity ?? usual
  const whose = mayRead ? search.whose ?? 'total' : 'total'
  const asOf = mayRead ? search.asOf : undefined
  const total = whose === 'total'
  const chosen = useMemo(() => search.select ?? firstAnswers(series), [search.select, series])
  const told = useMemo(() => toldAnswers(series), [series])
  const { possible, refused } = useMemo(() => parted(series, chosen, { total, asOf: asOf !== undefined }), [series, chosen, total, asOf])
  const answers = useMemo(() => possible.flatMap((key) => told.get(key) ?? []), [possible, told])
  const by = useMemo(() => (search.by ?? []).filter((field) => series.dimensions.some((dimension) => dimension.field === field)), [search.by, series])
  const where = (search.where ?? []).filter((pair) => series.dimensions.some(({ field }) => pair.startsWith(`${field}=`)))
  const compare = search.compare ?? NONE
  const wanted = search.rows ?? place.grain
  const grain = grainWhyNot(series, wanted, { total, compared: compare.length > 0 }) === null ? wanted : suitedGrain(place.range, series.grains)
  const { from, to } = wholePeriods(place.range, grain)
  const lacks = place.tenant === undefined || possible.length === 0 || (whose === 'one' && entity === undefined)
  const question: SeriesQuestion | null = lacks ? null : {
    series: series.name, tenant: place.tenant as string, select: possible, from, to, grain, ...(total ? { total } : {}), ...(whose === 'one' && entity !== undefined ? { entity: [entity] } : {}),
    ...(by.length === 0 ? {} : { by }), ...(where.length === 0 ? {} : { where }), ...(compare.length === 0 ? {} : { compare }),
  }
  return { search, series, whose, grain, entity, mayRead, chosen, answers, refused, question, asOf, by, compare }
}

/** Two answers that can be drawn over each other: the first, and the next of its unit. */
function firstAnswers(series: Pick<Schemas['DeclaredSeries'], 'measures'>): readonly string[] {
  const drawn = mainAnswers(series, true).filter(isDrawn)
  const [first] = drawn
  const all = first === undefined ? mainAnswers(series, false).slice(0, 1) : drawn.filter(({ unit }) => unit === first.unit).slice(0, 2)
  return all.map(({ key }) => key)
}

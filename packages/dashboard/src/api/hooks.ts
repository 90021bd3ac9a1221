import { keepPreviousData, useInfiniteQuery, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import type { Grain } from '../search/shared-search.ts'
import { client, dataOf, type Schemas } from './client.ts'
import { type EntityKey, type ListedEntity, lookUpEntity } from './entity-lookup.ts'

/** A question to a series by calendar periods; the route's words. */
export interface SeriesQuestion {
  readonly series: string
  readonly select: readonly string[]
  readonly tenant?: string
  readonly entity?: readonly string[]
  readonly where?: readonly string[]
  readonly by?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly asOf?: string
  readonly grain?: Grain
  readonly total?: boolean
  readonly compare?: readonly ('previous' | 'year')[]
  readonly limit?: number
}

const FIXED_MS = 5 * 60_000

export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => dataOf(client.GET('/v1/me', { signal })), staleTime: FIXED_MS })
}

export function useDeclarations() {
  return useQuery({ queryKey: ['declarations'], queryFn: ({ signal }) => dataOf(client.GET('/v1/declarations', { signal })), staleTime: FIXED_MS })
}

export function useTenants() {
  return useQuery({ queryKey: ['tenants'], queryFn: ({ signal }) => dataOf(client.GET('/v1/tenants', { signal })), staleTime: FIXED_MS })
}

/** The first entity of a tenant; an empty list where there is none. */
export function useFirstEntity(series: string | undefined, tenant: string | undefined) {
  return useQuery({
    queryKey: ['entities', series, tenant], enabled: series !== undefined && tenant !== undefined,
    queryFn: ({ signal }) => dataOf(client.GET('/v1/series/{series}/entities', { signal, params: { path: { series: series as string }, query: { tenant: tenant as string, limit: 1 } } })),
  })
}

const FOUND_PAGE = 50

/** Entities whose ids or names have this in them, page by page. Null asks nothing. */
export function useFoundEntities(asked: { readonly series: string; readonly tenant: string; readonly search: string } | null) {
  return useInfiniteQuery({
    queryKey: ['found', asked], enabled: asked !== null, placeholderData: keepPreviousData, initialPageParam: undefined as string | undefined, getNextPageParam: (page: Schemas['Entities']) => page.next ?? undefined,
    queryFn: ({ signal, pageParam }) => {
      const { series, tenant, search } = asked as NonNullable<typeof asked>
      return dataOf(client.GET('/v1/series/{series}/entities', { signal, params: { path: { series }, query: { tenant, limit: FOUND_PAGE, ...(search === '' ? {} : { search }), ...(pageParam === undefined ? {} : { after: pageParam }) } } }))
    },
  })
}

/** An entity as it is listed; undefined where there is none, or none yet. */
export function useEntity(series: string | undefined, tenant: string | undefined, entity: string | undefined): ListedEntity | undefined {
  const key = series === undefined || tenant === undefined || entity === undefined ? null : { series, tenant, entity }
  return useQuery({ queryKey: ['entity', key], enabled: key !== null, queryFn: () => lookUpEntity(key as EntityKey) }).data ?? undefined
}

/** The names of entities that have one, in the places of what is asked for; undefined while they come. Null asks nothing. */
export function useNames(asked: readonly EntityKey[] | null): readonly (string | null)[] | undefined {
  return useQuery({
    queryKey: ['names', asked], enabled: asked !== null && asked.length > 0,
    queryFn: async () => (await Promise.all((asked ?? []).map(lookUpEntity))).map((one) => one?.name ?? null),
  }).data
}

function questionOptions(question: SeriesQuestion | null) {
  return {
    queryKey: ['query', question] as const, enabled: question !== null,
    queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<Schemas['QueryAnswer']> => {
      const { series, ...words } = question as SeriesQuestion
      const lists = { select: [...words.select], ...(words.entity && { entity: [...words.entity] }), ...(words.where && { where: [...words.where] }), ...(words.by && { by: [...words.by] }), ...(words.compare && { compare: [...words.compare] }) }
      return dataOf(client.GET('/v1/series/{series}/query', { signal, params: { path: { series }, query: { ...words, ...lists } as never } })) as Promise<Schemas['QueryAnswer']>
    },
  }
}

/** Null asks nothing. */
export function useSeriesQuery(question: SeriesQuestion | null): UseQueryResult<Schemas['QueryAnswer']> {
  return useQuery({ ...questionOptions(question), placeholderData: keepPreviousData })
}

/** The latest states of a tenant's entities. */
export function useStates(series: string | undefined, tenant: string | undefined, at?: string) {
  return useQuery({
    queryKey: ['states', series, tenant, at], enabled: series !== undefined && tenant !== undefined,
    queryFn: ({ signal }) => dataOf(client.GET('/v1/series/{series}/states', { signal, params: { path: { series: series as string }, query: { tenant: tenant as string, ...(at === undefined ? {} : { at }) } } })),
  })
}

/** The state of one entity at an instant; left out: the latest. */
export function useEntityState(words: { readonly series: string; readonly tenant: string; readonly entity: string; readonly at?: string } | null) {
  return useQuery({
    queryKey: ['states', words], enabled: words !== null, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const { series, ...query } = words as NonNullable<typeof words>
      return dataOf(client.GET('/v1/series/{series}/states', { signal, params: { path: { series }, query } }))
    },
  })
}

/** What happened to an entity's history, latest first, page by page. */
export function useTimeline(words: { readonly series: string; readonly tenant: string; readonly entity: string; readonly from?: string; readonly to?: string } | null) {
  return useInfiniteQuery({
    queryKey: ['timeline', words], enabled: words !== null, initialPageParam: undefined as string | undefined, getNextPageParam: (page: Schemas['Timeline']) => page.next ?? undefined,
    queryFn: ({ signal, pageParam }) => {
      const { series, ...query } = words as NonNullable<typeof words>
      return dataOf(client.GET('/v1/series/{series}/timeline', { signal, params: { path: { series }, query: { ...query, ...(pageParam === undefined ? {} : { after: pageParam }) } } }))
    },
  })
}

/** The answers that the project declares. */
export function useToldAnswers(): UseQueryResult<readonly ToldAnswer[]> {
  return useQuery({
    queryKey: ['answers'], staleTime: FIXED_MS,
    queryFn: async ({ signal }) => (await dataOf(client.GET('/v1/answers', { signal }))).answers as readonly ToldAnswer[],
  })
}

export type AnswerWords = Readonly<Record<string, string | undefined>>

const answerOptions = (name: string, words: AnswerWords | null) => ({
  queryKey: ['answer', name, words] as const, enabled: words !== null,
  queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<unknown> => dataOf(client.GET('/v1/answers/{name}', { signal, params: { path: { name }, query: (words ?? {}) as never } })),
})

/** The document of a declared answer. Null asks nothing. */
export function useAnswer(name: string, words: AnswerWords | null): UseQueryResult<unknown> {
  return useQuery({ ...answerOptions(name, words), placeholderData: keepPreviousData })
}

/** The same answer with other words each, one beside the other. */
export function useAnswers(name: string, all: readonly AnswerWords[]): readonly UseQueryResult<unknown>[] {
  return useQueries({ queries: all.map((words) => answerOptions(name, words)) })
}

export function useHealthReport() {
  return useQuery({ queryKey: ['health-report'], queryFn: ({ signal }) => dataOf(client.GET('/v1/health-report', { signal })) })
}

export type AlertState = Schemas['Alert']['state']

/** Alerts in these states; default: what is not resolved. */
export function useAlerts(states?: readonly AlertState[], asked = true) {
  return useQuery({
    queryKey: ['alerts', ...(states === undefined ? [] : [states])], enabled: asked, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf(client.GET('/v1/alerts', { signal, params: { query: states === undefined ? {} : { state: [...states] } } })),
  })
}

/** Where entities stand among their peers. */
export interface RankQuestion {
  readonly series: string
  readonly tenant: string
  readonly from: string
  readonly to: string
}

/** The same peers by one answer after the other. */
export function useRanks(question: RankQuestion | null, keys: readonly string[]): readonly UseQueryResult<Schemas['RankAnswer']>[] {
  return useQueries({
    queries: (question === null ? [] : keys).map((select) => ({
      queryKey: ['rank', question, select] as const, placeholderData: keepPreviousData,
      queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<Schemas['RankAnswer']> => {
        const { series, ...words } = question as RankQuestion
        return dataOf(client.GET('/v1/series/{series}/rank', { signal, params: { path: { series }, query: { select, ...words } } })) as Promise<Schemas['RankAnswer']>
      },
    })),
  })
}

/** Which row: of a local day, or of the captured window that an instant lies in. */
export interface InspectQuestion {
  readonly series: string
  readonly tenant: string
  readonly entity: string
  readonly day?: string
  readonly at?: string
  readonly group?: readonly string[]
}

/** One row, what produced it, and what was believed before. Null asks nothing. */
export function useInspection(question: InspectQuestion | null) {
  return useQuery({
    queryKey: ['inspect', question], enabled: question !== null,
    queryFn: ({ signal }) => {
      const { series, group, ...words } = question as InspectQuestion
      return dataOf(client.GET('/v1/series/{series}/inspect', { signal, params: { path: { series }, query: { ...words, ...(group === undefined || group.length === 0 ? {} : { group: [...group] }) } } }))
    },
  })
}

const MOST_RUNS = 100

/** The latest runs of a series. */
export function useRuns(series: string) {
  return useQuery({ queryKey: ['runs', series], queryFn: ({ signal }) => dataOf(client.GET('/v1/runs', { signal, params: { query: { series, limit: MOST_RUNS } } })) })
}

/** Windows of a tenant that could not be captured lately. */
export function useFailures(series: string, tenant: string | undefined) {
  return useQuery({
    queryKey: ['failures', series, tenant], enabled: tenant !== undefined,
    queryFn: ({ signal }) => dataOf(client.GET('/v1/series/{series}/failures', { signal, params: { path: { series }, query: { tenant: tenant as string } } })),
  })
}

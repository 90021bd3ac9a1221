import { isCollected } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import type { AnswerScalar, Coverage, QueryRow } from './answer.ts'
import { keyOf } from './asked.ts'
import { percentileRanks } from './percentile.ts'
import { filterOf, type QueryContext, scopedContext } from './question.ts'
import { runQuery } from './query.ts'
import type { Selection } from './request.ts'

/** Entities compared by one answer over one range. With `allTenants` peers are of all of them. */
export interface RankRequest<Key extends string = string> extends Omit<Selection<Key>, 'select' | 'by'> {
  readonly select: Key
  readonly from: string
  readonly to: string
  /** An attribute of entities: peers are those with the same value (as it is today). Left out: all are peers. */
  readonly by?: string
}

/** One entity among its peers. */
export interface RankRow<Value = AnswerScalar> {
  readonly tenant: string
  readonly entity: string
  /** The value of the attribute that peers share; null when they were not asked for by one, or it has none. */
  readonly peersOf: string | null
  readonly value: Value | null
  /** 0 (least) to 1 (greatest), a decimal of four digits; equal values share the middle. null: no value, or no peer. */
  readonly rank: string | null
  /** Peers with a value, itself included. Those without are not ranked. */
  readonly peers: number
  readonly coverage: Coverage
}

/**
 * Ranks the entities of a collected series by an answer, ordered by tenant and entity.
 *
 * @param tenants only these exist for whoever asks: peers are of no other; null: all
 */
export async function runRank(given: QueryContext, series: string, { select, by, ...selection }: RankRequest, tenants: readonly string[] | null = null): Promise<readonly RankRow[]> {
  const context = scopedContext(given, tenants)
  const { rows } = await runQuery(context, series, { ...selection, select: [select], grain: 'range' })
  const attributes = by === undefined ? new Map<string, string | null>() : await attributesOf(context, series, by, selection)
  const valueOf = (row: QueryRow): AnswerScalar => row[select as `${string}.${string}`] ?? null
  const groups = Map.groupBy(rows, (row) => attributes.get(nameOf(row)) ?? null)
  const ranks = new Map<QueryRow, { readonly rank: string | null; readonly peers: number }>()
  for (const peers of groups.values()) {
    const values = peers.map(valueOf)
    const counted = values.filter((value) => value !== null).length
    const ranked = percentileRanks(values)
    for (const [place, row] of peers.entries()) ranks.set(row, { rank: ranked[place] as string | null, peers: counted })
  }
  return rows.map((row) => ({
    tenant: row.tenant, entity: row.entity as string, peersOf: attributes.get(nameOf(row)) ?? null,
    value: valueOf(row), ...(ranks.get(row) as { rank: string | null; peers: number }), coverage: row.coverage,
  }))
}

function nameOf({ tenant, entity }: { readonly tenant: string; readonly entity: string | null }): string {
  return keyOf(tenant, entity as string)
}

async function attributesOf({ snapshot }: QueryContext, series: string, attribute: string, { tenant, entity }: Pick<Selection, 'tenant' | 'entity'>): Promise<ReadonlyMap<string, string | null>> {
  const state = await snapshot.series(series, null)
  if (state === null || !isCollected(state.definition)) throw new TidemarkError('REQUEST_INVALID', `entities of ${series} have no attributes: it is fed by events`, { where: 'by' })
  const names = entity === undefined ? null : typeof entity === 'string' ? [entity] : entity
  const known = await snapshot.collectedEntities(series, filterOf(tenant ?? null, names), null)
  return new Map(known.map((one) => [nameOf(one), one.attributes[attribute] ?? null]))
}

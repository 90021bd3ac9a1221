import { formatDay } from '../calendar/civil.ts'
import { TidemarkError } from '../errors.ts'
import { askedTenants } from './asked.ts'
import { filterOf, type QueryContext } from './question.ts'

/** Which entities are listed. */
export interface EntitiesRequest {
  /** May be left out when the store holds one. */
  readonly tenant?: string
  readonly allTenants?: boolean
  /** Only names that begin so. */
  readonly prefix?: string
  /** The last one of the page before. */
  readonly after?: { readonly tenant: string; readonly entity: string }
  /** 1 to 1,000; default 100. */
  readonly limit?: number
}

export interface ListedEntity {
  readonly tenant: string
  readonly entity: string
  /** In force now. */
  readonly zone: string
  /** The first local day, `YYYY-MM-DD`. */
  readonly enrolled: string
}

/** Ordered by tenant and entity. */
export interface EntityPage {
  readonly rows: readonly ListedEntity[]
  /** What to give as `after` for the next page; null: there is none. */
  readonly next: { readonly tenant: string; readonly entity: string } | null
}

const MOST = 1_000
const DEFAULT = 100

/** Lists the entities of a series that are enrolled. Throws TENANT_NEEDED, REQUEST_INVALID, SERIES_UNKNOWN. */
export async function listEntities({ snapshot }: QueryContext, series: string, request: EntitiesRequest): Promise<EntityPage> {
  const { tenant = null, allTenants = false, prefix = '', after, limit = DEFAULT } = request
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST) throw new TidemarkError('REQUEST_INVALID', `a page has 1 to ${MOST} entities, not ${String(limit)}`, { where: 'limit' })
  if (tenant !== null && allTenants) throw new TidemarkError('REQUEST_INVALID', 'one tenant and all tenants were asked for at once', { where: 'tenant' })
  if (await snapshot.series(series, null) === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(series)}`, { where: 'series' })
  const tenants = askedTenants({ tenant, allTenants }, tenant === null ? await snapshot.tenants() : [])
  const found = tenants.length === 0 ? [] : await snapshot.entities(series, filterOf(tenants.length === 1 ? tenants[0] as string : null, null), null)
  const later = (one: { readonly tenant: string; readonly entity: string }): boolean =>
    after === undefined || one.tenant > after.tenant || (one.tenant === after.tenant && one.entity > after.entity)
  const rest = found.filter((one) => one.enrolment !== null && one.entity.startsWith(prefix) && later(one))
  const rows = rest.slice(0, limit).map(({ tenant: of, entity, zones, enrolment }): ListedEntity => ({ tenant: of, entity, zone: zones.at(-1)?.zone ?? '', enrolled: formatDay(enrolment as number) }))
  const last = rows.at(-1)
  return { rows, next: rest.length > limit && last !== undefined ? { tenant: last.tenant, entity: last.entity } : null }
}

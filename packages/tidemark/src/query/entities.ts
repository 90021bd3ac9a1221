import { formatDay } from '../calendar/civil.ts'
import { TidemarkError } from '../errors.ts'
import { askedTenants, keyOf } from './asked.ts'
import { entityNames } from './entity-names.ts'
import { filterOf, type QueryContext } from './question.ts'

/** Which entities are listed. */
export interface EntitiesRequest {
  /** May be left out when the store holds one. */
  readonly tenant?: string
  readonly allTenants?: boolean
  /** Only these, by name. */
  readonly entities?: readonly string[]
  /** Only those whose name, or whose display name in any case, begins so. */
  readonly prefix?: string
  /** Only those whose name or display name has this in it, in any case. */
  readonly search?: string
  /** The last one of the page before. */
  readonly after?: { readonly tenant: string; readonly entity: string }
  /** 1 to 1,000; default 100. */
  readonly limit?: number
}

export interface ListedEntity {
  readonly tenant: string
  readonly entity: string
  /** How people call it: what the roster of a collected series says under `name`; null where none does. */
  readonly name: string | null
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

/**
 * Lists the entities of a series that are enrolled.
 *
 * @param rostered collected series of the same kind of entity, whose rosters may know display names; the first that does counts
 * @throws TENANT_NEEDED, REQUEST_INVALID, SERIES_UNKNOWN
 */
export async function listEntities({ snapshot }: QueryContext, series: string, request: EntitiesRequest, rostered: readonly string[]): Promise<EntityPage> {
  const { tenant = null, allTenants = false, entities = null, prefix = '', search = '', after, limit = DEFAULT } = request
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST) throw new TidemarkError('REQUEST_INVALID', `a page has 1 to ${MOST} entities, not ${String(limit)}`, { where: 'limit' })
  if (tenant !== null && allTenants) throw new TidemarkError('REQUEST_INVALID', 'one tenant and all tenants were asked for at once', { where: 'tenant' })
  if (await snapshot.series(series, null) === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(series)}`, { where: 'series' })
  const tenants = askedTenants({ tenant, allTenants }, tenant === null ? await snapshot.tenants() : [])
  const only = tenants.length === 1 ? tenants[0] as string : null
  const found = tenants.length === 0 ? [] : await snapshot.entities(series, filterOf(only, entities), null)
  const later = (one: { readonly tenant: string; readonly entity: string }): boolean =>
    after === undefined || one.tenant > after.tenant || (one.tenant === after.tenant && one.entity > after.entity)
  const enrolled = found.filter((one) => one.enrolment !== null && later(one))
  // Names are looked up for a page alone; only where they are searched for, for all.
  const sought = prefix === '' && search === '' ? null : await entityNames(snapshot, rostered, only, entities)
  const [begin, part] = [prefix.toLowerCase(), search.toLowerCase()]
  const rest = sought === null ? enrolled : enrolled.filter(({ tenant: of, entity }) => {
    const name = sought.get(keyOf(of, entity))?.name.toLowerCase() ?? ''
    return (entity.startsWith(prefix) || name.startsWith(begin)) && (entity.toLowerCase().includes(part) || name.includes(part))
  })
  const page = rest.slice(0, limit)
  const names = sought ?? await entityNames(snapshot, rostered, only, page.map(({ entity }) => entity))
  const rows = page.map(({ tenant: of, entity, zones, enrolment }): ListedEntity => ({
    tenant: of, entity, name: names.get(keyOf(of, entity))?.name ?? null, zone: zones.at(-1)?.zone ?? '', enrolled: formatDay(enrolment as number),
  }))
  const last = rows.at(-1)
  return { rows, next: rest.length > limit && last !== undefined ? { tenant: last.tenant, entity: last.entity } : null }
}

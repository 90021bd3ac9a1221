import { formatDay, parseDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import { formatInstant } from '../calendar/instant.ts'
import { isCollected } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { askedTenants } from './asked.ts'
import { filterOf, type QueryContext } from './question.ts'

/** Which failures are listed. */
export interface FailuresRequest {
  /** May be left out when the store holds one. */
  readonly tenant?: string
  readonly allTenants?: boolean
  readonly entity?: string
  /** First local day; default: a week back. */
  readonly from?: string
  /** The local day after the last; default: today is the last. */
  readonly to?: string
}

/** A window that could not be captured, and has not been since. */
export interface ListedFailure {
  readonly tenant: string
  readonly entity: string
  readonly day: string
  /** Half-open, ISO 8601. */
  readonly from: string
  readonly to: string
  readonly message: string
}

const USUAL_DAYS = 7

/**
 * Lists windows that failed, latest first; an event-fed series has none.
 *
 * @throws SERIES_UNKNOWN, TENANT_NEEDED, DATE_INVALID, RANGE_INVALID, REQUEST_INVALID
 */
export async function listFailures({ snapshot, now }: QueryContext, series: string, request: FailuresRequest): Promise<readonly ListedFailure[]> {
  const { tenant = null, allTenants = false, entity } = request
  if (tenant !== null && allTenants) throw new TidemarkError('REQUEST_INVALID', 'one tenant and all tenants were asked for at once', { where: 'tenant' })
  const state = await snapshot.series(series, null)
  if (state === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(series)}`, { where: 'series' })
  const to = dayOf(request.to, 'to') ?? Math.floor(now / DAY_MS) + 2
  const from = dayOf(request.from, 'from') ?? to - USUAL_DAYS
  if (from >= to) throw new TidemarkError('RANGE_INVALID', `the range from ${formatDay(from)} to ${formatDay(to)} holds no day`, { where: 'from' })
  const tenants = askedTenants({ tenant, allTenants }, tenant === null ? await snapshot.tenants() : [])
  if (tenants.length === 0 || !isCollected(state.definition)) return []
  const only = tenants.length === 1 ? tenants[0] as string : null
  const entities = new Map((await snapshot.collectedEntities(series, filterOf(only, entity === undefined ? null : [entity]), null)).map((one) => [one.id, one]))
  const failed = await snapshot.failures(series, [...entities.keys()], from, to, null)
  return failed.toSorted((a, b) => b.at - a.at).flatMap((one): ListedFailure[] => {
    const whose = entities.get(one.entity)
    return whose === undefined ? [] : [{ tenant: whose.tenant, entity: whose.entity, day: formatDay(one.day), from: formatInstant(one.at), to: formatInstant(one.to), message: one.message }]
  })
}

function dayOf(text: string | undefined, where: string): number | null {
  if (text === undefined) return null
  const day = parseDay(text)
  if (day === null) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(text)} is no local day`, { where })
  return day
}

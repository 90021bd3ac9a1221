import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { type Layout, layoutOf } from '../measures/layout.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { Snapshot } from '../stores/contract/read.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { ArchiveSource } from './archive-source.ts'
import { askedEntities, askedTenants } from './asked.ts'
import { EntityCalendars, type EntityDays } from './entity-days.ts'
import { measuredSince, type MeasuredSince } from './since.ts'
import type { ResolvedSelection } from './validate.ts'

/** What a query is answered from. The snapshot stays the caller's to close. */
export interface QueryContext {
  readonly snapshot: Snapshot
  readonly archive: ArchiveSource
  readonly now: Instant
}

/** A resolved request, with what the catalogue knows of the series and the entities that it is about. */
export interface Question<Resolved extends ResolvedSelection = ResolvedSelection> {
  readonly context: QueryContext
  readonly resolved: Resolved
  readonly state: SeriesState
  readonly layout: Layout
  readonly since: MeasuredSince
  /** Believe transactions up to this one; null for the current rows. */
  readonly transaction: number | null
  /** The tenant that rows are of; null for several. */
  readonly tenant: string | null
  /** Ordered by tenant and entity; what has rows in the answer. */
  readonly entities: readonly EntityState[]
  /** Of each of them, in the same places. */
  readonly days: readonly EntityDays[]
  readonly calendars: EntityCalendars
  /** Of those enrolled; null and -Infinity when there is none. */
  readonly earliestEnrolment: EpochDay | null
  readonly latestToday: EpochDay
}

/** Puts a request to the catalogue. Throws a coded error for a word that is wrong. */
export async function pose<Resolved extends ResolvedSelection>(
  context: QueryContext, name: string, resolve: (series: SeriesDefinition) => Resolved,
): Promise<Question<Resolved>> {
  const { snapshot, now } = context
  const current = await snapshot.series(name, null)
  if (current === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(name)}`, { where: 'series' })
  const { definition } = current
  const resolved = resolve(definition)
  const tenants = askedTenants(resolved, resolved.tenant === null ? await snapshot.tenants() : [])
  const transaction = resolved.asOf === null ? null : await snapshot.transactionAt(resolved.asOf)
  // What a capture closed is believed as of then; measures, archives and what is retired are today's.
  const coveredAt = transaction === null ? current.coveredAt : (await snapshot.series(name, transaction))?.coveredAt ?? null
  const tenant = tenants.length === 1 ? (tenants[0] as string) : null
  const known = tenants.length === 0 ? [] : await snapshot.entities(name, filterOf(tenant, resolved.names), transaction)
  const entities = askedEntities(known, tenants, resolved.names, definition.of.zone)

  const calendars = new EntityCalendars(definition, resolved.asOf ?? now, coveredAt)
  const days = entities.map((entity) => calendars.daysOf(entity.zones))
  let earliest = Infinity
  let latest = -Infinity
  for (const [place, { enrolment }] of entities.entries()) {
    if (enrolment === null) continue
    earliest = Math.min(earliest, enrolment)
    latest = Math.max(latest, (days[place] as EntityDays).today)
  }
  return {
    context, resolved, state: current, layout: layoutOf(definition),
    since: measuredSince(definition, current.since, resolved.answers),
    transaction, tenant, entities, days, calendars,
    earliestEnrolment: earliest === Infinity ? null : earliest,
    latestToday: latest,
  }
}

export function filterOf(tenant: string | null, names: readonly string[] | null): { tenant?: string; entities?: readonly string[] } {
  return { ...(tenant === null ? {} : { tenant }), ...(names === null ? {} : { entities: names }) }
}

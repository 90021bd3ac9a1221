import type { EventSeriesDefinition, SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { type Layout, layoutOf } from '../measures/layout.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { Snapshot } from '../stores/contract/read.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { ArchiveSource } from './archive-source.ts'
import { askedEntities, askedErased, askedTenants, NO_ID } from './asked.ts'
import { EntityCalendars, type EntityDays } from './entity-days.ts'
import { scopedArchive, scopedSnapshot } from './scope.ts'
import { measuredSince, type MeasuredSince } from './since.ts'
import { type GroupCells, groupCells } from './groups.ts'
import type { ResolvedSelection } from './validate.ts'

/** What a query is answered from. The snapshot stays the caller's to close. */
export interface QueryContext {
  readonly snapshot: Snapshot
  readonly archive: ArchiveSource
  readonly now: Instant
}

/** The same, where only these tenants exist; null: all that do. */
export function scopedContext(context: QueryContext, tenants: readonly string[] | null): QueryContext {
  return tenants === null ? context : { ...context, snapshot: scopedSnapshot(context.snapshot, tenants), archive: scopedArchive(context.archive, tenants) }
}

/** A request whose words are known, and whose series and tenants are found: what every question begins with. */
export interface Opening<Resolved extends ResolvedSelection = ResolvedSelection> {
  readonly context: QueryContext
  readonly resolved: Resolved
  readonly state: SeriesState
  /** Believe transactions up to this one; null for the current rows. */
  readonly transaction: number | null
  readonly tenants: readonly string[]
  /** The tenant that rows are of; null for several. */
  readonly tenant: string | null
}

/** The same, of a series that is fed by events, with what the catalogue knows of the entities that it is about. */
export interface Question<Resolved extends ResolvedSelection = ResolvedSelection> extends Opening<Resolved> {
  readonly state: SeriesState<EventSeriesDefinition>
  readonly layout: Layout
  readonly since: MeasuredSince
  readonly split: GroupCells
  /** Ordered by tenant and entity; what has rows in the answer. */
  readonly entities: readonly EntityState[]
  /** Those that were erased, by `keyOf`. */
  readonly erased: ReadonlySet<string>
  /** Of each entity, in the same places. */
  readonly days: readonly EntityDays[]
  readonly calendars: EntityCalendars
  /** Of those enrolled; null and -Infinity when there is none. */
  readonly earliestEnrolment: EpochDay | null
  readonly latestToday: EpochDay
}

/** Puts a request to the catalogue. Throws a coded error for a word that is wrong. */
export async function begin<Resolved extends ResolvedSelection>(
  context: QueryContext, name: string, resolve: (series: SeriesDefinition) => Resolved,
): Promise<Opening<Resolved>> {
  const { snapshot } = context
  const state = await snapshot.series(name, null)
  if (state === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(name)}`, { where: 'series' })
  const resolved = resolve(state.definition)
  const tenants = askedTenants(resolved, resolved.tenant === null ? await snapshot.tenants() : [])
  const transaction = resolved.asOf === null ? null : await snapshot.transactionAt(resolved.asOf)
  return { context, resolved, state, transaction, tenants, tenant: tenants.length === 1 ? (tenants[0] as string) : null }
}

/** Finds what an event-fed series' question is about. */
export async function pose<Resolved extends ResolvedSelection>(
  opening: Opening<Resolved>, definition: EventSeriesDefinition,
): Promise<Question<Resolved>> {
  const { context: { snapshot, now }, resolved, state, transaction, tenants, tenant } = opening
  const { name } = definition
  // What a capture closed is believed as of then; measures, archives and what is retired are today's.
  const coveredAt = transaction === null ? state.coveredAt : (await snapshot.series(name, transaction))?.coveredAt ?? null
  const known = tenants.length === 0 ? [] : await snapshot.entities(name, filterOf(tenant, resolved.names), transaction)
  const entities = askedEntities(known, tenants, resolved.names, ({ enrolment }) => enrolment !== null,
    (ofTenant, entity): EntityState => ({ id: NO_ID, tenant: ofTenant, entity, zones: [{ zone: definition.of.zone, from: 0 }], enrolment: null, anchor: null, boundaries: {} }))

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
    ...opening, state: { ...state, definition }, layout: layoutOf(definition),
    since: measuredSince(definition, state.since, resolved.answers),
    split: groupCells(definition.dimensions, resolved.groups, tenant ?? ''),
    entities, erased: await askedErased(snapshot, definition.of.name, entities), days, calendars,
    earliestEnrolment: earliest === Infinity ? null : earliest,
    latestToday: latest,
  }
}

export function filterOf(tenant: string | null, names: readonly string[] | null): { tenant?: string; entities?: readonly string[] } {
  return { ...(tenant === null ? {} : { tenant }), ...(names === null ? {} : { entities: names }) }
}

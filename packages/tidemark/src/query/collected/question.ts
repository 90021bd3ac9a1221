import { localCalendar } from '../../calendar/local-calendar.ts'
import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import { dimensionsByTenant } from '../../definitions/dimension.ts'
import { layoutOf } from '../../measures/layout.ts'
import type { CollectedEntity } from '../../stores/contract/collected.ts'
import type { SeriesState } from '../../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../../stores/contract/state.ts'
import { askedEntities, askedErased, keyOf, NO_ID } from '../asked.ts'
import { type GroupCells, groupCells } from '../groups.ts'
import { filterOf, type Opening } from '../question.ts'
import { measuredSince } from '../since.ts'
import type { ResolvedSelection } from '../validate.ts'
import { type DayLengths, dayLengthsOf } from './day-lengths.ts'
import { Expectation } from './expectation.ts'
import { Measuring } from './measuring.ts'
import { narrowLayout } from './narrow.ts'

/** An entity that has rows in the answer, and which windows it should have. */
export interface AskedEntity {
  readonly id: number
  readonly tenant: string
  readonly entity: string
  readonly known: CollectedEntity
  /** null: never captured. */
  readonly enrolment: EpochDay | null
  readonly today: EpochDay
  readonly lengths: DayLengths
  readonly expectation: Expectation
}

/** What is answered of a tenant: the same groups may have other cells elsewhere. */
export interface TenantSplit extends GroupCells {
  /** The place of each cell. */
  readonly places: ReadonlyMap<number, number>
}

/** A question of a collected series, with what the catalogue knows of the entities that it is about. */
export interface CollectedQuestion<Resolved extends ResolvedSelection = ResolvedSelection> extends Opening<Resolved> {
  readonly state: SeriesState<CollectedSeriesDefinition>
  readonly measuring: Measuring
  /** By asked tenant. */
  readonly splits: ReadonlyMap<string, TenantSplit>
  /** Ordered by tenant and entity. */
  readonly entities: readonly AskedEntity[]
  /** The instant that windows are open at: now, or that of the belief. */
  readonly clock: Instant
  /** Of those enrolled; null and -Infinity when there is none. */
  readonly earliestEnrolment: EpochDay | null
  readonly latestToday: EpochDay
}

/** Finds what a collected series' question is about. */
export async function poseCollected<Resolved extends ResolvedSelection>(
  opening: Opening<Resolved>, definition: CollectedSeriesDefinition,
): Promise<CollectedQuestion<Resolved>> {
  const { context: { snapshot, now }, resolved, state, transaction, tenants, tenant } = opening
  const found = tenants.length === 0 ? [] : await snapshot.collectedEntities(definition.name, filterOf(tenant, resolved.names), transaction)
  const asked = askedEntities(found, tenants, resolved.names, ({ decisions }) => decisions.length > 0, (ofTenant, entity) => unknownEntity(ofTenant, entity, definition.of.zone))
  const erased = await askedErased(snapshot, definition.of.name, asked)
  const clock = resolved.asOf ?? now
  const { past } = definition.collected
  let earliest = Infinity
  let latest = -Infinity
  const entities = asked.map((known): AskedEntity => {
    const { id, tenant: ofTenant, entity, decisions } = known
    const lengths = dayLengthsOf(localCalendar(known.zones))
    const expectation = new Expectation({ lengths, decisions, past, clock, erased: erased.size > 0 && erased.has(keyOf(ofTenant, entity)) })
    const enrolment = decisions[0]?.day ?? null
    if (enrolment !== null) {
      earliest = Math.min(earliest, enrolment)
      latest = Math.max(latest, expectation.today)
    }
    return { id, tenant: ofTenant, entity, known, enrolment, today: expectation.today, lengths, expectation }
  })
  const splits = await splitsOf(opening, definition)
  const layout = narrowLayout(definition, layoutOf(definition), resolved.answers)
  return {
    ...opening, state: { ...state, definition },
    measuring: new Measuring(definition, layout, resolved.answers, measuredSince(definition, state.since, resolved.answers)),
    splits, entities, clock, earliestEnrolment: earliest === Infinity ? null : earliest, latestToday: latest,
  }
}

async function splitsOf({ context: { snapshot }, resolved, tenants, tenant }: Opening, { name, dimensions }: CollectedSeriesDefinition): Promise<ReadonlyMap<string, TenantSplit>> {
  const dimensionsOf = dimensionsByTenant(dimensions, tenants.length === 0 ? new Map() : await snapshot.met(name, tenant))
  const alike = new Map<unknown, TenantSplit>()
  return new Map(tenants.map((own) => {
    const known = dimensionsOf(own)
    let split = alike.get(known)
    if (split === undefined) {
      const { cells, groups } = groupCells(known, resolved.groups, own)
      alike.set(known, split = { cells, groups, places: new Map(cells.map((cell, place) => [cell, place])) })
    }
    return [own, split]
  }))
}

function unknownEntity(tenant: string, entity: string, zone: string): CollectedEntity {
  return {
    id: NO_ID, tenant, entity, zones: [{ zone, from: 0 }], attributes: {}, decisions: [], decidedDay: null, lowDays: 0,
    latestAt: null, activity: null, capturedFrom: null, boundaries: {},
  }
}

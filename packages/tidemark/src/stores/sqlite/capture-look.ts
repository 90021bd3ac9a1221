import { ACTIVITY_DAYS } from '../../definitions/frequency.ts'
import type { CollectedEntity } from '../contract/collected.ts'
import { StoredCollected, type StoredRostered } from './collected-series.ts'
import { quoted, rowBlockTable, rowTable } from './names.ts'
import { blocksOfDays, blocksOfScope, openRows } from './packed-rows.ts'
import type { WriteSession } from './session.ts'

/** What is known of the entities of a series. */
export interface ToldEntities {
  /** By which the next telling says only what has changed since. */
  readonly round: number
  /** Whether `entities` are all of them. */
  readonly whole: boolean
  readonly entities: readonly CollectedEntity[]
  /** Of others only `latestAt` differs: what it is now, by id. A capture moves it for each that it has a window of. */
  readonly latest: ReadonlyMap<number, CollectedEntity['latestAt']>
}

/**
 * Every entity that the roster has ever listed; with its activity where today has not been decided for yet.
 * @param round of the telling that is known; where it is the latest one, only what differs from it is said. null: none is
 */
export function rosteredEntities(session: WriteSession, seriesName: string, now: number, round: number | null): ToldEntities {
  return session.read(() => {
    const series = session.catalogue.collected(seriesName)
    const activity = activityOf(session, series)
    const whole = round === null || round !== series.toldRound
    const entities: CollectedEntity[] = []
    const latest = new Map<number, CollectedEntity['latestAt']>()
    for (const one of series.entities.values()) {
      const { decidedDay, told: before } = one
      const today = one.calendar.today(now)
      // It is read from many rows, and only a decision asks for it: not at each of a day's captures.
      const active = decidedDay !== null && decidedDay >= today ? null : activity(one, today)
      const still = before !== null && isStill(before, one, active)
      const told = !still ? tellOf(one, active) : before.latestAt === one.latest.at ? before : { ...before, latestAt: one.latest.at }
      if (whole || !still) entities.push(told)
      else if (told !== before) latest.set(one.id, told.latestAt)
      one.told = told
    }
    series.toldRound = StoredCollected.nextRound()
    return { round: series.toldRound, whole, entities, latest }
  })
}

function tellOf({ id, tenant, entity, zones, attributes, decisions, decidedDay, lowDays, latest, boundaries }: StoredRostered, activity: CollectedEntity['activity']): CollectedEntity {
  return { id, tenant, entity, zones, attributes, decisions, decidedDay, lowDays, latestAt: latest.at, activity, capturedFrom: boundaries.captured ?? null, boundaries }
}

/** But for `latestAt`. What is remembered of an entity is replaced when it changes, never changed in place. */
function isStill(told: CollectedEntity, one: StoredRostered, activity: CollectedEntity['activity']): boolean {
  return told.decidedDay === one.decidedDay && told.lowDays === one.lowDays && told.activity === activity
    && told.decisions === one.decisions && told.attributes === one.attributes && told.zones === one.zones && told.boundaries === one.boundaries
}

/** What an entity did in the seven days before one, over the rows of whatever tier they are in; null where no measure tells. */
function activityOf(session: WriteSession, series: StoredCollected): (entity: StoredRostered, today: number) => number | bigint | null {
  const { definition, layout } = series
  const measure = definition.collected.frequency?.activity ?? null
  if (measure === null) return () => null
  const column = layout.columns.find((one) => one.measure === measure && (one.part === 'increase' || one.part === 'sum' || one.part === 'n'))
  if (column === undefined) return () => null
  let packed: boolean | null = null
  const hasBlocks = (): boolean => packed ??= session.sql(`SELECT EXISTS (SELECT 1 FROM ${rowBlockTable(definition.name)})`).pluck().get() === 1
  const sums = definition.keep.tiers.map(({ tier }) => session.sql(
    `SELECT CAST(sum(${quoted(column.name)}) AS TEXT) FROM ${rowTable(definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? AND bucket >= ? AND bucket ${tier === 'captured' ? '' : '+ days - 1 '}< ? AND cell = 0 AND facts > 0`).pluck())
  return (entity, today) => {
    let from = today
    for (let days = 0; days < ACTIVITY_DAYS; days++) {
      do from--
      while (!entity.calendar.dayExists(from))
    }
    let total = 0n
    // Rows of coarser tiers lie before the boundary of the captured ones.
    const { captured } = entity.boundaries
    const place = layout.columns.indexOf(column)
    for (const block of (captured === undefined || captured < today) && hasBlocks() ? blocksOfDays(session, series, { tenantId: entity.tenantId, id: entity.id }, from, today) : []) {
      const rows = openRows(series, block)
      for (const [index, bucket] of rows.head('bucket').entries()) {
        if (bucket >= from && bucket < today && rows.head('cell')[index] === 0 && (rows.head('facts')[index] as number) > 0) total += BigInt(rows.states(place)[index] ?? 0)
      }
    }
    for (const sum of captured === undefined || captured <= from ? sums.slice(0, 1) : sums) total += BigInt((sum.get(entity.tenantId, entity.id, from, today) as string | null) ?? 0)
    return total >= BigInt(Number.MIN_SAFE_INTEGER) && total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : total
  }
}

/** Starts of the windows of [from, to) that have a row, by entity. */
export function capturedWindows(session: WriteSession, seriesName: string, from: number, to: number): ReadonlyMap<number, ReadonlySet<number>> {
  return session.read(() => {
    const series = session.catalogue.collected(seriesName)
    // By entity, in this order: the days of all of them would be a walk through the whole table.
    const rows = session.sql(`
      SELECT x.entity_id, r.at FROM tm_rostered x CROSS JOIN ${rowTable(seriesName, 'captured')} r
        ON r.tenant_id = x.tenant_id AND r.entity_id = x.entity_id AND r.bucket >= :from AND r.bucket < :to
        WHERE x.series_id = :series AND r.cell = 0 AND r.facts > 0`)
      .raw().all({ series: series.id, from, to }) as [number, number][]
    const starts = new Map<number, Set<number>>()
    for (const [entity, at] of rows) {
      const known = starts.get(entity)
      if (known === undefined) starts.set(entity, new Set([at]))
      else known.add(at)
    }
    const scope = { from: 'tm_rostered x', tenant: 'x.tenant_id', id: 'x.entity_id', where: 'x.series_id = :series AND' }
    for (const block of blocksOfScope(session, series, scope, { series: series.id, from, to })) {
      const packed = openRows(series, block)
      for (const [index, bucket] of packed.head('bucket').entries()) {
        if (bucket < from || bucket >= to || packed.head('cell')[index] !== 0 || packed.head('facts')[index] === 0) continue
        const known = starts.get(block.entityId) ?? new Set()
        starts.set(block.entityId, known.add(packed.head('at')[index] as number))
      }
    }
    return starts
  })
}

import { DAY_MS } from '../calendar/day.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import type { RowsPiece, RowsRule } from '../stores/contract/packing.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import { dueBoundary, passagesOf } from './boundaries.ts'
import { calendarOfEntity, timesOf, type TieredEntity } from './tiered-entity.ts'

/** A quarter of a year of captured rows lies as any SQL reads it: what is corrected, and shown window by window, is nearly always younger. */
const PLAIN_DAYS = 92
/** Rows that will be rolled up within a month are not packed for it: they would be given back for that. */
const BEFORE_ROLL_UP_DAYS = 31
/** 128 rows of campaigns take 6 bytes each, and are opened in 0.1 ms (docs/decisions/0009). */
const FULL = 128
const LEAST = 8

export interface RowPacking {
  /** Whose rows may be packed, and from which day on. */
  readonly pieces: readonly RowsPiece[]
  readonly rule: RowsRule
}

/** Whether captured rows of a series become old enough to be packed at all. */
export function staysLongEnough(definition: SeriesDefinition): boolean {
  const { tiers, longer } = definition.keep
  const until = tiers[0]?.until ?? null
  return isCollected(definition) && (until === null || (until.months * 31 + until.days) * (longer?.times ?? 1) >= PLAIN_DAYS)
}

/** Which captured rows of a series are old enough to be packed, and stay long enough. Pure: `now` is the only clock. */
export function planRowPacking(definition: SeriesDefinition, entities: readonly TieredEntity[], now: Instant): RowPacking {
  const passage = passagesOf(definition.keep).find(({ source }) => source === 'captured')
  const rule = ruleOf(now)
  const pieces = entities.flatMap((entity): RowsPiece[] => {
    const { id, enrolment } = entity
    if (enrolment === null) return []
    if (passage === undefined) return [{ entity: id, bucket: Number.MIN_SAFE_INTEGER, at: Number.MIN_SAFE_INTEGER }]
    const today = calendarOfEntity(definition, entity).today(now)
    const times = timesOf(definition.keep, entity)
    const goes = dueBoundary({ ...passage, age: { months: passage.age.months * times, days: passage.age.days * times } }, today, today) + BEFORE_ROLL_UP_DAYS
    return goes >= rule.before ? [] : [{ entity: id, bucket: goes, at: Number.MIN_SAFE_INTEGER }]
  })
  return { pieces, rule }
}

function ruleOf(now: Instant): RowsRule {
  const before: EpochDay = Math.floor(now / DAY_MS) - PLAIN_DAYS
  // As long again: what has not filled a block by then is of an entity that has ended, or is seldom captured.
  return { before, waited: before - PLAIN_DAYS, full: FULL, least: LEAST }
}

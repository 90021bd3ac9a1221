import type { Tier } from '../../definitions/keep.ts'
import { quoted } from './names.ts'
import type { RowOwner } from './rows.ts'
import type { WriteSession } from './session.ts'

/** Of an entity in a series: the first day not yet retired from each tier. */
export interface BoundaryRow {
  readonly anchor: number
  /** Of collected series only. */
  readonly captured?: number | null
  readonly day: number | null
  readonly week: number | null
  readonly month: number | null
}

export function tiersOf(row: BoundaryRow): Partial<Record<Tier, number>> {
  const tiers: Partial<Record<Tier, number>> = {}
  if (row.captured != null) tiers.captured = row.captured
  if (row.day !== null) tiers.day = row.day
  if (row.week !== null) tiers.week = row.week
  if (row.month !== null) tiers.month = row.month
  return tiers
}

export function putBoundary(session: WriteSession, seriesId: number, owner: RowOwner, anchor: number | null, tier: Tier, boundary: number): void {
  // Whatever lay before it has moved to a coarser tier.
  session.touching.days(seriesId, owner.tenantId, -Infinity, boundary)
  session.sql(`INSERT INTO tm_boundary (tenant_id, series_id, entity_id, anchor, ${quoted(tier)}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ${quoted(tier)} = excluded.${quoted(tier)}`)
    .run(owner.tenantId, seriesId, owner.id, anchor, boundary)
}

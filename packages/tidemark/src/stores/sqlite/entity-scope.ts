import { erasing, noneOf } from './erased.ts'
import type { ReadConnection } from './snapshot.ts'

/** How entities are walked through, so that each one's rows are found by their key. */
export interface EntityScope {
  readonly from: string
  readonly id: string
  readonly tenant: string
  /** Conditions, each with what joins it to the next. */
  readonly where: string
  readonly bind: Readonly<Record<string, unknown>>
}

/** Of a collected series all that are rostered, or some; of one tenant or, null, of all. */
export function scopeOf(read: Pick<ReadConnection, 'sql' | 'kept'>, seriesId: number, entities: readonly number[] | 'all', tenant: string | null): EntityScope {
  const gone = read.kept.of('erasing', () => erasing(read))
  if (entities === 'all') {
    const own = tenant === null ? '' : 'x.tenant_id = (SELECT id FROM tm_tenant WHERE name = :tenant) AND'
    return {
      from: 'tm_rostered x', id: 'x.entity_id', tenant: 'x.tenant_id', where: `${own} x.series_id = :series AND ${noneOf(gone, 'x.entity_id')}`,
      bind: { series: seriesId, ...(tenant === null ? {} : { tenant }) },
    }
  }
  const own = tenant === null ? '' : 'e.tenant_id = (SELECT id FROM tm_tenant WHERE name = :tenant) AND'
  return {
    from: 'json_each(:entities) w CROSS JOIN tm_entity e ON e.id = w.value', id: 'e.id', tenant: 'e.tenant_id', where: `${own} ${noneOf(gone, 'e.id')}`,
    bind: { entities: JSON.stringify([...new Set(entities)]), ...(tenant === null ? {} : { tenant }) },
  }
}

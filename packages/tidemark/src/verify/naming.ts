import { groupOf } from '../definitions/cell.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** `2024-03-01`. */
export function dayName(day: EpochDay): string {
  return new Date(day * 86_400_000).toISOString().split('T', 1)[0] as string
}

/** `kysely / c1`. */
export function entityName({ tenant, entity }: { readonly tenant: string; readonly entity: string }): string {
  return `${tenant} / ${entity}`
}

/** `activity day row of kysely / c1, 2024-03-01, kind=fix`: the row a problem is about. */
export function rowName(
  series: SeriesDefinition, tier: string, entity: { readonly tenant: string; readonly entity: string },
  row: { readonly from: EpochDay; readonly to: EpochDay; readonly cell: number },
): string {
  const days = row.to === row.from + 1 ? dayName(row.from) : `${dayName(row.from)} to ${dayName(row.to)}`
  return `${series.name} ${tier} row of ${entityName(entity)}, ${days}, ${cellName(series, row.cell)}`
}

function cellName(series: SeriesDefinition, cell: number): string {
  const group = groupOf(series.dimensions, cell)
  if (group === null) return 'the whole'
  const values = Object.entries(group).map(([field, value]) => `${field}=${value}`)
  return values.length === 0 ? `cell ${cell}` : values.join(' ')
}

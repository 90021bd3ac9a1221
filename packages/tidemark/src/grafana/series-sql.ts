import type { MeasureDefinition } from '../definitions/measure.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import { chosen, column, periodOf, SINCE, stepOf, TILL } from './sql-text.ts'

/** One number or word of a measure, as it is merged from the rows of a period. */
export interface ShownColumn {
  /** As the panel names it: `seats.last`. */
  readonly name: string
  /** Over the rows of a group, in which `last@COLUMN` is the latest known value of a column. */
  readonly sql: string
  /** Columns of the view of which the latest known value is taken. */
  readonly levels: readonly string[]
}

/** The view of a series. */
const viewOf = (series: SeriesDefinition): string => column(`tidemark_v1_${series.name}`)

const level = (name: string): string => `max(${column(`last@${name}`)})`

/**
 * What the view of a series can show of a measure, merged exactly: sums are summed, levels are the latest known, ratios are
 * divided anew from their merged parts. Means of levels, histograms and distinct counts need more than the view has.
 */
export function shownColumns(series: SeriesDefinition, name: string): readonly ShownColumn[] {
  const measure = series.measures[name] as MeasureDefinition
  const plain = (answer: string, sql: string): ShownColumn => ({ name: `${name}.${answer}`, sql, levels: [] })
  const last = (): ShownColumn => ({ name: `${name}.last`, sql: level(`${name}_last`), levels: [`${name}_last`] })
  switch (measure.kind) {
    case 'count': return [plain('sum', `sum(${column(`${name}_sum`)})`)]
    case 'delta': return [plain('sum', rounded(`sum(${column(`${name}_sum`)})`, measure.shape.scale))]
    case 'extreme': return [plain(measure.side, `${measure.side}(${column(`${name}_${measure.side}`)})`)]
    case 'flag':
    case 'sampledFlag': return [plain('count', `sum(${column(`${name}_count`)})`)]
    case 'gauge': return [last(), plain('min', `min(${column(`${name}_min`)})`), plain('max', `max(${column(`${name}_max`)})`)]
    case 'counter': return [plain('increase', rounded(`sum(${column(`${name}_increase`)})`, measure.shape.scale)), last()]
    case 'state': return [last()]
    case 'ratio': {
      const { sql, levels } = quotient(series, name)
      return [{ name: `${name}.value`, sql: `round(${sql}, ${measure.scale})`, levels }]
    }
    case 'histogram':
    case 'distinct': return []
  }
}

const rounded = (sql: string, scale: number): string => (scale === 0 ? sql : `round(${sql}, ${scale})`)

/** What a ratio divides, or is divided by, as a number. */
function quotient(series: SeriesDefinition, name: string): { readonly sql: string; readonly levels: readonly string[] } {
  const measure = series.measures[name] as MeasureDefinition
  if (measure.kind === 'gauge' || measure.kind === 'counter') return { sql: level(`${name}_last`), levels: [`${name}_last`] }
  if (measure.kind === 'flag' || measure.kind === 'sampledFlag') return { sql: `sum(${column(`${name}_count`)})`, levels: [] }
  if (measure.kind !== 'ratio') return { sql: `sum(${column(`${name}_sum`)})`, levels: [] }
  const [above, below] = [quotient(series, measure.numerator), quotient(series, measure.denominator)]
  return { sql: `(1.0 * ${above.sql} / nullif(${below.sql}, 0))`, levels: [...above.levels, ...below.levels] }
}

/** Rows of the whole, not of one cell. */
const whole = (series: SeriesDefinition): string => series.dimensions.map(({ field }) => ` AND ${column(field)} IS NULL`).join('')

/** Days of which captured windows lie packed, where the view does not show them: whatever is told of such a day would be told of a part. */
function packedWithin(series: SeriesDefinition, entity: string, from: string, till: string): string {
  if (!isCollected(series)) return '0'
  return `EXISTS (SELECT 1 FROM tidemark_packed_v1 p WHERE p.series = '${series.name}' AND p.tenant = ${chosen('tenant')} AND p.entity = ${entity} AND p."from" < ${till} AND p.until > ${from})`
}

/**
 * The chosen entity by periods of the chosen grain. A period that a coarser row reaches into has no value: its rows can no
 * longer be told apart, and a part of them would be taken for the whole. Nor has one of which windows lie packed, nor one
 * without a row.
 */
export function byPeriod(series: SeriesDefinition, columns: readonly ShownColumn[]): string {
  const grain = chosen('grain')
  const levels = [...new Set(columns.flatMap((one) => one.levels))]
  return `WITH RECURSIVE calendar(period) AS (
  SELECT ${periodOf(SINCE, grain)}
  UNION ALL SELECT date(period, ${stepOf(grain)}) FROM calendar WHERE date(period, ${stepOf(grain)}) < ${TILL}
), told AS (
  SELECT period FROM calendar WHERE NOT ${packedWithin(series, chosen('entity'), 'period', `date(period, ${stepOf(grain)})`)}
), held AS (
  SELECT *, ${periodOf('day', grain)} AS period, ${periodOf('day', grain)} = ${periodOf("date(until, '-1 day')", grain)} AS fits FROM ${viewOf(series)}
  WHERE tenant = ${chosen('tenant')} AND entity = ${chosen('entity')}${whole(series)} AND until > (SELECT min(period) FROM calendar) AND day < ${TILL}
), merged AS (
  SELECT period${levels.map((name) => `, first_value(${column(name)}) OVER (PARTITION BY period ORDER BY ${column(name)} IS NULL, time DESC) AS ${column(`last@${name}`)}`).join('')}, held.*
  FROM held WHERE fits AND period >= coalesce((SELECT max(until) FROM held WHERE NOT fits), '')
)
SELECT calendar.period || 'T00:00:00Z' AS time${columns.map(({ name, sql }) => `, ${sql} AS ${column(name)}`).join('')}
FROM calendar LEFT JOIN merged ON merged.period = calendar.period AND merged.period IN (SELECT period FROM told) GROUP BY calendar.period ORDER BY calendar.period`
}

/** The entities of the chosen tenant over the range of the dashboard; rows that it cuts are left out. One of which windows lie packed there has no values. */
export function byEntity(series: SeriesDefinition, columns: readonly ShownColumn[]): string {
  const levels = [...new Set(columns.flatMap((one) => one.levels))]
  return `WITH merged AS (
  SELECT *${levels.map((name) => `, first_value(${column(name)}) OVER (PARTITION BY entity ORDER BY ${column(name)} IS NULL, time DESC) AS ${column(`last@${name}`)}`).join('')} FROM ${viewOf(series)}
  WHERE tenant = ${chosen('tenant')}${whole(series)} AND day >= ${SINCE} AND until <= ${TILL}
)
SELECT entity${columns.map(({ name, sql }) => `, CASE WHEN NOT ${packedWithin(series, 'merged.entity', SINCE, TILL)} THEN ${sql} END AS ${column(name)}`).join('')}, max(until) AS "up to" FROM merged GROUP BY entity ORDER BY entity LIMIT 1000`
}

/** One measure of the chosen entity by the values of a dimension, over the range of the dashboard; nothing where windows of it lie packed. */
export function byDimension(series: SeriesDefinition, field: string, { name, sql }: ShownColumn): string {
  return `SELECT ${column(field)}, ${sql} AS ${column(name)} FROM ${viewOf(series)}
WHERE tenant = ${chosen('tenant')} AND entity = ${chosen('entity')} AND ${column(field)} IS NOT NULL AND day >= ${SINCE} AND until <= ${TILL} AND NOT ${packedWithin(series, chosen('entity'), SINCE, TILL)} GROUP BY 1 ORDER BY 2 DESC, 1`
}

export function tenantsOf(series: SeriesDefinition): string {
  return `SELECT DISTINCT tenant FROM ${viewOf(series)} ORDER BY tenant`
}

export function entitiesOf(series: SeriesDefinition): string {
  return `SELECT DISTINCT entity FROM ${viewOf(series)} WHERE tenant = ${chosen('tenant')} ORDER BY entity LIMIT 1000`
}

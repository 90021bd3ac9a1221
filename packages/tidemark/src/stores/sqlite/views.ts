import { type CollectedSeriesDefinition, PAYLOAD_COLUMNS } from '../../definitions/collected.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { MeasureDefinition } from '../../definitions/measure.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import { layoutOf } from '../../measures/layout.ts'
import type { SqliteConnection } from './driver.ts'
import { payloadTable, quoted, rowBlockTable, rowTable } from './names.ts'

/** The view that outside SQL reads a series by: what its columns are called and mean does not change within a version. */
const viewName = (series: string): string => `"tidemark_v1_${series}"`

/** Views, then the triggers on them. */
const VIEWS = `SELECT name, sql FROM sqlite_schema WHERE type = 'view'
  UNION ALL SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN (SELECT name FROM sqlite_schema WHERE type = 'view')`

/**
 * Takes every view away before tables change under them: SQLite refuses to change a table while a view cannot be resolved.
 * Says how those are made again that others have built on ours.
 */
export function dropViews(connection: SqliteConnection): readonly string[] {
  const there = connection.prepare(VIEWS).all() as { name: string; sql: string }[]
  for (const { name, sql } of there) if (/^CREATE\s+VIEW/i.test(sql)) connection.exec(`DROP VIEW ${quoted(name.replaceAll('"', '""'))}`)
  return there.filter(({ name }) => !name.startsWith('tidemark_v1_') && name !== PACKED_VIEW).map(({ sql }) => sql)
}

/** Makes the view of each series, as it is declared now, and those of others as they were. */
export function createViews(connection: SqliteConnection, series: readonly SeriesDefinition[], others: readonly string[]): void {
  for (const one of series) {
    connection.exec(viewSql(one))
    if (isCollected(one)) indexRows(connection, one)
  }
  const packed = series.filter(isCollected)
  if (packed.length > 0) connection.exec(`CREATE VIEW ${PACKED_VIEW} AS ${packed.map(packedSql).join('\n    UNION ALL')}`)
  for (const sql of others) connection.exec(sql)
}

/** No series' view is called so: they begin otherwise. */
const PACKED_VIEW = 'tidemark_packed_v1'

/**
 * One row a block of packed captured rows: `series`, `tenant`, `entity`, `"from"` and `"until"` (its first local day and
 * the day after its last) and `"rows"`. Of each of these days the series' own view shows no captured row of that entity, or
 * not all: blocks of windows that are shorter than a day begin and end within one.
 */
function packedSql(series: SeriesDefinition): string {
  return `
    SELECT ${text(series.name)} AS series, t.name AS tenant, e.name AS entity, date(b.first_day * 86400, 'unixepoch') AS "from", date((b.last_day + 1) * 86400, 'unixepoch') AS until, b.count AS "rows"
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = ${text(series.of.name)} JOIN ${rowBlockTable(series.name)} b ON b.tenant_id = e.tenant_id AND b.entity_id = e.id`
}

/** Of collected series, whose rows outside SQL asks for across all entities: without these it would walk through the whole of each tier. */
function indexRows(connection: SqliteConnection, series: CollectedSeriesDefinition): void {
  for (const tier of shownTiers(series)) {
    const rows = rowTable(series.name, tier)
    // By instant within the day: what one capture writes then lies together, and not on a page for each entity.
    connection.exec(`CREATE INDEX IF NOT EXISTS ${quoted(`tm_by_day_${tier}_${series.name}`)} ON ${rows} (${tier === 'captured' ? 'bucket, at' : 'bucket'})`)
    // Of the view's own expression: dashboards bound the time that they show. Costs 1.5 % of a store of campaigns.
    connection.exec(`CREATE INDEX IF NOT EXISTS ${quoted(`tm_by_time_${tier}_${series.name}`)} ON ${rows} (${timeOf(tier, '')})`)
  }
  // An entity's own id is often unique without its tenant, and asked for so.
  connection.exec('CREATE INDEX IF NOT EXISTS tm_entity_name ON tm_entity (name)')
}

/**
 * One row a window, group and tier: `tenant`, `entity`, `tier`, `time` (instant of UTC; of rows of whole days midnight of
 * `day`), `day` (the first local day), `until` (the local day after the last), `day_number` (`day` as days since
 * 1970-01-01, by which rows are found), `windows` (how many are merged in it), a column for each dimension (null: the
 * whole), `recorded_at`, the answers of each measure, and the payload. What has left for the archive is not in it.
 *
 * SQLite orders the joins by what is asked: by tenant or entity it goes to the rows' key, by time alone to their indexes.
 * The `+` keeps it from reading all rows of a tenant, which it would take for as good as an entity's, of a range of days.
 * An erased entity is of no kind, so its rows are not shown while they still go.
 */
function viewSql(series: SeriesDefinition): string {
  const columns = [...dimensionColumns(series), ...Object.entries(series.measures).flatMap(([name, measure]) => answerColumns(series, name, measure)), ...payloadColumns(series)]
  const selects = shownTiers(series).map((tier) => `
    SELECT t.name AS tenant, e.name AS entity, '${tier}' AS tier, ${timeOf(tier, 'r.')} AS time,
      date(r.bucket * 86400, 'unixepoch') AS day, date((r.bucket + ${tier === 'captured' || (tier === 'day' && !isCollected(series)) ? '1' : 'r.days'}) * 86400, 'unixepoch') AS until,
      r.bucket AS day_number, r.facts AS windows, ${instant('x.at')} AS recorded_at${columns.map(({ name, sql }) => `,\n      ${sql} AS ${quoted(name)}`).join('')}
    FROM tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id AND e.kind = ${text(series.of.name)}
      JOIN ${rowTable(series.name, tier)} r ON r.tenant_id = +e.tenant_id AND r.entity_id = e.id JOIN tm_transaction x ON x.id = r.transaction_id`)
  return `CREATE VIEW ${viewName(series.name)} AS ${selects.join('\n    UNION ALL')}`
}

/** The rows of an archived tier lie in the store only on their way out, or as additions to a file: parts, no answers. */
function shownTiers({ keep }: SeriesDefinition): readonly Tier[] {
  const tiers = keep.tiers.map(({ tier }) => tier)
  return keep.archive && tiers.length > 1 ? tiers.slice(0, -1) : tiers
}

interface Column {
  readonly name: string
  readonly sql: string
}

function dimensionColumns(series: SeriesDefinition): readonly Column[] {
  return series.dimensions.map(({ field, values, most }, index) => {
    const place = `((r.cell >> ${index * 10}) & 1023)`
    if (most !== undefined) return { name: field, sql: `(SELECT d.value FROM tm_dimension d JOIN tm_series s ON s.id = d.series_id WHERE d.tenant_id = r.tenant_id AND s.name = ${text(series.name)} AND d.field = ${text(field)} AND d.place = ${place})` }
    return { name: field, sql: `CASE ${place}${values.map((value, at) => ` WHEN ${at + 1} THEN ${text(value)}`).join('')} END` }
  })
}

function payloadColumns(series: SeriesDefinition): readonly Column[] {
  if (layoutOf(series).payload === null) return []
  // Of rolled-up rows it is deflated, but for the latest of each entity, and answered through the library.
  const stored = `(SELECT CASE typeof(p.text) WHEN 'text' THEN p.text END FROM ${payloadTable(series.name)} p WHERE p.id = r.${quoted(PAYLOAD_COLUMNS.text)})`
  return [{ name: 'payload', sql: stored }, { name: 'payload_version', sql: `r.${quoted(PAYLOAD_COLUMNS.version)}` }]
}

function answerColumns(series: SeriesDefinition, name: string, measure: MeasureDefinition): readonly Column[] {
  const part = (of: string): string => `r.${quoted(`${name}_${of}`)}`
  const column = (answer: string, sql: string): Column => ({ name: `${name}_${answer}`, sql })
  switch (measure.kind) {
    case 'count': return [column('sum', part('n'))]
    case 'delta': return [column('sum', scaled(part('sum'), measure.shape.scale)), column('n', part('n')), column('mean', mean(part('sum'), part('n'), measure.shape.scale))]
    case 'extreme': return [column(measure.side, scaled(part(measure.side), measure.shape.scale))]
    case 'flag':
    case 'sampledFlag': return [column('count', part('n'))]
    case 'gauge': return [
      ...['first', 'last', 'min', 'max'].map((answer) => column(answer, scaled(part(answer), measure.shape.scale))),
      column('mean', mean(part('weighted'), part('seconds'), measure.shape.scale)),
    ]
    case 'counter': return [column('last', scaled(part('last'), measure.shape.scale)), column('increase', scaled(part('increase'), measure.shape.scale))]
    case 'state': return [column('last', part('last'))]
    case 'histogram':
    case 'distinct': return []
    case 'ratio': {
      const { numerator, denominator } = fraction(series, name)
      return [column('value', quotient(numerator, denominator, measure.scale))]
    }
  }
}

interface Fraction {
  readonly numerator: string
  readonly denominator: string
}

/** What a ratio divides, as two integers. */
function fraction(series: SeriesDefinition, name: string): Fraction {
  const measure = series.measures[name] as MeasureDefinition
  const part = (of: string): string => `r.${quoted(`${name}_${of}`)}`
  switch (measure.kind) {
    case 'count':
    case 'flag':
    case 'sampledFlag': return { numerator: part('n'), denominator: '1' }
    case 'delta': return { numerator: part('sum'), denominator: power(measure.shape.scale) }
    case 'gauge':
    case 'counter': return { numerator: part('last'), denominator: power(measure.shape.scale) }
    case 'ratio': {
      const [above, below] = [fraction(series, measure.numerator), fraction(series, measure.denominator)]
      // Of one scale their powers of ten cancel out, and nothing grows past 64 bits for their sake.
      if (above.denominator === below.denominator) return { numerator: above.numerator, denominator: below.numerator }
      return { numerator: product(above.numerator, below.denominator), denominator: product(above.denominator, below.numerator) }
    }
    default: throw new Error(`a ratio cannot divide ${name}`)
  }
}

const power = (scale: number): string => String(10 ** scale)
const product = (a: string, b: string): string => (a === '1' ? b : b === '1' ? a : `(${a} * ${b})`)

/** A scaled integer as a number with its point: up to 15 digits it is printed as the decimal that it stands for. */
const scaled = (sql: string, scale: number): string => (scale === 0 ? sql : `${sql} / ${power(scale)}.0`)

/** Rounded to the scale of the measure plus 4, like the answer; a tie may fall to the other side. */
const mean = (sum: string, of: string, scale: number): string => `round(CAST(${sum} AS REAL) / nullif(${of} * ${power(scale)}, 0), ${scale + 4})`

/** The exact quotient of two integers, rounded half to even like the answer; null over 0. */
function quotient(numerator: string, denominator: string, scale: number): string {
  const times = `abs(${numerator}) * ${power(scale)}`
  const size = `abs(${denominator})`
  const rest = `2 * (${times} % ${size})`
  const sign = `(CASE WHEN (${numerator} < 0) = (${denominator} < 0) THEN 1 ELSE -1 END)`
  return `CASE WHEN ${denominator} <> 0 THEN ${sign} * ((${times}) / ${size} + (${rest} > ${size} OR (${rest} = ${size} AND (${times}) / ${size} % 2 = 1))) / ${power(scale)}.0 END`
}

/** When a row's window began. */
function timeOf(tier: Tier, prefix: string): string {
  return tier === 'captured' ? instant(`${prefix}at`) : `strftime('%Y-%m-%dT00:00:00Z', ${prefix}bucket * 86400, 'unixepoch')`
}

const instant = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%SZ', ${ms} / 1000, 'unixepoch')`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

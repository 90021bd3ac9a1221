import { OTHER } from '../definitions/dimension.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import type { QueryAnswer, QueryRow } from '../query/answer.ts'
import type { Grain, QueryRequest } from '../query/request.ts'
import type { Scope, ScopedQuestions } from './history.ts'
import { type Relation, suppressedCells, type TableCell, tooFew } from './suppression.ts'

/** A row that a viewer gets. */
export type SummaryRow = QueryRow & {
  /** Its values are null: it is of too few entities, or would tell one that is. Its coverage says nothing either. */
  readonly suppressed?: true
}

/** A row with what the gate asked beside; see `Standing`. */
type CountedRow = QueryRow & { readonly behind: readonly number[]; readonly among: number }

/** The longer periods that those of a grain add up to, which another question tells; and which of them a period is in. */
const LONGER: Readonly<Partial<Record<Grain, { readonly grain: Grain; readonly periodOf: ((period: string) => string) | null }>>> = {
  day: { grain: 'month', periodOf: (period) => `${period.slice(0, 7)}-01` }, week: { grain: 'range', periodOf: null },
  month: { grain: 'year', periodOf: yearOf }, quarter: { grain: 'year', periodOf: yearOf }, year: { grain: 'range', periodOf: null },
}

/**
 * Answers a viewer: totals alone, without what tells of fewer than `minimumPeople` entities.
 *
 * What is told is decided by the whole table that the question is a part of: by every dimension, with their sums, and
 * by every period, so that a group is told or not alike, however it is asked for: by `where`, by `by`, or in a sum. Of
 * longer periods it is decided first: what a day may tell depends on what its month does. And it is decided for each
 * measure alone, whatever is selected beside it: a row is told where the tables of all its measures tell it.
 */
export async function askSummary(
  questions: ScopedQuestions, series: SeriesDefinition, request: QueryRequest, { minimumPeople, ...given }: { readonly tenants: Scope; readonly minimumPeople: number; readonly mostRows?: number },
): Promise<QueryAnswer<SummaryRow>> {
  refuseRows(request)
  const answer = await questions.ask(series.name, request, { ...given, behind: true })
  const rows = answer.rows as readonly CountedRow[]
  const fields = fieldsOf(series, request)
  const { where: _, compare, ...whole } = request
  const tableOf = async (grain: Grain): Promise<readonly CountedRow[]> => grain === answer.grain && fields.length === 0 ? rows
    : (await questions.ask(series.name, { ...whole, by: fields, grain, ...(compare === undefined || grain !== answer.grain ? {} : { compare }) }, { ...given, behind: true, margins: true })).rows as readonly CountedRow[]
  const hidden = await hiddenRows(tableOf, fields, answer.grain, minimumPeople)
  const bare = tenantsWithSecrets(rows, hidden.table, minimumPeople)
  const isHidden = (row: CountedRow): boolean => (hidden.known.has(keyOf(row, fields)) ? hidden.keys.some((keys) => keys.has(keyOf(row, fields)))
    : row.behind.some((_count, measure) => tooFew(cellOf(row, measure), minimumPeople)))
  return { ...answer, rows: withoutSecretWords(rows, series, request, isHidden).map((row): SummaryRow => shown(row, isHidden(row), bare.has(row.tenant))) }
}

/**
 * The rows whose words the viewer may read. A word of a free-text dimension is somebody's own, and may say who it was: it
 * stands in an answer where a row tells it of enough, or where the viewer brought it.
 */
function withoutSecretWords(rows: readonly CountedRow[], { dimensions }: SeriesDefinition, { by = [], where = {} }: QueryRequest, isHidden: (row: CountedRow) => boolean): readonly CountedRow[] {
  const free = dimensions.filter(({ field, most }) => most !== undefined && by.includes(field) && !Object.hasOwn(where, field)).map(({ field }) => field)
  if (free.length === 0) return rows
  const wordsOf = ({ tenant, group }: CountedRow): readonly string[] => free.flatMap((field) => (group === null || group[field] === OTHER ? [] : [JSON.stringify([tenant, field, group[field]])]))
  const told = new Set(rows.flatMap((row) => (row.behind.some((count) => count > 0) && !isHidden(row) ? wordsOf(row) : [])))
  return rows.filter((row) => wordsOf(row).every((word) => told.has(word)))
}

/** So many groups of a period are looked at whatever is asked for; of a series with more, only the dimensions that are named. */
const MOST_GROUPS = 100

/** The dimensions of the table. */
function fieldsOf({ dimensions }: SeriesDefinition, { by, where }: QueryRequest): readonly string[] {
  const groups = dimensions.reduce((product, { values, most }) => product * ((most ?? values.length) + 2), 1)
  return dimensions.map(({ field }) => field).filter((field) => groups <= MOST_GROUPS || by?.includes(field) === true || Object.hasOwn(where ?? {}, field))
}

function refuseRows({ total, entity, asOf }: QueryRequest): void {
  const refuse = (where: string, message: string, hint: string): never => {
    throw new TidemarkError('FORBIDDEN', message, { where, why: 'A viewer gets totals of many entities, and nothing from which one can be told.', hint })
  }
  if (total !== true) refuse('total', 'a viewer asks for totals', 'Ask with total: true, on the command line --total.')
  if (entity !== undefined) refuse('entity', 'a viewer names no entities', 'Leave them out: a total is of all entities of a tenant.')
  if (asOf !== undefined) refuse('asOf', 'a viewer asks for what is known now', 'Leave out the earlier instant: two beliefs differ by what was corrected.')
}

interface Hidden {
  readonly table: readonly CountedRow[]
  /** Every row of the table. */
  readonly known: ReadonlySet<string>
  /** By measure, the rows that are suppressed. */
  readonly keys: readonly ReadonlySet<string>[]
}

async function hiddenRows(tableOf: (grain: Grain) => Promise<readonly CountedRow[]>, fields: readonly string[], grain: Grain, least: number): Promise<Hidden> {
  const table = await tableOf(grain)
  const longer = LONGER[grain]
  // A longer period is of at least as many entities: where no cell is of too few, none of it is.
  const above = longer === undefined || !table.some(({ behind }) => anyFew(behind, least)) ? null : await hiddenRows(tableOf, fields, longer.grain, least)
  const keys = (table[0]?.behind ?? []).map(() => new Set<string>())
  const aboveOf = Map.groupBy(above?.table ?? [], ({ tenant }) => tenant)
  for (const [tenant, own] of Map.groupBy(table, (row) => row.tenant)) {
    const over = aboveOf.get(tenant) ?? []
    const rows = [...own, ...over]
    const relations = [
      ...groupRelations(own, fields, 0), ...groupRelations(over, fields, own.length),
      ...(longer === undefined ? [] : periodRelations(own, over, fields, longer.periodOf)),
    ]
    for (const [measure, found] of keys.entries()) {
      const settled = new Set(over.flatMap((row, place) => (above?.keys[measure]?.has(keyOf(row, fields)) === true ? [own.length + place] : [])))
      const suppressed = suppressedCells(rows.map((row) => cellOf(row, measure)), relations, least, { from: own.length, suppressed: settled })
      for (const place of suppressed) if (place < own.length) found.add(keyOf(rows[place] as CountedRow, fields))
    }
  }
  return { table, known: new Set(table.map((row) => keyOf(row, fields))), keys }
}

/** Of one measure. */
function cellOf({ behind, among }: CountedRow, measure: number): TableCell {
  return { behind: behind[measure] as number, among }
}

function anyFew(counts: unknown, least: number): boolean {
  return Array.isArray(counts) && counts.some((count: number) => count > 0 && count < least)
}

/** Each group that leaves a dimension open is the sum of those with its values. */
function groupRelations(rows: readonly CountedRow[], fields: readonly string[], first: number): readonly Relation[] {
  const places = new Map(rows.map((row, place) => [keyOf(row, fields), first + place]))
  const parts = new Map<string, { readonly total: number | null; readonly parts: number[] }>()
  for (const row of rows) {
    for (const field of fields) {
      if (row.group === null || !Object.hasOwn(row.group, field)) continue
      const { [field]: _, ...rest } = row.group
      const sum = keyOf({ ...row, group: rest }, fields)
      const relation = parts.get(`${field} ${sum}`) ?? { total: places.get(sum) ?? null, parts: [] }
      relation.parts.push(places.get(keyOf(row, fields)) as number)
      parts.set(`${field} ${sum}`, relation)
    }
  }
  return [...parts.values()]
}

/** Each group's periods add up to its longer ones. */
function periodRelations(rows: readonly CountedRow[], over: readonly CountedRow[], fields: readonly string[], periodOf: ((period: string) => string) | null): readonly Relation[] {
  const keyIn = (row: CountedRow, period: string): string => keyOf({ ...row, period: periodOf === null ? '' : period }, fields)
  const totals = new Map(over.map((row, place) => [keyIn(row, row.period), rows.length + place]))
  const relations = new Map<string, number[]>()
  for (const [place, row] of rows.entries()) {
    const key = keyIn(row, periodOf?.(row.period) ?? '')
    const known = relations.get(key)
    if (known === undefined) relations.set(key, [place])
    else known.push(place)
  }
  return [...relations].map(([key, parts]): Relation => ({ parts, total: totals.get(key) ?? null }))
}

function yearOf(period: string): string {
  return `${period.slice(0, 4)}-01-01`
}

function keyOf({ tenant, period, group }: Pick<QueryRow, 'tenant' | 'period' | 'group'>, fields: readonly string[]): string {
  return JSON.stringify([tenant, period, ...fields.map((field) => group?.[field] ?? null)])
}

/**
 * Tenants whose rows are not compared. A period that a row is set beside may be one that is suppressed in its own row, or
 * overlap one: where anything of a tenant is a secret, in the table or in the periods that it is set beside, no such
 * value is told.
 */
function tenantsWithSecrets(rows: readonly CountedRow[], table: readonly CountedRow[], least: number): ReadonlySet<string> {
  const tenants = new Set<string>()
  for (const row of [...rows, ...table]) for (const [name, counts] of Object.entries(row)) if (/^behind(?:@|$)/.test(name) && anyFew(counts, least)) tenants.add(row.tenant)
  return tenants
}

const HEAD = ['tenant', 'entity', 'group', 'period']

function shown(row: CountedRow, suppressed: boolean, uncompared: boolean): SummaryRow {
  const own: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    if (name === 'behind' || name === 'among' || name.startsWith('behind@')) continue
    const compared = /@(previous|year)$/.exec(name)?.[1]
    if (compared !== undefined) own[name] = suppressed || uncompared || ((row as object) as Readonly<Record<string, readonly number[] | undefined>>)[`behind@${compared}`]?.some((count) => count > 0) !== true ? null : value
    else if (!suppressed || HEAD.includes(name)) own[name] = value
    else if (name === 'coverage') own[name] = { expected: 0, present: 0, reasons: {} }
    else if (name !== 'widened') own[name] = null
  }
  return { ...own, ...(suppressed ? { suppressed: true } : {}) } as unknown as SummaryRow
}

import { OTHER } from '../definitions/dimension.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import type { QueryAnswer, QueryRow } from '../query/answer.ts'
import type { Grain, QueryRequest } from '../query/request.ts'
import type { Scope, ScopedQuestions } from './history.ts'
import { type Relation, suppressedCells, type TableCell, tooFew } from './suppression.ts'
import { LONGER, longerPeriod, type WholeGrain, wholeGrain, yearsOf } from './whole-periods.ts'

/** A row that a viewer gets. */
export type SummaryRow = QueryRow & {
  /** Its values are null: it is of too few entities, or would tell one that is. Its coverage says nothing either. */
  readonly suppressed?: true
}

/** A row with what the gate asked beside; see `Standing`. */
type CountedRow = QueryRow & { readonly behind: readonly number[]; readonly among: number }

/**
 * Answers a viewer: totals alone, without what tells of fewer than `minimumPeople` entities.
 *
 * What is told is decided by the whole table that the question is a part of: by every dimension, with their sums, and by
 * every period of the calendar years that are touched, so that a group of a period is told or not alike, whatever range
 * is asked for, and by `where`, by `by`, or in a sum. Of longer periods it is decided first: what a day may tell depends
 * on what its month, its quarter and its year do. And it is decided for each measure alone, whatever is selected beside
 * it: a row is told where the tables of all its measures tell it.
 */
export async function askSummary(
  questions: ScopedQuestions, series: SeriesDefinition, request: QueryRequest, { minimumPeople, ...given }: { readonly tenants: Scope; readonly minimumPeople: number; readonly mostRows?: number },
): Promise<QueryAnswer<SummaryRow>> {
  refuseRows(request)
  wholeGrain(request)
  const fields = fieldsOf(series, request)
  const answer = await questions.ask(series.name, request, { ...given, behind: true })
  const rows = answer.rows as readonly CountedRow[]
  const { where: _, compare, ...whole } = request
  // What a period is set beside may be suppressed for another of its own year.
  const years = yearsOf(rows.map(({ period }) => period), compare === undefined ? 0 : 1)
  if (years === null) return { ...answer, rows: [] }
  const tableOf = async (grain: Grain): Promise<readonly CountedRow[]> =>
    (await questions.ask(series.name, { ...whole, ...years, by: fields, grain, ...(compare === undefined || grain !== answer.grain ? {} : { compare }) }, { ...given, behind: true, margins: true })).rows as readonly CountedRow[]
  const hidden = await hiddenRows(tableOf, fields, answer.grain as WholeGrain, minimumPeople)
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

/** So many groups of a period are decided together; of a series with more, a viewer gets none, but the whole. */
const MOST_GROUPS = 100

/** The dimensions of the table: all of them, or none. Throws FORBIDDEN: groups that are decided apart would tell each other's. */
function fieldsOf({ dimensions, name }: SeriesDefinition, { by = [], where = {} }: QueryRequest): readonly string[] {
  const groups = dimensions.reduce((product, { values, most }) => product * ((most ?? values.length) + 2), 1)
  if (groups <= MOST_GROUPS) return dimensions.map(({ field }) => field)
  const asked = by.length > 0 ? 'by' : 'where'
  if (by.length === 0 && Object.keys(where).length === 0) return []
  throw new TidemarkError('FORBIDDEN', `a viewer gets no groups of ${name}, which has ${groups} with their sums; at most ${MOST_GROUPS} are decided together`, {
    where: asked, why: 'Groups that are decided apart from others would tell them by subtraction.', hint: 'Ask without by and where, or declare fewer dimensions or values.',
  })
}

function refuseRows({ total, entity, asOf }: QueryRequest): void {
  const refuse = (where: string, message: string, hint: string): never => {
    throw new TidemarkError('FORBIDDEN', message, { where, why: 'A viewer gets totals of many entities, and nothing from which one can be told.', hint })
  }
  if (total !== true) refuse('total', 'a viewer asks for totals', 'Ask with total: true, on the command line --total.')
  if (entity !== undefined) refuse('entity', 'a viewer names no entities', 'Leave them out: a total is of all entities of a tenant.')
  if (asOf !== undefined) refuse('asOf', 'a viewer asks for what is known now', 'Leave out the earlier instant: two beliefs differ by what was corrected.')
}

/** The periods of a grain, and what is suppressed of them. */
interface Level {
  readonly grain: WholeGrain
  readonly table: readonly CountedRow[]
  /** By measure, the rows that are suppressed. */
  readonly keys: readonly ReadonlySet<string>[]
}

interface Hidden extends Level {
  /** Every row of the table. */
  readonly known: ReadonlySet<string>
  /** The longer periods, the next longer first; none where nothing had to be decided of them. */
  readonly above: readonly Level[]
}

async function hiddenRows(tableOf: (grain: Grain) => Promise<readonly CountedRow[]>, fields: readonly string[], grain: WholeGrain, least: number): Promise<Hidden> {
  const table = await tableOf(grain)
  const longer = LONGER[grain]
  // A longer period is of at least as many entities: where no cell is of too few, none of it is.
  const next = longer === undefined || !table.some(({ behind }) => anyFew(behind, least)) ? null : await hiddenRows(tableOf, fields, longer, least)
  const above = next === null ? [] : [next, ...next.above]
  const keys = (table[0]?.behind ?? []).map(() => new Set<string>())
  const tablesOf = above.map((level) => Map.groupBy(level.table, ({ tenant }) => tenant))
  for (const [tenant, own] of Map.groupBy(table, (row) => row.tenant)) {
    const levels = [{ grain, rows: own, keys: null }, ...above.map((level, place) => ({ grain: level.grain, rows: tablesOf[place]?.get(tenant) ?? [], keys: level.keys }))]
    const rows = levels.flatMap((level) => level.rows)
    const relations = relationsOf(levels, fields)
    for (const [measure, found] of keys.entries()) {
      const settled = new Set(levels.flatMap((level) => level.rows.map((row) => level.keys?.[measure]?.has(keyOf(row, fields)) === true)).flatMap((is, place) => (is ? [place] : [])))
      const suppressed = suppressedCells(rows.map((row) => cellOf(row, measure)), relations, least, { from: own.length, suppressed: settled })
      for (const place of suppressed) if (place < own.length) found.add(keyOf(rows[place] as CountedRow, fields))
    }
  }
  return { grain, table, known: new Set(table.map((row) => keyOf(row, fields))), keys, above }
}

/** All that adds up in the periods of a tenant and in their longer ones; places are those of all rows in turn. */
function relationsOf(levels: readonly { readonly grain: WholeGrain; readonly rows: readonly CountedRow[] }[], fields: readonly string[]): readonly Relation[] {
  const relations: Relation[] = []
  let first = 0
  for (const [at, { grain, rows }] of levels.entries()) {
    relations.push(...groupRelations(rows, fields, first))
    const over = levels[at + 1]
    if (over !== undefined || LONGER[grain] !== undefined) relations.push(...periodRelations(rows, first, over?.rows ?? [], fields, grain))
    first += rows.length
  }
  return relations
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

/** Each group's periods, from a place on, add up to its longer ones, which stand behind them. */
function periodRelations(rows: readonly CountedRow[], first: number, over: readonly CountedRow[], fields: readonly string[], grain: WholeGrain): readonly Relation[] {
  const totals = new Map(over.map((row, place) => [keyOf(row, fields), first + rows.length + place]))
  const relations = new Map<string, number[]>()
  for (const [place, row] of rows.entries()) {
    const key = keyOf({ ...row, period: longerPeriod(grain, row.period) }, fields)
    const known = relations.get(key)
    if (known === undefined) relations.set(key, [first + place])
    else known.push(first + place)
  }
  return [...relations].map(([key, parts]): Relation => ({ parts, total: totals.get(key) ?? null }))
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

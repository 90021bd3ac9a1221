import type { SeriesDefinition } from '../definitions/series.ts'
import type { EntityName, EntityRow } from '../query/entity-names.ts'
import { type AnswerType, answerType } from './answer-type.ts'
import { nameColumn } from './entity-names.ts'

/** One column of a table: its name, what its values are, and how a row's is found. */
export interface Column {
  readonly name: string
  readonly type: AnswerType
  readonly value: (row: Readonly<Record<string, unknown>>) => number | string | boolean | null
}

export type Columns = readonly Column[]

interface Counted {
  readonly expected: number
  readonly present: number
  readonly reasons: Readonly<Record<string, number>>
}

/**
 * The columns of a question's rows, told from the question alone: the same question has the same columns, whatever its
 * rows hold. Behind the answers stand `expected`, `present` and `missing`, the reasons with their counts.
 *
 * @param asked.names of the rows' entities; null or left out: there is no column of names
 */
export function columnsOf(series: SeriesDefinition, head: readonly string[], asked: { readonly select: readonly string[]; readonly compare?: readonly string[]; readonly dimensions: readonly string[]; readonly names?: readonly EntityName[] | null }): Columns {
  const text = (name: string): Column => ({ name, type: 'text', value: (row) => (row[name] ?? null) as string | null })
  const answers = asked.select.flatMap((key) => ['', ...(asked.compare ?? []).map((word) => `@${word}`)].map((suffix): Column => {
    const name = `${key}${suffix}`
    return { name, type: typeOf(series, key), value: (row) => (row[name] ?? null) as number | string | boolean | null }
  }))
  const [tenant, entity, ...span] = head
  return [
    ...[tenant, entity].flatMap((name) => (name === undefined ? [] : [text(name)])),
    ...(asked.names === undefined || asked.names === null ? [] : [nameColumn('entity', asked.dimensions, asked.names, (row): EntityRow => ({ tenant: row['tenant'] as string, entity: row['entity'] as string | null }))]),
    ...asked.dimensions.map((field): Column => ({
      name: field, type: 'text', value: ({ group }) => (group as Readonly<Record<string, string>> | null)?.[field] ?? null,
    })),
    ...span.map(text),
    ...answers,
    { name: 'expected', type: 'integer', value: (row) => countsOf(row)?.expected ?? null },
    { name: 'present', type: 'integer', value: (row) => countsOf(row)?.present ?? null },
    { name: 'missing', type: 'text', value: (row) => missingText(countsOf(row)) },
  ]
}

/** The dimensions that rows can differ in. */
export function dimensionsOf(series: SeriesDefinition, by: readonly string[], where: Readonly<Record<string, string>>): readonly string[] {
  return series.dimensions.map(({ field }) => field).filter((field) => by.includes(field) || Object.hasOwn(where, field))
}

function typeOf(series: SeriesDefinition, key: string): AnswerType {
  const [measure = '', ...rest] = key.split('.')
  const definition = series.measures[measure]
  return definition === undefined ? 'text' : answerType(definition, rest.join('.')).type
}

function countsOf(row: Readonly<Record<string, unknown>>): Counted | null {
  return (row['coverage'] ?? null) as Counted | null
}

/** `3 open; 2 not_captured`; null where nothing is. */
function missingText(counted: Counted | null): string | null {
  const reasons = Object.entries(counted?.reasons ?? {})
  return reasons.length === 0 ? null : reasons.map(([reason, count]) => `${count} ${reason}`).join('; ')
}


import type { MergeRule, StateColumn } from '../../measures/layout.ts'
import { quoted } from './names.ts'

/** What is rolled up into what, and how its columns merge. */
export interface ProofTables {
  /** Quoted. */
  readonly source: string
  readonly target: string
  /** The source holds windows, several to a day. */
  readonly captured: boolean
  /** The series has dimensions: several rows to a window. */
  readonly split: boolean
  readonly columns: readonly StateColumn[]
}

/** SQL that proves an entity's rows of one tier against those they were made of; `:tenant`, `:entity` and `:boundary` in each, `:from` in all but the first. */
export interface ProofTexts {
  /** The first bucket, and how many rows say something. */
  readonly source: string
  /** How many rows the target has. */
  readonly target: string
  /** Of each of those that has a source: bucket, days, cell, and the number of its source rows. */
  readonly windows: string
  /** Where each window has one row: bucket, cell, and which of the names differs; rows that are alike are left out. */
  readonly alike: string
  /** The same of facts, sums and extremes, where windows have several rows. */
  readonly summed: string
  /** What a name that differs should be and what it is, as text, in the row at `:bucket` and `:cell`. */
  readonly values: (place: number) => string
  /** Bucket, cell, and the columns of which the first or last value counts: of the source in the order of time, and of the target. */
  readonly ends: string
  readonly ended: string
  /** Of texts, which SQL cannot merge: of the source from the last to the first, and of the target. */
  readonly texts: string
  readonly merged: string
  /** What `alike` and `summed` count through: the facts, then the columns. */
  readonly names: readonly string[]
  readonly endColumns: readonly StateColumn[]
  readonly textColumns: readonly StateColumn[]
}

/** Parameters are `+:named`: see `bound` in names.ts. */
export function proofTexts({ source, target, captured, split, columns }: ProofTables): ProofTexts {
  const owned = (row: string): string => `${row}.tenant_id = +:tenant AND ${row}.entity_id = +:entity`
  const inRange = (row: string): string => `${owned(row)} AND ${row}.bucket >= +:from AND ${row}.bucket < +:boundary`
  const within = (row: string): string => `${owned('s')} AND s.bucket >= ${row}.bucket AND s.bucket < ${row}.bucket + ${row}.days AND s.facts > 0`
  const pairs = `${target} t CROSS JOIN ${source} s WHERE ${inRange('t')} AND ${within('t')} AND s.cell = t.cell`
  const names = ['facts', ...columns.map(({ name }) => name)]
  const differs = (expected: readonly (string | null)[]): string =>
    `CASE ${names.map((name, place) => (expected[place] === null ? '' : `WHEN t.${quoted(name)} IS NOT ${expected[place] as string} THEN ${place}`)).join(' ')} END`
  const sums = columns.flatMap(({ name, merge }, place) => (SUMMED.has(merge) ? [`, ${AGGREGATES[merge] ?? 'sum'}(s.${quoted(name)}) AS c${place}`] : []))
  const values = (place: number): string => {
    const merge = columns[place - 1]?.merge ?? 'sum'
    const name = quoted(names[place] as string)
    return `SELECT CAST(${SUMMED.has(merge) ? AGGREGATES[merge] ?? 'sum' : 'max'}(s.${name}) AS TEXT), CAST(max(t.${name}) AS TEXT) FROM ${pairs} AND t.bucket = +:bucket AND t.cell = +:cell`
  }
  // Rows of a series without dimensions are grouped in the order they lie in; others have to be sorted, or each would be looked for once a cell.
  const [windows, cell, only] = split ? [`(SELECT DISTINCT w.bucket, w.days FROM ${target} w WHERE ${inRange('w')}) w`, 's.cell', ''] : [`${target} w`, 'w.cell', `${inRange('w')} AND s.cell = w.cell AND `]
  const told = `SELECT w.bucket AS bucket, ${cell} AS cell, sum(s.facts) AS facts${sums.join('')} FROM ${windows} CROSS JOIN ${source} s WHERE ${only}${within('w')} GROUP BY w.bucket, ${cell}`
  const [endColumns, textColumns] = [columns.filter(({ merge }) => ENDS.has(merge)), columns.filter(({ merge }) => TEXTS.has(merge))]
  const listed = (of: readonly StateColumn[]): string => of.map(({ name }) => `, ${quoted(name)}`).join('')
  const inOrder = (order: string): string => `FROM ${source} s WHERE ${inRange('s')} AND facts > 0 ORDER BY bucket ${order}${captured ? `, at ${order}` : ''}`
  return {
    names, endColumns, textColumns, values,
    source: `SELECT min(bucket), count(*) FILTER (WHERE facts > 0) FROM ${source} s WHERE ${owned('s')} AND s.bucket < +:boundary`,
    target: `SELECT count(*) FROM ${target} t WHERE ${inRange('t')}`,
    windows: `SELECT t.bucket, t.days, t.cell, count(*) FROM ${pairs} GROUP BY t.bucket, t.cell`,
    alike: `SELECT * FROM (SELECT t.bucket, t.cell, ${differs(names.map((name) => `s.${quoted(name)}`))} AS place FROM ${pairs}) WHERE place IS NOT NULL`,
    summed: `SELECT * FROM (SELECT t.bucket, t.cell, ${differs(['a.facts', ...columns.map(({ merge }, place) => (SUMMED.has(merge) ? `a.c${place}` : null))])} AS place FROM (${told}) a CROSS JOIN ${target} t ON ${owned('t')} AND t.bucket = a.bucket AND t.cell = a.cell) WHERE place IS NOT NULL`,
    ends: `SELECT bucket, cell${listed(endColumns)} ${inOrder('ASC')}`,
    ended: `SELECT bucket, cell${listed(endColumns)} FROM ${target} t WHERE ${inRange('t')}`,
    texts: `SELECT bucket, cell${listed(textColumns)} ${inOrder('DESC')}`,
    merged: `SELECT bucket, cell${listed(textColumns)} FROM ${target} t WHERE ${inRange('t')}`,
  }
}

const ENDS: ReadonlySet<MergeRule> = new Set(['first', 'last'])
const TEXTS: ReadonlySet<MergeRule> = new Set(['histogram', 'distinct'])
const SUMMED: ReadonlySet<MergeRule> = new Set(['sum', 'weighted', 'dayCount', 'min', 'max'])
const AGGREGATES: Readonly<Partial<Record<MergeRule, string>>> = { min: 'min', max: 'max' }

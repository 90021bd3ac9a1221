import type { State } from '../../measures/kind.ts'

/** The values of one column, row by row. */
export type PackedColumn = readonly State[]

/** Of words or integers too great to be counted as differences. */
type Written = readonly (number | string | null)[]

/**
 * The line of a column: JSON of its one value where all are the same; of integers, what each is more than the one before
 * it, from 0 on; of text, its words and for each row which of them it is. Integers past 2^53, and such that lie further
 * apart, are written as they are, as text where they must.
 */
export function packColumn(values: PackedColumn): string {
  const [first = null] = values
  if (typeof first !== 'bigint' && values.every((value) => value === first)) return JSON.stringify(first)
  if (values.some((value) => typeof value === 'string')) {
    const words = [...new Set(values as readonly (string | null)[])]
    const places = new Map(words.map((word, place) => [word, place]))
    return JSON.stringify({ words, rows: values.map((value) => places.get(value as string | null)) })
  }
  return JSON.stringify(stepsOf(values) ?? { exactly: values.map((value) => (typeof value === 'bigint' ? String(value) : value)) })
}

/** null: they cannot be told exactly so. A row without a value is stepped over. */
function stepsOf(values: PackedColumn): Written | null {
  let before = 0
  const steps: (number | null)[] = []
  for (const value of values) {
    if (value === null) {
      steps.push(null)
      continue
    }
    if (typeof value !== 'number') return null
    const step = value - before
    if (!Number.isSafeInteger(step)) return null
    steps.push(step)
    before = value
  }
  return steps
}

/** Reads a column's line again. Throws when it has not so many values. */
export function unpackColumn(line: string, count: number): PackedColumn {
  const written = JSON.parse(line) as number | string | null | Written | { readonly words: readonly (string | null)[]; readonly rows: readonly number[] } | { readonly exactly: Written }
  if (written === null || typeof written !== 'object') return new Array<PackedColumn[number]>(count).fill(written)
  const values = unpacked(written)
  if (values.length !== count) throw new RangeError(`a block has ${values.length} values of a column, and ${count} rows`)
  return values
}

function unpacked(written: Written | { readonly words: readonly (string | null)[]; readonly rows: readonly number[] } | { readonly exactly: Written }): PackedColumn {
  if ('words' in written) return written.rows.map((place) => written.words[place] as string | null)
  if ('exactly' in written) return written.exactly.map((value) => (typeof value === 'string' ? BigInt(value) : value))
  let before = 0
  return written.map((step) => (step === null ? null : before += step as number))
}

/** The greatest prime whose products of two are exact: below 2^26. */
const PRIME = 67_108_859

/** Parts and their sum; null: the sum is known. */
interface Sum {
  readonly parts: readonly number[]
  readonly total: number | null
}

/**
 * The unknowns that linear relations determine, whatever the known values are. Cells that are not among the unknowns
 * are known. Numbers are taken modulo a prime: exact, and for coefficients of ones as good as fractions.
 */
export function determinedBy(unknowns: readonly number[], relations: readonly Sum[]): ReadonlySet<number> {
  const places = new Map(unknowns.map((unknown, place) => [unknown, place]))
  const rows = relations.map(({ parts, total }): Float64Array => {
    const row = new Float64Array(unknowns.length)
    const put = (cell: number, coefficient: number): void => {
      const place = places.get(cell)
      if (place !== undefined) row[place] = coefficient
    }
    for (const part of parts) put(part, 1)
    if (total !== null) put(total, PRIME - 1)
    return row
  })
  let rank = 0
  for (let column = 0; column < unknowns.length && rank < rows.length; column++) {
    const pivot = rows.findIndex((row, index) => index >= rank && row[column] !== 0)
    if (pivot < 0) continue
    const row = rows[pivot] as Float64Array
    rows[pivot] = rows[rank] as Float64Array
    rows[rank] = row
    scale(row, inverse(row[column] as number))
    for (const [index, other] of rows.entries()) if (index !== rank && other[column] !== 0) subtract(other, row, other[column] as number)
    rank++
  }
  const determined = new Set<number>()
  for (const row of rows.slice(0, rank)) {
    const filled = row.reduce((count, value) => (value === 0 ? count : count + 1), 0)
    if (filled === 1) determined.add(unknowns[row.findIndex((value) => value !== 0)] as number)
  }
  return determined
}

function scale(row: Float64Array, by: number): void {
  for (let at = 0; at < row.length; at++) row[at] = ((row[at] as number) * by) % PRIME
}

function subtract(from: Float64Array, row: Float64Array, times: number): void {
  for (let at = 0; at < row.length; at++) {
    if (row[at] !== 0) from[at] = ((from[at] as number) + (PRIME - times) * (row[at] as number)) % PRIME
  }
}

/** By Euclid's algorithm. */
function inverse(of: number): number {
  let [rest, next, at, then] = [PRIME, of, 0, 1]
  while (next !== 0) {
    const times = Math.floor(rest / next)
    ;[rest, next] = [next, rest - times * next]
    ;[at, then] = [then, at - times * then]
  }
  return ((at % PRIME) + PRIME) % PRIME
}

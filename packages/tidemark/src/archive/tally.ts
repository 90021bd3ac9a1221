import { createHash } from 'node:crypto'
import type { ArchivedColumn } from './description.ts'
import type { ArchivedRow } from './row.ts'

/** What can be said of a set of rows in a few numbers: the part of an `ArchiveFile` that comes from its rows. */
export interface Tally {
  readonly rows: number
  /** Of the rows of cell 0. */
  readonly facts: number
  readonly sums: Readonly<Record<string, string>>
  /** Lower-case hex SHA-256 over the rows' digests in order. */
  readonly digest: string
  /** The youngest transaction; 0 when there are no rows. */
  readonly transaction: number
}

/**
 * The tally of rows as they are about to be written. All in BigInt and row by row, on purpose: what is read back is
 * tallied by other code (decoded-file.ts), and the two must agree.
 */
export function tallyRows(rows: readonly ArchivedRow[], columns: readonly ArchivedColumn[]): Tally {
  const sums: (bigint | null)[] = columns.map(() => null)
  const integers = columns.map(({ holds }) => holds === 'integer')
  const chain = createHash('sha256')
  let facts = 0n
  let transaction = 0
  for (const row of rows) {
    if (row.cell === 0) facts += BigInt(row.facts)
    if (row.transaction > transaction) transaction = row.transaction
    chain.update(row.digest)
    for (let index = 0; index < integers.length; index++) {
      const state = row.states[index]
      if (integers[index] && state !== null && state !== undefined) sums[index] = (sums[index] ?? 0n) + BigInt(state)
    }
  }
  return { rows: rows.length, facts: Number(facts), sums: namedSums(columns, sums), digest: chain.digest('hex'), transaction }
}

export function namedSums(columns: readonly ArchivedColumn[], sums: readonly (bigint | null)[]): Record<string, string> {
  const named: Record<string, string> = {}
  for (const [index, { name }] of columns.entries()) {
    const sum = sums[index]
    if (sum !== null && sum !== undefined) named[name] = String(sum)
  }
  return named
}

/** What differs between two tallies, in words; empty when they agree. */
export function tallyDifferences(expected: Tally, found: Tally): string[] {
  const differences: string[] = []
  const compare = (what: string, a: unknown, b: unknown): void => {
    if (a !== b) differences.push(`${what}: expected ${String(a ?? 'none')}, found ${String(b ?? 'none')}`)
  }
  compare('rows', expected.rows, found.rows)
  compare('facts', expected.facts, found.facts)
  compare('transaction', expected.transaction, found.transaction)
  for (const name of new Set([...Object.keys(expected.sums), ...Object.keys(found.sums)])) {
    compare(`sum of ${name}`, expected.sums[name], found.sums[name])
  }
  compare('digest', expected.digest, found.digest)
  return differences
}

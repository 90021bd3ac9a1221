import { cellOf } from '../definitions/cell.ts'
import type { DimensionsOf } from '../definitions/dimension.ts'
import { decodeParquet } from './decode.ts'
import type { DecodedFile } from './decoded-file.ts'
import { type ArchiveDescription, descriptionText } from './description.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'
import type { ArchivedRow } from './row.ts'
import { type Tally, tallyDifferences, tallyRows } from './tally.ts'

/** Numbers that the caller computed on its own, in SQL over the source, of what the rows must add up to. */
export interface IndependentTally {
  readonly rows?: number
  readonly facts?: number
  /** Per state column, as digits; columns left out are not compared. */
  readonly sums?: Readonly<Record<string, string>>
}

export type Proof =
  | { readonly proven: true; readonly bytes: number; readonly sha256: string; readonly tally: Tally }
  | { readonly proven: false; readonly differences: readonly string[] }

/** A message names this many differences; a file that is wrong is often wrong in every row. */
const MOST_DIFFERENCES = 20
/** Some milliseconds of digests. */
const ROWS_AT_A_TIME = 4096

/**
 * Reads a file back with another reader than wrote it and compares it with the rows that it was made of: every key,
 * every value, every digest recomputed from what was read, the sums of every column, and the caller's own numbers.
 * Never throws for a file that is wrong.
 */
export async function proveArchive(options: {
  readonly content: Uint8Array
  readonly description: ArchiveDescription
  readonly dimensionsOf: DimensionsOf
  /** In file order. */
  readonly rows: readonly ArchivedRow[]
  readonly independent?: IndependentTally
}): Promise<Proof> {
  const { content, description, dimensionsOf, rows, independent } = options
  let decoded: DecodedFile
  try {
    decoded = await decodeParquet(content)
  } catch (error) {
    return { proven: false, differences: [`it cannot be read back: ${error instanceof Error ? error.message : String(error)}`] }
  }
  const differences: string[] = []
  if (descriptionText(decoded.description) !== descriptionText(description)) differences.push('it does not describe itself as it should')
  const tally = decoded.tally()
  differences.push(...tallyDifferences(tallyRows(rows, description.columns), tally), ...independentDifferences(independent, tally))
  if (decoded.rows === rows.length) differences.push(...await rowDifferences(decoded, dimensionsOf, rows))
  if (differences.length > 0) return { proven: false, differences: differences.slice(0, MOST_DIFFERENCES) }
  return { proven: true, bytes: content.length, sha256: sha256Hex(content), tally }
}

/** What is wrong in the rows of a file by themselves: digests that do not fit the values, cells that do not fit the groups. */
export async function digestDifferences(decoded: DecodedFile, dimensionsOf: DimensionsOf): Promise<string[]> {
  return await rowDifferences(decoded, dimensionsOf, null)
}

async function rowDifferences(decoded: DecodedFile, dimensionsOf: DimensionsOf, source: readonly ArchivedRow[] | null): Promise<string[]> {
  const differences: string[] = []
  let index = 0
  for (const row of decoded.all()) {
    if (!equalBytes(decoded.recompute(row, index), row.digest)) differences.push(`${nameOf(row)}: its digest is not that of its values`)
    if (cellOf(dimensionsOf(row.tenant), decoded.group(index) ?? {}) !== row.cell) differences.push(`${nameOf(row)}: its cell is not that of its group`)
    const expected = source?.[index]
    if (expected !== undefined) {
      const different = differentFields(expected, row)
      if (different.length > 0) differences.push(`${nameOf(row)}: ${different.join(', ')} ${different.length === 1 ? 'differs' : 'differ'}`)
    }
    if (differences.length >= MOST_DIFFERENCES) break
    index += 1
    if (index % ROWS_AT_A_TIME === 0) await new Promise(setImmediate)
  }
  return differences
}

const PLAIN_FIELDS = ['tenant', 'entity', 'cell', 'from', 'to', 'transaction', 'believedAt', 'version', 'revision', 'facts', 'expected', 'present'] as const

function differentFields(a: ArchivedRow, b: ArchivedRow): string[] {
  const different: string[] = PLAIN_FIELDS.filter((field) => a[field] !== b[field])
  if (!equalBytes(a.digest, b.digest)) different.push('digest')
  // A bigint that is safe as a number is the same state.
  if (a.states.length !== b.states.length || a.states.some((state, index) => state !== b.states[index] && String(state) !== String(b.states[index]))) different.push('states')
  return different
}

function independentDifferences(independent: IndependentTally | undefined, tally: Tally): string[] {
  if (independent === undefined) return []
  const differences: string[] = []
  if (independent.rows !== undefined && independent.rows !== tally.rows) differences.push(`rows: the source counts ${independent.rows}, the file ${tally.rows}`)
  if (independent.facts !== undefined && independent.facts !== tally.facts) differences.push(`facts: the source counts ${independent.facts}, the file ${tally.facts}`)
  for (const [name, sum] of Object.entries(independent.sums ?? {})) {
    // No row with a value adds up to 0 in SQL as in words.
    if (BigInt(sum) !== BigInt(tally.sums[name] ?? 0)) differences.push(`sum of ${name}: the source has ${sum}, the file ${tally.sums[name] ?? 'none'}`)
  }
  return differences
}

function nameOf(row: ArchivedRow): string {
  return `row ${JSON.stringify([row.tenant, row.entity, row.from, row.cell])}`
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

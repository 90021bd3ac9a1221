import { machine } from '../../machine/machine.ts'
import { sameBytes } from '../../machine/same-bytes.ts'
import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { lastPlaces, toldOfOne } from './of-one.ts'
import { type PackedColumn, packColumn, unpackColumn } from './row-column.ts'
import type { RowOwner, TierRow } from './rows.ts'

/** Captured rows of one entity, packed together: whole windows that follow one another. */
export interface RowBlock {
  /** The first and the last window: its day, and when it starts. */
  readonly firstDay: number
  readonly firstAt: number
  readonly lastDay: number
  readonly lastAt: number
  readonly count: number
  /** SHA-256 of whose they are and of all that is packed: a block that was moved or changed does not have it. */
  readonly digest: Uint8Array
  readonly body: Uint8Array
}

const DIGEST_BYTES = 32
/** What a captured row has beside its states, in the order of a block's lines. */
const HEADS = ['bucket', 'at', 'seconds', 'cell', 'transaction', 'version', 'revision', 'facts'] as const
type Head = (typeof HEADS)[number]

/**
 * A body is raw DEFLATE of lines of text: how many rows and state columns there are, and the digest of the rows' digests, as
 * JSON; a line of each head; a line of each state column, in the order of the layout. The line of a column that follows from others is empty; see
 * row-column.ts for the others.
 *
 * @param rows of whole windows, in the order of time and cells
 * @param digests theirs
 */
export function packRows(owner: RowOwner, columns: readonly StateColumn[], rows: readonly TierRow[], digests: readonly Uint8Array[]): RowBlock {
  const lines = [JSON.stringify([rows.length, columns.length, ofDigests(digests)]), ...HEADS.map((head) => packColumn(rows.map((row) => row[head] as number)))]
  const lasts = lastPlaces(columns)
  for (const [place, column] of columns.entries()) {
    const { ofOne } = column
    const last = lasts[place] as number
    const told = ofOne !== undefined && rows.every(({ states, seconds = 0, facts }) => toldOfOne(ofOne, states[last] as State, seconds, facts) === states[place])
    lines.push(told ? '' : packColumn(rows.map(({ states }) => states[place] as State)))
  }
  const whole = lines.join('\n')
  const [first, last] = [rows[0] as TierRow, rows.at(-1) as TierRow]
  return {
    firstDay: first.bucket, firstAt: first.at as number, lastDay: last.bucket, lastAt: last.at as number,
    count: rows.length, digest: digestOf(owner, whole), body: machine.deflate(whole),
  }
}

/** What a block holds, by row. Only columns that are asked for are taken apart. Throws when it is not what was packed. */
export class OpenRows {
  readonly count: number
  /** Of the digests that the rows had (see `ofDigests`): it tells of payloads, which lie elsewhere, too. */
  readonly digests: string
  readonly #columns: readonly StateColumn[]
  readonly #lines: readonly string[]
  readonly #heads = new Map<Head, readonly number[]>()
  readonly #states = new Map<number, PackedColumn>()

  constructor(owner: RowOwner, columns: readonly StateColumn[], { digest, body, count }: Pick<RowBlock, 'digest' | 'body' | 'count'>) {
    const whole = machine.inflate(body)
    if (!sameBytes(digest, digestOf(owner, whole))) throw new RangeError('the digest of a block is another')
    this.#lines = whole.split('\n')
    const [rows, states, digests] = JSON.parse(this.#lines[0] as string) as [number, number, string]
    if (rows !== count || states !== columns.length) throw new RangeError(`a block has ${rows} rows of ${states} columns, and ${count} of ${columns.length} were said`)
    this.count = count
    this.digests = digests
    this.#columns = columns
  }

  head(head: Head): readonly number[] {
    let values = this.#heads.get(head)
    if (values === undefined) {
      values = unpackColumn(this.#lines[1 + HEADS.indexOf(head)] as string, this.count) as readonly number[]
      this.#heads.set(head, values)
    }
    return values
  }

  /** The states of one column, row by row. */
  states(place: number): PackedColumn {
    let states = this.#states.get(place)
    if (states === undefined) {
      const line = this.#lines[1 + HEADS.length + place] as string
      states = line === '' ? this.#told(place) : unpackColumn(line, this.count)
      this.#states.set(place, states)
    }
    return states
  }

  #told(place: number): PackedColumn {
    const { ofOne } = this.#columns[place] as StateColumn
    if (ofOne === undefined) throw new RangeError('a block has a column without values')
    const lasts = this.states(lastPlaces(this.#columns)[place] as number)
    const [seconds, facts] = [this.head('seconds'), this.head('facts')]
    return lasts.map((last, row) => toldOfOne(ofOne, last, seconds[row] as number, facts[row] as number))
  }

  row(index: number): TierRow {
    const head = (name: Head): number => this.head(name)[index] as number
    return {
      bucket: head('bucket'), at: head('at'), seconds: head('seconds'), cell: head('cell'), days: 1, transaction: head('transaction'),
      version: head('version'), revision: head('revision'), facts: head('facts'), states: this.#columns.map((_, place) => this.states(place)[index] as State),
    }
  }

  rows(): readonly TierRow[] {
    return Array.from({ length: this.count }, (_, index) => this.row(index))
  }
}

/** The first 16 bytes of SHA-256 over the digests of rows, all of them in lower-case hex. */
export function ofDigests(digests: readonly Uint8Array[]): string {
  return hexOf(machine.sha256(digests.map(hexOf).join('')))
}

function hexOf(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

function digestOf({ tenantId, id }: RowOwner, whole: string): Uint8Array {
  return machine.eventDigest(`${tenantId}\0${id}\0${whole}`, DIGEST_BYTES)
}

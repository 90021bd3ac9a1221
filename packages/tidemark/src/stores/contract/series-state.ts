import type { SeriesDefinition } from '../../definitions/series.ts'
import type { EpochDay, Instant } from './state.ts'

/** One Parquet file of the archive, as its manifest and the catalogue both describe it. */
export interface ArchiveFile {
  readonly series: string
  /** First day of the calendar period (quarter or month) whose rows it holds. */
  readonly period: EpochDay
  /** 1, and one more each time the file is made anew. */
  readonly generation: number
  /** Relative to the archive folder, with forward slashes. */
  readonly path: string
  readonly bytes: number
  /** Lower-case hex of the whole file. */
  readonly sha256: string
  readonly rows: number
  /** Events and adjustments merged in the rows of cell 0. */
  readonly facts: number
  /** Per integer state column: the sum over all rows, as digits; null columns are left out. */
  readonly sums: Readonly<Record<string, string>>
  /** Lower-case hex SHA-256 over the rows' digests in file order. */
  readonly digest: string
  /** The youngest transaction among its rows. */
  readonly transaction: number
  readonly definitionVersion: number
  /** Version of the time zone database by which the days were computed. */
  readonly tzdata: string
}

/** What a store knows of one series. */
export interface SeriesState<Definition extends SeriesDefinition = SeriesDefinition> {
  readonly definition: Definition
  /** 1, and one more each time the definition changed. */
  readonly version: number
  /** The latest instant at which a capture closed days (as of the asked transaction); null when there was none. */
  readonly coveredAt: Instant | null
  /** The first day from which a measure that was added later counts; absent for measures that count from the start. */
  readonly since: Readonly<Record<string, EpochDay>>
  readonly archives: readonly ArchiveFile[]
  /** In the places of the files: when each was read back and proven, before what it holds left the store. */
  readonly proofs?: readonly Instant[]
}

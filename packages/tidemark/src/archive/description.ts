import { canonicalJson } from '../canonical/json.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { StateColumn } from '../measures/layout.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { ArchiveTier } from './path.ts'

/** Grows when a reader of the present form could misread a file. */
export const ARCHIVE_FORMAT = 1

/** A state column as it lies in the file: a 64-bit integer, a day set as text, or any other text. */
export interface ArchivedColumn {
  readonly name: string
  readonly holds: 'integer' | 'days' | 'text'
}

/** A dimension and the column that holds its value, null for any. */
export interface ArchivedDimension {
  readonly field: string
  readonly column: string
}

/**
 * What a file says of itself: in the Parquet footer under the key `tidemark`, and in the manifest beside it. It holds
 * no time of writing and no generation, so that equal rows make equal files.
 */
export interface ArchiveDescription {
  readonly format: typeof ARCHIVE_FORMAT
  /** `tidemark 0.1.0` */
  readonly program: string
  /** The id of the store that it was made from. Only that store may sweep it away. */
  readonly owner: string
  readonly series: string
  readonly tier: ArchiveTier
  readonly period: EpochDay
  readonly columns: readonly ArchivedColumn[]
  readonly dimensions: readonly ArchivedDimension[]
  readonly definition: SeriesDefinition
  readonly definitionVersion: number
  readonly tzdata: string
}

/** The key of the Parquet footer. */
export const DESCRIPTION_KEY = 'tidemark'

/** The columns that every file has, around its dimensions and states. */
export const KEY_COLUMNS = ['tenant', 'entity', 'from_day', 'to_day', 'cell'] as const
export const FACT_COLUMNS = ['facts', 'expected', 'present'] as const
export const ORIGIN_COLUMNS = ['txn', 'believed_at', 'version', 'revision', 'digest'] as const

/** What a caller says of the file it wants made. */
export interface DescribedArchive {
  readonly program: string
  readonly owner: string
  readonly tier: ArchiveTier
  readonly period: EpochDay
  readonly columns: readonly StateColumn[]
  readonly definition: SeriesDefinition
  readonly definitionVersion: number
  readonly tzdata: string
}

export function describeArchive(archive: DescribedArchive): ArchiveDescription {
  const { program, owner, tier, period, definition, definitionVersion, tzdata } = archive
  const columns = archive.columns.map(({ name, merge, holds }): ArchivedColumn => ({ name, holds: merge === 'days' ? 'days' : holds }))
  return {
    format: ARCHIVE_FORMAT, program, owner, series: definition.name, tier, period, columns,
    dimensions: dimensionColumns(definition, columns), definition, definitionVersion, tzdata,
  }
}

/** A dimension's column has its name, unless another column has: names of columns ignore case in SQL. */
function dimensionColumns(definition: SeriesDefinition, columns: readonly ArchivedColumn[]): ArchivedDimension[] {
  const taken = new Set([...KEY_COLUMNS, ...FACT_COLUMNS, ...ORIGIN_COLUMNS, ...columns.map(({ name }) => name)].map((name) => name.toLowerCase()))
  return definition.dimensions.map(({ field }) => {
    let column = field
    while (taken.has(column.toLowerCase())) column += '_'
    taken.add(column.toLowerCase())
    return { field, column }
  })
}

/** Reads what `canonicalJson` wrote of a description. Throws an Error that says what is wrong. */
export function parseDescription(text: string): ArchiveDescription {
  const value = JSON.parse(text) as Partial<ArchiveDescription> | null
  if (typeof value !== 'object' || value === null) throw new Error('the description is not an object')
  if (value.format !== ARCHIVE_FORMAT) throw new Error(`the format is ${JSON.stringify(value.format)}, and this program reads ${ARCHIVE_FORMAT}`)
  if (typeof value.series !== 'string' || (value.tier !== 'month' && value.tier !== 'quarter')) throw new Error('the description names no series and tier')
  if (!Array.isArray(value.columns) || !Array.isArray(value.dimensions)) throw new Error('the description lists no columns')
  return value as ArchiveDescription
}

export function descriptionText(description: ArchiveDescription): string {
  return canonicalJson(description)
}

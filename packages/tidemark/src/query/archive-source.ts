import type { ArchivedRow } from '../archive/row.ts'
import type { EntityFilter } from '../stores/contract/entity-state.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** Which rows of a file are wanted: also those that [from, to) cuts. */
export interface ArchiveFilter extends EntityFilter {
  readonly cells: readonly number[]
  readonly from: EpochDay
  readonly to: EpochDay
}

/** All that a query needs of the archive. A damaged file is an answer, not an exception. */
export interface ArchiveSource {
  /** The wanted rows, with the states of `columns` in their order: null for a column that the file does not have. */
  read(file: ArchiveFile, columns: readonly { readonly name: string }[], filter: ArchiveFilter): Promise<
    | { readonly ok: true; readonly rows: readonly ArchivedRow[] }
    | { readonly ok: false; readonly damage: { readonly reason: string; readonly detail: string } }
  >
}

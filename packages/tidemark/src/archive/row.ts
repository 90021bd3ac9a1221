import type { StoredRow } from '../stores/contract/tiers.ts'

/** One row as it lies in the archive, with what a reader without the store cannot know: how complete it is. */
export interface ArchivedRow extends StoredRow {
  /** Finest windows that the row's range should have had, and how many of them it had. */
  readonly expected: number
  readonly present: number
}

/** The order of rows in a file: tenant and entity by code units, then first day, then cell. 0: the same key. */
export function compareRows(a: ArchivedRow, b: ArchivedRow): number {
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1
  if (a.entity !== b.entity) return a.entity < b.entity ? -1 : 1
  return a.from === b.from ? a.cell - b.cell : a.from - b.from
}

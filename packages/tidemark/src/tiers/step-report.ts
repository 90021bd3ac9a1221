import type { Tier } from '../definitions/keep.ts'
import type { ErrorCode } from '../errors.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** One thing that a run did, or did not do and why. Rows, but for `entities`. */
export type TierStepReport =
  | { readonly step: 'rollUp'; readonly source: Tier; readonly target: Tier; readonly boundary: EpochDay; readonly entities: number; readonly rolledUp: number; readonly retired: number; readonly eventsRetired: number }
  | { readonly step: 'wait'; readonly source: Tier; readonly target: Tier; readonly reason: 'not_captured'; readonly entities: number }
  | { readonly step: 'hold'; readonly source: Tier; readonly target: Tier | 'archive'; readonly boundary: EpochDay; readonly entities: number; readonly rows: number }
  | { readonly step: 'archive'; readonly period: EpochDay; readonly path: string; readonly generation: number; readonly rows: number }
  | { readonly step: 'refuse'; readonly period: EpochDay; readonly code: 'ARCHIVE_DAMAGED' | 'ARCHIVE_SOURCE_MOVED'; readonly message: string; readonly path: string | null; readonly rows: number }
  /** Rows of one entity whose sum would not fit in a row of the target: they stay, and those of others moved. */
  | { readonly step: 'refuse'; readonly source: Tier; readonly target: Tier; readonly period: EpochDay; readonly code: 'SUM_TOO_LARGE'; readonly message: string; readonly path: null; readonly rows: number }
  /** Payloads of a collected series that are older than a fortnight, and captured rows older than a quarter of a year, into blocks. */
  | { readonly step: 'pack'; readonly payloads: number; readonly rows: number }
  /** Erasures that were open: those finished, or why they were not. */
  | { readonly step: 'erase'; readonly erasures: readonly number[]; readonly code: ErrorCode | null; readonly message: string | null }

import type { SeriesDefinition } from '../../definitions/series.ts'
import type { Instant } from './state.ts'

/** Version of the physical layout that this program reads and writes; a store of an earlier one is upgraded in place. */
export const STORE_FORMAT = 4

/** What a store says of its own schema. */
export interface StoredSchema {
  /** Version of the physical layout; 0 when nothing of ours is there. */
  readonly format: number
  /** Tells this store's archive files from another's; null while nothing of ours is there. */
  readonly id: string | null
  /** The declarations in force: one entry a series, with the version it has reached. */
  readonly series: readonly { readonly definition: SeriesDefinition; readonly version: number }[]
  /** Applied migrations, oldest first. */
  readonly migrations: readonly AppliedMigration[]
}

export interface AppliedMigration {
  /** 1, and one more each. */
  readonly version: number
  readonly at: Instant
  readonly program: string
  readonly steps: readonly string[]
  readonly series: readonly SeriesDefinition[]
}

/** One thing that a migration does. `loses` names what history goes with it; such a step must be accepted by that name. */
export type MigrationStep =
  | { readonly kind: 'create-store'; readonly text: string; readonly loses: null }
  | { readonly kind: 'upgrade-store'; readonly text: string; readonly loses: null }
  | { readonly kind: 'create-stream'; readonly stream: string; readonly text: string; readonly loses: null }
  | { readonly kind: 'create-series'; readonly series: string; readonly text: string; readonly loses: null }
  | { readonly kind: 'add-field'; readonly stream: string; readonly field: string; readonly text: string; readonly loses: null }
  | { readonly kind: 'add-measure'; readonly series: string; readonly measure: string; readonly text: string; readonly loses: null }
  | { readonly kind: 'drop-measure'; readonly series: string; readonly measure: string; readonly text: string; readonly loses: string }
  | { readonly kind: 'drop-series'; readonly series: string; readonly text: string; readonly loses: string }
  | { readonly kind: 'drop-field'; readonly stream: string; readonly field: string; readonly text: string; readonly loses: string }
  | { readonly kind: 'change-definition'; readonly series: string; readonly text: string; readonly loses: null }

/** From what the store holds to what is declared, in order. Empty steps: nothing to do. */
export interface MigrationPlan {
  readonly from: number
  readonly to: number
  readonly steps: readonly MigrationStep[]
  /** The declarations in force afterwards. */
  readonly series: readonly SeriesDefinition[]
}

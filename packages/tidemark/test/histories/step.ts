import type { SeriesDefinition } from '../../src/definitions/series.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import type { SourceChange } from '../oracle/source-table.ts'
import type { AdjustmentInput, EntityKey, EventInput, HoldInput } from '../oracle/subject.ts'

/** One thing done to a Subject, as plain data. `now` is in epoch milliseconds and only moves forward. */
export type Step =
  | { readonly do: 'declare'; readonly now: number; readonly series: readonly SeriesDefinition[] }
  | { readonly do: 'setZone'; readonly now: number; readonly entity: EntityKey; readonly zone: string }
  | { readonly do: 'ingest'; readonly now: number; readonly stream: string; readonly events: readonly EventInput[]; readonly onConflict: 'quarantine' | 'replace' }
  | { readonly do: 'retract'; readonly now: number; readonly stream: string; readonly ids: readonly { readonly tenant: string; readonly id: string }[] }
  | { readonly do: 'adjust'; readonly now: number; readonly series: string; readonly adjustments: readonly AdjustmentInput[] }
  | { readonly do: 'capture'; readonly now: number; readonly series: string }
  | { readonly do: 'runTiers'; readonly now: number; readonly series: string }
  | { readonly do: 'query'; readonly now: number; readonly series: string; readonly request: QueryRequest }
  | { readonly do: 'window'; readonly now: number; readonly series: string; readonly request: WindowRequest }
  | { readonly do: 'checkpoints'; readonly now: number; readonly series: string; readonly entity: EntityKey }
  | { readonly do: 'source'; readonly now: number; readonly series: string; readonly change: SourceChange }
  | { readonly do: 'backfill'; readonly now: number; readonly series: string; readonly from: string; readonly to: string }
  | { readonly do: 'stateAt'; readonly now: number; readonly series: string; readonly entity: EntityKey; readonly atMs: number }
  | { readonly do: 'hold'; readonly now: number; readonly name: string; readonly hold: HoldInput }
  | { readonly do: 'liftHold'; readonly now: number; readonly name: string }
  | { readonly do: 'forget'; readonly now: number; readonly kind: string; readonly entity: EntityKey; readonly override: boolean }
  | { readonly do: 'cascade'; readonly now: number; readonly kind: string; readonly entities: readonly EntityKey[] }
  /** The engine dies at a random point of the next command, comes back, and the command is given again. The model need not care. */
  | { readonly do: 'crash'; readonly now: number }

export interface History {
  readonly seed: number
  readonly steps: readonly Step[]
}

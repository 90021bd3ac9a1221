import type { EntityDefinition } from './entity.ts'
import type { Frequency, FrequencyDefinition } from './frequency.ts'
import type { KeepDefinition } from './keep.ts'
import type { MeasureDefinition } from './measure.ts'
import type { DimensionDefinition } from './dimension.ts'

/** The plain form of a series whose windows are collected from a live source: what is stored, hashed and planned from. */
export interface CollectedSeriesDefinition {
  readonly name: string
  readonly of: EntityDefinition
  /** The finest frequency; the frequency of every entity where no rules are declared. */
  readonly grain: Frequency
  readonly collected: {
    /** Whether a window that is over can still be collected: the source answers for the window that it is given. */
    readonly past: boolean
    /** Seconds since local midnight at which the window of a day is due; hours are due as they begin. */
    readonly dueAt: number
    readonly frequency: FrequencyDefinition | null
  }
  readonly measures: Readonly<Record<string, MeasureDefinition>>
  readonly dimensions: readonly DimensionDefinition[]
  /** The complete state at each capture; null when none is kept. */
  readonly payload: { readonly version: number } | null
  readonly keep: KeepDefinition
  /** Checkpoints count events, and declared windows start at one; a collected series has neither. */
  readonly checkpoints: readonly []
  readonly windows: Readonly<Record<string, never>>
}

/** The columns that hold a row's payload: the last of its windows survives every rollup. */
export const PAYLOAD_COLUMNS = { version: 'payload_version', text: 'payload' } as const

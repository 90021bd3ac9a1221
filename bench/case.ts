// What a case is given and what it gives back.
import type { PostgresServer } from './postgres.ts'
import type { Shelf } from './shelf.ts'

export type Scale = 'tiny' | 'small' | 'full'

export interface Bench {
  readonly scale: Scale
  readonly long: boolean
  /** Which parts of a case are to run; null: all. */
  readonly only: readonly string[] | null
  /** A folder that goes when the run ends. */
  readonly folder: string
  readonly shelf: Shelf
  /** Started by the first case that asks. */
  postgres(): Promise<PostgresServer>
}

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

export interface Goal {
  readonly goal: string
  readonly measured: string
  readonly met: boolean
}

export interface CaseResult {
  readonly tables: readonly Table[]
  readonly goals: readonly Goal[]
}

export interface Case {
  readonly name: string
  /** Its parts, where each can be run by name. */
  readonly cases?: readonly string[]
  run(bench: Bench): Promise<CaseResult>
}

/** A number for each scale. */
export const at = (scale: Scale, tiny: number, small: number, full: number): number => (scale === 'tiny' ? tiny : scale === 'small' ? small : full)

export interface PublishedCase extends CaseResult {
  readonly scale: Scale
  readonly seconds: number
  /** Load average before and after. */
  readonly load: readonly [number, number]
  readonly note: string
  readonly machine: Readonly<Record<string, unknown>>
}

export interface Published {
  readonly cases: Record<string, PublishedCase>
}

import type { Cadence } from '../../src/definitions/frequency.ts'
import type { Decision } from './cadence.ts'
import type { Day } from './civil.ts'
import type { CellSamples } from './sample.ts'
import type { Stretch } from './sub-day.ts'
import type { EntityKey } from './subject.ts'
import type { Boundaries } from './tier.ts'

/** What a window said from an instant on. */
export interface Version {
  readonly instantMs: number
  /** By `cellKey`. */
  readonly cells: ReadonlyMap<string, CellSamples>
  /** null: none was given. */
  readonly payload: unknown
  readonly payloadVersion: number
  readonly content: string
}

/** A captured window with all it ever said. */
export interface CapturedWindow extends Stretch {
  readonly day: Day
  readonly versions: Version[]
}

/** One entity of a collected series: every capture is kept, whatever tier it has gone to. */
export interface CollectedEntity extends EntityKey {
  /** Those that changed something, ascending; the first is the enrolment. */
  readonly decisions: Decision[]
  decidedDay: Day | null
  lowDays: number
  /** By its start. */
  readonly windows: Map<number, CapturedWindow>
  /** By the window, the first instant at which it failed. */
  readonly failures: Map<string, number>
  boundaries: Boundaries
}

/** Windows of the same start are others when they end otherwise: a day may be cut anew after one of its windows failed. */
export function windowText({ fromMs, toMs }: Pick<Stretch, 'fromMs' | 'toMs'>): string {
  return `${fromMs}/${toMs}`
}

/** What is in force on a day, as decided up to an instant; null before the enrolment. */
export function cadenceOn(decisions: readonly Decision[], day: Day): Cadence | null {
  return decisions.findLast((decision) => decision.day <= day)?.cadence ?? null
}

/** Cells by text: the group's values in declared order of dimensions; the whole is the empty group. */
export function cellKey(dimensions: readonly { readonly field: string }[], group: Readonly<Record<string, string>>): string {
  return JSON.stringify(dimensions.map(({ field }) => group[field] ?? null))
}

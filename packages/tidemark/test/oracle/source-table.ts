import type { RosterEntry } from '../../src/definitions/collector.ts'
import { keyText } from './entity-key.ts'
import type { EntityKey } from './subject.ts'

/** What a collector may say for one measure, as JSON; wrong ones too. */
export type SampleInput = number | string | boolean | null | readonly (number | string)[]

export type ValuesInput = Readonly<Record<string, SampleInput>>

/** What the source says of one entity. In words: it leaves the entity out, its call throws, or it names it twice. */
export type Given = GivenValues | 'missing' | 'throws' | 'twice'

export interface GivenValues {
  readonly values: ValuesInput
  readonly groups?: readonly { readonly group: Readonly<Record<string, string>>; readonly values: ValuesInput }[]
  readonly payload?: unknown
}

/** From an instant on an entity is given so, until its next point. A point at the same instant replaces the earlier one. */
export interface SourcePoint extends EntityKey {
  readonly atMs: number
  readonly given: Given
}

/** What changes in a simulated source; what is left out stays. */
export interface SourceChange {
  readonly roster?: readonly RosterEntry[] | 'fails'
  /** Every call throws. */
  readonly down?: boolean
  readonly points?: readonly SourcePoint[]
}

/** A simulated live source: of each entity a line of points, which both the model and a collector look up. */
export class SourceTable {
  #roster: readonly RosterEntry[] | 'fails' = []
  #down = false
  readonly #points = new Map<string, SourcePoint[]>()

  change({ roster = this.#roster, down = this.#down, points = [] }: SourceChange): void {
    this.#roster = roster
    this.#down = down
    for (const point of points) {
      const line = (this.#points.get(keyText(point)) ?? []).filter(({ atMs }) => atMs !== point.atMs)
      this.#points.set(keyText(point), [...line, point].sort((left, right) => left.atMs - right.atMs))
    }
  }

  get roster(): readonly RosterEntry[] | 'fails' {
    return this.#roster
  }

  /** What the source says of an entity at an instant. */
  at(entity: EntityKey, instantMs: number): Given {
    if (this.#down) return 'throws'
    return this.#points.get(keyText(entity))?.findLast(({ atMs }) => atMs <= instantMs)?.given ?? 'missing'
  }

  /** The instant that a window is asked about: its last one where the past can be collected, else now. */
  static asked(past: boolean, toMs: number, nowMs: number): number {
    return past ? toMs - 1 : nowMs
  }
}

/** A payload as a later version has it: every upgrade adds which it was. Declared of every simulated series. */
export function upgraded(payload: unknown, from: number, to: number): unknown {
  let read = payload
  for (let version = from; version < to; version += 1) read = upgrade(version)(read)
  return read
}

export function upgrade(version: number): (payload: unknown) => unknown {
  return (payload) => ({ ...(payload as object), [`upgradedFrom${version}`]: true })
}

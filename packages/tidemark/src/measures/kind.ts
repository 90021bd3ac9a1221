import type { MeasureDefinition } from '../definitions/measure.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { EventView, OffsetAt } from './evaluate.ts'
import type { MergeRule } from './layout.ts'

/** One column of a state; `day sets` are text, all others 64-bit integers. */
export type State = number | bigint | string | null

/** Adds one event of a day to the states that start at the measure's offset. */
export type Adder = (states: State[], offset: number, event: EventView, day: number, offsetAt: OffsetAt) => void

/** An exact quotient of two integers; null for "no value". */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** What an answer is computed from. */
export interface Answering {
  /** This measure's states, merged. */
  readonly states: readonly State[]
  /** Windows that have a value: present ones, and rows outside the covered interval. */
  readonly windows: number
  /** The exact value of another measure of the series, for ratios. */
  part(measure: string): Fraction | null
}

/** One kind of measure: its state, how an event adds to it, and its answers. Merging follows the columns' rules. */
export interface Kind<D extends MeasureDefinition = MeasureDefinition> {
  parts(definition: D): readonly { readonly part: string; readonly merge: MergeRule }[]
  /** The state of a measured window in which nothing happened. */
  zero(definition: D): readonly State[]
  adder(definition: D, stream: StreamDefinition): Adder
  readonly answers: (definition: D) => readonly string[]
  /** Answers that a total across entities cannot give. */
  readonly notAcross: readonly string[]
  /** Answers that cannot be told of an earlier belief. */
  readonly notAsOf: readonly string[]
  /** A printed value, or null where there is none. */
  answer(definition: D, answer: string, from: Answering): number | string | boolean | null
  /** What a ratio divides; null where there is none. */
  fraction(definition: D, from: Answering): Fraction | null
}

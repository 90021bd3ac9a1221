import type { MeasureDefinition } from '../definitions/measure.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { EventView, OffsetAt } from './evaluate.ts'
import type { Int64 } from './int64.ts'
import type { MergeRule } from './layout.ts'

/** One column of a state: a 64-bit integer, or text for what is not one number (a day set, a word, buckets). */
export type State = number | bigint | string | null

/** Adds one event of a day to the states that start at the measure's offset. */
export type Adder = (states: State[], offset: number, event: EventView, day: number, offsetAt: OffsetAt) => void

/** What a collector gave for one measure, read by its definition: numbers scaled, a flag as 0 or 1, words as they are; null for none. */
export type Sample = Int64 | string | readonly Int64[] | readonly string[] | null

/** The window that a sample is of. */
export interface SampledWindow {
  readonly seconds: number
  /** Seconds of the longest row that it will be merged into: what is stored there must fit 64 bits too. */
  readonly longest: number
  /** This measure's states in the nearest earlier present window that has a value; null when there is none. */
  readonly previous: readonly State[] | null
}

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

/** A column of a kind's state. */
export interface Part {
  readonly part: string
  readonly merge: MergeRule
  /** Default `integer`. */
  readonly holds?: 'integer' | 'text'
  /** In the row of one captured window: how the part follows from the measure's `last`. Left out: it does not. */
  readonly ofOne?: OfOne
}

/**
 * What a part of one captured window is, told by its last value: that `value` itself, `weighted` by the window's seconds,
 * the `seconds` in which there is one, how often there is one (`n`), or the seconds in which it is a `word`.
 */
export type OfOne = 'value' | 'weighted' | 'seconds' | 'n' | { readonly word: string }

/** A printed value. */
export type Printed = number | string | boolean | null

/**
 * One kind of measure: its state, how an event or a sample becomes one, and its answers. Merging in the order of time
 * follows the columns' rules.
 */
export interface Kind<D extends MeasureDefinition = MeasureDefinition> {
  parts(definition: D): readonly Part[]
  /** The state of a measured window of an event-fed series in which nothing happened. */
  zero(definition: D): readonly State[]
  /** Of event-fed series. A kind that only collectors have throws. */
  adder(definition: D, stream: StreamDefinition): Adder
  /** The state of one captured window. A kind that only events have throws. */
  sample(definition: D, sample: Sample, window: SampledWindow): readonly State[]
  /** Of a collected series: in how many windows there was a value. null: in every one that was measured. */
  valued(definition: D, states: readonly State[]): number | null
  readonly answers: (definition: D) => readonly string[]
  /**
   * The parts that an answer is computed from (null: what a ratio divides), with those that tell whether there is a
   * value. Left out: all of them.
   */
  readonly uses?: (definition: D, answer: string | null) => readonly string[]
  /** Answers that only a total across entities gives. */
  readonly onlyAcross: (definition: D) => readonly string[]
  /** Answers that a total across entities cannot give. */
  readonly notAcross: (definition: D) => readonly string[]
  /** Answers that cannot be told of an earlier belief. */
  readonly notAsOf: readonly string[]
  /** A printed value, or null where there is none. */
  answer(definition: D, answer: string, from: Answering): Printed
  /** What a ratio divides; null where there is none. */
  fraction(definition: D, from: Answering): Fraction | null
  /**
   * The same across entities, from each entity's own merged states: for kinds whose entities do not simply merge.
   * null: they do, by the columns' rules.
   */
  readonly across: null | {
    answer(definition: D, answer: string, from: readonly Answering[]): Printed
    fraction(definition: D, from: readonly Answering[]): Fraction | null
  }
}

import type { Clock } from './clock.ts'
import type { Instant } from './stores/contract/state.ts'
import type { Tidemark } from './tidemark.ts'

/** What `tidemark demo` hands to a template whose application lives: its `demo.ts` exports a function `tell` of this. */
export interface DemoStage {
  /** The project's folder, absolute. */
  readonly folder: string
  readonly scale: 'small' | 'full'
  readonly seed: number
  readonly now: Instant
  /** Opens the project's history on a clock of the story's own, for as long as the work takes. */
  onStage<T>(clock: Clock, work: (history: Tidemark) => Promise<T>): Promise<T>
  /** Where it stands; shown now and then. */
  progress(text: string): void
  /** Something that is done; always shown. */
  done(text: string): void
}

/** One answer: what it shows, the words after `cd FOLDER` that give it again, and its lines, the first with the titles. */
export interface DemoScene {
  readonly title: string
  readonly call: string
  readonly answer: unknown
  readonly lines: readonly (readonly (string | number | null)[])[]
}

/** What a story tells in the end. */
export interface DemoStory {
  /** Nothing was new. */
  readonly unchanged: boolean
  /** Where the clock of the story stands in the end: from there it goes on when it is served. */
  readonly end: Instant
  /** What it made, for `--json`. */
  readonly made: Readonly<Record<string, unknown>>
  /** The same for people. */
  readonly summary: readonly string[]
  readonly scenes: readonly DemoScene[]
  /** Calls to try next, in the folder. */
  readonly next: readonly string[]
}

// What takes part: loaded once, asked often, gone afterwards.
import type { PostgresServer } from '../postgres.ts'
import type { FieldSet } from './snapshots.ts'
import type { Ask, Question, Words } from './question.ts'

export interface Load {
  /** On the disk, once all is in and merged. */
  readonly bytes: number
  /** From the first row sent until questions are answered as fast as they will be. */
  readonly seconds: number
  /** Of the load; what the number hides. */
  readonly note: string
  /** Made from another system's rows: its seconds are no rate of a load. */
  readonly derived?: boolean
}

export interface System {
  readonly name: string
  readonly version: string
  /** Whether an answer says how complete it is. */
  readonly coverage: boolean
  load(set: FieldSet): Promise<Load>
  question(question: Question, words: Words): Ask
  close(): Promise<void>
}

/** A system that is not there, and what would bring it. */
export interface Absent {
  readonly name: string
  readonly why: string
}

export interface Place {
  readonly folder: string
  postgres(): Promise<PostgresServer>
}

export const isAbsent = (one: System | Absent): one is Absent => 'why' in one

import type { StandardSchema } from './standard-schema.ts'

/** A named database that collectors read: `sources: { app: 'sqlite:app.db' }` in the configuration. Read-only. */
export interface Source {
  /** Rows as objects by column; integers past 2^53 as bigints. Parameters by name (`:name`) or by place. */
  all(sql: string, parameters?: Readonly<Record<string, unknown>> | readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** One entity that is there to be captured, as its source lists it now. */
export interface RosterEntry {
  readonly tenant: string
  readonly entity: string
  /** IANA; left out: as it is known, of a new entity the zone of its declaration. */
  readonly zone?: string
  /** Current values: the status that frequencies go by, and whatever policies go by. */
  readonly attributes?: Readonly<Record<string, string | null>>
}

/** The window that values are asked for: a part of one local day of these entities. */
export interface CollectWindow {
  readonly from: Date
  /** Exclusive. */
  readonly to: Date
  /** The local day, `YYYY-MM-DD`. */
  readonly day: string
}

/** The platform's AbortSignal; the portable part is compiled without one. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } } ? Known : { readonly aborted: boolean }

/** What a collector is given. All entities share the window. */
export interface CollectInput {
  readonly entities: readonly { readonly tenant: string; readonly entity: string }[]
  readonly window: CollectWindow
  /** The instant of the capture. */
  readonly now: Date
  readonly db: Readonly<Record<string, Source>>
  /** Aborted when the time is up. */
  readonly signal: Signal
}

/** What a collector gives for one entity; an entity that is left out has failed. */
export interface CollectedRow<Values extends object = Readonly<Record<string, unknown>>, Payload = unknown> {
  readonly tenant: string
  readonly entity: string
  readonly values: Values
  readonly payload?: Payload
  /** The same measures for combinations of the dimensions. */
  readonly groups?: readonly { readonly group: Readonly<Record<string, string>>; readonly values: Values }[]
}

/** Asks the source for the values of some entities in one window. */
export type Collect<Values extends object, Payload> = (input: CollectInput) => Promise<readonly CollectedRow<Values, Payload>[]>

/** SQL in place of a function: a row for each entity, with columns `tenant`, `entity`, `payload` (JSON) and one a measure. */
export interface CollectSql {
  readonly source: string
  /** Parameters: `:entities` (JSON list of names), `:tenants` (JSON, in the same places), `:from`, `:to`, `:now` (epoch milliseconds), `:day`. */
  readonly sql: string
}

/** Asks the source which entities there are now. */
export type Roster = (input: { readonly db: Readonly<Record<string, Source>>; readonly now: Date; readonly signal: Signal }) => Promise<readonly RosterEntry[]>

/** SQL in place of a function: columns `tenant`, `entity`, optionally `zone`; every other column is an attribute. Parameter: `:now`. */
export interface RosterSql {
  readonly source: string
  readonly sql: string
}

/** Which entities are collected, when, and in what portions. */
export interface CollectOptions {
  /** Which entities there are now. One that is no longer listed ends. */
  readonly entities: Roster | RosterSql
  /** The source can answer for a window that is over; default false: a missed window stays missing. */
  readonly past?: boolean
  /** Local time, `HH:MM`, at which the window of a day is due; default `00:00`. */
  readonly at?: string
  /** Entities asked for at once; default 100. */
  readonly batch?: number
  /** Milliseconds after which a call has failed; default 10,000. */
  readonly timeoutMs?: number
}

/** What a collected series does besides what it is: functions, which no store holds. */
export interface Collector {
  readonly collect: Collect<Readonly<Record<string, unknown>>, unknown> | CollectSql
  readonly entities: Roster | RosterSql
  readonly batch: number
  readonly timeoutMs: number
  readonly payload: PayloadReader | null
}

/** How a payload is checked as it is written, and brought up to the declared version as it is read. */
export interface PayloadReader {
  readonly version: number
  readonly schema: StandardSchema<unknown>
  /** From the version that is its key to the next. */
  readonly upgrade: Readonly<Record<number, (payload: unknown) => unknown>>
}

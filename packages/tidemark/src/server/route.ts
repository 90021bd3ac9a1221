import type { z } from 'zod'
import type { Gate } from '../access/gate.ts'
import type { Action } from '../access/principal.ts'
import type { Answer } from '../panels/answer.ts'
import type { Extent } from '../stores/contract/extent.ts'
import type { Columns } from './columns.ts'
import type { Limits } from './limits.ts'
import type { MendableWords } from './mending.ts'

export const METHODS = ['GET', 'POST', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/** A body that is read as it comes. */
export interface TextBody {
  readonly format: 'json' | 'ndjson'
  /** Of JSON the whole text, checked; of NDJSON the text as it comes. */
  readonly text: AsyncIterable<string>
}

/** What a server knows of the project beside its history. */
export interface ServedProject {
  readonly answers: readonly Answer[]
  /** What the history's clock shows. */
  readonly now: number
  /** Somebody has set that clock: it is not the wall clock. */
  readonly clockSet: boolean
}

/** One request, its words checked. */
export interface Call<Path = unknown, Query = unknown, Body = unknown> {
  readonly gate: Gate
  readonly path: Path
  readonly query: Query
  readonly body: Body
  readonly limits: Limits
  readonly project: ServedProject
  /** What the answer of this route to this principal depends on beside the store; binds cursors to their question. */
  readonly question: string
}

/** What a route has to say. */
export type Told =
  | {
    readonly kind: 'document'
    readonly document: unknown
    readonly status?: 200 | 201
    /** Every window that it is about is closed: it stays the same until history goes on. */
    readonly closed?: boolean
    /** What it is about, where only its making tells. */
    readonly about?: Extent
    /** Where the list goes on; also told as a `Link`. */
    readonly next?: string | null
  }
  | { readonly kind: 'table'; readonly format: 'csv' | 'parquet'; readonly name: string; readonly columns: Columns; readonly rows: readonly object[] }
  | { readonly kind: 'nothing' }

type Words = z.ZodObject

/** How far a question reaches, as far as its words tell. */
export interface QuestionSpan {
  /** null: none is named. */
  readonly entities: number | null
  /** null: the range is open. */
  readonly days: number | null
  /** 1, and one for each comparison. */
  readonly readings: number
}

/** One route as data: what it takes, what it answers, what it asks of the principal. Server, OpenAPI, probes and documents are made from it. */
export interface Route {
  /** `queryRows`: the name of the operation. */
  readonly id: string
  readonly method: Method
  /** As OpenAPI writes it: `/v1/series/{series}/query`. */
  readonly url: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** What the principal must be allowed at least; null: nothing but a valid token. The gate judges, this only tells. */
  readonly action: Action | null
  readonly path: Words | null
  readonly query: Words | null
  /** `events`: read as it comes, JSON or NDJSON. */
  readonly body: z.ZodType | 'events' | null
  /** Left out: a body must be there. */
  readonly bodyOptional?: boolean
  /** What a success answers; null: 204. */
  readonly answer: z.ZodType | null
  readonly created?: boolean
  /** Other forms that `format` can ask for. */
  readonly tables?: readonly ('csv' | 'parquet')[]
  /** Answers are kept until what they are about is touched; the function says what that is. It may say too much, never too little. */
  readonly cached?: (gate: Gate, path: Readonly<Record<string, string>>, query: Readonly<Record<string, unknown>>) => Extent
  /** Of kept answers with a row for each period: the words of one whose rows are each told by the days of their period alone; null where they are not. */
  readonly mended?: (query: Readonly<Record<string, unknown>>) => MendableWords | null
  /** Of what may be answered by a thread of its own when it reaches far: a question that needs nothing but questions. */
  readonly span?: (query: Readonly<Record<string, unknown>>) => QuestionSpan
  handle(call: Call<never, never, never>): Promise<Told>
}

type Of<S> = S extends z.ZodType ? z.output<S> : undefined

interface RouteOf<P extends Words | null, Q extends Words | null, B extends z.ZodType | 'events' | null> extends Omit<Route, 'path' | 'query' | 'body' | 'handle'> {
  readonly path: P
  readonly query: Q
  readonly body: B
  handle(call: Call<Of<P>, Of<Q>, B extends 'events' ? TextBody : Of<B>>): Promise<Told>
}

/** A route whose handler gets what its schemas say. */
export function route<P extends Words | null, Q extends Words | null, B extends z.ZodType | 'events' | null>(declared: RouteOf<P, Q, B>): Route {
  return declared as unknown as Route
}

/** The path as the router writes it: `/v1/series/:series/query`. */
export function routerPath(url: string): string {
  return url.replaceAll(/\{(\w+)\}/g, ':$1')
}

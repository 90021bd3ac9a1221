/** What the thread of a source is started with. */
export interface SourceData {
  readonly path: string
}

export interface SourceRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: Readonly<Record<string, unknown>> | readonly unknown[]
}

export type SourceAnswer =
  | { readonly id: number; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly id: number; readonly error: string }

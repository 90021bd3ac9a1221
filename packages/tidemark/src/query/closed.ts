import type { Coverage } from './answer.ts'

/**
 * Whether an answer stays the same when time goes on: both ends of its range are said, its rows are closed, and it is not
 * of an earlier belief, which some day lies behind the horizon.
 */
export function staysSame({ from, to, asOf }: { readonly from?: unknown; readonly to?: unknown; readonly asOf?: unknown }, rows: readonly Parameters<typeof isClosed>[0][]): boolean {
  return from !== undefined && to !== undefined && asOf === undefined && rows.every(isClosed)
}

/** Nothing of the row can change by time going on: no window of it is still to come. A suppressed row does not say. */
export function isClosed({ coverage, suppressed }: { readonly coverage: Coverage | null; readonly suppressed?: boolean }): boolean {
  return suppressed !== true && coverage !== null && coverage.reasons.open === undefined && Object.values(coverage.measures ?? {}).every(({ reasons }) => reasons.open === undefined)
}

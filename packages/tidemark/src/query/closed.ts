import type { Coverage } from './answer.ts'

/** Nothing of the row can change by time going on: no window of it is still to come. A suppressed row does not say. */
export function isClosed({ coverage, suppressed }: { readonly coverage: Coverage | null; readonly suppressed?: boolean }): boolean {
  return suppressed !== true && coverage !== null && coverage.reasons.open === undefined && Object.values(coverage.measures ?? {}).every(({ reasons }) => reasons.open === undefined)
}

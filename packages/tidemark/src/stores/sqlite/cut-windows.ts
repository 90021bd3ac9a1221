import type { RowsRule } from '../contract/packing.ts'
import { inTime, type WindowPlace } from './packed-rows.ts'

/** A window whose rows lie plain, and how many they are: one a cell. */
export interface PlainWindow extends WindowPlace {
  readonly rows: number
}

/** Windows that become a block, the last with them. */
export interface WindowRun {
  readonly first: PlainWindow
  readonly last: PlainWindow
  readonly rows: number
}

/**
 * Cuts an entity's plain windows, in the order of time, into blocks; none reaches over the start of one that is there.
 * What does not fill a block waits (see `RowsRule`).
 *
 * @param whole no plain window follows these; otherwise what is left over is said, to be looked at again with what follows
 */
export function cutWindows(
  windows: readonly PlainWindow[], starts: readonly WindowPlace[], { whole, full, waited, least }: Omit<RowsRule, 'before'> & { readonly whole: boolean },
): { readonly runs: readonly WindowRun[]; readonly rest: PlainWindow | null } {
  const runs: WindowRun[] = []
  let open: WindowRun | null = null
  let next = 0
  const close = (): void => {
    if (open !== null && open.rows >= least && open.first.bucket < waited) runs.push(open)
    open = null
  }
  for (const window of windows) {
    const before = next
    while (next < starts.length && inTime(starts[next] as WindowPlace, window) < 0) next++
    if (next > before) close()
    open = open === null ? { first: window, last: window, rows: window.rows } : { first: (open as WindowRun).first, last: window, rows: (open as WindowRun).rows + window.rows }
    if (open.rows < full) continue
    runs.push(open)
    open = null
  }
  const rest = open as WindowRun | null
  if (!whole) return { runs, rest: rest?.first ?? null }
  close()
  return { runs, rest: null }
}

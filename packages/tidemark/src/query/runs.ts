import { formatInstant } from '../calendar/instant.ts'
import { TidemarkError } from '../errors.ts'
import type { StoredRun } from '../stores/contract/run.ts'
import type { Store } from '../stores/contract/store.ts'

/** Which runs are listed. */
export interface RunsRequest {
  readonly series?: string
  /** The last one of the page before. */
  readonly after?: { readonly at: number; readonly last: number }
  /** 1 to 1,000; default 100. */
  readonly limit?: number
}

/** What was done to a series at one instant. */
export interface ListedRun extends Pick<StoredRun, 'series' | 'transactions' | 'rows' | 'failed'> {
  /** `capture` closes days of events or asks a source; `recompute` is a backfill; `rollup` and `archive` are of the tiers. */
  readonly kind: 'capture' | 'recompute' | 'rollup' | 'archive'
  /** ISO 8601. */
  readonly at: string
}

export interface RunPage {
  readonly rows: readonly ListedRun[]
  /** What to give as `after` for the next page; null: there is none. */
  readonly next: { readonly at: number; readonly last: number } | null
}

const MOST = 1_000
const DEFAULT = 100

/** Lists runs, latest first. Throws REQUEST_INVALID. */
export async function listRuns(store: Pick<Store, 'runs'>, { series, after, limit = DEFAULT }: RunsRequest): Promise<RunPage> {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST) throw new TidemarkError('REQUEST_INVALID', `a page has 1 to ${MOST} runs, not ${String(limit)}`, { where: 'limit' })
  const found = await store.runs.list({ series: series ?? null, after: after ?? null, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map(({ command, at, series: of, transactions, rows, failed }) => ({ kind: (command === 'collect' ? 'capture' : command) as ListedRun['kind'], at: formatInstant(at), series: of, transactions, rows, failed })),
    next: found.length > limit && last !== undefined ? { at: last.at, last: last.last } : null,
  }
}

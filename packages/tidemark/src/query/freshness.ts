import { formatDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import { formatInstant } from '../calendar/instant.ts'
import { isCollected } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import type { QueryContext } from './question.ts'

/** How up to date a series is, and what failed lately; instants are ISO 8601. */
export interface Freshness {
  readonly series: string
  /** The latest instant at which a capture closed days, or captured a window; null: none has. */
  readonly capturedAt: string | null
  readonly capturedSecondsAgo: number | null
  /** Windows of a collected series that failed in the last seven days and have not been captured since. */
  readonly failures: { readonly windows: number; readonly latest: readonly { readonly window: string; readonly message: string }[] }
  /** Of the archive, oldest period first; `provenAt` is when it was read back whole, before what it holds left the store. */
  readonly files: readonly { readonly path: string; readonly period: string; readonly generation: number; readonly rows: number; readonly bytes: number; readonly sha256: string; readonly provenAt: string | null }[]
}

const DAYS = 7
const MOST_FAILURES = 20

/** Throws SERIES_UNKNOWN. */
export async function freshnessOf({ snapshot, now }: QueryContext, name: string): Promise<Freshness> {
  const state = await snapshot.series(name, null)
  if (state === null) throw new TidemarkError('SERIES_UNKNOWN', `the store holds no series ${JSON.stringify(name)}`, { where: 'series' })
  const today = Math.floor(now / DAY_MS)
  const failed = isCollected(state.definition) ? await snapshot.failures(name, 'all', today - DAYS, today + 2, null) : []
  const { coveredAt } = state
  return {
    series: name,
    capturedAt: coveredAt === null ? null : formatInstant(coveredAt),
    capturedSecondsAgo: coveredAt === null ? null : Math.max(0, Math.floor((now - coveredAt) / 1000)),
    failures: { windows: failed.length, latest: failed.toSorted((a, b) => b.at - a.at).slice(0, MOST_FAILURES).map(({ at, message }) => ({ window: formatInstant(at), message })) },
    files: state.archives.map(({ path, period, generation, rows, bytes, sha256 }, place) => ({
      path, period: formatDay(period), generation, rows, bytes, sha256, provenAt: state.proofs?.[place] === undefined ? null : formatInstant(state.proofs[place]),
    })),
  }
}

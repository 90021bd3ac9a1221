import type { Schemas } from './client.ts'
import { useMe } from './hooks.ts'

/** The instant that a page is about. */
export interface AsOf {
  readonly now: string
  /** Its day in UTC. */
  readonly today: string
  /** Whose clock says so: the server's own, one that was set for it, or (until the server has told) this browser's. */
  readonly clock: 'server' | 'set' | 'browser'
}

export function asOfOf(told: Pick<Schemas['Me'], 'now' | 'clockSet'> | undefined, browserNow: number): AsOf {
  const now = told?.now ?? new Date(browserNow).toISOString()
  return { now, today: new Date(now).toISOString().slice(0, 10), clock: told === undefined ? 'browser' : told.clockSet ? 'set' : 'server' }
}

// The page's own start: a clock that moved with every drawing would ask everything anew.
const STARTED = Date.now()

export function useAsOf(): AsOf {
  return asOfOf(useMe().data, STARTED)
}

import { useMe } from './hooks.ts'

/** The instant that a page is about. */
export interface AsOf {
  readonly now: string
  /** Its day in UTC. */
  readonly today: string
  /** Whose clock says so: the server's own, one that was set for it, or (where the server does not tell) this browser's. */
  readonly clock: 'server' | 'set' | 'browser'
}

interface ToldClock {
  readonly now?: string
  readonly clockSet?: boolean
}

export function asOfOf(told: ToldClock | undefined, browserNow: number): AsOf {
  const at = told?.now === undefined || Number.isNaN(Date.parse(told.now)) ? null : told.now
  const now = at ?? new Date(browserNow).toISOString()
  return { now, today: new Date(now).toISOString().slice(0, 10), clock: at === null ? 'browser' : told?.clockSet === true ? 'set' : 'server' }
}

// The page's own start: a clock that moved with every drawing would ask everything anew.
const STARTED = Date.now()

export function useAsOf(): AsOf {
  return asOfOf(useMe().data as ToldClock | undefined, STARTED)
}

import { believedAfter } from '../contract/clock.ts'
import type { WriteSession } from './session.ts'

const KEY = 'clock'

/** Until when the clock is believed. A store of an earlier program has only its transactions to go by. */
export function believedClock(session: WriteSession): number | null {
  return session.read(() => believed(session) ?? lastInstant(session))
}

/** Takes a look at the clock without a transaction. */
export function believeClock(session: WriteSession, now: number, confirmed: boolean): void {
  const before = believedClock(session)
  if (before === believedAfter(before, now, confirmed)) return
  session.housekeeping(() => believe(session, now, confirmed, lastInstant(session)))
}

/** Inside a transaction. @param last the instant of the one before it; null: it is the first */
export function believe(session: Pick<WriteSession, 'sql'>, now: number, confirmed: boolean, last: number | null): void {
  const before = believed(session)
  const after = believedAfter(before ?? last, now, confirmed)
  if (after !== before) session.sql('INSERT OR REPLACE INTO tm_meta (key, value) VALUES (?, ?)').run(KEY, String(after))
}

function believed(session: Pick<WriteSession, 'sql'>): number | null {
  const text = session.sql('SELECT value FROM tm_meta WHERE key = ?').pluck().get(KEY) as string | undefined
  return text === undefined ? null : Number(text)
}

function lastInstant(session: Pick<WriteSession, 'sql'>): number | null {
  return session.sql('SELECT max(at) FROM tm_transaction').pluck().get() as number | null
}

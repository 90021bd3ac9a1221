// Tidemark's side of the cases: events of users, day rows that become month rows, and a clock that the case sets.
import { entity, instant, integer, open, series, stream, text, type Tidemark } from 'tidemark'

export const user = entity('user', { tenant: 'app', zone: 'UTC' })

const events = stream('events', {
  of: user, tenant: 'app', entity: 'user', id: 'id', at: 'at',
  fields: { app: text(), user: text(), id: text(), at: instant(), value: integer() },
})

/** Day rows become month rows after 60 days, and their events go. */
export const usage = series('usage', { of: user, grain: 'day' })
  .from(events, (e, { count, delta }) => ({ n: count(), total: delta(e.value) }))
  .keep({ day: '60d', month: 'forever' })

export interface OwnHistory {
  readonly history: Tidemark
  /** Sets the clock. */
  at(instant: string): void
  /** Events of one user as (id, instant, value). */
  send(rows: readonly (readonly [string, string, number])[], user?: string): Promise<void>
  /** Closes days, and moves what has come of age. */
  move(): Promise<void>
  close(): Promise<void>
}

export async function ownHistory(path: string, start: string): Promise<OwnHistory> {
  let now = Date.parse(start)
  const history = await open({ store: `sqlite:${path}`, archive: `${path}-archive`, series: [usage], now: () => now })
  return {
    history,
    at(instantText) { now = Date.parse(instantText) },
    async send(rows, whose = 'ada') {
      await history.ingest(events, rows.map(([id, at, value]) => ({ app: 'app', user: whose, id, at: new Date(at), value })))
    },
    async move() {
      await history.capture(usage)
      await history.tiers.run(usage)
    },
    close: () => history.close(),
  }
}

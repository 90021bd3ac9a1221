// What Tidemark is asked in the cases.
import { type OwnHistory, usage } from './own-history.ts'

/** The sum of a range of local days. */
export async function totalOf(own: OwnHistory, from: string, to: string): Promise<string> {
  const { rows } = await own.history.query(usage, { select: ['total.sum'], tenant: 'app', total: true, from, to, grain: 'range' })
  return String(rows[0]?.['total.sum'])
}

/** The same, as the last question: closes the history. */
export async function dailyTotal(own: OwnHistory, from: string, to: string): Promise<string> {
  const total = await totalOf(own, from, to)
  await own.close()
  return total
}

/** The mean of a range of local days; closes the history. */
export async function mean(own: OwnHistory, from: string, to: string): Promise<string> {
  const { rows } = await own.history.query(usage, { select: ['total.mean'], tenant: 'app', total: true, from, to, grain: 'range' })
  await own.close()
  return String(rows[0]?.['total.mean'])
}

/** How many events a user has on a local day. */
export async function eventsOn(own: OwnHistory, user: string, day: string): Promise<number> {
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
  const { rows } = await own.history.query(usage, { select: ['n.sum'], tenant: 'app', entity: user, from: day, to: next, grain: 'day' })
  return Number(rows[0]?.['n.sum'])
}

// Tidemark's side: what is declared, how a history is opened, and how a base is loaded.
import { entity, instant, integer, oneOf, open, series, stream, text, type KeepOptions, type Tidemark } from 'tidemark'
// Only to load a base, in larger and sorted batches than ingest() makes; everything that is measured goes through the library.
import { decoder } from '../packages/tidemark/dist/events/decode.js'
import { openSqliteStore } from '../packages/tidemark/dist/stores/sqlite/open.js'
import { byEntity, dayMs, kinds, plainEvent, type Workload } from './workload.ts'

const user = entity('user', { tenant: 'app', zone: 'UTC' })

export const actions = stream('actions', {
  of: user, tenant: 'app', entity: 'user', id: 'id', at: 'at',
  fields: { app: text(), user: text(), id: text(), at: instant(), kind: oneOf(kinds), value: integer() },
})

export const windowMonths = [1, 4, 12, 24] as const

const measured = () => series('usage', { of: user, grain: 'day' })
  .from(actions, (e, { count, delta, any }) => ({ n: count(), fixes: count(e.kind.is('fix')), amount: delta(e.value), active: any() }))

/** The series with a policy, and the one window that the goals name: coarser rows are cut where it begins. */
export const usageKept = (keep: KeepOptions) => measured().window('m4', { anchor: 'firstEvent', months: 4 }).keep(keep)

/** The series of the other cases: day rows for ever, windows of every length. */
export const usage = measured()
  .window('m1', { anchor: 'firstEvent', months: 1 })
  .window('m4', { anchor: 'firstEvent', months: 4 })
  .window('m12', { anchor: 'firstEvent', months: 12 })
  .window('m24', { anchor: 'firstEvent', months: 24 })
  .keep({ day: 'forever' })

export const endOf = (set: Workload): number => (set.firstDay + set.spanDays) * dayMs

/** @param now an instant, or what tells it */
export function openHistory(path: string, now: number | (() => number), declared: Pick<typeof usage, 'definition'> = usage): Promise<Tidemark> {
  return open({ store: `sqlite:${path}`, series: [declared as typeof usage], now: typeof now === 'number' ? () => now : now, archive: `${path}-archive` })
}

const LOAD_BATCH = 250_000

/** Loads a base by entity and time, through the store's own append: the same rows and identities as ingest() leaves. */
export async function loadHistory(path: string, set: Workload, now: number, declared: Pick<typeof usage, 'definition'> = usage): Promise<number> {
  const started = performance.now()
  await (await openHistory(path, now, declared)).close()
  const store = await openSqliteStore({ path, program: 'bench', thread: 'inline' })
  const decode = decoder(actions.definition, { now, form: 'json' })
  const order = byEntity(set)
  for (let k = 0; k < order.length; k += LOAD_BATCH) {
    const events = Array.from(order.subarray(k, k + LOAD_BATCH), (place) => {
      const decoded = decode(plainEvent(set, place) as unknown as Record<string, unknown>, place + 1, '')
      if ('code' in decoded) throw new Error(decoded.reason)
      return decoded
    })
    const report = await store.append({ stream: 'actions', events, rejects: [], now, onConflict: 'quarantine', source: 'bench' })
    if (report.accepted !== events.length) throw new Error(`${report.accepted} of ${events.length} loaded`)
  }
  await store.close()
  const history = await openHistory(path, now, declared)
  await history.capture('usage')
  await history.close()
  return (performance.now() - started) / 1000
}

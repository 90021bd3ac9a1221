import { z } from 'zod'
import { readCursor, writeCursor } from '../cursor.ts'
import { route } from '../route.ts'
import { day, next, ofTenant, paging, seriesPath } from '../schemas.ts'
import { aboutSeries, given } from '../selection.ts'

const MOST = 1_000
const DEFAULT = 100

export const failures = route({
  id: 'listFailures', method: 'GET', url: '/v1/series/{series}/failures', tag: 'operation', summary: 'Windows that could not be captured, and have not been since; latest first.', action: 'read',
  path: seriesPath, body: null, cached: aboutSeries,
  query: z.strictObject({
    ...ofTenant, entity: z.string().min(1).max(4096).optional(), from: day('The first (default: a week back)').optional(), to: day('The day after the last (default: tomorrow)').optional(),
    after: paging.after, limit: z.number().int().min(1).max(MOST).describe(`Default ${DEFAULT}.`).optional(),
  }),
  answer: z.object({
    failures: z.array(z.object({ tenant: z.string(), entity: z.string(), day: z.string(), from: z.string(), to: z.string(), message: z.string().describe('Why it failed last.') })), next,
  }).meta({ id: 'Failures' }),
  async handle({ gate, path: { series }, query: { after, limit = DEFAULT, ...words }, question }) {
    const all = await gate.failures(series, given(words))
    // By instant, then by name: a page goes on behind its last, whatever has been captured meanwhile.
    const keyOf = (one: (typeof all)[number]): string => JSON.stringify([one.tenant, one.entity])
    const ordered = all.toSorted((a, b) => (a.from === b.from ? (keyOf(a) < keyOf(b) ? -1 : 1) : a.from < b.from ? 1 : -1))
    const [at, key] = after === undefined ? [] : readCursor(after, question)
    const rest = ordered.filter((one) => after === undefined || one.from < String(at) || (one.from === at && keyOf(one) > String(key)))
    const page = rest.slice(0, limit)
    const last = page.at(-1)
    const goesOn = last === undefined || rest.length <= limit ? null : writeCursor([last.from, keyOf(last)], question)
    return { kind: 'document', document: { failures: page, next: goesOn }, next: goesOn }
  },
})

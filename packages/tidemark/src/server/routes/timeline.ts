import { z } from 'zod'
import { latestFirst } from '../../query/timeline.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { route } from '../route.ts'
import { day, next, paging, seriesPath } from '../schemas.ts'
import { aboutSeries, given } from '../selection.ts'

const MOST = 1_000
const DEFAULT = 200

const span = z.object({ from: z.string(), to: z.string() })
const reason = z.enum(['enrolled', 'status', 'busier', 'quieter', 'final_captured', 'gone', 'returned', 'declared'])
const head = { at: z.string().describe('When it happened.'), key: z.string() }

const entry = z.discriminatedUnion('kind', [
  z.object({
    ...head, kind: z.literal('captured'), transaction: z.number().int(), window: span.nullable().describe('null: days of events were closed.'),
    why: z.enum(['scheduled', 'late', 'final']).describe('late: filled in more than a day after the window was over, by catching up or a backfill.'),
    frequency: z.object({ every: z.string(), since: z.string(), reason }).nullable().describe('How often it was captured then, and by which decision.'),
  }),
  z.object({ ...head, kind: z.literal('rolled_up'), transaction: z.number().int(), tier: z.string(), from: z.string(), to: z.string(), windows: z.number().int() }),
  z.object({ ...head, kind: z.literal('failed'), window: span, message: z.string(), resolved: z.boolean().describe('It was captured after all.') }),
  z.object({ ...head, kind: z.literal('restated'), transaction: z.number().int(), tier: z.string(), from: z.string(), to: z.string(), revision: z.number().int(), group: z.record(z.string(), z.string()).nullable() }),
  z.object({
    ...head, kind: z.literal('frequency'), day: z.string().describe('The first that it holds for.'), before: z.string().nullable(), every: z.string(), reason, status: z.string().nullable(),
    activity: z.union([z.number(), z.string()]).nullable().describe('Over the seven days before.'),
  }),
  z.object({ ...head, kind: z.literal('adjusted'), transaction: z.number().int(), day: z.string(), measure: z.string(), by: z.union([z.number(), z.string()]), reason: z.string(), id: z.string() }),
  z.object({ ...head, kind: z.literal('checkpoint'), transaction: z.number().int(), every: z.number().int(), count: z.number().int() }),
]).meta({ id: 'TimelineEntry' })

export const timeline = route({
  id: 'timeline', method: 'GET', url: '/v1/series/{series}/timeline', tag: 'entities', summary: 'What happened to the history of one entity, and why; latest first.', action: 'read',
  description: 'Captures and why each was taken, failures, restatements, decisions on the frequency, adjustments, checkpoints. At most 400 days at once.',
  path: seriesPath, body: null, cached: aboutSeries,
  query: z.strictObject({
    tenant: z.string().min(1).max(4096).optional(), entity: z.string().min(1).max(4096), from: day('The first (default: four weeks back)').optional(), to: day('The day after the last (default: tomorrow)').optional(),
    after: paging.after, limit: z.number().int().min(1).max(MOST).describe(`Default ${DEFAULT}.`).optional(),
  }),
  answer: z.object({ series: z.string(), tenant: z.string(), entity: z.string(), from: z.string(), to: z.string(), entries: z.array(entry), next }).meta({ id: 'Timeline' }),
  async handle({ gate, path: { series }, query: { after, limit = DEFAULT, ...words }, question }) {
    const { entries, ...told } = await gate.timeline(series, { entity: words.entity, ...given({ tenant: words.tenant, from: words.from, to: words.to }) })
    const [at, key] = after === undefined ? [] : readCursor(after, question)
    const rest = after === undefined ? entries : entries.filter((one) => latestFirst(one, { at: String(at), key: String(key) }) > 0)
    const page = rest.slice(0, limit)
    const last = page.at(-1)
    const goesOn = last === undefined || rest.length <= limit ? null : writeCursor([last.at, last.key], question)
    return { kind: 'document', document: { ...told, entries: page, next: goesOn }, next: goesOn }
  },
})

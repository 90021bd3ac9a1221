import { z } from 'zod'
import { printedStanding } from '../../tiers/printed-standing.ts'
import { route } from '../route.ts'

const move = { source: z.string(), target: z.string(), entities: z.number().int() }

export const standing = z.object({
  series: z.string(),
  tiers: z.array(z.object({
    tier: z.string(), rows: z.number().int(), bytes: z.number().int(), oldest: z.string().nullable(), newest: z.string().nullable(),
    oldestAgeDays: z.number().int().nullable(), newestAgeDays: z.number().int().nullable(), files: z.number().int().optional(),
  })),
  quarantine: z.object({ events: z.number().int(), atLeast: z.boolean() }),
  due: z.array(z.object({ ...move, boundary: z.string().describe('They go before this day.') })).describe('What the next run moves, or says why it stays.'),
  waiting: z.array(z.object({ ...move, reason: z.literal('not_captured') })).describe('Days old enough to move that wait for a capture.'),
  held: z.array(z.object({ ...move, boundary: z.string().describe('They would go before this day.') })).describe('What a hold keeps where it is.'),
  keptPlain: z.boolean().describe('It was unpacked, and runs pack nothing of it until it is to be packed again.'),
}).meta({ id: 'SeriesStanding', description: 'How much of a series lies in which tier, and what waits to move.' })

export const tiers = route({
  id: 'listTiers', method: 'GET', url: '/v1/tiers', tag: 'operation', summary: 'Rows, bytes and ages of each tier of each series.', action: 'read',
  path: null, query: z.strictObject({ series: z.string().max(200).optional() }), body: null,
  answer: z.object({ series: z.array(standing) }).meta({ id: 'Tiers' }),
  async handle({ gate, query: { series } }) {
    const names = series === undefined ? gate.series().map(({ name }) => name) : [series]
    const standings: object[] = []
    for (const name of names) standings.push(printedStanding(await gate.tiers.status(name)))
    return { kind: 'document', document: { series: standings } }
  },
})

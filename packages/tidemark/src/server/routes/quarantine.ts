import { z } from 'zod'
import { formatInstant } from '../../calendar/instant.ts'
import { route } from '../route.ts'

const MOST = 1_000

export const quarantine = route({
  id: 'listQuarantine', method: 'GET', url: '/v1/quarantine', tag: 'operation', summary: 'What was sent and not accepted, oldest first, with the reason.',
  description: 'Each reading is in the audit log: what was sent may hold anything.', action: 'read', path: null, body: null,
  query: z.strictObject({ stream: z.string().max(200).optional(), limit: z.number().int().min(1).max(MOST).describe('Default 100.').optional() }),
  answer: z.object({
    events: z.array(z.object({ id: z.number().int(), stream: z.string(), source: z.string(), line: z.number().int(), code: z.string(), reason: z.string(), raw: z.string(), at: z.string() })),
  }).meta({ id: 'Quarantine' }),
  async handle({ gate, query: { stream, limit } }) {
    const found = await gate.quarantine.list({ limit: limit ?? 100, ...(stream === undefined ? {} : { stream }) })
    return {
      kind: 'document',
      document: { events: found.map(({ id, stream, source, line, code, reason, raw, at }) => ({ id, stream, source, line, code, reason, raw, at: formatInstant(at) })) },
    }
  },
})

import { z } from 'zod'
import { route } from '../route.ts'
import { eventReport, streamPath } from '../schemas.ts'

export const retractions = route({
  id: 'retract', method: 'POST', url: '/v1/streams/{stream}/retractions', tag: 'writing', summary: 'Takes events back, while the rows that count them are retained.',
  action: 'write', path: streamPath, query: z.strictObject({}),
  body: z.strictObject({ retractions: z.array(z.strictObject({ tenant: z.string().max(4096), id: z.string().max(4096) })).min(1).max(10_000) }),
  answer: eventReport,
  async handle({ gate, path: { stream }, body }) {
    return { kind: 'document', document: await gate.retract(stream, body.retractions) }
  },
})

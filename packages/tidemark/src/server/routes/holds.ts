import { z } from 'zod'
import { formatInstant } from '../../calendar/instant.ts'
import { route } from '../route.ts'

export const holds = route({
  id: 'listHolds', method: 'GET', url: '/v1/holds', tag: 'operation', summary: 'Legal holds, oldest first, lifted ones included.', action: 'delete',
  path: null, query: z.strictObject({}), body: null,
  answer: z.object({
    holds: z.array(z.object({
      id: z.number().int(), tenant: z.string(), entity: z.string().nullable(), reason: z.string(), placedBy: z.string(), placedAt: z.string(),
      lifted: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
    })),
  }).meta({ id: 'Holds' }),
  async handle({ gate }) {
    const found = await gate.holds.list()
    return {
      kind: 'document',
      document: {
        holds: found.map(({ placedAt, lifted, ...hold }) => ({ ...hold, placedAt: formatInstant(placedAt), lifted: lifted === null ? null : { ...lifted, at: formatInstant(lifted.at) } })),
      },
    }
  },
})

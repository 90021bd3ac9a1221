import { z } from 'zod'
import { formatInstant } from '../../calendar/instant.ts'
import { route } from '../route.ts'

export const signals = route({
  id: 'signal', method: 'POST', url: '/v1/signals', tag: 'writing', summary: 'Says that something else has finished; what waits for it runs.',
  action: 'write', path: null, query: z.strictObject({}), body: z.strictObject({ name: z.string().max(200) }),
  answer: z.object({ name: z.string(), id: z.number().int(), at: z.string() }).meta({ id: 'Signal' }),
  async handle({ gate, body }) {
    const { name, id, at } = await gate.signal(body.name)
    return { kind: 'document', document: { name, id, at: formatInstant(at) } }
  },
})

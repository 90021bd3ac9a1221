import { z } from 'zod'
import { ACTIONS, ROLES } from '../../access/principal.ts'
import { route } from '../route.ts'

export const me = route({
  id: 'me', method: 'GET', url: '/v1/me', tag: 'access', summary: 'Who asks, and what they may do.', action: null,
  path: null, query: z.strictObject({}), body: null,
  answer: z.object({
    name: z.string(), role: z.enum(ROLES), tenants: z.array(z.string()).nullable().describe('null: every tenant.'), actions: z.array(z.enum(ACTIONS)),
    minimumPeople: z.number().int().nullable().describe('Of a viewer: the fewest entities that a row stands for.'),
  }).meta({ id: 'Me' }),
  async handle({ gate }) {
    return { kind: 'document', document: gate.me() }
  },
})

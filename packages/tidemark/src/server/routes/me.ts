import { z } from 'zod'
import { formatInstant } from '../../calendar/instant.ts'
import { ACTIONS, ROLES } from '../../access/principal.ts'
import { route } from '../route.ts'

export const me = route({
  id: 'me', method: 'GET', url: '/v1/me', tag: 'access', summary: 'Who asks, and what they may do.', action: null,
  path: null, query: z.strictObject({}), body: null,
  answer: z.object({
    name: z.string(), role: z.enum(ROLES), tenants: z.array(z.string()).nullable().describe('null: every tenant.'), actions: z.array(z.enum(ACTIONS)),
    minimumPeople: z.number().int().nullable().describe('Of a viewer: the fewest entities that a row stands for.'),
    now: z.string().describe('What the clock of the history shows.'), clockSet: z.boolean().describe('Somebody has set that clock: it is not the time of day.'),
  }).meta({ id: 'Me' }),
  async handle({ gate, project: { now, clockSet } }) {
    return { kind: 'document', document: { ...gate.me(), now: formatInstant(now), clockSet } }
  },
})

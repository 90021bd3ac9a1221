import { z } from 'zod'
import { route } from '../route.ts'

export const tenants = route({
  id: 'listTenants', method: 'GET', url: '/v1/tenants', tag: 'entities', summary: 'The tenants that the token sees.', action: 'summary',
  path: null, query: z.strictObject({}), body: null, cached: (gate) => gate.about([]),
  answer: z.object({ tenants: z.array(z.string()) }).meta({ id: 'Tenants' }),
  async handle({ gate }) {
    return { kind: 'document', document: { tenants: await gate.tenants() } }
  },
})

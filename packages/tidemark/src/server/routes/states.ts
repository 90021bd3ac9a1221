import { z } from 'zod'
import { namesTold } from '../entity-names.ts'
import { route } from '../route.ts'
import { instant, names, ofTenant, scalar, seriesPath, tier } from '../schemas.ts'
import { aboutSeries, given } from '../selection.ts'

export const states = route({
  id: 'states', method: 'GET', url: '/v1/series/{series}/states', tag: 'questions', summary: 'The state of entities at an instant: their latest captured windows, with payloads.', action: 'read',
  path: seriesPath, body: null, cached: aboutSeries,
  query: z.strictObject({ tenant: ofTenant.tenant, entity: z.string().min(1).max(4096).optional(), at: instant('Left out: now').optional() }),
  answer: z.object({
    series: z.string(),
    states: z.array(z.object({
      tenant: z.string(), entity: z.string(), at: z.string().nullable(), window: z.object({ from: z.string(), to: z.string() }), tier,
      values: z.record(z.string(), scalar), payload: z.unknown(),
    })),
    names,
  }).meta({ id: 'States' }),
  async handle({ gate, path: { series }, query: { tenant, entity, at } }) {
    const found = await gate.states(series, given({ tenant, entity, at }))
    return { kind: 'document', document: { series, states: found, ...await namesTold(gate, series, found) } }
  },
})

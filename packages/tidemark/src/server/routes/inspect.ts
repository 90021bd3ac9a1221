import { z } from 'zod'
import { inspection } from '../inspection-schema.ts'
import { route } from '../route.ts'
import { day, instant, ofTenant, selection, seriesPath } from '../schemas.ts'
import { aboutSeries, given, pairsOf } from '../selection.ts'

export const inspect = route({
  id: 'inspect', method: 'GET', url: '/v1/series/{series}/inspect', tag: 'questions', summary: 'One row, what produced it, and everything it said before.', action: 'read',
  path: seriesPath, body: null, cached: aboutSeries,
  query: z.strictObject({
    tenant: ofTenant.tenant, entity: z.string().min(1).max(4096), day: day('Of the row').optional(), at: instant('Of the window, in place of a day').optional(),
    group: selection.where.describe('Values of dimensions: `kind=fix`. Left out: the whole.'),
  }),
  answer: inspection,
  async handle({ gate, path: { series }, query: { tenant, entity, day, at, group } }) {
    return {
      kind: 'document',
      document: await gate.inspect(series, { entity, ...given({ tenant, day, at }), ...(group === undefined || group.length === 0 ? {} : { group: pairsOf(group, 'group') }) }),
    }
  },
})

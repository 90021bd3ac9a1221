import { z } from 'zod'
import { staysSame } from '../../query/closed.ts'
import { namesTold } from '../entity-names.ts'
import { route } from '../route.ts'
import { coverage, day, names, ofTenant, scalar, selection, seriesPath } from '../schemas.ts'
import { aboutDays, given, pairsOf } from '../selection.ts'
import { spanOf } from '../span.ts'

export const rank = route({
  id: 'rank', method: 'GET', url: '/v1/series/{series}/rank', tag: 'questions', summary: 'Entities among their peers by one answer over a range.', action: 'read',
  path: seriesPath, body: null, cached: aboutDays, span: ({ from, to }) => spanOf({ from, to }),
  query: z.strictObject({
    select: z.string().min(1).max(4096).describe('One answer: `contributions.sum`.'), ...ofTenant, entity: selection.entity, where: selection.where,
    from: day('The first'), to: day('The day after the last'), asOf: selection.asOf,
    by: z.string().max(4096).describe('An attribute: peers are those with the same value. Left out: all are peers.').optional(),
  }),
  answer: z.object({
    series: z.string(), select: z.string(),
    rows: z.array(z.object({ tenant: z.string(), entity: z.string(), peersOf: z.string().nullable(), value: scalar, rank: z.string().nullable(), peers: z.number().int(), coverage })), names,
  }).meta({ id: 'RankAnswer' }),
  async handle({ gate, path: { series }, query: { select, tenant, allTenants, entity, where, from, to, asOf, by } }) {
    const rows = await gate.rank(series, {
      select, from, to, ...given({ tenant, asOf, by }), ...(allTenants === true ? { allTenants } : {}),
      ...(entity === undefined || entity.length === 0 ? {} : { entity }), ...(where === undefined || where.length === 0 ? {} : { where: pairsOf(where, 'where') }),
    })
    return { kind: 'document', document: { series, select, rows, ...await namesTold(gate, series, rows) }, closed: staysSame({ from, to, asOf }, rows) }
  },
})

import { z } from 'zod'
import type { AdjustmentInput } from '../../adjustment.ts'
import { route } from '../route.ts'
import { eventReport, seriesPath } from '../schemas.ts'

const words = z.string().max(4096)

export const adjustments = route({
  id: 'adjust', method: 'POST', url: '/v1/series/{series}/adjustments', tag: 'writing', summary: 'Changes sums and counts by signed amounts, at any age.',
  action: 'write', path: seriesPath, query: z.strictObject({}),
  body: z.strictObject({
    adjustments: z.array(z.strictObject({
      tenant: words, entity: words, day: words, measure: words, by: z.union([z.number(), z.string().max(64)]), id: words.describe('Its identity: the same again changes nothing.'), reason: words,
      group: z.record(z.string(), z.string()).nullable().optional(),
    })).min(1).max(10_000),
  }),
  answer: eventReport,
  async handle({ gate, path: { series }, body }) {
    return { kind: 'document', document: await gate.adjust(series, body.adjustments as readonly AdjustmentInput[]) }
  },
})

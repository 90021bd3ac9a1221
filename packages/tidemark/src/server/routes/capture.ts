import { z } from 'zod'
import { route } from '../route.ts'
import { day, seriesPath } from '../schemas.ts'

const report = z.looseObject({
  created: z.number().int(), unchanged: z.number().int(), restated: z.number().int(), failed: z.number().int(), covered: z.number().int(), skipped: z.record(z.string(), z.number().int()),
}).meta({ id: 'CaptureReport', description: 'What a capture did; of a dry run, what it would do.' })

export const capture = route({
  id: 'capture', method: 'POST', url: '/v1/series/{series}/capture', tag: 'writing', summary: 'Closes the days that are over; of a collected series, asks its source for the windows that are due.',
  action: 'write', path: seriesPath, query: z.strictObject({}), bodyOptional: true,
  body: z.strictObject({ backfill: z.strictObject({ from: day('The first'), to: day('The day after the last') }).optional() }),
  answer: report,
  async handle({ gate, path: { series }, body }) {
    return { kind: 'document', document: await gate.capture(series, body?.backfill === undefined ? {} : { backfill: body.backfill }) }
  },
})

export const planCapture = route({
  id: 'planCapture', method: 'GET', url: '/v1/series/{series}/capture', tag: 'writing', summary: 'What a capture would do now. Changes nothing.',
  action: 'write', path: seriesPath, query: z.strictObject({}), body: null,
  answer: z.looseObject({}).meta({ id: 'CapturePlan' }),
  async handle({ gate, path: { series } }) {
    return { kind: 'document', document: await gate.planCapture(series) }
  },
})

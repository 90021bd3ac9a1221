import { z } from 'zod'
import { TidemarkError } from '../../errors.ts'
import type { ForecastRequest } from '../../forecast/series-forecast.ts'
import { readDecimal } from '../../measures/decimal.ts'
import { route } from '../route.ts'
import { day, ofTenant, seriesPath } from '../schemas.ts'
import { aboutSeries, given } from '../selection.ts'
import { spanOf } from '../span.ts'

export const forecast = route({
  id: 'forecast', method: 'GET', url: '/v1/series/{series}/forecast', tag: 'questions', summary: 'A forecast of one answer of one entity, with intervals and the measured past error.',
  action: 'read', path: seriesPath, body: null, cached: aboutSeries, span: spanOf,
  query: z.strictObject({
    select: z.string().min(1).max(4096).describe('A number: `contributions.sum`.'), tenant: ofTenant.tenant, entity: z.string().min(1).max(4096),
    from: day('The first of the history').optional(), to: day('The day after the last of the history').optional(),
    grain: z.enum(['day', 'week', 'month', 'quarter', 'year']).describe('Default day.').optional(),
    horizon: z.number().int().min(1).max(400).describe('Periods to forecast.'),
    season: z.number().int().min(0).max(400).describe('Periods that a season has; 0: none.').optional(),
    threshold: z.string().max(100).describe('A decimal: the day on which it is reached is told.').optional(), side: z.enum(['atLeast', 'atMost']).describe('Of the threshold. Default atLeast.').optional(),
  }),
  answer: z.looseObject({ series: z.string(), select: z.string(), tenant: z.string(), entity: z.string(), grain: z.string(), steps: z.array(z.looseObject({ step: z.number().int(), period: z.string().nullable() })) }).meta({ id: 'ForecastAnswer' }),
  async handle({ gate, path: { series }, query: { select, tenant, entity, from, to, grain, horizon, season, threshold, side } }) {
    if (threshold !== undefined && readDecimal(threshold) === null) throw new TidemarkError('FORECAST_INVALID', `the threshold is a decimal, not ${JSON.stringify(threshold)}`, { where: 'threshold' })
    const request = {
      select, entity, horizon, ...given({ tenant, from, to, grain }),
      ...(season === undefined ? {} : { season: season === 0 ? null : season }),
      ...(threshold === undefined ? {} : { threshold: side === 'atMost' ? { atMost: threshold } : { atLeast: threshold } }),
    }
    // The gate gives the tenant of a principal that has one; where there are several, the question says that one is needed.
    return { kind: 'document', document: await gate.forecast(series, request as ForecastRequest) }
  },
})

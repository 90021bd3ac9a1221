import { z } from 'zod'
import { route } from '../route.ts'
import { printedStanding } from '../../tiers/printed-standing.ts'
import { standing } from './tiers.ts'

export const healthReport = route({
  id: 'healthReport', method: 'GET', url: '/v1/health-report', tag: 'operation', summary: 'By series: how fresh it is, what failed, and where its rows lie.', action: 'read',
  path: null, query: z.strictObject({}), body: null,
  answer: z.object({
    series: z.array(z.object({
      series: z.string(), capturedAt: z.string().nullable(), capturedSecondsAgo: z.number().int().nullable(),
      failures: z.object({ windows: z.number().int(), latest: z.array(z.object({ window: z.string(), message: z.string() })) }).describe('Of the last seven days.'),
      files: z.array(z.object({ path: z.string(), period: z.string(), generation: z.number().int(), rows: z.number().int(), bytes: z.number().int(), sha256: z.string(), provenAt: z.string().nullable().describe('When it was read back whole, before what it holds left the store.') })), standing,
    })),
    alerts: z.object({ open: z.number().int(), acknowledged: z.number().int() }),
  }).meta({ id: 'HealthReport' }),
  async handle({ gate }) {
    const series: object[] = []
    for (const { name } of gate.series()) series.push({ ...await gate.freshness(name), standing: printedStanding(await gate.tiers.status(name)) })
    const alerts = await gate.alerts.list()
    const of = (state: string): number => alerts.filter((alert) => alert.state === state).length
    return { kind: 'document', document: { series, alerts: { open: of('open'), acknowledged: of('acknowledged') } } }
  },
})

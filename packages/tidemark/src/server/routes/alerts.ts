import { z } from 'zod'
import type { Gate } from '../../access/gate.ts'
import { parseInstant } from '../../calendar/instant.ts'
import { TidemarkError } from '../../errors.ts'
import { ALERT_STATES } from '../../stores/contract/alert.ts'
import { type Alert, alertUnknown } from '../../watch/desk.ts'
import { SEVERITIES } from '../../watch/rule.ts'
import { route } from '../route.ts'
import { instant } from '../schemas.ts'

const alert = z.object({
  id: z.number().int(), rule: z.string(), tenant: z.string(), entity: z.string(), state: z.enum(ALERT_STATES), openedAt: z.string(), value: z.string().describe('What opened it.'), period: z.string(),
  series: z.string().nullable().describe('What the rule said, here and below: null once it is no longer declared.'), measure: z.string().nullable(), bound: z.string().nullable(), severity: z.enum(SEVERITIES).nullable(), action: z.string().nullable(),
  acknowledged: z.object({ by: z.string(), at: z.string(), note: z.string().nullable() }).nullable(), resolved: z.object({ at: z.string(), value: z.string().nullable().describe('null: the entity ended.') }).nullable(),
  silencedUntil: z.string().nullable().describe('null: no silence covers it now.'), notified: z.record(z.string(), z.string().nullable()).describe('By channel, when it was told; null while it has not been.'),
}).meta({ id: 'Alert' })

const alertPath = z.strictObject({ id: z.string().regex(/^[1-9]\d{0,14}$/).describe('The number of the alert.') })

export const alerts = route({
  id: 'listAlerts', method: 'GET', url: '/v1/alerts', tag: 'alerts', summary: 'Alerts, oldest first.', action: 'read',
  path: null, query: z.strictObject({ state: z.array(z.enum(ALERT_STATES)).max(3).describe('Default open and acknowledged.').optional() }), body: null,
  answer: z.object({ alerts: z.array(alert) }).meta({ id: 'Alerts' }),
  async handle({ gate, query: { state } }) {
    return { kind: 'document', document: { alerts: await gate.alerts.list(state === undefined ? {} : { states: state }) } }
  },
})

export const acknowledgeAlert = route({
  id: 'acknowledgeAlert', method: 'POST', url: '/v1/alerts/{id}/acknowledge', tag: 'alerts', summary: 'Says that somebody knows: the alert is no longer told.', action: 'write',
  path: alertPath, query: z.strictObject({}), bodyOptional: true, body: z.strictObject({ note: z.string().max(2000).optional() }),
  answer: alert,
  async handle({ gate, path: { id }, body }) {
    return { kind: 'document', document: await gate.alerts.acknowledge(Number(id), body?.note ?? null) }
  },
})

export const silenceAlert = route({
  id: 'silenceAlert', method: 'POST', url: '/v1/alerts/{id}/silence', tag: 'alerts', summary: "Tells nothing more of the alert's rule for its entity until an instant.", action: 'write',
  path: alertPath, query: z.strictObject({}), body: z.strictObject({ until: instant('Until when'), note: z.string().max(2000).optional() }),
  answer: alert,
  async handle({ gate, path: { id }, body: { until, note } }) {
    const parsed = parseInstant(until)
    if (!('instant' in parsed)) throw new TidemarkError('INSTANT_INVALID', `${JSON.stringify(until)} is no instant`, { where: 'until', why: parsed.reason })
    const found = await alertOf(gate, Number(id))
    await gate.alerts.silence({ rule: found.rule, tenant: found.tenant, entity: found.entity }, parsed.instant, note ?? null)
    return { kind: 'document', document: await alertOf(gate, Number(id)) }
  },
})

/** Throws ALERT_UNKNOWN, also for an alert of a tenant that the principal does not have. */
async function alertOf(gate: Gate, id: number): Promise<Alert> {
  const [found] = await gate.alerts.list({ states: ALERT_STATES, ids: [id] })
  if (found === undefined) throw alertUnknown(id)
  return found
}

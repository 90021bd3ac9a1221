import { alert, decimal, entity, instant, integer, oneOf, series, stream, text } from 'tidemark'
import { collectMetrics, ROSTER } from './collect.ts'
import { fromVersion1, fullSnapshotSchema } from './full-snapshot.ts'
import { HOURS, WEEKDAYS } from './sessions.ts'

/** A campaign of a company, on the clock of its company. */
export const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })

/** What a campaign can be. */
export const statuses = ['draft', 'planned', 'recruiting', 'active', 'paused', 'completed', 'cancelled'] as const

/** The live state of every campaign, as often as its activity asks for. */
export const campaignMetrics = series('campaign_metrics', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter, state }) => ({
    volunteersTarget: gauge(integer(), { across: 'sum' }), volunteersCurrent: gauge(integer(), { across: 'sum' }),
    beneficiariesTarget: gauge(integer(), { across: 'sum' }), beneficiariesCurrent: gauge(integer(), { across: 'sum' }),
    sessionsTarget: gauge(integer(), { across: 'sum' }),
    budgetAllocated: gauge(decimal(2), { across: 'sum', unit: 'EUR' }), budgetSpent: gauge(decimal(2), { across: 'sum', unit: 'EUR' }),
    budgetRemaining: gauge(decimal(2), { across: 'sum', unit: 'EUR' }), budgetPlanned: gauge(decimal(2), { across: 'sum', unit: 'EUR' }),
    // Scores of different campaigns do not add up.
    sroiScore: gauge(decimal(2)), averageVisScore: gauge(decimal(2)),
    hoursLogged: counter(decimal(2), { across: 'sum', unit: 'h' }), sessionsCompleted: counter(integer(), { across: 'sum' }),
    // Everybody who ever joined, and who left again.
    volunteersEver: counter(integer(), { across: 'sum' }), beneficiariesEver: counter(integer(), { across: 'sum' }), beneficiariesLeft: counter(integer(), { across: 'sum' }),
    // Seats, credits or learners, by the business model; a campaign that has none has no value. They do not add up.
    unitsUsed: gauge(decimal(2)), unitsCommitted: gauge(decimal(2)), businessModel: state(['seats', 'credits', 'learners', 'none']),
    status: state(statuses),
  }))
  .derive(({ ratio }) => ({
    volunteersUtilization: ratio('volunteersCurrent', 'volunteersTarget'),
    beneficiariesUtilization: ratio('beneficiariesCurrent', 'beneficiariesTarget'),
    sessionsUtilization: ratio('sessionsCompleted', 'sessionsTarget'),
    budgetUtilization: ratio('budgetSpent', 'budgetAllocated'),
    volunteerRetention: ratio('volunteersCurrent', 'volunteersEver'),
    beneficiaryDropout: ratio('beneficiariesLeft', 'beneficiariesEver'),
    averageSessions: ratio('sessionsCompleted', 'volunteersEver', { scale: 2 }),
  }))
  .payload(fullSnapshotSchema, { version: 2, upgrade: { 1: fromVersion1 } })
  .frequency({
    status: 'status', activity: 'sessionsCompleted',
    rules: [
      { when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'sixHours' }, { moreThan: 100, every: 'hour' }] },
      { when: ['planned', 'recruiting', 'paused'], every: 'day' },
      { when: ['completed', 'cancelled'], every: 'final' },
      { when: ['draft'], every: 'never' },
    ],
  })
  .keep({ captured: '30d', day: '90d', week: '365d', month: '3y', quarter: 'archive', longer: { attribute: 'value', is: 'high', times: 2 } })
  // A day that is captured once is captured when it is nearly over, so that what happened in it counts in it.
  .collect(collectMetrics, { entities: { source: 'app', sql: ROSTER }, at: '23:00' })

/** Every session that was held, from the application's own table. */
export const sessions = stream('sessions', {
  of: campaign, tenant: 'company', entity: 'campaign', id: 'id', at: 'held_at',
  fields: { company: text(), campaign: text(), id: text(), held_at: instant(), weekday: oneOf(WEEKDAYS), hour: oneOf(HOURS), hours: decimal(2) },
})

/** When sessions are held: by weekday and hour of the campaign's clock, which survive every tier. */
export const sessionsHeld = series('sessions_held', { of: campaign, grain: 'day' })
  .from(sessions, (e, { count, delta }) => ({ sessions: count(), hours: delta(e.hours) }))
  .by('weekday', 'hour')
  .keep({ day: '90d', month: '3y', quarter: 'archive' })

/** At exactly 80 % a capacity is worth a call; it must fall below 78 % before the next one. */
export const capacityRules = [
  alert('volunteer_places', { of: campaignMetrics, measure: 'volunteersUtilization.value', atLeast: '0.80', clearBelow: '0.78', action: 'Upsell: offer the company more places; above its target, agree on a higher one' }),
  alert('beneficiary_places', { of: campaignMetrics, measure: 'beneficiariesUtilization.value', atLeast: '0.80', clearBelow: '0.78', action: 'Upsell: offer the company more places; above its target, agree on a higher one' }),
  alert('budget', { of: campaignMetrics, measure: 'budgetUtilization.value', atLeast: '0.90', action: 'Agree on what is spent of the rest', severity: 'critical' }),
]

import { alert, decimal, entity, instant, integer, series, stream, text } from '../../src/index.ts'

export const campaign = entity('campaign', { tenant: 'company' })
/** What a campaign's state is, told once or more a day; the day's mean is what is watched. */
export const states = stream('states', {
  of: campaign, tenant: 'company', entity: 'campaign', id: 'id', at: 'at',
  fields: { company: text(), campaign: text(), id: text(), at: instant(), seats: integer(), target: integer(), left: decimal(2) },
})
export const metrics = series('metrics', { of: campaign, grain: 'day' })
  .from(states, (e, { count, delta, any }) => ({ told: count(), seats: delta(e.seats), target: delta(e.target), left: delta(e.left), seen: any() }))
  .derive(({ ratio }) => ({ utilization: ratio('seats', 'target') }))

export const capacity = alert('capacity', { of: metrics, measure: 'utilization.value', atLeast: '0.80', clearBelow: '0.78', action: 'Offer more seats' })
export const overspent = alert('overspent', { of: metrics, measure: 'left.mean', below: 0, action: 'Stop spending', severity: 'critical' })

import { hundredths, quotient } from './exact.ts'
import type { Evidence, FullSnapshot, SnapshotAlert } from './full-snapshot.ts'

/** Which campaigns there are, with their zone, how people call them, and what policies go by. */
export const ROSTER = `
SELECT c.company_id AS tenant, c.id AS entity, k.time_zone AS zone, c.name, c.status, c.value
FROM campaigns c JOIN companies k ON k.id = c.company_id`

/** A campaign's live state: a look-up of its running totals by key, whatever it has done. */
const LIVE = `
SELECT c.*, t.*, (SELECT p.cumulative_cents FROM planned_spend p WHERE p.campaign = c.number AND p.day <= :day ORDER BY p.day DESC LIMIT 1) AS planned_cents
FROM json_each(:entities) e CROSS JOIN campaigns c ON c.id = e.value JOIN campaign_totals t ON t.campaign = c.number`

interface Live {
  readonly id: string
  readonly company_id: string
  readonly name: string
  readonly program_template_id: string
  readonly status: Status
  readonly starts_on: string
  readonly ends_on: string
  readonly business_model: 'seats' | 'credits' | 'learners' | 'none'
  readonly volunteers_target: number
  readonly beneficiaries_target: number
  readonly sessions_target: number
  readonly budget_cents: number
  readonly seats_committed: number | null
  readonly credits_allocated: number | null
  readonly learners_committed: number | null
  readonly volunteers: number
  readonly volunteers_ever: number
  readonly beneficiaries: number
  readonly beneficiaries_ever: number
  readonly instances_open: number
  readonly instances_ever: number
  readonly sessions: number
  readonly hours: number
  readonly vis: number
  readonly value_cents: number
  readonly integration: number
  readonly language: number
  readonly job_readiness: number
  readonly wellbeing: number
  readonly spent_cents: number
  readonly evidence: string
  readonly planned_cents: number | null
}

type Status = 'draft' | 'planned' | 'recruiting' | 'active' | 'paused' | 'completed' | 'cancelled'

/** Scores say nothing before a campaign has run for a week. */
const SCORED_AFTER_DAYS = 7

interface Asked {
  readonly entities: readonly { readonly tenant: string; readonly entity: string }[]
  readonly window: { readonly day: string }
  readonly db: Readonly<Record<string, { all(sql: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly object[]> }>>
}

/** Reads the live state of some campaigns: the measures of a snapshot, and all else as its payload. */
export async function collectMetrics({ entities, window, db }: Asked) {
  const rows = await db['app']?.all(LIVE, { entities: JSON.stringify(entities.map(({ entity }) => entity)), day: window.day }) as readonly Live[]
  return rows.map((live) => ({ tenant: live.company_id, entity: live.id, values: valuesOf(live, window.day), payload: fullSnapshotOf(live) }))
}

/** What the company pays for: seats, credits (two for each five hours) or learners; null where it pays for none of them. */
function unitsOf(live: Live): { readonly used: string; readonly committed: string } | null {
  switch (live.business_model) {
    case 'seats': return { used: String(live.volunteers), committed: String(live.seats_committed) }
    case 'credits': return { used: hundredths(Math.floor(live.hours * 2 / 5)), committed: hundredths(live.credits_allocated ?? 0) }
    case 'learners': return { used: String(live.beneficiaries_ever), committed: String(live.learners_committed) }
    case 'none': return null
  }
}

function valuesOf(live: Live, day: string) {
  const { sessions, hours, spent_cents: spent, business_model: model } = live
  const units = unitsOf(live)
  const scored = Date.parse(day) - Date.parse(live.starts_on) >= SCORED_AFTER_DAYS * 86_400_000
  return {
    volunteersTarget: live.volunteers_target, volunteersCurrent: live.volunteers,
    beneficiariesTarget: live.beneficiaries_target, beneficiariesCurrent: live.beneficiaries,
    sessionsTarget: live.sessions_target,
    budgetAllocated: hundredths(live.budget_cents), budgetSpent: hundredths(spent), budgetRemaining: hundredths(live.budget_cents - spent),
    budgetPlanned: hundredths(live.planned_cents ?? 0),
    sroiScore: scored ? quotient(live.value_cents, spent, 2) : null,
    averageVisScore: scored ? quotient(live.vis, sessions, 2) : null,
    hoursLogged: hundredths(hours), sessionsCompleted: sessions,
    volunteersEver: live.volunteers_ever, beneficiariesEver: live.beneficiaries_ever, beneficiariesLeft: live.beneficiaries_ever - live.beneficiaries,
    unitsUsed: units?.used ?? null, unitsCommitted: units?.committed ?? null, businessModel: model,
    status: live.status,
  }
}

function fullSnapshotOf(live: Live): FullSnapshot {
  const mean = (sum: number) => quotient(sum, live.sessions, 2)
  return {
    campaignName: live.name, status: live.status, programTemplateId: live.program_template_id, businessModel: live.business_model,
    startsOn: live.starts_on, endsOn: live.ends_on,
    capacity: {
      volunteers: { current: live.volunteers, target: live.volunteers_target },
      beneficiaries: { current: live.beneficiaries, target: live.beneficiaries_target },
      sessions: { current: live.sessions, target: live.sessions_target },
    },
    budget: { allocated: hundredths(live.budget_cents), spent: hundredths(live.spent_cents), planned: hundredths(live.planned_cents ?? 0) },
    programInstances: { activeCount: live.instances_open, totalCount: live.instances_ever },
    engagement: {
      volunteerRetentionRate: quotient(live.volunteers, live.volunteers_ever, 4),
      volunteerDropoutRate: quotient(live.volunteers_ever - live.volunteers, live.volunteers_ever, 4),
      beneficiaryDropoutRate: quotient(live.beneficiaries_ever - live.beneficiaries, live.beneficiaries_ever, 4),
      averageSessionsPerVolunteer: quotient(live.sessions, live.volunteers_ever, 2),
      averageHoursPerSession: quotient(live.hours, live.sessions * 100, 2),
    },
    outcomeScores: { integration: mean(live.integration), language: mean(live.language), jobReadiness: mean(live.job_readiness), wellbeing: mean(live.wellbeing) },
    alerts: alertsOf(live),
    evidence: live.evidence === '[]' ? [] : JSON.parse(live.evidence) as Evidence[],
  }
}

/** What a campaign's own page warns of: from exactly 80 % of a capacity on, and from 90 % of the budget on. */
function alertsOf(live: Live): SnapshotAlert[] {
  const alerts: SnapshotAlert[] = []
  for (const who of ['volunteers', 'beneficiaries'] as const) {
    const target = live[`${who}_target`]
    if (target > 0 && live[who] * 10 >= target * 8) alerts.push({ type: 'capacity', message: `${who}: ${live[who]} of ${target}`, threshold: '0.8000' })
  }
  if (live.budget_cents > 0 && live.spent_cents * 10 >= live.budget_cents * 9) {
    alerts.push({ type: 'budget', message: `${hundredths(live.spent_cents)} of ${hundredths(live.budget_cents)} spent`, threshold: '0.9000' })
  }
  return alerts
}

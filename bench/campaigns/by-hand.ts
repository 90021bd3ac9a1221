// The table that one would write by hand for the same snapshots: one row a snapshot, kept as captured.
import { hundredths, quotient } from '../../templates/campaigns/history/exact.ts'
import { dayText } from '../../templates/campaigns/app/clock-face.ts'
import type { Snapshot } from '../../packages/tidemark/test/campaigns/reenactment.ts'

export const COLUMNS = [
  ['id', 'text'], ['company_id', 'text'], ['campaign_id', 'text'], ['snapshot_date', 'text'], ['day', 'text'], ['until', 'text'], ['day_number', 'integer'],
  ['volunteers_target', 'integer'], ['volunteers_current', 'integer'], ['volunteers_utilization', 'decimal'],
  ['beneficiaries_target', 'integer'], ['beneficiaries_current', 'integer'], ['beneficiaries_utilization', 'decimal'],
  ['sessions_target', 'integer'], ['sessions_current', 'integer'], ['sessions_utilization', 'decimal'],
  ['budget_allocated', 'decimal'], ['budget_spent', 'decimal'], ['budget_remaining', 'decimal'], ['budget_planned', 'decimal'], ['budget_utilization', 'decimal'],
  ['sroi_score', 'decimal'], ['average_vis_score', 'decimal'], ['total_hours_logged', 'decimal'], ['hours_logged', 'decimal'], ['total_sessions_completed', 'integer'], ['sessions_completed', 'integer'],
  ['volunteers_ever', 'integer'], ['beneficiaries_ever', 'integer'], ['status', 'text'], ['full_snapshot', 'text'], ['created_at', 'text'],
] as const

/** By campaign and time, as the application would have written them; a cell for each column. */
export function* handRows(snapshots: readonly Snapshot[]): Generator<(string | number | null)[]> {
  let before: Snapshot | null = null
  for (const [place, one] of snapshots.entries()) {
    const { life } = one
    const same: Snapshot | null = before !== null && (before as Snapshot).life.number === life.number ? before : null
    const scored = one.day * 86_400_000 - Date.parse(life.startsOn) >= 7 * 86_400_000
    const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
    const { targets } = life
    yield [
      `${life.id.slice(0, 24)}${place.toString(16).padStart(12, '0')}`, life.company, life.id, instant(one.at), dayText(one.day), dayText(one.day + 1), one.day,
      targets.volunteers, one.volunteers, quotient(one.volunteers, targets.volunteers, 4), targets.beneficiaries, one.beneficiaries, quotient(one.beneficiaries, targets.beneficiaries, 4),
      targets.sessions, one.sessions, quotient(one.sessions, targets.sessions, 4), hundredths(targets.budget), hundredths(one.spent), hundredths(targets.budget - one.spent), hundredths(one.planned),
      (one.spent / targets.budget).toFixed(4), scored ? quotient(one.valueCents, one.spent, 2) : null, scored ? quotient(one.vis, one.sessions, 2) : null,
      hundredths(one.hours), same === null ? null : hundredths(one.hours - same.hours), one.sessions, same === null ? null : one.sessions - same.sessions,
      one.volunteersEver, one.beneficiariesEver, one.status, JSON.stringify(fullSnapshot(one)), instant(one.capturedAt),
    ]
    before = one
  }
}

/** As complete as Tidemark's payload; the evidence is made up. */
function fullSnapshot(one: Snapshot): object {
  const { life } = one
  const mean = (sum: number) => quotient(sum, one.sessions, 2)
  const [integration, language, jobReadiness, wellbeing] = one.outcomes
  return {
    campaignName: life.name, status: one.status, programTemplateId: 'buddy-program', businessModel: life.model, startsOn: life.startsOn, endsOn: life.startsOn,
    capacity: {
      volunteers: { current: one.volunteers, target: life.targets.volunteers }, beneficiaries: { current: one.beneficiaries, target: life.targets.beneficiaries },
      sessions: { current: one.sessions, target: life.targets.sessions },
    },
    budget: { allocated: hundredths(life.targets.budget), spent: hundredths(one.spent), planned: hundredths(one.planned) },
    programInstances: { activeCount: 2, totalCount: 4 },
    engagement: {
      volunteerRetentionRate: quotient(one.volunteers, one.volunteersEver, 4), volunteerDropoutRate: quotient(one.volunteersEver - one.volunteers, one.volunteersEver, 4),
      beneficiaryDropoutRate: quotient(one.beneficiariesEver - one.beneficiaries, one.beneficiariesEver, 4), averageSessionsPerVolunteer: quotient(one.sessions, one.volunteersEver, 2),
      averageHoursPerSession: quotient(one.hours, one.sessions * 100, 2),
    },
    outcomeScores: { integration: mean(integration), language: mean(language), jobReadiness: mean(jobReadiness), wellbeing: mean(wellbeing) },
    alerts: [], evidence: [1, 2, 3].map((id) => ({ id, text: 'My first job interview went well.', score: `9${id}.50`, url: `https://evidence.example.org/${life.number}/2026-01-0${id}` })),
  }
}

/** What requirements/campaigns.md wants to be fast. */
export const INDEXES = ['campaign_id, snapshot_date, created_at', 'snapshot_date', 'company_id, day_number', 'volunteers_utilization', 'beneficiaries_utilization', 'sessions_utilization', 'budget_utilization', 'sroi_score']

export function createTable(types: Readonly<Record<'text' | 'integer' | 'decimal', string>>): string {
  return `CREATE TABLE campaign_metrics_snapshots (${COLUMNS.map(([name, type]) => `${name} ${types[type]}`).join(', ')}, PRIMARY KEY (id))`
}

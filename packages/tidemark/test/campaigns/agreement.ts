import { expect } from 'vitest'
import type { Campaign } from '../../../../templates/campaigns/app/cast.ts'
import { budgetBurn } from '../../../../templates/campaigns/answers/budget-burn.ts'
import { campaignsAt } from '../../../../templates/campaigns/answers/campaigns-at.ts'
import { capacityAlerts } from '../../../../templates/campaigns/answers/capacity-alerts.ts'
import { capacityForecast } from '../../../../templates/campaigns/answers/capacity-forecast.ts'
import { capacityGauges } from '../../../../templates/campaigns/answers/capacity-gauges.ts'
import { capacityTrend } from '../../../../templates/campaigns/answers/capacity-trend.ts'
import { comparison } from '../../../../templates/campaigns/answers/comparison.ts'
import { engagement } from '../../../../templates/campaigns/answers/engagement.ts'
import { evidence } from '../../../../templates/campaigns/answers/evidence.ts'
import { heatMap } from '../../../../templates/campaigns/answers/heat-map.ts'
import { impact } from '../../../../templates/campaigns/answers/impact.ts'
import { latestState } from '../../../../templates/campaigns/answers/latest-state.ts'
import { outcomes } from '../../../../templates/campaigns/answers/outcomes.ts'
import { overview } from '../../../../templates/campaigns/answers/overview.ts'
import { quarterlyTrend } from '../../../../templates/campaigns/answers/quarterly-trend.ts'
import { yearOverYear } from '../../../../templates/campaigns/answers/year-over-year.ts'
import { WEEKDAYS } from '../../../../templates/campaigns/history/sessions.ts'
import type { Coverage } from '../../src/query/answer.ts'
import type { Tidemark } from '../../src/tidemark.ts'
import type { ExpectedAnswers } from './expected-answers.ts'
import { DAY_MS, dayText } from './lived.ts'

type Asking = Parameters<typeof overview>[0]

/** Every expected window is either present, or has a reason. */
function complete({ expected, present, reasons }: Coverage): number {
  expect(present + Object.values(reasons).reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(expected)
  return present
}

const orNull = (value: unknown): unknown => value ?? null
/** A total over nothing: `present` is 0, and everything else unknown. */
const presentOf = (value: unknown): number => Number(value ?? 0)

/** Sets each answer about a company beside what every snapshot says. */
export async function companyAgrees(history: Tidemark, expected: ExpectedAnswers, company: string, end: number): Promise<void> {
  const tm = history as unknown as Asking
  const range = { company, from: dayText(end - 27 * DAY_MS), to: dayText(end + DAY_MS) }
  const wide = { company, from: dayText(end - 83 * DAY_MS), to: dayText(end + DAY_MS) }

  const cards = await overview(tm, range)
  const wanted = await expected.overview(range)
  expect(cards.cards.map(({ value }) => value), 'overview').toEqual(wanted.values.map(orNull))
  expect(cards.cards.map(({ previous }) => previous), 'overview before').toEqual(wanted.before.map(orNull))
  expect(complete(cards.coverage)).toBe(presentOf(wanted.present))
  expect(complete(cards.coveragePrevious), 'overview before').toBe(presentOf(wanted.presentBefore))

  const gauges = await capacityGauges(tm, range)
  const full = await expected.gauges(range)
  expect(gauges.gauges.map(({ current, target, utilization }) => [current, target, utilization]), 'gauges').toEqual(full.gauges.map((gauge) => gauge.map(orNull)))
  expect(complete(gauges.coverage)).toBe(presentOf(full.present))

  const trend = (await capacityTrend(tm, wide)).rows.filter(({ coverage }) => complete(coverage) > 0)
  expect(trend.map((row) => ({ period: row.period, n_volunteers: row.volunteers, n_beneficiaries: row.beneficiaries, n_together: row.together, n_present: row.coverage.present })), 'trend')
    .toEqual(await expected.capacityTrend(wide))

  // Sessions are events: their days are closed by the last capture, so that today has none yet.
  const heated = await heatMap(tm, range)
  const cells = heated.cells.map((cell) => ({ n_weekday: WEEKDAYS.indexOf(cell.weekday), hour: cell.hour, n_sessions: cell.sessions }))
  expect(cells, 'heat').toEqual(await expected.heatMap(range))
  expect(heated.total ?? 0).toBe(cells.reduce((sum, cell) => sum + cell.n_sessions, 0))
  complete(heated.coverage)

  const shown = await evidence(tm, { company, most: 10 })
  complete(shown.coverage)
  expect(shown.rows.map((row) => ({ n_id: row.id, campaign: row.campaign, name: row.campaignName, text: row.text, score: row.score, url: row.url })), 'evidence').toEqual(await expected.evidence(company, 10))

  const compared = (await comparison(tm, range)).rows
  expect(compared.map(({ campaign, status, values, ranks, coverage }) => ({
    campaign, status, volunteers_used: values.volunteersUtilization, beneficiaries_used: values.beneficiariesUtilization, budget_used: values.budgetUtilization,
    sroi: values.sroi, vis: values.vis, hours: values.hours, n_sessions: values.sessions, n_present: complete(coverage),
    rank_volunteers_used: ranks.volunteersUtilization, rank_beneficiaries_used: ranks.beneficiariesUtilization, rank_budget_used: ranks.budgetUtilization,
    rank_sroi: ranks.sroi, rank_vis: ranks.vis, rank_hours: ranks.hours, rank_n_sessions: ranks.sessions,
  })), 'comparison').toEqual(await expected.comparison(range))

  const engaged = (await engagement(tm, range)).rows
  expect(engaged.map((row) => ({ campaign: row.campaign, retention: row.volunteerRetention, dropout: row.beneficiaryDropout, average_sessions: row.averageSessions, n_present: complete(row.coverage) })), 'engagement')
    .toEqual((await expected.engagement(range)).filter(({ n_present }) => n_present !== null))

  const months = { company, from: '2026-06-01', to: '2026-12-01' }
  const years = (await yearOverYear(tm, months)).rows.filter(({ coverage }) => complete(coverage) > 0)
  const [now, before] = [await expected.periods(months, 'month'), await expected.periods({ company, from: '2025-06-01', to: '2025-12-01' }, 'month')]
  expect(years.map((row) => [row.period, row.hours.value, row.sessions.value, row.volunteers.value, row.budgetSpent.value]), 'years')
    .toEqual(now.map((row) => [row['period'], row['hours'], row['n_sessions'], row['n_volunteers'], row['spent']]))
  // The month that the range reaches into is not over: it does not compare with a whole one.
  for (const { period, whole, hours, coverage, coverageYearBefore } of years) {
    // West of Greenwich October has a few hours left.
    expect(whole, period).toBe(period < '2026-11-01' && coverage.reasons.open === undefined)
    if (period < '2026-10-01') expect(whole, period).toBe(true)
    if (!whole) expect([hours.change, hours.changeShare]).toEqual([null, null])
    expect(complete(coverageYearBefore)).toBe(presentOf(before.find((one) => one['period'] === period.replace('2026', '2025'))?.['n_present']))
  }
  expect(years.map((row) => [row.hours.yearBefore, row.sessions.yearBefore, row.volunteers.yearBefore, row.budgetSpent.yearBefore]), 'years before').toEqual(years.map(({ period }) => {
    const row = before.find((one) => one['period'] === period.replace('2026', '2025')) ?? {}
    return [row['hours'], row['n_sessions'], row['n_volunteers'], row['spent']].map(orNull)
  }))

  const quarters = { company, from: '2023-07-01', to: '2026-10-01' }
  const trends = (await quarterlyTrend(tm, quarters)).rows.filter(({ coverage }) => complete(coverage) > 0)
  expect(trends.map((row) => ({
    period: row.period, hours: row.hours, n_sessions: row.sessions, spent: row.budgetSpent, mean_volunteers: row.volunteers, mean_beneficiaries: row.beneficiaries, n_present: row.coverage.present,
  })), 'quarters').toEqual((await expected.periods(quarters, 'quarter')).map(({ n_volunteers: _, ...row }) => row))

  for (const at of [end, end - 10 * DAY_MS]) {
    const { states, coverage } = await campaignsAt(tm, { company, at: new Date(at).toISOString() })
    complete(coverage)
    expect(states.map((state) => ({
      campaign: state.entity, name: state.payload?.campaignName, n_at: Date.parse(state.at ?? state.window.from), status: state.values.status, n_volunteers: state.values.volunteersCurrent, spent: state.values.budgetSpent,
    })).filter(({ n_at }) => n_at >= end - 25 * DAY_MS), `all at ${at}`).toEqual((await expected.statesAt(company, at)).filter(({ n_at }) => (n_at as number) >= end - 25 * DAY_MS))
  }
}

/** Sets each answer about one campaign beside what every snapshot says. */
export async function campaignAgrees(history: Tidemark, expected: ExpectedAnswers, { id, company }: Campaign, end: number): Promise<void> {
  const tm = history as unknown as Asking
  const whose = { company: company.id, campaign: id }
  const wide = { ...whose, from: dayText(end - 83 * DAY_MS), to: dayText(end + DAY_MS) }

  const rows = (await impact(tm, wide)).rows.filter(({ coverage }) => complete(coverage) > 0)
  expect(rows.map((row) => ({ period: row.period, sroi: row.sroi, vis: row.vis, hours: row.hours, n_sessions: row.sessions, n_present: row.coverage.present })), 'impact').toEqual(await expected.impact(wide))

  const burnt = { ...whose, from: dayText(end - 60 * DAY_MS), to: dayText(end + DAY_MS) }
  const burn = await budgetBurn(tm, burnt)
  const days = await expected.budget(burnt)
  expect(burn.rows.filter(({ spent }) => spent !== null).map(({ day, spent, planned }) => ({ day, spent, planned })), 'budget').toEqual(days.map(({ day, spent, planned }) => ({ day, spent, planned })))
  const last = days.at(-1)
  expect([burn.asOf, burn.spent, burn.remaining, burn.overPlan, burn.allocated], 'budget as of').toEqual([last?.['day'], last?.['spent'], last?.['remaining'], last?.['over_plan'], last?.['allocated']].map(orNull))
  complete(burn.coverage)
  // The day is told exactly while the days about it are kept, and else between the ends of a row.
  const exhausted = burn.state === 'exhausted' ? await expected.exhaustion(id) : null
  if (burn.state === 'exhausted') {
    expect(exhausted !== null && (burn.earliest ?? '') <= exhausted && exhausted <= (burn.latest ?? ''), `${exhausted} between ${burn.earliest} and ${burn.latest}`).toBe(true)
    expect((Date.parse(burn.latest as string) - Date.parse(burn.earliest as string)) / DAY_MS, 'days between').toBeLessThan(exhausted !== null && exhausted > dayText(end - 80 * DAY_MS) ? 1 : 31)
    expect(burn.exhaustion).toBe(burn.earliest === burn.latest ? exhausted : null)
  }

  const axes = await outcomes(tm, { ...whose, before: new Date(end - 27 * DAY_MS).toISOString() })
  for (const coverage of [axes.coverage, axes.coverageBefore]) complete(coverage)
  const wanted = [await expected.outcomes(id, new Date(end).toISOString()), await expected.outcomes(id, new Date(end - 27 * DAY_MS).toISOString())]
  expect(axes.axes.map(({ value }) => value), 'outcomes').toEqual(wanted[0] ?? [null, null, null, null])
  if (axes.windowBefore !== null && Date.parse(axes.windowBefore.from) > end - 29 * DAY_MS) expect(axes.axes.map(({ before }) => before), 'outcomes before').toEqual(wanted[1] ?? [null, null, null, null])

  const forecast = await capacityForecast(tm, { ...whose, from: burnt.from, to: dayText(end) })
  const used = await expected.comparison({ ...whose, from: burnt.from, to: dayText(end) })
  if (forecast.history !== null) expect(forecast.history.values.at(-1)?.value, 'forecast').toBe(used[0]?.['volunteers_used'])

  const { state: latest, coverage: latestCoverage } = await latestState(tm, whose)
  complete(latestCoverage)
  const [state] = (await expected.statesAt(company.id, end)).filter(({ campaign }) => campaign === id)
  // Of a campaign that ended long ago the window has been rolled up: its last values are still the last there were.
  expect(latest === null ? null : [latest.values.status, latest.values.volunteersCurrent, latest.values.budgetSpent, latest.payload?.campaignName], 'latest')
    .toEqual(state === undefined ? null : [state['status'], state['n_volunteers'], state['spent'], state['name']])
}

export async function alertsAgree(history: Tidemark, expected: ExpectedAnswers, end: number): Promise<number> {
  const range = { from: dayText(end - 2 * DAY_MS), to: dayText(end + DAY_MS) }
  const { alerts, coverage } = await capacityAlerts(history as unknown as Asking, range)
  complete(coverage)
  expect(alerts.map((one) => ({ company: one.company, campaign: one.campaign, capacity: one.capacity, n_current: one.current, n_target: one.target, utilization: one.utilization }))).toEqual(await expected.alerts(range))
  return alerts.length
}

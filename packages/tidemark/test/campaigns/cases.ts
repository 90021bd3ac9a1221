import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { budgetBurn } from '../../../../templates/campaigns/answers/budget-burn.ts'
import { capacityAlerts } from '../../../../templates/campaigns/answers/capacity-alerts.ts'
import { capacityForecast } from '../../../../templates/campaigns/answers/capacity-forecast.ts'
import { capacityGauges } from '../../../../templates/campaigns/answers/capacity-gauges.ts'
import { capacityTrend } from '../../../../templates/campaigns/answers/capacity-trend.ts'
import { comparison } from '../../../../templates/campaigns/answers/comparison.ts'
import { engagement } from '../../../../templates/campaigns/answers/engagement.ts'
import { evidence } from '../../../../templates/campaigns/answers/evidence.ts'
import { heatMap } from '../../../../templates/campaigns/answers/heat-map.ts'
import { impact } from '../../../../templates/campaigns/answers/impact.ts'
import { outcomes } from '../../../../templates/campaigns/answers/outcomes.ts'
import { overview } from '../../../../templates/campaigns/answers/overview.ts'
import type { Campaign } from '../../../../templates/campaigns/app/cast.ts'
import { ROLE_NAMES } from '../../../../templates/campaigns/app/roles.ts'
import type { Tidemark } from '../../src/tidemark.ts'
import type { Run } from './agreement-of-run.ts'
import { castOfDemo, DAY_MS, dayText, END } from './lived.ts'

type Asking = Parameters<typeof overview>[0]

const PAGE = new URL('../../../../docs/campaigns.md', import.meta.url)

/** The cells of one campaign's line in the table of cases: the twelve answers, each in a few words. */
export async function caseCells(history: Tidemark, { id, company }: Campaign): Promise<readonly string[]> {
  const tm = history as unknown as Asking
  const life = { company: company.id, from: '2025-07-01', to: dayText(END + DAY_MS) }
  const whose = { ...life, campaign: id }
  const say = (value: unknown): string => (value === null || value === undefined ? 'null' : String(value))
  const [cards, { gauges }, { rows: [scores] }, trend, burn, heat, { axes }, { alerts }, shown, { rows: compared }, forecast, { rows: engaged }] = await Promise.all([
    overview(tm, life), capacityGauges(tm, whose), impact(tm, { ...whose, grain: 'range' }), capacityTrend(tm, { ...whose, grain: 'quarter' }),
    budgetBurn(tm, { ...whose, from: dayText(END - 60 * DAY_MS) }), heatMap(tm, whose), outcomes(tm, { company: company.id, campaign: id, before: '2025-07-01T00:00:00Z' }),
    capacityAlerts(tm, { company: company.id, from: dayText(END - 2 * DAY_MS), to: life.to }), evidence(tm, { company: company.id, campaign: id, most: 1 }), comparison(tm, life),
    capacityForecast(tm, { company: company.id, campaign: id, from: dayText(END - 60 * DAY_MS), to: dayText(END) }), engagement(tm, life),
  ])
  const [volunteers, , , budget] = gauges
  const own = alerts.filter(({ campaign }) => campaign === id)
  const row = compared.find(({ campaign }) => campaign === id)
  const stays = engaged.find(({ campaign }) => campaign === id)
  const busiest = heat.cells.toSorted((a, b) => b.sessions - a.sessions)[0]
  return [
    `${say(cards.cards[0]?.value)} active`,
    `${say(volunteers?.current)}/${say(volunteers?.target)} = ${say(volunteers?.utilization)} ${say(volunteers?.level)}; budget ${say(budget?.utilization)}`,
    `SROI ${say(scores?.sroi)}, VIS ${say(scores?.vis)}, ${say(scores?.hours)} h, ${say(scores?.sessions)}`,
    trend.rows.filter(({ together }) => together !== null).map(({ volunteers: one, beneficiaries: other }) => `${one}+${other}`).join(' '),
    `${burn.state}, ${say(burn.remaining)} left, ${burn.state === 'exhausted' && burn.exhaustion === null ? `between ${say(burn.earliest)} and ${say(burn.latest)}` : say(burn.exhaustion)}`,
    busiest === undefined ? say(heat.total) : `${say(heat.total)}, most ${busiest.weekday} ${busiest.hour}: ${busiest.sessions}`,
    axes.map(({ value }) => say(value)).join(' '),
    own.length === 0 ? 'none' : own.map(({ capacity, utilization, level }) => `${capacity} ${utilization} ${level}`).join(', '),
    say(shown.rows[0]?.score),
    row === undefined ? 'null' : `volunteers ${say(row.ranks.volunteersUtilization)}, SROI ${say(row.ranks.sroi)}`,
    `${say(forecast.method)}, ${say(forecast.threshold?.state)} ${say(forecast.threshold?.period)}`,
    stays === undefined ? 'null' : `${say(stays.volunteerRetention)} ${say(stays.beneficiaryDropout)} ${say(stays.averageSessions)}`,
  ]
}

/** What is known of the special campaigns before anything is measured. */
export function casesHold(run: () => Run): void {
  const named = (name: string): Campaign => castOfDemo(run().document.campaigns, run().document.from).find((one) => one.name === name) as Campaign
  const gaugesOf = async (name: string, from = '2025-07-01', to = dayText(END + DAY_MS)) => {
    const { id, company } = named(name)
    return (await capacityGauges(run().history as unknown as Asking, { company: company.id, campaign: id, from, to })).gauges
  }
  const stateOf = async (name: string) => {
    const { id, company } = named(name)
    return (await run().history.ask('campaign_metrics', {
      select: ['budgetAllocated.last', 'budgetSpent.last', 'budgetRemaining.last', 'status.last', 'volunteersUtilization.value'], tenant: company.id, entity: id, grain: 'range', from: '2025-07-01', to: dayText(END + DAY_MS),
    })).rows[0]
  }

  test('over capacity is legal: 65 of 50 is 1.3000', async () => {
    expect((await gaugesOf(ROLE_NAMES.overCapacity))[0]).toEqual({ name: 'volunteers', current: 65, target: 50, utilization: '1.3000', level: 'over' })
  })

  test('under capacity: 5 of 50 is 0.1000', async () => {
    expect((await gaugesOf(ROLE_NAMES.underCapacity))[0]).toEqual({ name: 'volunteers', current: 5, target: 50, utilization: '0.1000', level: 'low' })
  })

  test('a target of 0 gives null, never an error and never 0', async () => {
    expect((await gaugesOf(ROLE_NAMES.noTarget))[0]).toEqual({ name: 'volunteers', current: 12, target: 0, utilization: null, level: null })
  })

  test('exactly 80 % is an alert, with the action to take', async () => {
    const { id, company } = named(ROLE_NAMES.exactlyEighty)
    expect((await gaugesOf(ROLE_NAMES.exactlyEighty))[0]).toEqual({ name: 'volunteers', current: 40, target: 50, utilization: '0.8000', level: 'high' })
    const { alerts } = await capacityAlerts(run().history as unknown as Asking, { company: company.id, from: dayText(END - 2 * DAY_MS), to: dayText(END + DAY_MS) })
    expect(alerts.find(({ campaign, capacity }) => campaign === id && capacity === 'volunteers')).toMatchObject({ utilization: '0.8000', level: 'high', action: expect.stringContaining('Upsell') as string })
  })

  test('more may be spent than there was: what remains is negative, to the cent', async () => {
    const row = await stateOf(ROLE_NAMES.overspent)
    const cents = (text: unknown): bigint => BigInt(String(text).replace('.', ''))
    expect(cents(row?.['budgetRemaining.last'])).toBeLessThan(0n)
    expect(cents(row?.['budgetRemaining.last'])).toBe(cents(row?.['budgetAllocated.last']) - cents(row?.['budgetSpent.last']))
  })

  test('a budget of 9,999,999,999.99 keeps its last cent', async () => {
    const row = await stateOf(ROLE_NAMES.largestBudget)
    expect(row?.['budgetAllocated.last']).toBe('9999999999.99')
    const spent = run().snapshots.findLast(({ life }) => life.name === ROLE_NAMES.largestBudget)?.spent as number
    expect(row?.['budgetRemaining.last']).toBe(((999_999_999_999n - BigInt(spent)) / 100n).toString() + '.' + ((999_999_999_999n - BigInt(spent)) % 100n).toString().padStart(2, '0'))
  })

  test('five days are captured like any other, with one final snapshot after them', () => {
    const own = run().snapshots.filter(({ life }) => life.name === ROLE_NAMES.fiveDays)
    expect(own.filter(({ cadence }) => cadence === 'final')).toHaveLength(1)
    // Completed on the sixth day at nine; decided on the seventh, and captured at its end.
    expect(own.at(-1)).toMatchObject({ cadence: 'final', status: 'completed', day: named(ROLE_NAMES.fiveDays).endDay + 2 })
    expect(own.filter(({ status }) => status === 'active').length).toBeGreaterThanOrEqual(5)
  })

  test('a year of pause is captured daily', () => {
    const paused = run().snapshots.filter(({ life, status }) => life.name === ROLE_NAMES.pausedYear && status === 'paused')
    expect(paused).toHaveLength(365)
    expect(new Set(paused.map(({ cadence }) => cadence))).toEqual(new Set(['day']))
  })

  test('a draft is never captured, and who asks is told so', async () => {
    const { id, company } = named(ROLE_NAMES.draftForEver)
    expect(run().snapshots.filter(({ life }) => life.name === ROLE_NAMES.draftForEver)).toEqual([])
    const { rows } = await run().history.ask('campaign_metrics', { select: ['status.last'], tenant: company.id, entity: id, grain: 'range', from: '2026-10-01', to: '2026-10-08' })
    expect(rows).toMatchObject([{ 'status.last': null, coverage: { expected: 7, present: 0, reasons: { before_enrolment: 7 } } }])
  })

  test('what was cancelled has one final snapshot, and then none', () => {
    const own = run().snapshots.filter(({ life }) => life.name === ROLE_NAMES.cancelled)
    expect(own.filter(({ cadence }) => cadence === 'final')).toHaveLength(1)
    expect(own.at(-1)).toMatchObject({ cadence: 'final', status: 'cancelled' })
  })

  test('what was erased answers that it was, and nothing else', async () => {
    const { id, company } = named(ROLE_NAMES.toBeErased)
    const { rows } = await run().history.ask('campaign_metrics', { select: ['status.last'], tenant: company.id, entity: id, grain: 'range', from: '2026-09-01', to: '2026-09-08' })
    expect(rows).toMatchObject([{ 'status.last': null, coverage: { expected: 7, present: 0, reasons: { erased: 7 } } }])
    expect(await run().history.erasures.certificates()).toHaveLength(1)
  })

  test('the table of cases in the documents says what the twelve answers say', async () => {
    const page = readFileSync(PAGE, 'utf8')
    const lines = [...page.matchAll(/^\| \*\*(.+?)\*\* \| (.+) \|$/gm)].map(([, name = '', cells = '']) => [name, cells.split(' | ')] as const)
    expect(lines.map(([name]) => name)).toEqual(Object.values(ROLE_NAMES))
    for (const [name, cells] of lines) expect([name, cells]).toEqual([name, await caseCells(run().history, named(name))])
  }, 120_000)
}

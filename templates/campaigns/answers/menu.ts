import type { Grain, Tidemark } from 'tidemark'
import { budgetBurn } from './budget-burn.ts'
import { campaignsAt } from './campaigns-at.ts'
import { capacityAlerts } from './capacity-alerts.ts'
import { capacityForecast } from './capacity-forecast.ts'
import { capacityGauges } from './capacity-gauges.ts'
import { capacityTrend } from './capacity-trend.ts'
import { comparison } from './comparison.ts'
import { addDays, dayAt } from './day-text.ts'
import { engagement } from './engagement.ts'
import { evidence } from './evidence.ts'
import { heatMap } from './heat-map.ts'
import { impact } from './impact.ts'
import { type CampaignState, latestState } from './latest-state.ts'
import { outcomes } from './outcomes.ts'
import { overview } from './overview.ts'
import { quarterlyTrend } from './quarterly-trend.ts'
import { yearOverYear } from './year-over-year.ts'

/** What every answer can be asked with; days are local, half-open. */
export interface Words {
  readonly company: string
  readonly campaign: string
  readonly from: string
  readonly to: string
  readonly grain?: Grain
  readonly horizon?: number
  readonly most?: number
  /** Whether the campaign was named: answers of a company are else of all its campaigns. */
  readonly ofCampaign: boolean
  /** Whether the first day was named: else an answer reaches as far back as is usual for it. */
  readonly ofRange: boolean
  readonly today: string
}

/** A table for people: the first line holds the titles. */
export type Lines = readonly (readonly (string | number | null)[])[]

/** An answer with the lines that people read. */
export interface Shown {
  readonly answer: unknown
  readonly lines: Lines
}

export interface Dish {
  readonly title: string
  /** What a call names beside the answer. */
  readonly asks: readonly ('company' | 'campaign' | 'from' | 'to')[]
  ask(tm: Tidemark, words: Words): Promise<Shown>
}

const wide = (words: Words, back: number): { readonly from: string; readonly to: string } => (words.ofRange ? { from: words.from, to: words.to } : { from: addDays(words.to, -back), to: words.to })
const own = (words: Words) => (words.ofCampaign ? { campaign: words.campaign } : {})

/** Years back from the start of the month that holds a day. */
const monthsBack = (to: string, months: number): string => {
  const date = new Date(to)
  return dayAt(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1))
}

/** The twelve answers and the four besides, by the name that the command line knows them by. */
export const MENU: Readonly<Record<string, Dish>> = {
  overview: dish('1 · overview', ['company', 'from', 'to'], overview, ({ company, from, to }) => ({ company, from, to }), ({ cards }) =>
    [['card', 'value', 'before', 'change', 'share'], ...cards.map((card) => [card.name, card.value, card.previous, card.change, card.changeShare])]),
  gauges: dish('2 · capacity gauges', ['company', 'from', 'to'], capacityGauges, (words) => ({ company: words.company, ...own(words), from: words.from, to: words.to }), ({ gauges }) =>
    [['gauge', 'current', 'target', 'utilisation', 'level'], ...gauges.map((gauge) => [gauge.name, gauge.current, gauge.target, gauge.utilization, gauge.level])]),
  impact: dish('3 · impact over time', ['company', 'campaign', 'from', 'to'], impact, (words) => ({ company: words.company, campaign: words.campaign, ...wide(words, 84), ...grainOf(words) }), ({ rows }) =>
    [['period', 'SROI', 'VIS', 'hours', 'sessions', 'present'], ...rows.map((row) => [row.period, row.sroi, row.vis, row.hours, row.sessions, row.coverage.present])]),
  capacity: dish('4 · capacity trend', ['company', 'from', 'to'], capacityTrend, (words) => ({ company: words.company, ...own(words), ...wide(words, 84), ...grainOf(words) }), ({ rows }) =>
    [['period', 'volunteers', 'beneficiaries', 'together', 'present'], ...rows.map((row) => [row.period, row.volunteers, row.beneficiaries, row.together, row.coverage.present])]),
  budget: dish('5 · budget burn-rate', ['company', 'campaign', 'from', 'to'], budgetBurn, (words) => ({ company: words.company, campaign: words.campaign, ...wide(words, 60), ...(words.horizon === undefined ? {} : { horizon: words.horizon }) }), (burn) =>
    [['state', 'as of', 'allocated', 'spent', 'remaining', 'over plan', 'exhausted on', 'from', 'to'], [burn.state, burn.asOf, burn.allocated, burn.spent, burn.remaining, burn.overPlan, burn.exhaustion, burn.earliest, burn.latest]]),
  heat: dish('6 · activity heat map', ['company', 'from', 'to'], heatMap, (words) => ({ company: words.company, ...own(words), from: words.from, to: words.to }), ({ cells }) => {
    const hours = [...new Set(cells.map(({ hour }) => hour))].sort()
    const weekdays = [...new Set(cells.map(({ weekday }) => weekday))]
    return [['day', ...hours], ...weekdays.map((weekday) => [weekday, ...hours.map((hour) => cells.find((cell) => cell.weekday === weekday && cell.hour === hour)?.sessions ?? 0)])]
  }),
  outcomes: dish('7 · outcome scores', ['company', 'campaign', 'from', 'to'], outcomes, (words) => ({ company: words.company, campaign: words.campaign, at: `${addDays(words.to, -1)}T23:59:59Z`, before: `${words.from}T00:00:00Z` }), ({ axes, window, windowBefore }) =>
    [['outcome', 'value', 'of', 'before', 'of', 'change'], ...axes.map((axis) => [axis.outcome, axis.value, spanOf(window), axis.before, spanOf(windowBefore), axis.change])]),
  alerts: dish('8 · capacity alerts', ['company', 'from', 'to'], capacityAlerts, (words) => ({ company: words.company, ...(words.ofRange ? { from: words.from, to: words.to } : { from: addDays(words.to, -3), to: words.to }) }), ({ alerts }) =>
    [['campaign', 'capacity', 'current', 'target', 'utilisation', 'action'], ...alerts.map((one) => [one.campaign.slice(0, 8), one.capacity, one.current, one.target, one.utilization, one.action])]),
  evidence: dish('9 · top evidence', ['company'], evidence, (words) => ({ company: words.company, ...own(words), most: words.most ?? 5 }), ({ rows }) =>
    [['score', 'campaign', 'text', 'source'], ...rows.map((row) => [row.score, row.campaignName, row.text, row.url])]),
  comparison: dish('10 · comparison', ['company', 'from', 'to'], comparison, ({ company, from, to }) => ({ company, from, to }), ({ rows }) =>
    [['campaign', 'status', 'volunteers', 'rank', 'SROI', 'rank', 'hours', 'rank'], ...rows.map((row) => [
      row.campaign.slice(0, 8), row.status, row.values.volunteersUtilization, row.ranks.volunteersUtilization, row.values.sroi, row.ranks.sroi, row.values.hours, row.ranks.hours,
    ])]),
  forecast: dish('11 · capacity forecast', ['company', 'campaign'], capacityForecast, (words) => ({ company: words.company, campaign: words.campaign, horizon: words.horizon ?? 30, ...wide(words, 85) }), (made) => [
    ['method', 'threshold', 'on', 'from', 'to', 'last step', '95 % from', '95 % to'],
    [made.method, made.threshold?.state ?? null, made.threshold?.period ?? null, made.threshold?.earliest ?? null, made.threshold?.latest ?? null, made.steps.at(-1)?.value ?? null, made.steps.at(-1)?.low95 ?? null, made.steps.at(-1)?.high95 ?? null],
  ]),
  engagement: dish('12 · engagement', ['company', 'from', 'to'], engagement, ({ company, from, to }) => ({ company, from, to }), ({ rows }) =>
    [['campaign', 'retention', 'dropout', 'sessions each'], ...rows.map((row) => [row.campaign?.slice(0, 8) ?? '(all)', row.volunteerRetention, row.beneficiaryDropout, row.averageSessions])]),
  years: dish('year over year', ['company', 'from', 'to'], yearOverYear, (words) => ({ company: words.company, ...(words.ofRange ? { from: words.from, to: words.to } : { from: monthsBack(addDays(words.to, -1), 5), to: words.to }) }), ({ rows }) =>
    [['month', 'whole', 'hours', 'year before', 'change', 'sessions', 'year before', 'change'], ...rows.map((row) => [row.period, row.whole ? 'yes' : 'no', row.hours.value, row.hours.yearBefore, row.hours.changeShare, row.sessions.value, row.sessions.yearBefore, row.sessions.changeShare])]),
  quarters: dish('quarterly trend', ['company', 'from', 'to'], quarterlyTrend, (words) => ({ company: words.company, ...(words.ofRange ? { from: words.from, to: words.to } : { from: monthsBack(addDays(words.to, -1), 41), to: words.to }) }), ({ rows }) =>
    [['quarter', 'whole', 'hours', 'sessions', 'volunteers', 'beneficiaries', 'spent', 'present', 'of'], ...rows.map((row) => [row.period, row.whole ? 'yes' : 'no', row.hours, row.sessions, row.volunteers, row.beneficiaries, row.budgetSpent, row.coverage.present, row.coverage.expected])]),
  latest: dish('latest state', ['company', 'campaign'], latestState, ({ company, campaign }) => ({ company, campaign }), ({ state }) => stateLines(state === null ? [] : [state])),
  all: dish('all campaigns at an instant', ['company', 'from'], campaignsAt, ({ company, from }) => ({ company, at: `${from}T00:00:00Z` }), ({ states }) => stateLines(states)),
}

/** A state may be of a row that has been rolled up since: the window says of which days. */
function stateLines(states: readonly CampaignState[]): Lines {
  return [['campaign', 'of', 'tier', 'status', 'volunteers', 'spent'], ...states.map(({ payload, window, tier, values }) => [payload?.campaignName ?? null, spanOf(window), tier, values.status, values.volunteersCurrent, values.budgetSpent])]
}

function spanOf(window: CampaignState['window'] | null): string | null {
  return window === null ? null : `${window.from} to ${window.to}`
}

function grainOf({ grain }: Words): { readonly grain?: Grain } {
  return grain === undefined ? {} : { grain }
}

function dish<Request, Answer>(
  title: string, asks: Dish['asks'], answer: (tm: Tidemark, request: Request) => Promise<Answer>, requestOf: (words: Words) => Request, linesOf: (answer: Answer) => Lines,
): Dish {
  return {
    title, asks,
    async ask(tm, words) {
      const given = await answer(tm, requestOf(words))
      return { answer: given, lines: linesOf(given) }
    },
  }
}

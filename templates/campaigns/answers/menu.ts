import { type Answer, type AnswerWords, type Grain, type Reader, TidemarkError } from 'tidemark'
import { ANSWERS } from './all.ts'
import { budgetAnswer } from './budget-burn.ts'
import { allAnswer } from './campaigns-at.ts'
import { alertsAnswer } from './capacity-alerts.ts'
import { forecastAnswer } from './capacity-forecast.ts'
import { gaugesAnswer } from './capacity-gauges.ts'
import { capacityAnswer } from './capacity-trend.ts'
import { comparisonAnswer } from './comparison.ts'
import { engagementAnswer } from './engagement.ts'
import { evidenceAnswer } from './evidence.ts'
import { heatAnswer } from './heat-map.ts'
import { impactAnswer } from './impact.ts'
import { type CampaignState, latestAnswer } from './latest-state.ts'
import { outcomesAnswer } from './outcomes.ts'
import { overviewAnswer } from './overview.ts'
import { quartersAnswer } from './quarterly-trend.ts'
import { OPTIONS, type Said } from './said.ts'
import { yearsAnswer } from './year-over-year.ts'

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
  readonly name: string
  readonly title: string
  /** Whether it is of one campaign, so that a call names it. */
  readonly ofCampaign: boolean
  /** Throws OPTION_UNKNOWN for something that was said and that it does not take: it would be answered as if it had not been. */
  check(said: Said): void
  ask(reader: Reader, words: Words): Promise<Shown>
}

/** The twelve have numbers; the four besides have none. */
const NUMBERED = 12

/** The twelve answers and the four besides, by the name that they are declared with. */
export const MENU: Readonly<Record<string, Dish>> = Object.fromEntries([
  dish(overviewAnswer, ({ cards }) => [['card', 'value', 'before', 'change', 'share'], ...cards.map((card) => [card.name, card.value, card.previous, card.change, card.changeShare])]),
  dish(gaugesAnswer, ({ gauges }) => [['gauge', 'current', 'target', 'utilisation', 'level'], ...gauges.map((gauge) => [gauge.name, gauge.current, gauge.target, gauge.utilization, gauge.level])]),
  dish(impactAnswer, ({ rows }) => [['period', 'SROI', 'VIS', 'hours', 'sessions', 'present'], ...rows.map((row) => [row.period, row.sroi, row.vis, row.hours, row.sessions, row.coverage.present])]),
  dish(capacityAnswer, ({ rows }) => [['period', 'volunteers', 'beneficiaries', 'together', 'present'], ...rows.map((row) => [row.period, row.volunteers, row.beneficiaries, row.together, row.coverage.present])]),
  dish(budgetAnswer, (burn) => [
    ['state', 'as of', 'allocated', 'spent', 'remaining', 'over plan', 'exhausted on', 'from', 'to'],
    [burn.state, burn.asOf, burn.allocated, burn.spent, burn.remaining, burn.overPlan, burn.exhaustion, burn.earliest, burn.latest],
  ]),
  dish(heatAnswer, ({ cells }) => {
    const hours = [...new Set(cells.map(({ hour }) => hour))].sort()
    const weekdays = [...new Set(cells.map(({ weekday }) => weekday))]
    return [['day', ...hours], ...weekdays.map((weekday) => [weekday, ...hours.map((hour) => cells.find((cell) => cell.weekday === weekday && cell.hour === hour)?.sessions ?? 0)])]
  }),
  dish(outcomesAnswer, ({ axes, window, windowBefore }) => [['outcome', 'value', 'of', 'before', 'of', 'change'], ...axes.map((axis) => [axis.outcome, axis.value, spanOf(window), axis.before, spanOf(windowBefore), axis.change])]),
  dish(alertsAnswer, ({ alerts }) => [
    ['campaign', 'capacity', 'current', 'target', 'utilisation', 'action'],
    ...alerts.map((one) => [one.campaign.slice(0, 8), one.capacity, one.current, one.target, one.utilization, one.action]),
  ]),
  dish(evidenceAnswer, ({ rows }) => [['score', 'campaign', 'text', 'source'], ...rows.map((row) => [row.score, row.campaignName, row.text, row.url])], ({ most }) => ({ most: most ?? 5 })),
  dish(comparisonAnswer, ({ rows }) => [['campaign', 'status', 'volunteers', 'rank', 'SROI', 'rank', 'hours', 'rank'], ...rows.map((row) => [
    row.campaign.slice(0, 8), row.status, row.values.volunteersUtilization, row.ranks.volunteersUtilization, row.values.sroi, row.ranks.sroi, row.values.hours, row.ranks.hours,
  ])]),
  dish(forecastAnswer, (made) => [
    ['method', 'threshold', 'on', 'from', 'to', 'last step', '95 % from', '95 % to'],
    [made.method, made.threshold?.state ?? null, made.threshold?.period ?? null, made.threshold?.earliest ?? null, made.threshold?.latest ?? null, made.steps.at(-1)?.value ?? null, made.steps.at(-1)?.low95 ?? null, made.steps.at(-1)?.high95 ?? null],
  ]),
  dish(engagementAnswer, ({ rows }) => [['campaign', 'retention', 'dropout', 'sessions each'], ...rows.map((row) => [row.campaign?.slice(0, 8) ?? '(all)', row.volunteerRetention, row.beneficiaryDropout, row.averageSessions])]),
  dish(yearsAnswer, ({ rows }) => [
    ['month', 'whole', 'hours', 'year before', 'change', 'sessions', 'year before', 'change'],
    ...rows.map((row) => [row.period, row.whole ? 'yes' : 'no', row.hours.value, row.hours.yearBefore, row.hours.changeShare, row.sessions.value, row.sessions.yearBefore, row.sessions.changeShare]),
  ]),
  dish(quartersAnswer, ({ rows }) => [
    ['quarter', 'whole', 'hours', 'sessions', 'volunteers', 'beneficiaries', 'spent', 'present', 'of'],
    ...rows.map((row) => [row.period, row.whole ? 'yes' : 'no', row.hours, row.sessions, row.volunteers, row.beneficiaries, row.budgetSpent, row.coverage.present, row.coverage.expected]),
  ]),
  dish(latestAnswer, ({ state }) => stateLines(state === null ? [] : [state])),
  dish(allAnswer, ({ states }) => stateLines(states), ({ from }) => ({ at: `${from}T00:00:00Z` }), ['from']),
].map((one) => [one.name, one]))

/** A state may be of a row that has been rolled up since: the window says of which days. */
function stateLines(states: readonly CampaignState[]): Lines {
  return [['campaign', 'of', 'tier', 'status', 'volunteers', 'spent'], ...states.map(({ payload, window, tier, values }) => [payload?.campaignName ?? null, spanOf(window), tier, values.status, values.volunteersCurrent, values.budgetSpent])]
}

function spanOf(window: CampaignState['window'] | null): string | null {
  return window === null ? null : `${window.from} to ${window.to}`
}

/** How the words of answers are said in a call, where it is in another way. */
const SAID_AS: Readonly<Record<string, string>> = { tenant: 'company', entity: 'campaign' }

/** @param more words that a call says in another way, by its options `others` */
function dish<Taken extends object, Document>(
  answer: Answer<Taken, Document>, linesOf: (document: Document) => Lines, more: (words: Words) => AnswerWords = () => ({}), others: readonly string[] = [],
): Dish {
  const place = ANSWERS.findIndex(({ name }) => name === answer.name)
  const { title } = answer
  return {
    name: answer.name, title: `${place < NUMBERED ? `${place + 1} · ` : ''}${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    ofCampaign: answer.words.some(({ word, required }) => word === 'entity' && required),
    check(said) {
      const taken = new Set([...answer.words.map(({ word }) => SAID_AS[word] ?? word), ...others])
      const unknown = Object.entries(said).find(([option, value]) => value !== undefined && !taken.has(option))?.[0]
      if (unknown !== undefined) {
        throw new TidemarkError('OPTION_UNKNOWN', `${answer.name} takes no --${unknown}`, { where: `--${unknown}`, hint: `It takes ${Object.keys(OPTIONS).filter((option) => taken.has(option) || option === 'now').map((option) => `--${option}`).join(', ')}.` })
      }
    },
    async ask(reader, words) {
      const document = await answer.ask(reader, { ...saidTo(answer, words), ...more(words) } as Taken)
      return { answer: document, lines: linesOf(document) }
    },
  }
}

/** The words of a call that an answer takes: what was not said, and is usual for it, it fills in itself. */
function saidTo({ words: taken }: Answer<never>, { company, campaign, from, to, grain, horizon, most, ofCampaign, ofRange }: Words): AnswerWords {
  const has = (name: string): boolean => taken.some(({ word }) => word === name)
  const needsCampaign = taken.some(({ word, required }) => word === 'entity' && required)
  return {
    ...(has('tenant') ? { tenant: company } : {}), ...(needsCampaign || (has('entity') && ofCampaign) ? { entity: campaign } : {}),
    ...(has('from') && ofRange ? { from } : {}), ...(has('to') ? { to } : {}), ...(has('grain') && grain !== undefined ? { grain } : {}),
    ...(has('horizon') && horizon !== undefined ? { horizon } : {}), ...(has('most') && most !== undefined ? { most } : {}),
  }
}

import { formatDay, parseDay } from '../calendar/civil.ts'
import type { EpochDay } from '../calendar/day.ts'
import { checkOptions } from '../definitions/options.ts'
import { TidemarkError } from '../errors.ts'
import { compareDecimals, type Decimal, printDecimal, readDecimal, subtractDecimals } from '../measures/decimal.ts'
import { type Forecast, forecast } from './forecast.ts'

/** A cumulative amount at the end of a local day, `YYYY-MM-DD`; null: not known. Amounts are decimals, as answers print them. */
export interface AmountOnDay {
  readonly day: string
  readonly amount: string | number | null
}

/** A budget: all of it, what was spent by when, and what was to be spent by when. */
export interface BurnRateRequest {
  /** The whole budget; null: there is none. */
  readonly allocated: string | number | null
  /** What had been spent by each day. */
  readonly spent: readonly AmountOnDay[]
  /** What was to be spent by each day. */
  readonly planned?: readonly AmountOnDay[]
  /** Days after the last known one to project; 1 to 400. */
  readonly horizon: number
}

/** A day of the budget; low80 and high80 are the bounds of the projection. */
export interface BurnRateRow {
  readonly day: string
  readonly spent: string | null
  readonly planned: string | null
  readonly projected: string | null
  readonly low80: string | null
  readonly high80: string | null
}

/**
 * - `no_budget`: none is allocated (null, or 0 of which nothing was spent)
 * - `exhausted`: all of it, or more, is spent
 * - `projected`: it will be, within the horizon
 * - `not_within_horizon`, `too_little_data`
 */
export type BurnRateState = 'no_budget' | 'exhausted' | 'projected' | 'not_within_horizon' | 'too_little_data'

/** How a budget stands, and when it will be used up. Amounts are decimals, days `YYYY-MM-DD`. */
export interface BurnRate {
  readonly state: BurnRateState
  /** The day on which it was exhausted (since when it has stayed so), or is projected to be; null otherwise, and where the known days do not tell it. */
  readonly exhaustion: string | null
  /**
   * Of a projection the bounds of its 80 % interval. Of a budget that is exhausted the first and the last day on which it
   * may have been: one and the same where the days about it are known, and `earliest` is null where no known day lies before it.
   */
  readonly earliest: string | null
  readonly latest: string | null
  /** As of the last known day; remaining is negative where more was spent than allocated. */
  readonly asOf: string | null
  readonly spent: string | null
  readonly remaining: string | null
  /** Spent less planned on that day; null where no plan is known for it. */
  readonly overPlan: string | null
  /** Ascending by day; every day that one of the three knows. */
  readonly rows: readonly BurnRateRow[]
  readonly forecast: Forecast
}

/** Money: two digits, or more where the amounts have more. */
const FEWEST_DIGITS = 2

/**
 * Sets what was spent beside what was planned, and projects it to the day on which the budget is used up. Whether it is
 * used up already is judged exactly; the projection is `forecast` of the cumulative amounts.
 *
 * @throws FORECAST_INVALID for a day or an amount that is none, for a day that is told twice, and for an option that is not known
 */
export function burnRate(request: BurnRateRequest): BurnRate {
  checkOptions(request, ['allocated', 'spent', 'planned', 'horizon'], 'burnRate(…)', 'FORECAST_INVALID')
  const allocated = request.allocated === null ? null : amountOf(request.allocated, 'allocated')
  const spent = readAmounts(request.spent, 'spent')
  const planned = readAmounts(request.planned ?? [], 'planned')
  const days = [...spent.keys()].sort((a, b) => a - b)
  const asOf = days.at(-1)
  const latest = asOf === undefined ? null : (spent.get(asOf) as Decimal)
  const plan = asOf === undefined ? undefined : planned.get(asOf)
  const used = (amount: Decimal): boolean => allocated !== null && amount.digits > 0n && compareDecimals(amount, allocated) >= 0
  const none = allocated === null || (allocated.digits === 0n && (latest === null || latest.digits <= 0n))
  const made = forecast(days.map((index) => ({ index, value: Number(printDecimal(spent.get(index) as Decimal)) })), {
    horizon: request.horizon, season: null,
    scale: Math.max(FEWEST_DIGITS, ...[...spent.values()].map(({ scale }) => scale)),
    ...(none ? {} : { threshold: { atLeast: printDecimal(allocated) } }),
  })
  const dayOf = (step: number | null | undefined): string | null => (step === null || step === undefined || asOf === undefined ? null : formatDay(asOf + step))
  const state: BurnRateState = none ? 'no_budget'
    : latest !== null && used(latest) ? 'exhausted'
    : made.reason !== null ? 'too_little_data'
    : made.threshold?.state === 'reached' ? 'projected' : 'not_within_horizon'
  const projecting = state === 'projected' || state === 'not_within_horizon'
  return {
    state,
    ...(state === 'exhausted' ? sinceWhen(days, (day) => used(spent.get(day) as Decimal))
      : projecting ? { exhaustion: dayOf(made.threshold?.step), earliest: dayOf(made.threshold?.earliest), latest: dayOf(made.threshold?.latest) }
      : { exhaustion: null, earliest: null, latest: null }),
    asOf: asOf === undefined ? null : formatDay(asOf),
    spent: latest === null ? null : printDecimal(latest),
    remaining: latest === null || allocated === null ? null : printDecimal(subtractDecimals(allocated, latest)),
    overPlan: latest === null || plan === undefined ? null : printDecimal(subtractDecimals(latest, plan)),
    rows: rowsOf(spent, planned, made, asOf),
    forecast: made,
  }
}

/** Of the days at the end on which it was used up, the first; the days that are not known before it may have been it, too. */
function sinceWhen(days: readonly EpochDay[], used: (day: EpochDay) => boolean): Pick<BurnRate, 'exhaustion' | 'earliest' | 'latest'> {
  const place = days.findLastIndex((day) => !used(day))
  const [before, since] = [days[place], days[place + 1]]
  const latest = since === undefined ? null : formatDay(since)
  const earliest = before === undefined ? null : formatDay(before + 1)
  return { exhaustion: earliest === latest ? latest : null, earliest, latest }
}

function rowsOf(spent: ReadonlyMap<EpochDay, Decimal>, planned: ReadonlyMap<EpochDay, Decimal>, made: Forecast, asOf: EpochDay | undefined): readonly BurnRateRow[] {
  const steps = new Map(asOf === undefined || made.reason !== null ? [] : made.steps.map((step) => [asOf + step.step, step]))
  const days = [...new Set([...spent.keys(), ...planned.keys(), ...steps.keys()])].sort((a, b) => a - b)
  const text = (amount: Decimal | undefined): string | null => (amount === undefined ? null : printDecimal(amount))
  return days.map((day) => {
    const step = steps.get(day)
    return {
      day: formatDay(day), spent: text(spent.get(day)), planned: text(planned.get(day)),
      projected: step?.value ?? null, low80: step?.low80 ?? null, high80: step?.high80 ?? null,
    }
  })
}

function readAmounts(amounts: readonly AmountOnDay[], where: string): ReadonlyMap<EpochDay, Decimal> {
  const read = new Map<EpochDay, Decimal>()
  for (const { day, amount } of amounts) {
    const at = parseDay(day)
    if (at === null) throw new TidemarkError('FORECAST_INVALID', `${JSON.stringify(day)} is no day`, { where })
    if (read.has(at)) throw new TidemarkError('FORECAST_INVALID', `${day} is told twice`, { where, hint: 'An amount runs on: give what had been spent, or planned, by the end of each day, once.' })
    if (amount !== null) read.set(at, amountOf(amount, where))
  }
  return read
}

function amountOf(value: string | number, where: string): Decimal {
  const amount = readDecimal(value)
  if (amount !== null) return amount
  throw new TidemarkError('FORECAST_INVALID', `${JSON.stringify(value)} is no exact amount`, { where, hint: "Write an integer, or a decimal as text: '1250.00'." })
}

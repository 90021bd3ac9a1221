import { formatDay, parseDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import { type PeriodGrain, periodEnd, periodsBetween, periodStart } from '../calendar/period.ts'
import { TidemarkError } from '../errors.ts'
import { isAdditive } from '../measures/additive.ts'
import { readDecimal } from '../measures/decimal.ts'
import type { AnswerScalar, Coverage, QueryAnswer, QueryRow, Reason } from '../query/answer.ts'
import type { QueryRequest } from '../query/request.ts'
import { type Forecast, forecast, type ForecastStep, MOST_HORIZON } from './forecast.ts'
import type { Threshold, ThresholdState } from './threshold.ts'

/** What to forecast: one answer of one entity. */
export interface ForecastRequest<Key extends string = string> {
  /** A number: `contributions.sum`, `capacity.value`. */
  readonly select: Key
  readonly tenant: string
  readonly entity: string
  /** First local day of the history, `YYYY-MM-DD`. Default: 400 periods back. */
  readonly from?: string
  /** The local day after the last of the history. Default: all that is over. */
  readonly to?: string
  /** Default `day`. */
  readonly grain?: PeriodGrain
  /** Periods to forecast; 1 to 400. */
  readonly horizon: number
  /** Periods that a season has; null: none. Default: 7 days, 12 months, 4 quarters; of weeks and years none. */
  readonly season?: number | null
  readonly threshold?: Threshold
}

/** When a threshold is reached: first local days of periods; null: not within the horizon. */
export interface ThresholdDay {
  readonly state: ThresholdState
  readonly period: string | null
  readonly earliest: string | null
  readonly latest: string | null
}

export type ForecastPeriod = Omit<ForecastStep, 'step'> & { readonly step: number; readonly period: string | null }

/** A forecast with what it was made from. */
export interface SeriesForecast extends Omit<Forecast, 'latest' | 'steps' | 'threshold'> {
  readonly series: string
  readonly select: string
  readonly tenant: string
  readonly entity: string
  readonly grain: PeriodGrain
  /** What was used: from the first value to the last, gaps included; null where nothing could be. */
  readonly history: {
    /** Half-open local days. */
    readonly from: string
    readonly to: string
    readonly coverage: Coverage
    readonly values: readonly { readonly period: string; readonly value: AnswerScalar }[]
  } | null
  readonly steps: readonly ForecastPeriod[]
  readonly threshold: ThresholdDay | null
}

const MOST_PERIODS = 400
const SEASONS: Readonly<Record<PeriodGrain, number | null>> = { day: 7, week: null, month: 12, quarter: 4, year: null }
const FEWEST_DIGITS = 2

/**
 * Forecasts one answer of one entity from its own history, as `forecast` does. A period is used when it is over and has a
 * value; of a sum, count or increase only when every window of it is present, and of an increase not the first one, which
 * has what came after its first value only. All others are gaps.
 *
 * @throws FORECAST_INVALID for an answer that is no number, and what `query` throws
 */
export async function forecastSeries(
  ask: (series: string, request: QueryRequest) => Promise<QueryAnswer>, series: string, request: ForecastRequest, now: number,
): Promise<SeriesForecast> {
  const { select, tenant, entity, grain = 'day', horizon } = request
  const season = request.season === undefined ? SEASONS[grain] : request.season
  if (SEASONS[grain] === undefined) throw new TidemarkError('FORECAST_INVALID', `there is no forecast by ${JSON.stringify(grain)}`, { where: 'grain', hint: `One of: ${Object.keys(SEASONS).join(', ')}.` })
  // Today is at most a day later in the entity's zone; what is not over yet says so itself.
  const end = periodEnd(grain, Math.floor(now / DAY_MS) + 1)
  const to = request.to ?? formatDay(end)
  const from = request.from ?? formatDay(backFrom(grain, parseDay(to) ?? end))
  const { rows } = await ask(series, { select: [select], tenant, entity, grain, from, to })
  const places = new Map(periodsBetween(grain, parseDay(from) as number, parseDay(to) as number).map(({ start }, index) => [formatDay(start), index]))
  const whole = rows.map((row) => ({ index: places.get(row.period) as number, value: usable(row, select), row }))
  const points = select.endsWith('.increase') ? withoutFirst(whole) : whole
  const made = forecast(points.map(({ index, value }) => ({ index, value: value === null ? null : Number(value) })), {
    horizon, season, scale: Math.max(FEWEST_DIGITS, ...points.map(({ value }) => readDecimal(value)?.scale ?? 0)),
    ...(request.threshold === undefined ? {} : { threshold: request.threshold }),
  })
  const used = points.filter(({ value }) => value !== null)
  const [first, last] = [used[0], used.at(-1)]
  const next = last === undefined ? null : periodEnd(grain, parseDay(last.row.period) as number)
  const periods = next === null ? [] : ahead(grain, next, horizon)
  const day = (step: number | null): string | null => (step === null ? null : periods[step - 1] ?? null)
  const { latest: _, steps, threshold, ...rest } = made
  return {
    series, select, tenant, entity, grain, ...rest,
    history: first === undefined || next === null ? null : {
      from: first.row.period, to: formatDay(next),
      coverage: coverageOf(points.filter(({ index }) => index >= first.index && index <= (last as typeof first).index).map(({ row }) => row)),
      values: used.map(({ row, value }) => ({ period: row.period, value })),
    },
    steps: steps.map((step) => ({ ...step, period: day(step.step) })),
    threshold: threshold === null ? null : { state: threshold.state, period: day(threshold.step), earliest: day(threshold.earliest), latest: day(threshold.latest) },
  }
}

/** The value of a period that can be learned from; null for a gap. */
function usable(row: QueryRow, select: string): AnswerScalar {
  const value = row[select as `${string}.${string}`] ?? null
  if (value === null) return null
  if (readDecimal(value) === null) throw new TidemarkError('FORECAST_INVALID', `${select} is ${JSON.stringify(value)}, not a number`, { where: 'select' })
  if ((row.coverage.reasons.open ?? 0) > 0) return null
  const present = row.coverage.measures?.[select.split('.', 1)[0] as string]?.present ?? row.coverage.present
  return isAdditive(select) && present < row.coverage.expected ? null : value
}

function withoutFirst<P extends { readonly value: AnswerScalar }>(points: readonly P[]): readonly P[] {
  return points.slice(points.findIndex(({ value }) => value !== null) + 1)
}

function backFrom(grain: PeriodGrain, end: number): number {
  let day = periodStart(grain, end - 1)
  for (let back = 1; back < MOST_PERIODS; back++) day = periodStart(grain, day - 1)
  return day
}

function ahead(grain: PeriodGrain, from: number, count: number): string[] {
  const days: string[] = []
  for (let day = from; days.length < Math.min(count, MOST_HORIZON); day = periodEnd(grain, day)) days.push(formatDay(day))
  return days
}

function coverageOf(rows: readonly QueryRow[]): Coverage {
  let [expected, present] = [0, 0]
  const reasons: Partial<Record<Reason, number>> = {}
  for (const { coverage } of rows) {
    expected += coverage.expected
    present += coverage.present
    for (const [reason, count] of Object.entries(coverage.reasons) as [Reason, number][]) reasons[reason] = (reasons[reason] ?? 0) + count
  }
  return { expected, present, reasons }
}

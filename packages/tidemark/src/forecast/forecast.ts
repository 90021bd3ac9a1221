import { checkOptions } from '../definitions/options.ts'
import { TidemarkError } from '../errors.ts'
import { damped } from './damped.ts'
import { coverageOf, widthsOf } from './interval.ts'
import { linear } from './linear.ts'
import { type Fit, type Fitted, type History, METHODS, type MethodName, meanOf, presentOf } from './method.ts'
import { evaluate, type Miss, originsOf } from './rolling-origin.ts'
import { seasonal } from './seasonal.ts'
import { type Threshold, type ThresholdForecast, thresholdOf } from './threshold.ts'

/** One period of a history: `index` counts periods from any start; null, or a period that is left out, is a gap. */
export interface Point {
  readonly index: number
  readonly value: number | null
}

/** How far ahead, and what is known of the values. */
export interface ForecastOptions {
  /** Periods to forecast after the last value; 1 to 400. */
  readonly horizon: number
  /** Periods that a season has; null, or 1: there is none. */
  readonly season: number | null
  /** Digits after the point that values are rounded to. */
  readonly scale: number
  readonly threshold?: Threshold
}

/** One forecast period. Values are decimals at the forecast's scale; null where nothing can be said. */
export interface ForecastStep {
  /** 1: the period after the last value. */
  readonly step: number
  readonly value: string | null
  readonly low80: string | null
  readonly high80: string | null
  readonly low95: string | null
  readonly high95: string | null
}

/**
 * What a method's forecasts missed by over the rolling origins, on the (origin, step) pairs that every compared method has.
 *
 * - `mae`: mean |actual − forecast|, at the forecast's scale
 * - `mase`: mae over the mean |change| from one period to the next in the whole history (Hyndman and Koehler 2006; their
 *   scale is the training's, which would differ from origin to origin); null when nothing ever changed
 */
export interface MethodError {
  readonly method: MethodName
  /** Which form of it would forecast from the whole history; null: none. */
  readonly form: string | null
  readonly mae: string | null
  readonly mase: string | null
  /**
   * Why it was not compared: `no_season`: none is known; `too_little_data`: it cannot be fitted, or at fewer than half of
   * what the baseline was measured on; `nothing_measured`: no period after an origin has a value.
   */
  readonly reason: 'no_season' | 'too_little_data' | 'nothing_measured' | null
}

/** How the chosen method would have done on this history. */
export interface PastError {
  readonly mae: string
  readonly mase: string | null
  /** Mean |error / actual|, as a share; actual values of 0 are left out. */
  readonly mape: string | null
  /** Share of actual values inside the intervals that would have been given, from what was known by then. */
  readonly within80: string | null
  readonly within95: string | null
  readonly origins: number
  readonly forecasts: number
}

/** A forecast, how it was chosen, and how wrong it would have been before. */
export interface Forecast {
  /** `too_little_data`: fewer than eight values; everything else is null then. */
  readonly reason: 'too_little_data' | null
  /** Values that were used, and gaps between the first and the last. */
  readonly points: number
  readonly gaps: number
  /** Index of the last value's period: step 1 is the one after it. null without a value. */
  readonly latest: number | null
  readonly scale: number
  readonly season: number | null
  readonly method: MethodName | null
  readonly form: string | null
  readonly methods: readonly MethodError[]
  readonly steps: readonly ForecastStep[]
  readonly threshold: ThresholdForecast | null
  readonly pastError: PastError | null
}

const FEWEST_POINTS = 8
export const MOST_HORIZON = 400
/** Digits of shares and scaled errors. */
const SHARE_SCALE = 4
/** Errors that differ by less than this share of the values' size differ by rounding only. */
const TIE = 1e-9

/**
 * Forecasts a series of equally spaced values by the method that has missed by least on its own past: the baseline is
 * least squares, the others are a damped trend and, where a season is known, a seasonal method. Of equals the baseline
 * wins. Deterministic; gaps are never filled.
 *
 * @throws FORECAST_INVALID for a horizon or season that is none, and for an option that is not known
 */
export function forecast(points: readonly Point[], options: ForecastOptions): Forecast {
  checkOptions(options, ['horizon', 'season', 'scale', 'threshold'], 'forecast(…)', 'FORECAST_INVALID')
  const { horizon, scale } = options
  whole('the horizon', horizon, 1, MOST_HORIZON)
  if (options.season !== null) whole('the season', options.season, 1, 10_000)
  const season = options.season === 1 ? null : options.season
  if (options.threshold !== undefined) checkThreshold(options.threshold)
  const { history, latest } = historyOf(points)
  const present = presentOf(history)
  const steps = Array.from({ length: horizon }, (_, index) => index + 1)
  const head = { points: present.length, gaps: history.length - present.length, latest, scale, season }
  if (present.length < FEWEST_POINTS) {
    return {
      reason: 'too_little_data', ...head, method: null, form: null, methods: [],
      steps: steps.map((step) => ({ step, value: null, low80: null, high80: null, low95: null, high95: null })), threshold: null, pastError: null,
    }
  }
  const fits: Readonly<Record<MethodName, Fit>> = { linear, damped, seasonal: season === null ? (_history, ends) => ends.map(() => null) : seasonal(season) }
  const { chosen, methods, misses, fitted } = contest(history, fits, horizon, scale, season)
  const widths = widthsOf(misses, horizon)
  const forecasted = steps.map((step): ForecastStep => {
    const value = fitted.at(step)
    const width = widths[step - 1] ?? null
    const end = (offset: number | undefined): string | null => (offset === undefined ? null : printed(value + offset, scale))
    return {
      step, value: printed(value, scale),
      low80: end(width === null ? undefined : -width.p80), high80: end(width?.p80), low95: end(width === null ? undefined : -width.p95), high95: end(width?.p95),
    }
  })
  return {
    reason: null, ...head, method: chosen, form: fitted.form, methods, steps: forecasted,
    threshold: options.threshold === undefined ? null : thresholdOf(options.threshold, (present.at(-1) as { value: number }).value, forecasted),
    pastError: misses.length === 0 ? null : pastErrorOf(misses, history, horizon, scale),
  }
}

/** Measures every method, and takes the one with the least mean absolute error. */
function contest(history: History, fits: Readonly<Record<MethodName, Fit>>, horizon: number, scale: number, season: number | null) {
  const evaluation = evaluate(history, originsOf(history), fits, horizon)
  const compared = METHODS.filter((name) => evaluation[name].misses.length > 0 && evaluation[name].misses.length * 2 >= evaluation.linear.misses.length && evaluation[name].whole !== null)
  const keys = compared.map((name) => new Set(evaluation[name].misses.map(keyOf)))
  const common = (name: MethodName): readonly Miss[] => evaluation[name].misses.filter((miss) => keys.every((others) => others.has(keyOf(miss))))
  const tie = TIE * Math.max(...presentOf(history).map(({ value }) => Math.abs(value)))
  let chosen: MethodName = 'linear'
  let least = compared.length === 0 ? 0 : maeOf(common('linear'))
  const methods = METHODS.map((method): MethodError => {
    const form = evaluation[method].whole?.form ?? null
    if (!compared.includes(method)) {
      const reason = method === 'seasonal' && season === null ? 'no_season' : evaluation.linear.misses.length === 0 && form !== null ? 'nothing_measured' : 'too_little_data'
      return { method, form, mae: null, mase: null, reason }
    }
    const mae = maeOf(common(method))
    if (mae < least - tie) [chosen, least] = [method, mae]
    return { method, form, mae: printed(mae, scale), mase: scaled(mae, history), reason: null }
  })
  const { misses, whole } = evaluation[chosen]
  return { chosen, methods, misses, fitted: whole as Fitted }
}

function pastErrorOf(misses: readonly Miss[], history: History, horizon: number, scale: number): PastError {
  const mae = maeOf(misses)
  const relative = misses.filter(({ actual }) => actual !== 0).map(({ actual, error }) => Math.abs(error / actual))
  const within = coverageOf(misses, horizon)
  return {
    mae: printed(mae, scale), mase: scaled(mae, history), mape: relative.length === 0 ? null : printed(meanOf(relative), SHARE_SCALE),
    within80: within.p80 === null ? null : printed(within.p80, SHARE_SCALE), within95: within.p95 === null ? null : printed(within.p95, SHARE_SCALE),
    origins: new Set(misses.map(({ origin }) => origin)).size, forecasts: misses.length,
  }
}

/** From the first value to the last, a place for each period. */
function historyOf(points: readonly Point[]): { readonly history: History; readonly latest: number | null } {
  const present = points.filter(({ value }) => value !== null)
  if (present.length === 0) return { history: [], latest: null }
  const first = Math.min(...present.map(({ index }) => index))
  const last = Math.max(...present.map(({ index }) => index))
  const history = new Array<number | null>(last - first + 1).fill(null)
  for (const { index, value } of present) history[index - first] = value
  return { history, latest: last }
}

const keyOf = ({ origin, step }: Miss): string => `${origin} ${step}`

const maeOf = (misses: readonly Miss[]): number => meanOf(misses.map(({ error }) => Math.abs(error)))

function scaled(mae: number, history: History): string | null {
  const changes = history.flatMap((value, at) => {
    const before = at === 0 ? null : history[at - 1]
    return value === null || before === null || before === undefined ? [] : [Math.abs(value - before)]
  })
  const change = changes.length === 0 ? 0 : meanOf(changes)
  return change === 0 ? null : printed(mae / change, SHARE_SCALE)
}

/** A decimal of `scale` digits; never `-0.00`. */
export function printed(value: number, scale: number): string {
  const text = value.toFixed(scale)
  return Number(text) === 0 && text.startsWith('-') ? text.slice(1) : text
}

function checkThreshold(threshold: Threshold): void {
  const bound = 'atLeast' in threshold ? threshold.atLeast : threshold.atMost
  if (bound !== '' && Number.isFinite(Number(bound))) return
  throw new TidemarkError('FORECAST_INVALID', `${JSON.stringify(bound)} is no bound to reach`, { where: 'threshold', hint: "Write { atLeast: '0.80' } or { atMost: '0' }." })
}

function whole(what: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw new TidemarkError('FORECAST_INVALID', `${what} is a whole number from ${least} to ${most}, not ${String(value)}`, { where: what.replace('the ', '') })
}

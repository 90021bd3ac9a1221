import type { ForecastStep } from './forecast.ts'

/** A bound that a value is watched for: reached when it is at or past it. */
export type Threshold = { readonly atLeast: number | string } | { readonly atMost: number | string }

/**
 * - `already_reached`: by the latest value there is
 * - `reached`: by the forecast, within the horizon
 * - `moving_away`: the forecast ends further from it than the latest value
 * - `not_within_horizon`: none of these
 */
export type ThresholdState = 'already_reached' | 'reached' | 'moving_away' | 'not_within_horizon'

/** When a threshold is reached, in steps after the latest period; null: not within the horizon. */
export interface ThresholdForecast {
  readonly state: ThresholdState
  /** The first step whose forecast reaches it. */
  readonly step: number | null
  /** The first step at which the far end of its 80 % interval does, and at which the near end does. */
  readonly earliest: number | null
  readonly latest: number | null
}

/** Compares as printed: what reads 0.8000 has reached 0.80. */
export function thresholdOf(threshold: Threshold, latest: number, steps: readonly ForecastStep[]): ThresholdForecast {
  const up = 'atLeast' in threshold
  const bound = Number(up ? threshold.atLeast : threshold.atMost)
  const reaches = (value: number | string | null): boolean => value !== null && (up ? Number(value) >= bound : Number(value) <= bound)
  if (reaches(latest)) return { state: 'already_reached', step: null, earliest: null, latest: null }
  const first = (valueOf: (step: ForecastStep) => string | null): number | null => steps.find((step) => reaches(valueOf(step)))?.step ?? null
  const step = first(({ value }) => value)
  const last = steps.at(-1)?.value ?? null
  const away = last !== null && Math.abs(Number(last) - bound) > Math.abs(latest - bound)
  return {
    state: step !== null ? 'reached' : away ? 'moving_away' : 'not_within_horizon',
    step,
    earliest: first(({ low80, high80 }) => (up ? high80 : low80)),
    latest: first(({ low80, high80 }) => (up ? low80 : high80)),
  }
}

import type { SeriesForecast, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'

export interface CapacityForecastRequest {
  readonly company: string
  readonly campaign: string
  /** Default `volunteers`. */
  readonly capacity?: 'volunteers' | 'beneficiaries'
  /** First local day to learn from; left out: as far back as is useful. */
  readonly from?: string
  readonly to?: string
  /** Days to forecast; default 30. */
  readonly horizon?: number
  /** The utilisation whose day is looked for; default `0.8`. */
  readonly threshold?: string
}

/** 11 · How full a campaign will be, with intervals, the day a threshold is crossed, and the measured error of past forecasts. */
export async function capacityForecast(
  tm: Tidemark, { company, campaign, capacity = 'volunteers', from, to, horizon = 30, threshold = '0.8' }: CapacityForecastRequest,
): Promise<SeriesForecast> {
  return tm.forecast(campaignMetrics, {
    select: `${capacity}Utilization.value`, tenant: company, entity: campaign, grain: 'day', horizon, threshold: { atLeast: threshold },
    ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }),
  })
}

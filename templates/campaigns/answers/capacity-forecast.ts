import { answer, type Reader, type SeriesForecast } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { NOTHING } from './coverage.ts'
import { usualRange } from './usual-range.ts'

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

/** From here on a capacity is high. */
const THRESHOLD = '0.8'

/** 11 · How full a campaign will be, with intervals, the day a threshold is crossed, and the measured error of past forecasts. */
export async function capacityForecast(
  tm: Reader, { company, campaign, capacity = 'volunteers', from, to, horizon = 30, threshold = THRESHOLD }: CapacityForecastRequest,
): Promise<SeriesForecast> {
  return tm.forecast(campaignMetrics, {
    select: `${capacity}Utilization.value`, tenant: company, entity: campaign, grain: 'day', horizon, threshold: { atLeast: threshold },
    ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }),
  })
}

export const forecastAnswer = answer('forecast', {
  title: 'Capacity forecast', summary: "How full a campaign's volunteer places will be, with intervals, the day a threshold is crossed, and by how much past forecasts have missed.",
  words: { tenant: 'required', entity: 'required', from: 'optional', to: 'optional', horizon: 'optional', threshold: 'optional' }, place: { row: 3, column: 1, width: 'half' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'chart', left: { title: 'share of the target', unit: 'share' }, right: null,
    traces: [
      { title: '95 % of what is likely', rows: 'steps', x: 'period', y: 'high95', low: 'low95', as: 'band', axis: 'left', tone: 'quiet' },
      { title: '80 % of what is likely', rows: 'steps', x: 'period', y: 'high80', low: 'low80', as: 'band', axis: 'left', tone: 'quiet' },
      { title: 'used', rows: 'history.values', x: 'period', y: 'value', as: 'line', axis: 'left', tone: 'main' },
      { title: 'forecast', rows: 'steps', x: 'period', y: 'value', as: 'dashes', axis: 'left', tone: 'main' },
    ],
    lines: [{ title: 'threshold', at: { path: 'bound' }, tone: 'warn' }], marks: [{ title: 'threshold reached', path: 'threshold.period' }],
    facts: [
      { title: 'method', path: 'method', unit: null }, { title: 'threshold', path: 'threshold.state', unit: null }, { title: 'reached on', path: 'threshold.period', unit: null },
      { title: 'at the earliest', path: 'threshold.earliest', unit: null }, { title: 'at the latest', path: 'threshold.latest', unit: null }, { title: 'has missed by (mean)', path: 'pastError.mae', unit: 'share' },
    ],
  },
  async ask(reader, { tenant, entity, horizon, threshold = THRESHOLD, ...range }) {
    const made = await capacityForecast(reader, { company: tenant, campaign: entity, threshold, ...(horizon === undefined ? {} : { horizon }), ...usualRange(reader, range, 85) })
    return { ...made, bound: threshold, coverage: made.history?.coverage ?? NOTHING }
  },
})

import type { Answer } from 'tidemark'
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
import { latestAnswer } from './latest-state.ts'
import { outcomesAnswer } from './outcomes.ts'
import { overviewAnswer } from './overview.ts'
import { quartersAnswer } from './quarterly-trend.ts'
import { yearsAnswer } from './year-over-year.ts'

/** The twelve answers in their order, and the four besides: as the server gives them, the dashboard draws them, and the command line knows them. */
export const ANSWERS: readonly Answer[] = [
  overviewAnswer, gaugesAnswer, impactAnswer, capacityAnswer, budgetAnswer, heatAnswer,
  outcomesAnswer, alertsAnswer, evidenceAnswer, comparisonAnswer, forecastAnswer, engagementAnswer,
  yearsAnswer, quartersAnswer, latestAnswer, allAnswer,
]

import { defineConfig } from 'tidemark'
import { ANSWERS } from './answers/all.ts'
import { campaignMetrics, capacityRules, sessionsHeld } from './history/series.ts'

export { campaign, campaignMetrics, capacityRules, sessions, sessionsHeld, statuses } from './history/series.ts'

export default defineConfig({
  store: 'sqlite:history.db', archive: 'archive', sources: { app: 'sqlite:app.db' }, series: [campaignMetrics, sessionsHeld], alerts: capacityRules,
  answers: ANSWERS,
})

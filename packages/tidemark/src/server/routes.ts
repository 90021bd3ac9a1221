import type { Route } from './route.ts'
import { adjustments } from './routes/adjustments.ts'
import { acknowledgeAlert, alerts, silenceAlert } from './routes/alerts.ts'
import { answer, answers } from './routes/answers.ts'
import { audit } from './routes/audit.ts'
import { capture, planCapture } from './routes/capture.ts'
import { declarations } from './routes/declarations.ts'
import { entities } from './routes/entities.ts'
import { events } from './routes/events.ts'
import { failures } from './routes/failures.ts'
import { forecast } from './routes/forecast.ts'
import { healthReport } from './routes/health-report.ts'
import { holds } from './routes/holds.ts'
import { inspect } from './routes/inspect.ts'
import { me } from './routes/me.ts'
import { quarantine } from './routes/quarantine.ts'
import { query } from './routes/query.ts'
import { rank } from './routes/rank.ts'
import { retractions } from './routes/retractions.ts'
import { runs } from './routes/runs.ts'
import { signals } from './routes/signals.ts'
import { states } from './routes/states.ts'
import { tenants } from './routes/tenants.ts'
import { tiers } from './routes/tiers.ts'
import { createToken, revokeToken, tokens } from './routes/tokens.ts'
import { timeline } from './routes/timeline.ts'
import { windows } from './routes/windows.ts'

/** Every route that needs a token. The server, its OpenAPI document, the probes of the tests and the documents are made from it. */
export const ROUTES: readonly Route[] = Object.freeze([
  me, declarations, tenants, entities,
  answers, answer,
  query, windows, rank, forecast, inspect, states, timeline,
  events, retractions, adjustments, planCapture, capture, signals,
  tiers, healthReport, runs, failures, quarantine, holds,
  alerts, acknowledgeAlert, silenceAlert,
  audit, tokens, createToken, revokeToken,
])

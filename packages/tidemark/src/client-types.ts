/** The routes of the HTTP API, as openapi-fetch reads them. Written by scripts/client-types.ts from the OpenAPI document. */
export interface paths {
  '/v1/me': {
    /** Who asks, and what they may do. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Me'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/declarations': {
    /** What is declared: all that a dashboard for any series needs. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Declarations'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/tenants': {
    /** The tenants that the token sees. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Tenants'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/entities': {
    /** The entities of a series, by tenant and name. */
    get: { parameters: { query?: { tenant?: string; allTenants?: boolean; after?: string; limit?: number; entity?: (string)[]; q?: string; search?: string }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Entities'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/answers': {
    /** The answers that the project declares: what they say, what they take, how they are drawn. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Answers'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/answers/{name}': {
    /** One answer of the project. */
    get: { parameters: { query?: { tenant?: string; entity?: string; from?: string; to?: string; grain?: 'captured' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'range'; at?: string; before?: string; horizon?: number; most?: number; threshold?: string; format?: 'json' | 'csv' }; path: { name: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['ProjectAnswer'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/query': {
    /** Answers by calendar periods, with the coverage of each row. */
    get: { parameters: { query: { select: (string)[]; tenant?: string; allTenants?: boolean; entity?: (string)[]; where?: (string)[]; by?: (string)[]; from?: string; to?: string; asOf?: string; grain?: 'captured' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'range'; total?: boolean; compare?: ('previous' | 'year')[]; format?: 'json' | 'csv' | 'parquet'; after?: string; limit?: number }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['QueryAnswer'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/windows': {
    /** Answers by windows that start on each entity’s own day. */
    get: { parameters: { query: { select: (string)[]; tenant?: string; allTenants?: boolean; entity?: (string)[]; where?: (string)[]; by?: (string)[]; from?: string; to?: string; asOf?: string; window?: string; anchor?: string; months?: number; format?: 'json' | 'csv' | 'parquet'; after?: string; limit?: number }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['WindowAnswer'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/rank': {
    /** Entities among their peers by one answer over a range. */
    get: { parameters: { query: { select: string; tenant?: string; allTenants?: boolean; entity?: (string)[]; where?: (string)[]; from: string; to: string; asOf?: string; by?: string }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['RankAnswer'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/forecast': {
    /** A forecast of one answer of one entity, with intervals and the measured past error. */
    get: { parameters: { query: { select: string; tenant?: string; entity: string; from?: string; to?: string; grain?: 'day' | 'week' | 'month' | 'quarter' | 'year'; horizon: number; season?: number; threshold?: string; side?: 'atLeast' | 'atMost' }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['ForecastAnswer'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/inspect': {
    /** One row, what produced it, and everything it said before. */
    get: { parameters: { query: { tenant?: string; entity: string; day?: string; at?: string; group?: (string)[] }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Inspection'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/states': {
    /** The state of entities at an instant: their latest captured windows, with payloads. */
    get: { parameters: { query?: { tenant?: string; entity?: string; at?: string }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['States'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/timeline': {
    /** What happened to the history of one entity, and why; latest first. */
    get: { parameters: { query: { tenant?: string; entity: string; from?: string; to?: string; after?: string; limit?: number }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Timeline'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/streams/{stream}/events': {
    /** Takes events in: one object, a list, or one object a line. The answer comes when they are durable. */
    post: { parameters: { query?: { onConflict?: 'quarantine' | 'replace' }; path: { stream: string }; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { [key: string]: unknown } | ({ [key: string]: unknown })[]; 'application/x-ndjson': string } }; responses: { 200: { content: { 'application/json': components['schemas']['EventReport'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/streams/{stream}/retractions': {
    /** Takes events back, while the rows that count them are retained. */
    post: { parameters: { query?: never; path: { stream: string }; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { retractions: ({ tenant: string; id: string })[] } } }; responses: { 200: { content: { 'application/json': components['schemas']['EventReport'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/adjustments': {
    /** Changes sums and counts by signed amounts, at any age. */
    post: { parameters: { query?: never; path: { series: string }; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { adjustments: ({ tenant: string; entity: string; day: string; measure: string; by: number | string; id: string; reason: string; group?: { [key: string]: string } | null })[] } } }; responses: { 200: { content: { 'application/json': components['schemas']['EventReport'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/capture': {
    /** What a capture would do now. Changes nothing. */
    get: { parameters: { query?: never; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['CapturePlan'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
    /** Closes the days that are over; of a collected series, asks its source for the windows that are due. */
    post: { parameters: { query?: never; path: { series: string }; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { backfill?: { from: string; to: string } } } }; responses: { 200: { content: { 'application/json': components['schemas']['CaptureReport'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/signals': {
    /** Says that something else has finished; what waits for it runs. */
    post: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { name: string } } }; responses: { 200: { content: { 'application/json': components['schemas']['Signal'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/tiers': {
    /** Rows, bytes and ages of each tier of each series. */
    get: { parameters: { query?: { series?: string }; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Tiers'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/health-report': {
    /** By series: how fresh it is, what failed, and where its rows lie. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['HealthReport'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/runs': {
    /** Captures, backfills, rollups and archivings, latest first. */
    get: { parameters: { query?: { series?: string; after?: string; limit?: number }; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Runs'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/series/{series}/failures': {
    /** Windows that could not be captured, and have not been since; latest first. */
    get: { parameters: { query?: { tenant?: string; allTenants?: boolean; entity?: string; from?: string; to?: string; after?: string; limit?: number }; path: { series: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Failures'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/quarantine': {
    /** What was sent and not accepted, oldest first, with the reason. */
    get: { parameters: { query?: { stream?: string; limit?: number }; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Quarantine'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/holds': {
    /** Legal holds, oldest first, lifted ones included. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Holds'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/alerts': {
    /** Alerts, oldest first. */
    get: { parameters: { query?: { state?: ('open' | 'acknowledged' | 'resolved')[] }; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Alerts'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/alerts/{id}/acknowledge': {
    /** Says that somebody knows: the alert is no longer told. */
    post: { parameters: { query?: never; path: { id: string }; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { note?: string } } }; responses: { 200: { content: { 'application/json': components['schemas']['Alert'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/alerts/{id}/silence': {
    /** Tells nothing more of the alert’s rule for its entity until an instant. */
    post: { parameters: { query?: never; path: { id: string }; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { until: string; note?: string } } }; responses: { 200: { content: { 'application/json': components['schemas']['Alert'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/audit': {
    /** Exports, deletions, changes of policy and of tokens, oldest first. */
    get: { parameters: { query?: { after?: string; limit?: number }; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Audit'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/tokens': {
    /** Tokens; never their texts. */
    get: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Tokens'] } }; 304: { content: { 'application/json': null } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
    /** Makes a token. Its text is told this once. */
    post: { parameters: { query?: never; path?: never; header?: never; cookie?: never }; requestBody: { content: { 'application/json': { name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants?: (string)[] | null; expiresInDays?: number } } }; responses: { 201: { content: { 'application/json': components['schemas']['CreatedToken'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 413: Refused; 415: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
  '/v1/tokens/{id}': {
    /** Ends a token at once. */
    delete: { parameters: { query?: never; path: { id: string }; header?: never; cookie?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['Token'] } }; 400: Refused; 401: Refused; 403: Refused; 404: Refused; 422: Refused; 429: Refused; 503: Refused } }
  }
}

/** The schemas of the document. */
export interface components {
  schemas: {
    CoverageInput: { expected: number; present: number; reasons: { [key: string]: number }; measures?: { [key: string]: { present: number; reasons: { [key: string]: number } } } }
    QueryRowInput: { tenant: string; entity: string | null; group: { [key: string]: string } | null; coverage: components['schemas']['CoverageInput'] | null; widened?: { from: string; to: string }; suppressed?: boolean; period: string; [key: string]: unknown }
    WindowRowInput: { tenant: string; entity: string | null; group: { [key: string]: string } | null; coverage: components['schemas']['CoverageInput'] | null; widened?: { from: string; to: string }; suppressed?: boolean; from: string; to: string; [key: string]: unknown }
    EventReportInput: { accepted: number; duplicate: number; rejected: number; rejections: ({ line: number; code: string; reason: string })[]; rejectionsLeftOut?: number }
    ProblemInput: { type: string; title: string; status: number; code: string; detail: string; where?: string; hint: string }
    AlertInput: { id: number; rule: string; tenant: string; entity: string; state: 'open' | 'acknowledged' | 'resolved'; openedAt: string; value: string; period: string; series: string | null; measure: string | null; bound: string | null; severity: 'info' | 'warning' | 'critical' | null; action: string | null; acknowledged: { by: string; at: string; note: string | null } | null; resolved: { at: string; value: string | null } | null; silencedUntil: string | null; notified: { [key: string]: string | null } }
    AlertsInput: { alerts: (components['schemas']['AlertInput'])[] }
    ToldAnswerInput: { name: string; title: string; summary: string; words: ({ word: 'tenant' | 'entity' | 'from' | 'to' | 'grain' | 'at' | 'before' | 'horizon' | 'most' | 'threshold'; required: boolean })[]; panel: { draw: 'cards' | 'gauges' | 'chart' | 'heat' | 'radar' | 'links' | 'table'; [key: string]: unknown } | null; place: { row: number; column: number; width: 'third' | 'half' | 'whole' } | null; coverage: { rows?: string; path: string } }
    AnswersInput: { answers: (components['schemas']['ToldAnswerInput'])[] }
    ProjectAnswerInput: { [key: string]: unknown }
    AuditInput: { entries: ({ id: number; at: string; actor: string; action: string; [key: string]: unknown })[]; next: string | null }
    CaptureReportInput: { created: number; unchanged: number; restated: number; failed: number; covered: number; skipped: { [key: string]: number }; [key: string]: unknown }
    CapturePlanInput: { [key: string]: unknown }
    MeasureInput: { name: string; kind: string; unit: string | null; across: string | null; values: (string)[] | null; ratio: { numerator: string; denominator: string } | null; answers: ({ key: string; answer: string; type: 'integer' | 'bigint' | 'decimal' | 'boolean' | 'text'; scale: number; alone: boolean; total: boolean; asOf: boolean })[] }
    DeclaredSeriesInput: { name: string; of: { name: string; tenant: string; zone: string }; source: 'events' | 'collected'; stream: string | null; grain: string; grains: ('captured' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'range')[]; measures: (components['schemas']['MeasureInput'])[]; dimensions: ({ field: string; values: (string)[]; most: number | null })[]; windows: ({ name: string; anchor: string; months: number })[]; tiers: ({ tier: 'captured' | 'day' | 'week' | 'month' | 'quarter'; months: number | null; days: number | null })[]; archive: boolean; asOfDays: number; checkpoints: ({ every: number; stream: string })[]; payload: { version: number } | null; frequency: unknown }
    DeclaredStreamInput: { name: string; of: { name: string; tenant: string; zone: string }; tenant: string; entity: string; id: string; at: string; day: string; fields: ({ name: string; type: string; optional: boolean; values: (string)[] | null; scale: number | null })[] }
    AlertRuleInput: { name: string; series: string; measure: string; parts: { above: (string)[]; below: (string)[] } | null; side: string; bound: string; clear: string; action: string; severity: string; note: string | null }
    DeclarationsInput: { streams: (components['schemas']['DeclaredStreamInput'])[]; series: (components['schemas']['DeclaredSeriesInput'])[]; alerts: (components['schemas']['AlertRuleInput'])[] }
    EntitiesInput: { entities: ({ tenant: string; entity: string; name: string | null; zone: string; enrolled: string })[]; next: string | null }
    FailuresInput: { failures: ({ tenant: string; entity: string; day: string; from: string; to: string; message: string })[]; next: string | null }
    ForecastAnswerInput: { series: string; select: string; tenant: string; entity: string; grain: string; steps: ({ step: number; period: string | null; [key: string]: unknown })[]; [key: string]: unknown }
    SeriesStandingInput: { series: string; tiers: ({ tier: string; rows: number; bytes: number; oldest: string | null; newest: string | null; oldestAgeDays: number | null; newestAgeDays: number | null; files?: number })[]; quarantine: { events: number; atLeast: boolean }; due: ({ source: string; target: string; entities: number; boundary: string })[]; waiting: ({ source: string; target: string; entities: number; reason: 'not_captured' })[]; held: ({ source: string; target: string; entities: number; boundary: string })[]; keptPlain: boolean }
    TiersInput: { series: (components['schemas']['SeriesStandingInput'])[] }
    HealthReportInput: { series: ({ series: string; capturedAt: string | null; capturedSecondsAgo: number | null; failures: { windows: number; latest: ({ window: string; message: string })[] }; files: ({ path: string; period: string; generation: number; rows: number; bytes: number; sha256: string; provenAt: string | null })[]; standing: components['schemas']['SeriesStandingInput'] })[]; alerts: { open: number; acknowledged: number } }
    HoldsInput: { holds: ({ id: number; tenant: string; entity: string | null; reason: string; placedBy: string; placedAt: string; lifted: { by: string; at: string; reason: string } | null })[] }
    InspectedPartInput: { transaction: number; at: string; file: string | null; version: number; revision: number; facts: number; digest: string | null; states: { [key: string]: number | string | null } }
    InspectedBeliefInput: { transaction: number; at: string; until: { transaction: number; at: string } | null; version: number; revision: number; facts: number; answers: { [key: string]: number | string | boolean | null } }
    EventInspectionInput: { series: string; tenant: string; entity: string; group: { [key: string]: string } | null; day: string; tier: 'captured' | 'day' | 'week' | 'month' | 'quarter'; from: string; to: string; answers: { [key: string]: number | string | boolean | null }; coverage: components['schemas']['CoverageInput']; damaged: string | null; earlier: (components['schemas']['InspectedBeliefInput'])[]; parts: (components['schemas']['InspectedPartInput'])[]; events: ({ id: string; day: string; at: string; values: { [key: string]: number | string | boolean | null }; accepted: { transaction: number; at: string }; removed: { transaction: number; at: string } | null })[]; eventsGone: string | null; adjustments: ({ id: string; day: string; measure: string; by: number | string; reason: string; accepted: { transaction: number; at: string } })[]; checkpoints: ({ transaction: number; at: string; every: number; count: number })[]; captures: { count: number; first: { transaction: number; at: string } | null; last: { transaction: number; at: string } | null } }
    CollectedInspectionInput: { series: string; tenant: string; entity: string; group: { [key: string]: string } | null; day: string; tier: 'captured' | 'day' | 'week' | 'month' | 'quarter' | null; window: { from: string; to: string }; answers: { [key: string]: number | string | boolean | null }; coverage: components['schemas']['CoverageInput']; damaged: string | null; earlier: (components['schemas']['InspectedBeliefInput'])[]; decision: { from: string; decidedAt: string; cadence: 'hour' | 'sixHours' | 'day' | 'final' | 'never'; status: string | null; activity: number | string | null } | null; windows: ({ period: string; is: string })[]; part: components['schemas']['InspectedPartInput'] | null; payload: { version: number; text: string } | null; failures: ({ from: string; message: string })[] }
    InspectionInput: components['schemas']['EventInspectionInput'] | components['schemas']['CollectedInspectionInput']
    MeInput: { name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants: (string)[] | null; actions: ('summary' | 'read' | 'export' | 'write' | 'delete' | 'administer')[]; minimumPeople: number | null; now: string; clockSet: boolean }
    QuarantineInput: { events: ({ id: number; stream: string; source: string; line: number; code: string; reason: string; raw: string; at: string })[] }
    QueryAnswerInput: { series: string; grain: 'captured' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'range'; asOf: string | null; rows: (components['schemas']['QueryRowInput'])[]; names?: ({ tenant: string; entity: string; name: string })[]; next: string | null }
    RankAnswerInput: { series: string; select: string; rows: ({ tenant: string; entity: string; peersOf: string | null; value: number | string | boolean | null; rank: string | null; peers: number; coverage: components['schemas']['CoverageInput'] })[]; names?: ({ tenant: string; entity: string; name: string })[] }
    RunsInput: { runs: ({ kind: 'capture' | 'recompute' | 'rollup' | 'archive'; at: string; series: string; transactions: number; rows: number; failed: number })[]; next: string | null }
    SignalInput: { name: string; id: number; at: string }
    StatesInput: { series: string; states: ({ tenant: string; entity: string; at: string | null; window: { from: string; to: string }; tier: 'captured' | 'day' | 'week' | 'month' | 'quarter'; values: { [key: string]: number | string | boolean | null }; payload: unknown })[]; names?: ({ tenant: string; entity: string; name: string })[] }
    TenantsInput: { tenants: (string)[] }
    TokenInput: { id: number; name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants: (string)[] | null; createdAt: string; createdBy: string; expiresAt: string | null; revoked: { at: string; by: string } | null }
    TokensInput: { tokens: (components['schemas']['TokenInput'])[] }
    CreatedTokenInput: { id: number; name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants: (string)[] | null; createdAt: string; createdBy: string; expiresAt: string | null; revoked: { at: string; by: string } | null; token: string }
    TimelineEntryInput: { at: string; key: string; kind: 'captured'; transaction: number; window: { from: string; to: string } | null; why: 'scheduled' | 'late' | 'final'; frequency: { every: string; since: string; reason: 'enrolled' | 'status' | 'busier' | 'quieter' | 'final_captured' | 'gone' | 'returned' | 'declared' } | null } | { at: string; key: string; kind: 'rolled_up'; transaction: number; tier: string; from: string; to: string; windows: number } | { at: string; key: string; kind: 'failed'; window: { from: string; to: string }; message: string; resolved: boolean } | { at: string; key: string; kind: 'restated'; transaction: number; tier: string; from: string; to: string; revision: number; group: { [key: string]: string } | null } | { at: string; key: string; kind: 'frequency'; day: string; before: string | null; every: string; reason: 'enrolled' | 'status' | 'busier' | 'quieter' | 'final_captured' | 'gone' | 'returned' | 'declared'; status: string | null; activity: number | string | null } | { at: string; key: string; kind: 'adjusted'; transaction: number; day: string; measure: string; by: number | string; reason: string; id: string } | { at: string; key: string; kind: 'checkpoint'; transaction: number; every: number; count: number }
    TimelineInput: { series: string; tenant: string; entity: string; from: string; to: string; entries: (components['schemas']['TimelineEntryInput'])[]; next: string | null }
    WindowAnswerInput: { series: string; window: string | null; asOf: string | null; rows: (components['schemas']['WindowRowInput'])[]; names?: ({ tenant: string; entity: string; name: string })[]; next: string | null }
    Coverage: { expected: number; present: number; reasons: { [key: string]: number }; measures?: { [key: string]: { present: number; reasons: { [key: string]: number } } } }
    QueryRow: { tenant: string; entity: string | null; group: { [key: string]: string } | null; coverage: components['schemas']['Coverage'] | null; widened?: { from: string; to: string }; suppressed?: boolean; period: string; [key: string]: unknown }
    WindowRow: { tenant: string; entity: string | null; group: { [key: string]: string } | null; coverage: components['schemas']['Coverage'] | null; widened?: { from: string; to: string }; suppressed?: boolean; from: string; to: string; [key: string]: unknown }
    EventReport: { accepted: number; duplicate: number; rejected: number; rejections: ({ line: number; code: string; reason: string })[]; rejectionsLeftOut?: number }
    Problem: { type: string; title: string; status: number; code: string; detail: string; where?: string; hint: string }
    Alert: { id: number; rule: string; tenant: string; entity: string; state: 'open' | 'acknowledged' | 'resolved'; openedAt: string; value: string; period: string; series: string | null; measure: string | null; bound: string | null; severity: 'info' | 'warning' | 'critical' | null; action: string | null; acknowledged: { by: string; at: string; note: string | null } | null; resolved: { at: string; value: string | null } | null; silencedUntil: string | null; notified: { [key: string]: string | null } }
    Alerts: { alerts: (components['schemas']['Alert'])[] }
    ToldAnswer: { name: string; title: string; summary: string; words: ({ word: 'tenant' | 'entity' | 'from' | 'to' | 'grain' | 'at' | 'before' | 'horizon' | 'most' | 'threshold'; required: boolean })[]; panel: { draw: 'cards' | 'gauges' | 'chart' | 'heat' | 'radar' | 'links' | 'table'; [key: string]: unknown } | null; place: { row: number; column: number; width: 'third' | 'half' | 'whole' } | null; coverage: { rows?: string; path: string } }
    Answers: { answers: (components['schemas']['ToldAnswer'])[] }
    ProjectAnswer: { [key: string]: unknown }
    Audit: { entries: ({ id: number; at: string; actor: string; action: string; [key: string]: unknown })[]; next: string | null }
    CaptureReport: { created: number; unchanged: number; restated: number; failed: number; covered: number; skipped: { [key: string]: number }; [key: string]: unknown }
    CapturePlan: { [key: string]: unknown }
    Measure: { name: string; kind: string; unit: string | null; across: string | null; values: (string)[] | null; ratio: { numerator: string; denominator: string } | null; answers: ({ key: string; answer: string; type: 'integer' | 'bigint' | 'decimal' | 'boolean' | 'text'; scale: number; alone: boolean; total: boolean; asOf: boolean })[] }
    DeclaredSeries: { name: string; of: { name: string; tenant: string; zone: string }; source: 'events' | 'collected'; stream: string | null; grain: string; grains: ('captured' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'range')[]; measures: (components['schemas']['Measure'])[]; dimensions: ({ field: string; values: (string)[]; most: number | null })[]; windows: ({ name: string; anchor: string; months: number })[]; tiers: ({ tier: 'captured' | 'day' | 'week' | 'month' | 'quarter'; months: number | null; days: number | null })[]; archive: boolean; asOfDays: number; checkpoints: ({ every: number; stream: string })[]; payload: { version: number } | null; frequency: unknown }
    DeclaredStream: { name: string; of: { name: string; tenant: string; zone: string }; tenant: string; entity: string; id: string; at: string; day: string; fields: ({ name: string; type: string; optional: boolean; values: (string)[] | null; scale: number | null })[] }
    AlertRule: { name: string; series: string; measure: string; parts: { above: (string)[]; below: (string)[] } | null; side: string; bound: string; clear: string; action: string; severity: string; note: string | null }
    Declarations: { streams: (components['schemas']['DeclaredStream'])[]; series: (components['schemas']['DeclaredSeries'])[]; alerts: (components['schemas']['AlertRule'])[] }
    Entities: { entities: ({ tenant: string; entity: string; name: string | null; zone: string; enrolled: string })[]; next: string | null }
    Failures: { failures: ({ tenant: string; entity: string; day: string; from: string; to: string; message: string })[]; next: string | null }
    ForecastAnswer: { series: string; select: string; tenant: string; entity: string; grain: string; steps: ({ step: number; period: string | null; [key: string]: unknown })[]; [key: string]: unknown }
    SeriesStanding: { series: string; tiers: ({ tier: string; rows: number; bytes: number; oldest: string | null; newest: string | null; oldestAgeDays: number | null; newestAgeDays: number | null; files?: number })[]; quarantine: { events: number; atLeast: boolean }; due: ({ source: string; target: string; entities: number; boundary: string })[]; waiting: ({ source: string; target: string; entities: number; reason: 'not_captured' })[]; held: ({ source: string; target: string; entities: number; boundary: string })[]; keptPlain: boolean }
    Tiers: { series: (components['schemas']['SeriesStanding'])[] }
    HealthReport: { series: ({ series: string; capturedAt: string | null; capturedSecondsAgo: number | null; failures: { windows: number; latest: ({ window: string; message: string })[] }; files: ({ path: string; period: string; generation: number; rows: number; bytes: number; sha256: string; provenAt: string | null })[]; standing: components['schemas']['SeriesStanding'] })[]; alerts: { open: number; acknowledged: number } }
    Holds: { holds: ({ id: number; tenant: string; entity: string | null; reason: string; placedBy: string; placedAt: string; lifted: { by: string; at: string; reason: string } | null })[] }
    InspectedPart: { transaction: number; at: string; file: string | null; version: number; revision: number; facts: number; digest: string | null; states: { [key: string]: number | string | null } }
    InspectedBelief: { transaction: number; at: string; until: { transaction: number; at: string } | null; version: number; revision: number; facts: number; answers: { [key: string]: number | string | boolean | null } }
    EventInspection: { series: string; tenant: string; entity: string; group: { [key: string]: string } | null; day: string; tier: 'captured' | 'day' | 'week' | 'month' | 'quarter'; from: string; to: string; answers: { [key: string]: number | string | boolean | null }; coverage: components['schemas']['Coverage']; damaged: string | null; earlier: (components['schemas']['InspectedBelief'])[]; parts: (components['schemas']['InspectedPart'])[]; events: ({ id: string; day: string; at: string; values: { [key: string]: number | string | boolean | null }; accepted: { transaction: number; at: string }; removed: { transaction: number; at: string } | null })[]; eventsGone: string | null; adjustments: ({ id: string; day: string; measure: string; by: number | string; reason: string; accepted: { transaction: number; at: string } })[]; checkpoints: ({ transaction: number; at: string; every: number; count: number })[]; captures: { count: number; first: { transaction: number; at: string } | null; last: { transaction: number; at: string } | null } }
    CollectedInspection: { series: string; tenant: string; entity: string; group: { [key: string]: string } | null; day: string; tier: 'captured' | 'day' | 'week' | 'month' | 'quarter' | null; window: { from: string; to: string }; answers: { [key: string]: number | string | boolean | null }; coverage: components['schemas']['Coverage']; damaged: string | null; earlier: (components['schemas']['InspectedBelief'])[]; decision: { from: string; decidedAt: string; cadence: 'hour' | 'sixHours' | 'day' | 'final' | 'never'; status: string | null; activity: number | string | null } | null; windows: ({ period: string; is: string })[]; part: components['schemas']['InspectedPart'] | null; payload: { version: number; text: string } | null; failures: ({ from: string; message: string })[] }
    Inspection: components['schemas']['EventInspection'] | components['schemas']['CollectedInspection']
    Me: { name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants: (string)[] | null; actions: ('summary' | 'read' | 'export' | 'write' | 'delete' | 'administer')[]; minimumPeople: number | null; now: string; clockSet: boolean }
    Quarantine: { events: ({ id: number; stream: string; source: string; line: number; code: string; reason: string; raw: string; at: string })[] }
    QueryAnswer: { series: string; grain: 'captured' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'range'; asOf: string | null; rows: (components['schemas']['QueryRow'])[]; names?: ({ tenant: string; entity: string; name: string })[]; next: string | null }
    RankAnswer: { series: string; select: string; rows: ({ tenant: string; entity: string; peersOf: string | null; value: number | string | boolean | null; rank: string | null; peers: number; coverage: components['schemas']['Coverage'] })[]; names?: ({ tenant: string; entity: string; name: string })[] }
    Runs: { runs: ({ kind: 'capture' | 'recompute' | 'rollup' | 'archive'; at: string; series: string; transactions: number; rows: number; failed: number })[]; next: string | null }
    Signal: { name: string; id: number; at: string }
    States: { series: string; states: ({ tenant: string; entity: string; at: string | null; window: { from: string; to: string }; tier: 'captured' | 'day' | 'week' | 'month' | 'quarter'; values: { [key: string]: number | string | boolean | null }; payload: unknown })[]; names?: ({ tenant: string; entity: string; name: string })[] }
    Tenants: { tenants: (string)[] }
    Token: { id: number; name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants: (string)[] | null; createdAt: string; createdBy: string; expiresAt: string | null; revoked: { at: string; by: string } | null }
    Tokens: { tokens: (components['schemas']['Token'])[] }
    CreatedToken: { id: number; name: string; role: 'admin' | 'analyst' | 'developer' | 'viewer'; tenants: (string)[] | null; createdAt: string; createdBy: string; expiresAt: string | null; revoked: { at: string; by: string } | null; token: string }
    TimelineEntry: { at: string; key: string; kind: 'captured'; transaction: number; window: { from: string; to: string } | null; why: 'scheduled' | 'late' | 'final'; frequency: { every: string; since: string; reason: 'enrolled' | 'status' | 'busier' | 'quieter' | 'final_captured' | 'gone' | 'returned' | 'declared' } | null } | { at: string; key: string; kind: 'rolled_up'; transaction: number; tier: string; from: string; to: string; windows: number } | { at: string; key: string; kind: 'failed'; window: { from: string; to: string }; message: string; resolved: boolean } | { at: string; key: string; kind: 'restated'; transaction: number; tier: string; from: string; to: string; revision: number; group: { [key: string]: string } | null } | { at: string; key: string; kind: 'frequency'; day: string; before: string | null; every: string; reason: 'enrolled' | 'status' | 'busier' | 'quieter' | 'final_captured' | 'gone' | 'returned' | 'declared'; status: string | null; activity: number | string | null } | { at: string; key: string; kind: 'adjusted'; transaction: number; day: string; measure: string; by: number | string; reason: string; id: string } | { at: string; key: string; kind: 'checkpoint'; transaction: number; every: number; count: number }
    Timeline: { series: string; tenant: string; entity: string; from: string; to: string; entries: (components['schemas']['TimelineEntry'])[]; next: string | null }
    WindowAnswer: { series: string; window: string | null; asOf: string | null; rows: (components['schemas']['WindowRow'])[]; names?: ({ tenant: string; entity: string; name: string })[]; next: string | null }
  }
}

interface Refused { content: { 'application/problem+json': components['schemas']['Problem'] } }

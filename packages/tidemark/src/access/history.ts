import type { AdjustmentInput } from '../adjustment.ts'
import type { CollectPlan } from '../capture/collect-plan.ts'
import type { CollectReport } from '../capture/collect-report.ts'
import type { CaptureDecision } from '../capture/decide.ts'
import type { CaptureReport } from '../capture/run.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { ErasureCertificate } from '../erasure/certificate.ts'
import type { ErasurePlan } from '../erasure/plan.ts'
import type { ForecastRequest, SeriesForecast } from '../forecast/series-forecast.ts'
import type { QueryAnswer, WindowAnswer } from '../query/answer.ts'
import type { CollectedInspection } from '../query/collected/inspection.ts'
import type { StandingState, StatesRequest } from '../query/collected/state-at.ts'
import type { EntitiesRequest, EntityPage } from '../query/entities.ts'
import type { EntityName, EntityRow } from '../query/entity-names.ts'
import type { Explanation, QueryOptions } from '../query/explain.ts'
import type { Freshness } from '../query/freshness.ts'
import type { FailuresRequest, ListedFailure } from '../query/failures.ts'
import type { InspectRequest } from '../query/inspect.ts'
import type { Inspection } from '../query/inspection.ts'
import type { RankRequest, RankRow } from '../query/rank.ts'
import type { RunPage, RunsRequest } from '../query/runs.ts'
import type { Timeline, TimelineRequest } from '../query/timeline.ts'
import type { QueryRequest, WindowRequest } from '../query/request.ts'
import type { AuditEntry, AuditFilter, AuditRecord, RecordFilter, StoredToken } from '../stores/contract/access.ts'
import type { QuarantinedEvent, Rejection } from '../stores/contract/events.ts'
import type { Extent, Touched } from '../stores/contract/extent.ts'
import type { Hold, HoldScope } from '../stores/contract/hold.ts'
import type { Signal } from '../stores/contract/work.ts'
import type { PackingStanding } from '../stores/contract/packing.ts'
import type { LivePolicy } from '../tiers/policy.ts'
import type { Packed } from '../tiers/pack.ts'
import type { RunPlan, TiersReport } from '../tiers/run.ts'
import type { TierStepReport } from '../tiers/step-report.ts'
import type { SeriesStanding } from '../tiers/status.ts'
import type { Alert, AlertExplanation, AlertReport } from '../watch/desk.ts'
import type { AlertRule } from '../watch/rule.ts'
import type { AlertPlan } from '../watch/evaluate.ts'
import type { AlertFilter } from '../stores/contract/alert.ts'

/** Only these tenants exist for whoever asks; null: all. */
export type Scope = readonly string[] | null

/** Questions as the gate puts them: by names, and under a scope. */
export interface ScopedQuestions {
  ask(series: string, request: QueryRequest, options: QueryOptions): Promise<QueryAnswer & { readonly explain?: Explanation }>
  askWindows(series: string, request: WindowRequest, options: QueryOptions): Promise<WindowAnswer & { readonly explain?: Explanation }>
  rank(series: string, request: RankRequest, scope: Scope): Promise<readonly RankRow[]>
  forecast(series: string, request: ForecastRequest, scope: Scope): Promise<SeriesForecast>
  timeline(series: string, request: TimelineRequest, scope: Scope): Promise<Timeline>
  failures(series: string, request: FailuresRequest, scope: Scope): Promise<readonly ListedFailure[]>
  runs(request: RunsRequest): Promise<RunPage>
  inspect(series: string, request: InspectRequest, scope: Scope): Promise<Inspection | CollectedInspection>
  states(series: string, request: StatesRequest, options: { readonly scope: Scope; readonly payload: boolean }): Promise<readonly StandingState[]>
  entities(series: string, request: EntitiesRequest, scope: Scope): Promise<EntityPage>
  names(series: string, rows: readonly EntityRow[], scope: Scope): Promise<readonly EntityName[]>
  /** Those of the scope that the store knows, in the order of their names. */
  tenants(scope: Scope): Promise<readonly string[]>
  /** The id of the store's last transaction; 0 when there is none. */
  transaction(): Promise<number>
  /** What later transactions touched of it. */
  touched(about: Extent, transaction: number): Promise<Touched>
  freshness(series: string): Promise<Freshness>
}

/** What became of events; see `EventReport`. */
export interface GatedReport {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejections: readonly Rejection[]
  readonly rejectionsLeftOut?: number
}

/** How events are taken in through the gate. */
export interface GatedIngest {
  /** What happens to a known id with other content. Default: quarantined. */
  readonly onConflict?: 'quarantine' | 'replace'
  readonly format?: 'csv' | 'ndjson'
  /** Told after each piece how far the reading is. */
  readonly progress?: (events: number) => void
}

/** A whole history, as the gate stands before it: `Tidemark` is one. */
export interface GatedHistory {
  readonly access: {
    readonly questions: ScopedQuestions
    readonly declared: { readonly series: readonly SeriesDefinition[]; readonly streams: readonly StreamDefinition[]; seriesNamed(name: string): SeriesDefinition; streamNamed(name: string): StreamDefinition }
    readonly tokens: {
      create(request: TokenRequest & { readonly by?: string }): Promise<CreatedToken>
      list(filter?: RecordFilter): Promise<readonly Token[]>
      revoke(id: number, by?: string): Promise<Token>
    }
    readonly audit: {
      list(filter?: AuditFilter): Promise<readonly AuditEntry[]>
      record(entry: AuditRecord): Promise<void>
    }
  }
  ingest(stream: never, rows: never, options: GatedIngest & { readonly tenants?: readonly string[] }): Promise<GatedReport>
  ingestFile(stream: string, path: string, options: GatedIngest & { readonly tenants?: readonly string[] }): Promise<GatedReport>
  retract(stream: string, ids: readonly { readonly tenant: string; readonly id: string }[]): Promise<GatedReport>
  adjust(series: string, inputs: readonly AdjustmentInput[], options: { readonly tenants?: readonly string[] }): Promise<GatedReport>
  capture(series: string, options?: { readonly backfill?: { readonly from: string; readonly to: string } }): Promise<CaptureReport | CollectReport>
  planCapture(series: string): Promise<CaptureDecision | CollectPlan>
  readonly work: { signal(name: string): Promise<Signal> }
  readonly tiers: {
    status(series: string): Promise<SeriesStanding>
    policy(series: string): Promise<LivePolicy>
    plan(series: string): Promise<RunPlan>
    run(series: string, options?: { readonly progress?: (step: TierStepReport) => void }): Promise<TiersReport>
    packing(series: string): Promise<PackingStanding>
    pack(series: string): Promise<Packed>
    unpack(series: string): Promise<Packed>
  }
  readonly alerts: {
    readonly rules: readonly AlertRule[]
    list(filter?: AlertFilter): Promise<readonly Alert[]>
    acknowledge(id: number, by: string, note?: string | null): Promise<Alert>
    silence(scope: { readonly rule?: string; readonly tenant?: string; readonly entity?: string }, until: Date | number, by: string, note?: string | null): Promise<void>
    explain(id: number): Promise<AlertExplanation>
    check(): Promise<AlertReport>
    plan(): Promise<AlertPlan>
  }
  readonly quarantine: {
    list(filter?: { readonly stream?: string; readonly ids?: readonly number[]; readonly tenants?: readonly string[]; readonly limit?: number }): Promise<readonly QuarantinedEvent[]>
    replay(filter?: { readonly ids?: readonly number[]; readonly stream?: string; readonly tenants?: readonly string[] }): Promise<GatedReplay>
  }
  readonly holds: {
    list(filter?: RecordFilter): Promise<readonly Hold[]>
    place(hold: HoldScope & { readonly by: string; readonly reason: string }): Promise<Hold>
    lift(id: number, by: string, reason: string): Promise<Hold>
  }
  readonly erasures: {
    plan(request: GatedForget): Promise<ErasurePlan>
    forget(request: GatedForget, options: { readonly by: string; readonly reason: string; readonly overrideHold?: string }): Promise<ErasureCertificate>
    certificate(id: number): Promise<ErasureCertificate>
    certificates(): Promise<readonly ErasureCertificate[]>
    finish(): Promise<readonly number[]>
  }
}

export interface GatedReplay {
  readonly replayed: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejections: readonly { readonly id: number; readonly code: string; readonly reason: string }[]
}

/** Whom to forget: `of` is the name of the kind of entity. */
export interface GatedForget {
  readonly of: string
  readonly tenant: string
  readonly entity: string
}

/** A token to be made. */
export interface TokenRequest {
  /** Who will hold it: stands in the audit log. */
  readonly name: string
  /** admin, analyst, developer or viewer. */
  readonly role: string
  /** Left out or null: every tenant. */
  readonly tenants?: readonly string[] | null
  /** Left out: it does not expire. */
  readonly expiresInDays?: number
}

/** A token as it is listed: never its text. Instants are ISO 8601. */
export interface Token extends Pick<StoredToken, 'id' | 'name' | 'role' | 'tenants'> {
  readonly createdAt: string
  readonly createdBy: string
  readonly expiresAt: string | null
  readonly revoked: { readonly at: string; readonly by: string } | null
}

/** The only time that its text is told. */
export interface CreatedToken extends Token {
  readonly text: string
}

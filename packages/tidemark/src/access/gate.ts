import type { AdjustmentInput } from '../adjustment.ts'
import { parseDay } from '../calendar/civil.ts'
import type { CollectPlan } from '../capture/collect-plan.ts'
import type { CollectReport } from '../capture/collect-report.ts'
import type { CaptureDecision } from '../capture/decide.ts'
import type { CaptureReport } from '../capture/run.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { ForecastRequest, SeriesForecast } from '../forecast/series-forecast.ts'
import type { QueryAnswer, WindowAnswer } from '../query/answer.ts'
import type { CollectedInspection } from '../query/collected/inspection.ts'
import type { StandingState, StatesRequest } from '../query/collected/state-at.ts'
import type { EntitiesRequest, EntityPage } from '../query/entities.ts'
import { type EntityName, type EntityRow, rosteredOf } from '../query/entity-names.ts'
import type { Explanation, QueryOptions } from '../query/explain.ts'
import type { Freshness } from '../query/freshness.ts'
import type { FailuresRequest, ListedFailure } from '../query/failures.ts'
import type { InspectRequest } from '../query/inspect.ts'
import type { Inspection } from '../query/inspection.ts'
import type { RankRequest, RankRow } from '../query/rank.ts'
import { tooManyRows } from '../query/row-bound.ts'
import type { RunPage, RunsRequest } from '../query/runs.ts'
import type { Timeline, TimelineRequest } from '../query/timeline.ts'
import type { QueryRequest, Selection, WindowRequest } from '../query/request.ts'
import type { Extent, Touched } from '../stores/contract/extent.ts'
import type { Signal } from '../stores/contract/work.ts'
import { GatedAlerts } from './gated-alerts.ts'
import { GatedAudit } from './gated-audit.ts'
import { GatedErasures } from './gated-erasures.ts'
import { GatedHolds } from './gated-holds.ts'
import { GatedQuarantine } from './gated-quarantine.ts'
import { GatedTiers } from './gated-tiers.ts'
import { GatedTokens } from './gated-tokens.ts'
import type { GatedHistory, GatedIngest, GatedReport, Scope } from './history.ts'
import { type Action, actionsOf, actorOf, OWNER, type Principal, requireAction, requireAllTenants, type Role, summaryOnly } from './principal.ts'
import { askSummary, type SummaryRow } from './summary.ts'
import { NOBODY, ownTenant } from './scope.ts'

/** What a gate is given beside the principal. */
export interface GateOptions {
  /** The fewest entities that a row of a viewer stands for. Default 10. */
  readonly minimumPeople?: number
}

/** Who asks and what they may. */
export interface Me {
  readonly name: string
  readonly role: Role
  /** null: every tenant. */
  readonly tenants: readonly string[] | null
  readonly actions: readonly Action[]
  /** Of a viewer: the fewest entities that a row stands for; null for others. */
  readonly minimumPeople: number | null
}

/** A form that rows leave in. */
export type ExportFormat = 'csv' | 'parquet' | 'json'

const MINIMUM_PEOPLE = 10

/** A series or stream by name, or as it was declared. */
type Named = string | { readonly definition: { readonly name: string } }

/**
 * The one place where rights are applied: what a history does, for one principal. A tenant that is not the principal's
 * is like one that does not exist, in every answer and error. Of rights, FORBIDDEN speaks of the role alone.
 *
 * Every method throws what the history's own throws, and FORBIDDEN.
 */
export class Gate {
  readonly principal: Principal
  readonly tiers: GatedTiers
  readonly alerts: GatedAlerts
  readonly quarantine: GatedQuarantine
  readonly holds: GatedHolds
  readonly erasures: GatedErasures
  readonly tokens: GatedTokens
  readonly audit: GatedAudit
  readonly #history: GatedHistory
  readonly #minimumPeople: number

  constructor(history: GatedHistory, principal: Principal = OWNER, { minimumPeople = MINIMUM_PEOPLE }: GateOptions = {}) {
    this.principal = principal
    this.#history = history
    this.#minimumPeople = minimumPeople
    this.tiers = new GatedTiers(history, principal)
    this.alerts = new GatedAlerts(history, principal)
    this.quarantine = new GatedQuarantine(history, principal)
    this.holds = new GatedHolds(history, principal)
    this.erasures = new GatedErasures(history, principal)
    this.tokens = new GatedTokens(history, principal)
    this.audit = new GatedAudit(history, principal)
  }

  /** Who asks, and what they may. */
  me(): Me {
    const { name, role, tenants } = this.principal
    return { name, role, tenants, actions: actionsOf(role), minimumPeople: summaryOnly(this.principal) ? this.#minimumPeople : null }
  }

  may(action: Action): boolean {
    return actionsOf(this.principal.role).includes(action)
  }

  /** The declared series; free-text dimensions without the values that were met. */
  series(): readonly SeriesDefinition[] {
    requireAction(this.principal, 'summary', 'series')
    return this.#history.access.declared.series
  }

  streams(): readonly StreamDefinition[] {
    requireAction(this.principal, 'summary', 'streams')
    return this.#history.access.declared.streams
  }

  /** The principal's tenants that the store knows, in the order of their names. */
  async tenants(): Promise<readonly string[]> {
    requireAction(this.principal, 'summary', 'tenants')
    return this.#questions.tenants(this.#scope)
  }

  /** The id of the store's last transaction: what was answered before it may be answered otherwise after it. It is common to all tenants. */
  async transaction(): Promise<number> {
    requireAction(this.principal, 'summary', 'transaction')
    return this.#questions.transaction()
  }

  /** What later transactions touched of what an answer is about. */
  async touched(about: Extent, transaction: number): Promise<Touched> {
    requireAction(this.principal, 'summary', 'transaction')
    return this.#questions.touched(about, transaction)
  }

  /**
   * What an answer to a question is about.
   * @param series null: all, and who is known
   * @param days of an answer that nothing outside them changes, and that is told by whole days; left out: of all
   */
  about(series: readonly string[] | null, { tenant, days }: { readonly tenant?: string | undefined; readonly days?: { readonly from?: string | undefined; readonly to?: string | undefined } } = {}): Extent {
    const [from, to] = [parseDay(days?.from ?? ''), parseDay(days?.to ?? '')]
    return {
      series, tenants: tenant === undefined ? this.#scope : [tenant],
      // What a viewer is told of a day depends on what its year would tell.
      days: from === null || to === null || summaryOnly(this.principal) ? null : { from, to },
    }
  }

  /** How up to date a series is, of every tenant together. */
  async freshness(series: Named): Promise<Freshness> {
    requireAction(this.principal, 'read', 'freshness')
    requireAllTenants(this.principal, 'freshness')
    return this.#questions.freshness(nameOf(series))
  }

  /** What was done to the series, latest first, a page at a time; of every tenant together. */
  async runs(request: RunsRequest = {}): Promise<RunPage> {
    requireAction(this.principal, 'read', 'runs')
    requireAllTenants(this.principal, 'runs')
    return this.#questions.runs(request)
  }

  /** What happened to the history of one entity, and why. */
  async timeline(series: Named, request: TimelineRequest): Promise<Timeline> {
    requireAction(this.principal, 'read', 'timeline')
    return this.#questions.timeline(nameOf(series), this.#own(request), this.#scope)
  }

  /** Windows of a collected series that could not be captured, and have not been since. */
  async failures(series: Named, request: FailuresRequest = {}): Promise<readonly ListedFailure[]> {
    requireAction(this.principal, 'read', 'failures')
    return this.#questions.failures(nameOf(series), this.#own(request), this.#scope)
  }

  /** Entities that are enrolled, by tenant and name, a page at a time. */
  async entities(series: Named, request: EntitiesRequest = {}): Promise<EntityPage> {
    requireAction(this.principal, 'read', 'entities')
    return this.#questions.entities(nameOf(series), this.#own(request), this.#scope)
  }

  /** What people call the entities of rows: those that have a name, by tenant and entity. Totals have no entities, and nothing is read for them. */
  async names(series: Named, rows: readonly EntityRow[]): Promise<readonly EntityName[]> {
    if (rows.every(({ entity }) => entity === null)) return []
    requireAction(this.principal, 'read', 'entities')
    return this.#questions.names(nameOf(series), rows, this.#scope)
  }

  /** Whether rosters may give the entities of a series names. */
  mayName(series: Named): boolean {
    const all = this.series()
    const own = all.find(({ name }) => name === nameOf(series))
    return own !== undefined && rosteredOf(all, own).length > 0
  }

  /**
   * `Tidemark.ask`. A viewer asks for totals: without `entity` and `asOf`; rows of too few entities, and those that would
   * tell them, have null values and `suppressed: true`.
   */
  async ask(series: Named, request: QueryRequest, options: Pick<QueryOptions, 'explain' | 'mostRows'> = {}): Promise<QueryAnswer<SummaryRow> & { readonly explain?: Explanation }> {
    requireAction(this.principal, 'summary', 'query')
    if (options.explain === true) requireAllTenants(this.principal, 'explain')
    const name = nameOf(series)
    const asked = this.#own(request)
    if (!summaryOnly(this.principal)) return this.#questions.ask(name, asked, { ...options, tenants: this.#scope })
    return askSummary(this.#questions, this.#history.access.declared.seriesNamed(name), asked, { tenants: this.#scope, minimumPeople: this.#minimumPeople, ...(options.mostRows === undefined ? {} : { mostRows: options.mostRows }) })
  }

  async askWindows(series: Named, request: WindowRequest, options: { readonly explain?: boolean } = {}): Promise<WindowAnswer & { readonly explain?: Explanation }> {
    requireAction(this.principal, 'read', 'window')
    if (options.explain === true) requireAllTenants(this.principal, 'explain')
    return this.#questions.askWindows(nameOf(series), this.#own(request), { ...options, tenants: this.#scope })
  }

  /** `ask` for rows that leave as a file: needs the right to export, and is in the audit log. */
  async export(series: Named, request: QueryRequest, format: ExportFormat, options: Pick<QueryOptions, 'mostRows'> = {}): Promise<QueryAnswer> {
    requireAction(this.principal, 'export', 'export')
    const answer = await this.#questions.ask(nameOf(series), this.#own(request), { ...options, tenants: this.#scope })
    refuseMore(answer.rows, options)
    await this.#exported(nameOf(series), request, format, answer.rows)
    return answer
  }

  /** `askWindows`, likewise. */
  async exportWindows(series: Named, request: WindowRequest, format: ExportFormat, options: Pick<QueryOptions, 'mostRows'> = {}): Promise<WindowAnswer> {
    requireAction(this.principal, 'export', 'export')
    const answer = await this.#questions.askWindows(nameOf(series), this.#own(request), { tenants: this.#scope })
    refuseMore(answer.rows, options)
    await this.#exported(nameOf(series), request, format, answer.rows)
    return answer
  }

  /** An answer of the project that leaves as a file, likewise: `make` gives its rows. */
  async exportAnswer<Row>(answer: string, format: ExportFormat, tenant: string | null, make: () => Promise<readonly Row[]>, options: Pick<QueryOptions, 'mostRows'> = {}): Promise<readonly Row[]> {
    requireAction(this.principal, 'export', 'export')
    const rows = await make()
    refuseMore(rows, options)
    const tenants = tenant !== null && ownTenant(this.#scope, tenant) ? [tenant] : this.#scope
    await this.#history.access.audit.record({ actor: actorOf(this.principal), action: 'export', target: `answer ${answer}`, tenants, detail: { format, rows: rows.length } })
    return rows
  }

  /** Peers are the entities of the principal's tenants. */
  async rank(series: Named, request: RankRequest): Promise<readonly RankRow[]> {
    requireAction(this.principal, 'read', 'rank')
    return this.#questions.rank(nameOf(series), this.#own(request), this.#scope)
  }

  async forecast(series: Named, request: ForecastRequest): Promise<SeriesForecast> {
    requireAction(this.principal, 'read', 'forecast')
    return this.#questions.forecast(nameOf(series), this.#own(request), this.#scope)
  }

  async inspect(series: Named, request: InspectRequest): Promise<Inspection | CollectedInspection> {
    requireAction(this.principal, 'read', 'inspect')
    return this.#questions.inspect(nameOf(series), this.#own(request), this.#scope)
  }

  /** The states of entities at an instant (left out: now); without `payload` the complete state is left out. */
  async states(series: Named, request: StatesRequest = {}, options: { readonly payload?: boolean } = {}): Promise<readonly StandingState[]> {
    requireAction(this.principal, 'read', 'states')
    return this.#questions.states(nameOf(series), this.#own(request), { scope: this.#scope, payload: options.payload ?? true })
  }

  async latest(series: Named, request: { readonly tenant?: string; readonly entity: string }): Promise<StandingState | null> {
    return (await this.states(series, request))[0] ?? null
  }

  async stateAt(series: Named, request: { readonly tenant?: string; readonly entity: string; readonly at: string | Date }): Promise<StandingState | null> {
    return (await this.states(series, request))[0] ?? null
  }

  async latestAll(series: Named, request: Omit<StatesRequest, 'entity'> = {}): Promise<readonly StandingState[]> {
    return this.states(series, request)
  }

  /** Takes events in. One that is not of the principal's tenants is rejected as `tenant_unknown`, and kept nowhere. */
  async ingest(stream: Named, rows: Iterable<unknown> | AsyncIterable<unknown>, options: GatedIngest = {}): Promise<GatedReport> {
    requireAction(this.principal, 'write', 'ingest')
    return this.#history.ingest(nameOf(stream) as never, rows as never, { ...options, ...this.#bound })
  }

  async ingestFile(stream: Named, path: string, options: GatedIngest = {}): Promise<GatedReport> {
    requireAction(this.principal, 'write', 'ingest')
    return this.#history.ingestFile(nameOf(stream), path, { ...options, ...this.#bound })
  }

  async retract(stream: Named, ids: readonly { readonly tenant: string; readonly id: string }[]): Promise<GatedReport> {
    requireAction(this.principal, 'write', 'retract')
    const report = await this.#history.retract(nameOf(stream), ids.map((one) => (ownTenant(this.#scope, one.tenant) ? one : { ...one, tenant: NOBODY })))
    await this.#corrected('retract', nameOf(stream), ids, report)
    return report
  }

  async adjust(series: Named, inputs: readonly AdjustmentInput[]): Promise<GatedReport> {
    requireAction(this.principal, 'write', 'adjust')
    const report = await this.#history.adjust(nameOf(series), inputs, this.#bound)
    await this.#corrected('adjust', nameOf(series), inputs, report)
    return report
  }

  /** A capture is of every tenant. */
  async capture(series: Named, options: { readonly backfill?: { readonly from: string; readonly to: string } } = {}): Promise<CaptureReport | CollectReport> {
    requireAction(this.principal, 'write', 'capture')
    requireAllTenants(this.principal, 'capture')
    return this.#history.capture(nameOf(series), options)
  }

  async planCapture(series: Named): Promise<CaptureDecision | CollectPlan> {
    requireAction(this.principal, 'write', 'capture')
    requireAllTenants(this.principal, 'capture')
    return this.#history.planCapture(nameOf(series))
  }

  /** A signal is to everything that waits for it, of every tenant. */
  async signal(name: string): Promise<Signal> {
    requireAction(this.principal, 'write', 'signal')
    requireAllTenants(this.principal, 'signal')
    return this.#history.work.signal(name)
  }

  get #questions() {
    return this.#history.access.questions
  }

  get #scope(): Scope {
    return this.principal.tenants
  }

  get #bound(): { readonly tenants?: readonly string[] } {
    return this.principal.tenants === null ? {} : { tenants: this.principal.tenants }
  }

  /** Of a principal that has one tenant, that one may be left out. */
  #own<R extends Pick<Selection, 'tenant' | 'allTenants'>>(request: R): R {
    const [only, ...more] = this.principal.tenants ?? []
    return only === undefined || more.length > 0 || request.tenant !== undefined || request.allTenants === true ? request : { ...request, tenant: only }
  }

  /** What was taken back or adjusted: how much, and not whose. */
  async #corrected(action: string, target: string, of: readonly { readonly tenant: string }[], { accepted, duplicate, rejected }: GatedReport): Promise<void> {
    await this.#history.access.audit.record({ actor: actorOf(this.principal), action, target, tenants: this.#ownOf(of), detail: { accepted, duplicate, rejected } })
  }

  /** The tenants that something is about: what does not exist for the principal is none of them. */
  #ownOf(things: readonly { readonly tenant: string }[]): Scope {
    const tenants = [...new Set(things.map(({ tenant }) => tenant))].filter((tenant) => ownTenant(this.#scope, tenant)).sort()
    return tenants.length === 0 ? this.#scope : tenants
  }

  /** Names of entities stay out of the log, so that an erasure has nothing to find there. */
  async #exported(series: string, request: Selection & { readonly grain?: string }, format: ExportFormat, rows: readonly { readonly tenant: string }[]): Promise<void> {
    const { entity, select, from = null, to = null, grain = null } = request
    await this.#history.access.audit.record({
      actor: actorOf(this.principal), action: 'export', target: series, tenants: this.#ownOf(rows),
      detail: { format, rows: rows.length, select, from, to, grain, entities: entity === undefined ? null : typeof entity === 'string' ? 1 : entity.length },
    })
  }
}

/** Before it is entered as an export: what is refused has left nowhere. Throws ANSWER_TOO_LARGE. */
function refuseMore(rows: readonly unknown[], { mostRows = Infinity }: Pick<QueryOptions, 'mostRows'>): void {
  if (rows.length > mostRows) throw tooManyRows(rows.length, mostRows)
}

function nameOf(named: Named): string {
  return typeof named === 'string' ? named : named.definition.name
}

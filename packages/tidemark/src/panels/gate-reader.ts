import type { Gate } from '../access/gate.ts'
import type { CollectedSeries } from '../definitions/collected-chain.ts'
import type { Series } from '../definitions/series.ts'
import type { ForecastRequest, SeriesForecast } from '../forecast/series-forecast.ts'
import type { InferKey, InferRank, InferRow, InferState, InferWindowRow, QueryOf, RankOf, WindowOf } from '../infer.ts'
import type { Coverage, QueryAnswer, WindowAnswer } from '../query/answer.ts'
import { staysSame } from '../query/closed.ts'
import type { StatesRequest } from '../query/collected/state-at.ts'
import { daysAbout } from '../query/days-about.ts'
import type { RankRequest } from '../query/rank.ts'
import type { Comparison, QueryRequest, WindowRequest } from '../query/request.ts'
import type { Alert } from '../watch/desk.ts'
import type { AlertState } from '../stores/contract/alert.ts'
import { EVERYTHING, type Extent, joined } from '../stores/contract/extent.ts'
import type { Reader } from './reader.ts'

/** A history as an answer reads it for one principal: every question goes through the gate, which judges it as if it came alone. */
export class GateReader implements Reader {
  readonly alerts: Reader['alerts']
  readonly #gate: Gate
  readonly #now: number
  #closed = true
  #about: Extent | null = null

  /** @param now the instant that the history's clock shows */
  constructor(gate: Gate, now: number) {
    this.#gate = gate
    this.#now = now
    this.alerts = {
      list: (filter?: { readonly states?: readonly AlertState[] }): Promise<readonly Alert[]> => {
        this.#closed = false
        this.#reads(EVERYTHING)
        return gate.alerts.list(filter)
      },
    }
  }

  get now(): number {
    this.#closed = false
    return this.#now
  }

  /** Whether all that was read so far stays as it is when time goes on. */
  get closed(): boolean {
    return this.#closed
  }

  /** The part of history that was asked for so far; of what asked for nothing it cannot be told. */
  get about(): Extent {
    return this.#about ?? EVERYTHING
  }

  async query<S extends Series, const Key extends InferKey<S>, const C extends Comparison = never>(series: S, request: QueryOf<S, Key, C>): Promise<QueryAnswer<InferRow<S, Key, C>>> {
    return await this.ask(series.definition.name, request as QueryRequest) as unknown as QueryAnswer<InferRow<S, Key, C>>
  }

  async window<S extends Series, const Key extends InferKey<S>>(series: S, request: WindowOf<S, Key>): Promise<WindowAnswer<InferWindowRow<S, Key>>> {
    return await this.askWindows(series.definition.name, request as WindowRequest) as unknown as WindowAnswer<InferWindowRow<S, Key>>
  }

  async ask(series: string, request: QueryRequest): Promise<QueryAnswer> {
    this.#reads(this.#gate.about([series], { tenant: request.tenant, ...daysAbout(request) }))
    const answer = await this.#gate.ask(series, request)
    this.#saw(request, answer.rows)
    return answer
  }

  async askWindows(series: string, request: WindowRequest): Promise<WindowAnswer> {
    this.#closed = false
    this.#reads(this.#gate.about([series], { tenant: request.tenant }))
    return this.#gate.askWindows(series, request)
  }

  async forecast(series: Series | string, request: ForecastRequest): Promise<SeriesForecast> {
    this.#closed = false
    this.#reads(this.#gate.about([typeof series === 'string' ? series : series.definition.name], { tenant: request.tenant }))
    return this.#gate.forecast(series, request)
  }

  async latest<S extends CollectedSeries>(series: S, request: Required<Omit<StatesRequest, 'at'>>): Promise<InferState<S> | null> {
    return (await this.#states(series, request))[0] ?? null
  }

  async stateAt<S extends CollectedSeries>(series: S, request: Required<StatesRequest>): Promise<InferState<S> | null> {
    return (await this.#states(series, request))[0] ?? null
  }

  latestAll<S extends CollectedSeries>(series: S, request: Omit<StatesRequest, 'entity'> = {}): Promise<readonly InferState<S>[]> {
    return this.#states(series, request)
  }

  async rank<S extends Series, const Key extends InferKey<S>>(series: S, request: RankOf<S, Key>): Promise<readonly InferRank<S, Key>[]> {
    this.#reads(this.#gate.about([series.definition.name], { tenant: request.tenant, ...daysAbout(request as RankRequest) }))
    const rows = await this.#gate.rank(series, request as RankRequest)
    this.#saw(request as RankRequest, rows)
    return rows as unknown as readonly InferRank<S, Key>[]
  }

  /** A state changes by a capture alone, and that is a transaction. */
  async #states<S extends CollectedSeries>(series: S, request: StatesRequest): Promise<readonly InferState<S>[]> {
    this.#reads(this.#gate.about([series.definition.name], { tenant: request.tenant }))
    return await this.#gate.states(series, request) as unknown as readonly InferState<S>[]
  }

  #reads(about: Extent): void {
    this.#about = this.#about === null ? about : joined(this.#about, about)
  }

  #saw(request: Pick<QueryRequest, 'from' | 'to' | 'asOf'>, rows: readonly { readonly coverage: Coverage | null }[]): void {
    if (!staysSame(request, rows)) this.#closed = false
  }
}

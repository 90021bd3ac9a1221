import { bigint, decimal, integer } from '../../src/definitions/field.ts'
import type { RosterEntry } from '../../src/definitions/collector.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import { entity } from '../../src/definitions/entity.ts'
import type { Frequency, FrequencyOptions } from '../../src/definitions/frequency.ts'
import type { CollectedKeepOptions } from '../../src/definitions/keep.ts'
import { series } from '../../src/definitions/series.ts'
import type { QueryRow } from '../../src/query/answer.ts'
import type { QueryRequest } from '../../src/query/request.ts'
import { Model } from './model.ts'
import type { Given, GivenValues, SourceChange, ValuesInput } from './source-table.ts'
import type { CaptureCounts } from './subject.ts'

/** What of the declaration a case is about. */
export interface CollectedSetting {
  readonly grain?: Frequency
  readonly zone?: string
  readonly past?: boolean
  readonly at?: string
  readonly frequency?: FrequencyOptions
  readonly keep?: CollectedKeepOptions
  readonly by?: Readonly<Record<string, readonly [string, ...string[]] | { readonly most: number }>>
  readonly later?: boolean
  readonly across?: 'sum' | 'min' | 'max' | 'none'
}

/** The series that every case asks. Values that a case does not give are null, no words and no numbers. */
export function metrics({ grain = 'day', zone = 'UTC', frequency, keep, by, past = false, at = '00:00', later = false, across = 'sum' }: CollectedSetting): CollectedSeriesDefinition {
  const site = entity('site', { tenant: 'client', zone })
  let declared = series('metrics', { of: site, grain }).measures((m) => ({
    level: m.gauge(decimal(2), { across }), total: m.counter(integer(), { across }), meter: m.counter(bigint(), { resets: 'detect', across: 'max' }),
    mood: m.state(['calm', 'busy']), visits: m.count(), paid: m.delta(decimal(2)), lit: m.flag(), times: m.histogram(integer()), names: m.distinct({ exact: 4 }),
    ...(later ? { later: m.gauge(integer(), { across }) } : {}),
  })).derive(({ ratio }) => ({ share: ratio('level', 'total'), perVisit: ratio('paid', 'visits', { scale: 2 }), litPer: ratio('lit', 'visits', { scale: 1 }) }))
  if (by !== undefined) declared = declared.by(by) as unknown as typeof declared
  if (frequency !== undefined) declared = declared.frequency(frequency as never)
  if (keep !== undefined) declared = declared.keep(keep)
  return declared.collect((async () => []) as never, { entities: async () => [], past, at }).definition
}

const NOTHING = { level: null, total: null, meter: null, mood: null, visits: 0, paid: null, lit: null, times: [], names: [] } as const

/** A model with one collected series and its source, spoken to in texts. */
export class CollectedWorld {
  readonly model = new Model()
  now: number
  #roster: RosterEntry[] = []
  #later = false

  private constructor(now: string) {
    this.now = Date.parse(now)
  }

  /** Begins with the entity `one` on the roster. */
  static async at(now: string, setting: CollectedSetting = {}): Promise<CollectedWorld> {
    const world = new CollectedWorld(now)
    await world.model.declare([metrics(setting)], world.now)
    await world.list({ tenant: 'acme', entity: 'one' })
    return world
  }

  to(now: string): this {
    this.now = Date.parse(now)
    return this
  }

  async redeclare(setting: CollectedSetting): Promise<void> {
    this.#later = setting.later === true
    await this.model.declare([metrics(setting)], this.now)
  }

  async source(change: SourceChange): Promise<void> {
    await this.model.setSource('metrics', change)
  }

  /** Lists an entity, or lists it otherwise. */
  async list(...entries: readonly RosterEntry[]): Promise<void> {
    for (const entry of entries) this.#roster = [...this.#roster.filter(({ tenant, entity }) => tenant !== entry.tenant || entity !== entry.entity), entry]
    await this.source({ roster: this.#roster })
  }

  async status(status: string | null): Promise<void> {
    await this.list({ tenant: 'acme', entity: 'one', attributes: { status } })
  }

  async unlist(name: string): Promise<void> {
    this.#roster = this.#roster.filter(({ entity }) => entity !== name)
    await this.source({ roster: this.#roster })
  }

  values(values: ValuesInput): ValuesInput {
    return { ...NOTHING, ...(this.#later ? { later: null } : {}), ...values }
  }

  /** What the source says of an entity from now on, or from the start of a window on. */
  async say(values: ValuesInput | Exclude<Given, GivenValues>, { tenant = 'acme', entity = 'one', at, ...more }: Omit<Partial<GivenValues>, 'values'> & { tenant?: string; entity?: string; at?: string } = {}): Promise<void> {
    const given: Given = typeof values === 'string' ? values : { values: this.values(values), ...more }
    await this.source({ points: [{ tenant, entity, atMs: at === undefined ? this.now : Date.parse(at), given }] })
  }

  /** `created unchanged restated failed`. */
  async capture(): Promise<string> {
    return said((await this.model.capture('metrics', this.now)) as CaptureCounts)
  }

  async backfill(from: string, to: string): Promise<string> {
    return said(await this.model.backfill('metrics', from, to, this.now))
  }

  /** Says and captures at one instant. */
  async take(now: string, values: ValuesInput | Exclude<Given, GivenValues>, more: Parameters<CollectedWorld['say']>[1] = {}): Promise<string> {
    this.to(now)
    await this.say(values, more)
    return this.capture()
  }

  async tiers(now: string): Promise<void> {
    await this.to(now).model.runTiers('metrics', this.now)
  }

  /** Of the tenant `acme`, unless another or all are asked for. */
  async query(select: string, request: Partial<QueryRequest> = {}): Promise<readonly QueryRow[]> {
    return (await this.model.query('metrics', { select: select.split(' '), ...(request.allTenants === true ? {} : { tenant: 'acme' }), ...request }, this.now)).rows
  }

  /** One row for a range of days. */
  async range(select: string, from: string, to: string, more: Partial<QueryRequest> = {}): Promise<readonly QueryRow[]> {
    return this.query(select, { from, to, grain: 'range', ...more })
  }
}

function said({ created, unchanged, restated, failed }: CaptureCounts): string {
  return `${created} ${unchanged} ${restated} ${failed}`
}

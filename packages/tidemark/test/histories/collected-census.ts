import type { QueryAnswer } from '../../src/query/answer.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { Decision } from '../oracle/cadence.ts'
import type { CollectedEntity, Version } from '../oracle/collected-entity.ts'
import type { Model } from '../oracle/model.ts'
import type { CaptureCounts } from '../oracle/subject.ts'
import type { CollectedCase } from './collected-floors.ts'
import type { Step } from './step.ts'

const FINENESS = ['hour', 'sixHours', 'day']

/** What a history met of collected series, of holds and of erasure. */
export class CollectedCensus {
  readonly #model: Model
  readonly #met: (name: CollectedCase, times?: number) => void
  #definition: CollectedSeriesDefinition | null = null
  #zones = new Map<string, string | undefined>()
  readonly #holds = new Set<string>()
  /** Whether a cascade has entered what the next run of tiers finishes. */
  #entered = false

  constructor(model: Model, met: (name: CollectedCase, times?: number) => void) {
    this.#model = model
    this.#met = met
  }

  note(step: Step, answer: unknown): void {
    const refused = (answer as { refused?: string } | null)?.refused
    switch (step.do) {
      case 'declare':
        this.#declared(step.series.find((one) => 'collected' in one))
        return
      case 'source':
        this.#rostered(step)
        return
      case 'capture':
        if (step.series === this.#definition?.name) this.#captured(answer as CaptureCounts)
        return
      case 'backfill':
        this.#met('backfillUnchanged', (answer as CaptureCounts).unchanged)
        this.#met('backfillRestated', (answer as CaptureCounts).restated)
        return
      case 'stateAt':
        if (answer !== null) this.#met('stateAt')
        if (answer !== null && (answer as { payload: unknown }).payload !== null) this.#met('payload')
        return
      case 'hold':
        this.#holds.add(step.name)
        this.#met('held')
        return
      case 'liftHold':
        this.#met('lifted')
        return
      case 'forget':
        this.#met(refused === 'HELD' ? 'erasureRefused' : 'forgotten')
        if (step.override && this.#holds.size > 0 && refused === undefined) this.#met('overridden')
        return
      case 'cascade':
        this.#met(refused === 'HELD' ? 'cascadeRefused' : 'cascaded', refused === undefined ? answer as number : 1)
        this.#entered ||= refused === undefined && (answer as number) > 0
        return
      case 'runTiers':
        if (this.#entered) this.#met('cascadeFinished')
        this.#entered = false
        return
      case 'query':
        if (step.series === this.#definition?.name) this.#asked(step, refused, answer as QueryAnswer)
        return
      default:
    }
  }

  #declared(found: CollectedSeriesDefinition | undefined): void {
    if (found === undefined) return
    if (this.#definition !== null && Object.keys(found.measures).length > Object.keys(this.#definition.measures).length) this.#met('sampledMeasureAdded')
    this.#definition = found
    if (found.collected.past) this.#met('pastCollected')
    if (found.payload !== null && found.payload.version > 1) this.#met('upgradedPayload')
    if (found.keep.longer !== undefined) this.#met('longer')
  }

  #rostered({ change: { roster, points } }: Step & { do: 'source' }): void {
    if (roster === 'fails') this.#met('rosterFails')
    else for (const { tenant, entity, zone } of roster ?? []) {
      const key = JSON.stringify([tenant, entity])
      if (this.#zones.has(key) && this.#zones.get(key) !== zone) this.#met('rosterZoneChange')
      this.#zones.set(key, zone)
    }
    for (const { given } of points ?? []) if (typeof given === 'string') this.#met('entityFails')
  }

  #captured({ created, failed }: CaptureCounts): void {
    this.#met('captured', created)
    this.#met('sourceFailed', failed)
    if (failed > 0 && created > 0) this.#met('oneFailsOthersNot')
  }

  #asked({ request }: Step & { do: 'query' }, refused: string | undefined, answer: QueryAnswer): void {
    if (refused !== undefined) {
      this.#met(refused === 'ANSWER_NOT_ACROSS' ? 'notAcross' : 'refused')
      return
    }
    if (request.grain === 'captured') this.#met('grainCaptured')
    if (request.asOf !== undefined) this.#met('collectedAsOf')
    if (request.compare !== undefined) this.#met('collectedCompared')
    for (const key of request.select) {
      const measure = this.#definition?.measures[key.slice(0, key.indexOf('.'))]
      if (measure === undefined || !answer.rows.some((row) => (row as unknown as Record<string, unknown>)[key] !== null)) continue
      this.#met(`kind ${measure.kind}`)
      if (request.total !== true) continue
      if (measure.kind === 'gauge' || (measure.kind === 'counter' && key.endsWith('.last'))) this.#met(`across ${measure.across}`)
      else this.#met('collectedTotal')
    }
    for (const row of answer.rows) {
      if (row.group !== null) this.#met(Object.values(row.group).includes('(other)') ? 'otherGroup' : 'collectedGroup')
      const { reasons, measures, present } = row.coverage
      if (reasons.finer_detail_retired !== undefined) this.#met('collectedCut')
      if (reasons.source_failed !== undefined) this.#met('answeredFailed')
      if (reasons.entity_ended !== undefined) this.#met('ended')
      if (reasons.not_captured !== undefined) this.#met('missedWindow')
      if (reasons.erased !== undefined) this.#met('answeredErased')
      for (const own of Object.values(measures ?? {})) {
        if (own.reasons.no_value !== undefined) this.#met('noValue')
        if (own.reasons.not_measured_yet !== undefined) this.#met('sampledNotMeasuredYet')
      }
      if (row.entity !== null && present > 0) this.#archived(row.tenant, row.entity, String(row.period))
    }
  }

  #archived(tenant: string, entity: string, period: string): void {
    const { keep } = this.#definition as CollectedSeriesDefinition
    const known = this.#entities.find((one) => one.tenant === tenant && one.entity === entity)
    const last = keep.tiers.at(-2)
    const boundary = keep.archive && last !== undefined ? known?.boundaries.get(last.tier) : undefined
    if (boundary !== undefined && Date.parse(period.slice(0, 10)) / 86_400_000 < boundary) this.#met('collectedArchiveRead')
  }

  get #entities(): readonly CollectedEntity[] {
    return this.#definition === null ? [] : [...this.#model.collected(this.#definition.name).entities.values()]
  }

  /** What the whole life of each entity shows. */
  end(): void {
    for (const { decisions, windows, lowDays } of this.#entities) {
      for (const [place, decision] of decisions.entries()) this.#decided(decisions[place - 1], decision)
      if (lowDays > 0) this.#met('flutter')
      if (decisions.some(({ cadence }) => cadence === 'hour') && windows.size > 0) this.#met('hourly')
      this.#counters([...windows.values()].sort((left, right) => left.fromMs - right.fromMs).map(({ versions }) => versions))
    }
  }

  #decided(before: Decision | undefined, { cadence, rule }: Decision): void {
    if (cadence === 'final') this.#met('final')
    if (before === undefined) return
    if (before.cadence === 'final' && cadence === 'never' && rule !== null) this.#met('finalCaptured')
    if (cadence === 'never' && rule === null) this.#met('gone')
    if (before.cadence === 'never') this.#met('returned')
    if (rule !== before.rule) return
    const [from, to] = [FINENESS.indexOf(before.cadence), FINENESS.indexOf(cadence)]
    if (from >= 0 && to >= 0) this.#met(to < from ? 'frequencyUp' : 'frequencyDown')
  }

  #counters(windows: readonly (readonly Version[])[]): void {
    const { measures, dimensions } = this.#definition as CollectedSeriesDefinition
    const whole = JSON.stringify(dimensions.map(() => null))
    for (const [name, measure] of Object.entries(measures)) {
      if (measure.kind !== 'counter') continue
      const values = windows.map((versions) => versions.at(-1)?.cells.get(whole)?.get(name)).filter((value) => typeof value === 'bigint')
      if (values.some((value, place) => place > 0 && value < (values[place - 1] as bigint))) this.#met(measure.resets === 'never' ? 'counterFalls' : 'counterResets')
    }
  }
}

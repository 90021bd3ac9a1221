import type { EntityDefinition } from '../../src/definitions/entity.ts'
import type { EventSeriesDefinition, SeriesDefinition } from '../../src/definitions/series.ts'
import type { QueryAnswer, QueryRow, WindowAnswer, WindowRow } from '../../src/query/answer.ts'
import type { QueryRequest, Selection, WindowRequest } from '../../src/query/request.ts'
import { type Account, rowsOf } from './account.ts'
import { judgeAdjustment } from './adjustment.ts'
import { DAY_MS, type Day, dayOfText, type Span, textOfDay } from './civil.ts'
import { askCollected, stateAt } from './collected-question.ts'
import { CollectedSeries } from './collected-series.ts'
import { checkpointsOf } from './checkpoint.ts'
import { coveredUntil, dayBoundary, type Declared, factsOf, NOTHING_RETIRED } from './declared-series.ts'
import { byCodeUnits, keyText } from './entity-key.ts'
import { type Belief, Ledger, report } from './ledger.ts'
import { type DayBook, LABEL_DAYS } from './local-day.ts'
import { comparedWith, periodsOf } from './period.ts'
import { asOfText, groupsOf, rangeOf, subjectsOf } from './question.ts'
import { Readings } from './readings.ts'
import { refusal } from './refusal.ts'
import { Registry } from './registry.ts'
import type { SourceChange } from './source-table.ts'
import type {
  AdjustmentInput, CaptureCounts, CheckpointState, EntityKey, EventInput, HoldInput, IngestReport, StateAt, Subject,
} from './subject.ts'
import { type AnchoredWindow, anchoredSpan, movedBoundaries, windowNumber } from './tier.ts'

/**
 * Tidemark as the page says, without an engine: every fact stays in an array, and every answer is computed from all of
 * them anew. Retirement is only a boundary that decides which answers can be given.
 */
export class Model implements Subject {
  readonly #series = new Map<string, Declared>()
  readonly #ledgers = new Map<string, Ledger>()
  readonly #collected = new Map<string, CollectedSeries>()
  readonly #registry = new Registry()
  /** The kind of the first series: that of entities which are given a zone by hand. */
  #kind: EntityDefinition | null = null
  /** The instant of the last transaction; a later one is never before it. */
  #instantMs = Number.NEGATIVE_INFINITY

  async declare(definitions: readonly SeriesDefinition[], now: number): Promise<void> {
    this.#begin(now)
    this.#kind = definitions[0]?.of ?? null
    for (const definition of definitions) {
      if ('collected' in definition) {
        const collected = this.#collected.get(definition.name)
        if (collected === undefined) this.#collected.set(definition.name, new CollectedSeries(definition, this.#registry))
        else collected.redeclare(definition, this.#instantMs)
        continue
      }
      const declared = this.#series.get(definition.name)
      if (declared === undefined) this.#series.set(definition.name, this.#declareNew(definition))
      else this.#addMeasures(declared, definition)
    }
  }

  #declareNew(definition: EventSeriesDefinition): Declared {
    const ledger = this.#ledgerOf(definition)
    const from = this.#goneBefore(ledger)
    const added = { from, acceptedBefore: ledger.accepted.length }
    return {
      definition, ledger, measuresFrom: from, acceptedBefore: ledger.accepted.length, captures: [],
      measures: new Map(Object.keys(definition.measures).map((name) => [name, added])),
      boundaries: new Map(), anchors: new Map(), adjustments: new Map(),
    }
  }

  #addMeasures(declared: Declared, definition: EventSeriesDefinition): void {
    const firsts = [...declared.boundaries.values()].flatMap((boundaries) => boundaries.get('day') ?? [])
    const from = latest([declared.measuresFrom, ...firsts])
    const added = { from, acceptedBefore: declared.ledger.accepted.length }
    for (const name of Object.keys(definition.measures)) {
      if (!declared.measures.has(name)) declared.measures.set(name, added)
    }
    declared.definition = definition
  }

  #ledgerOf({ stream }: EventSeriesDefinition): Ledger {
    let ledger = this.#ledgers.get(stream.name)
    if (ledger === undefined) {
      ledger = new Ledger(
        stream,
        (tenant, entity) => this.#registry.zonesOf(stream.of, { tenant, entity }),
        (entity) => this.#registry.isErased(stream.of.name, entity),
        (entity, day) => this.#feeding(stream.name).some((series) => day < dayBoundary(series, keyText(entity))),
      )
      this.#ledgers.set(stream.name, ledger)
    }
    return ledger
  }

  #feeding(stream: string): readonly Declared[] {
    return [...this.#series.values()].filter((series) => series.definition.stream.name === stream)
  }

  /** The first day of which no entity's events are gone. An entity's events of a day go when every series has retired it. */
  #goneBefore(ledger: Ledger): Day | null {
    const series = this.#feeding(ledger.definition.name)
    if (series.length === 0) return null
    const entities = [...ledger.believedAt(Number.POSITIVE_INFINITY).keys()]
    return latest(entities.map((entity) => Math.min(...series.map((each) => dayBoundary(each, entity)))))
  }

  async setZone(entity: EntityKey, zone: string, now: number): Promise<void> {
    const instantMs = this.#begin(now)
    if (this.#kind !== null) this.#registry.setZone(this.#kind.name, entity, zone, instantMs)
  }

  async ingest(stream: string, events: readonly EventInput[], options: { now: number; onConflict?: 'quarantine' | 'replace' }): Promise<IngestReport> {
    const instantMs = this.#begin(options.now)
    const ledger = this.#ledger(stream)
    const result = ledger.ingest(events, instantMs, options.onConflict === 'replace')
    const { of } = ledger.definition
    for (const belief of ledger.believedAt(instantMs).values()) {
      if (!this.#registry.isKnown(of.name, belief)) this.#registry.setZone(of.name, belief, of.zone, instantMs)
    }
    return result
  }

  async retract(stream: string, ids: readonly { tenant: string; id: string }[], now: number): Promise<IngestReport> {
    return this.#ledger(stream).retract(ids, this.#begin(now))
  }

  async adjust(name: string, adjustments: readonly AdjustmentInput[], now: number): Promise<IngestReport> {
    const series = this.#declared(name)
    const instantMs = this.#begin(now)
    const beliefs = series.ledger.believedAt(instantMs)
    return report(adjustments, (input) => {
      const belief = beliefs.get(keyText(input))
      const erased = this.#registry.isErased(series.definition.of.name, input)
      return judgeAdjustment(series, input, { instantMs, belief, erased, days: belief === undefined ? null : this.#daysOf(series, belief) })
    })
  }

  #daysOf(series: Declared, entity: EntityKey): DayBook {
    const { stream } = series.definition
    return stream.day === 'eventOffset' ? LABEL_DAYS : this.#registry.zonesOf(stream.of, entity)
  }

  async capture(name: string, now: number): Promise<{ covered: number } | CaptureCounts> {
    const collected = this.#collected.get(name)
    if (collected !== undefined) return collected.capture(this.#begin(now))
    const series = this.#declared(name)
    const instantMs = this.#begin(now)
    const before = series.captures.at(-1)
    series.captures.push(instantMs)
    const grown = [...series.ledger.believedAt(instantMs).values()].filter((belief) => {
      const days = this.#daysOf(series, belief)
      const until = (captureMs: number | undefined): Day => Math.max(belief.enrolment, captureMs === undefined ? belief.enrolment : days.dayAt(captureMs))
      return until(instantMs) > until(before)
    })
    return { covered: grown.length }
  }

  async runTiers(name: string, now: number): Promise<void> {
    this.#registry.finishErasures()
    this.#forgetWords()
    const collected = this.#collected.get(name)
    if (collected !== undefined) return collected.runTiers(this.#begin(now))
    const series = this.#declared(name)
    const instantMs = this.#begin(now)
    for (const [key, belief] of series.ledger.believedAt(instantMs)) {
      if (this.#registry.isHeld(belief)) continue
      const days = this.#daysOf(series, belief)
      const before = series.boundaries.get(key) ?? NOTHING_RETIRED
      const moved = movedBoundaries(series.definition.keep.tiers, before, {
        enrolment: belief.enrolment, today: days.dayAt(instantMs), coveredUntil: coveredUntil(series, days, instantMs),
      })
      if (moved.size === 0) continue
      series.boundaries.set(key, moved)
      // From the first retired day on the anchor stays where enrolment was.
      if (!series.anchors.has(key)) series.anchors.set(key, belief.enrolment)
    }
  }

  async query(name: string, request: QueryRequest, now: number): Promise<QueryAnswer> {
    const collected = this.#collected.get(name)
    if (collected !== undefined) return askCollected(collected, this.#registry, request, now)
    const series = this.#declared(name)
    const grain = request.grain ?? 'day'
    const accounts = this.#accounts(series, request, now)
    const range = rangeOf(accounts, request, grain)
    const listed = request.from !== undefined && request.to !== undefined
    const rows: QueryRow[] = []
    for (const { head, members } of subjectsOf(accounts, request.total === true)) {
      for (const group of groupsOf(series.definition, request)) {
        const cells = members.map((account) => ({ account, rows: rowsOf(account, group) }))
        for (const period of range === null ? [] : periodsOf(grain, range)) {
          const span = { from: Math.max(period.from, (range as Span).from), to: Math.min(period.to, (range as Span).to) }
          const reading = new Readings(series, cells, span)
          if (!listed && !reading.touched) continue
          const row: Record<string, unknown> = {
            ...head, group: Object.keys(group).length === 0 ? null : group, period: textOfDay(period.from), ...reading.values(request.select, ''),
          }
          for (const comparison of request.compare ?? []) {
            const other = comparedWith(grain, period, comparison)
            const beside = other === null ? null : new Readings(series, cells, other)
            const values = beside === null
              ? Object.fromEntries(request.select.map((key) => [`${key}@${comparison}`, null]))
              : beside.values(request.select, `@${comparison}`)
            Object.assign(row, values)
            row[`coverage@${comparison}`] = beside === null ? null : beside.coverage(request.select)['coverage']
          }
          rows.push({ ...row, ...reading.coverage(request.select) } as unknown as QueryRow)
        }
      }
    }
    return { series: name, grain, asOf: asOfText(request), rows }
  }

  async window(name: string, request: WindowRequest, now: number): Promise<WindowAnswer> {
    const series = this.#declared(name)
    const names = Object.keys(series.definition.windows)
    const windowName = request.anchor === undefined ? (request.window ?? (names.length === 1 ? names[0] : undefined)) : undefined
    const rows: WindowRow[] = []
    for (const account of this.#accounts(series, request, now)) {
      if (account.enrolment === null) continue
      const window: AnchoredWindow = request.anchor === undefined
        ? { anchor: this.#anchorOf(series, account), months: declaredMonths(series.definition, windowName) }
        : { anchor: dayOfText(request.anchor), months: request.months as number }
      for (const group of groupsOf(series.definition, request)) {
        const cells = [{ account, rows: rowsOf(account, group) }]
        for (let k = windowNumber(window, account.enrolment); k <= windowNumber(window, account.today); k += 1) {
          const span = anchoredSpan(window, k)
          if (request.from !== undefined && span.to <= dayOfText(request.from)) continue
          if (request.to !== undefined && span.from >= dayOfText(request.to)) continue
          const reading = new Readings(series, cells, span)
          rows.push({
            tenant: account.tenant, entity: account.entity, group: Object.keys(group).length === 0 ? null : group,
            from: textOfDay(span.from), to: textOfDay(span.to),
            ...reading.values(request.select, ''), ...reading.coverage(request.select),
          } as unknown as WindowRow)
        }
      }
    }
    return { series: name, window: windowName ?? null, asOf: asOfText(request), rows }
  }

  async checkpoints(name: string, entity: EntityKey): Promise<readonly CheckpointState[]> {
    return checkpointsOf(this.#declared(name), entity)
  }

  async setSource(name: string, change: SourceChange): Promise<void> {
    this.#collectedNamed(name).source.change(change)
  }

  async backfill(name: string, from: string, to: string, now: number): Promise<CaptureCounts> {
    const series = this.#collectedNamed(name)
    if (!series.definition.collected.past) throw refusal('PAST_NOT_COLLECTED')
    return series.backfill(from, to, this.#begin(now))
  }

  async stateAt(name: string, entity: EntityKey, instantMs: number, now: number): Promise<StateAt | null> {
    return stateAt(this.#collectedNamed(name), this.#registry, entity, instantMs, now)
  }

  async hold(name: string, hold: HoldInput, now: number): Promise<void> {
    this.#begin(now)
    this.#registry.hold(name, hold)
  }

  async liftHold(name: string, now: number): Promise<void> {
    this.#begin(now)
    this.#registry.lift(name)
  }

  async forget(kind: string, entity: EntityKey, override: boolean, now: number): Promise<void> {
    if (!this.#registry.isErased(kind, entity)) {
      if (!this.#registry.isKnown(kind, entity)) throw refusal('ENTITY_UNKNOWN')
      if (this.#registry.isHeld(entity) && !override) throw refusal('HELD')
      this.#begin(now)
      this.#hide(kind, entity)
    }
    this.#registry.finishErasure(kind, entity)
    this.#forgetWords()
  }

  async cascade(kind: string, entities: readonly EntityKey[]): Promise<number> {
    if (entities.some((entity) => this.#registry.isHeld(entity))) throw refusal('HELD')
    const known = entities.filter((entity) => this.#registry.isKnown(kind, entity))
    for (const entity of known) {
      this.#hide(kind, entity)
      this.#registry.enterErasure(kind, entity)
    }
    return known.length
  }

  #hide(kind: string, entity: EntityKey): void {
    this.#registry.erase(kind, entity)
    for (const series of this.#collected.values()) {
      if (series.definition.of.name === kind) series.erase(entity)
    }
    for (const ledger of this.#ledgers.values()) {
      if (ledger.definition.of.name === kind) ledger.erase(entity)
    }
    for (const series of this.#series.values()) {
      if (series.definition.of.name !== kind) continue
      series.boundaries.delete(keyText(entity))
      series.anchors.delete(keyText(entity))
      for (const [id, { input }] of series.adjustments) {
        if (keyText(input) === keyText(entity)) series.adjustments.delete(id)
      }
    }
  }

  #forgetWords(): void {
    for (const series of this.#collected.values()) series.forgetWords()
  }

  /** What the census and the generator of histories may ask of a collected series; no part of `Subject`. */
  collected(name: string): CollectedSeries {
    return this.#collectedNamed(name)
  }

  #collectedNamed(name: string): CollectedSeries {
    const series = this.#collected.get(name)
    if (series === undefined) throw refusal('SERIES_UNKNOWN')
    return series
  }

  /** The first day that an archive does not hold, of any entity: for the census, no part of `Subject`. */
  archiveBoundary(name: string, entity: EntityKey): Day | null {
    const { definition: { keep }, boundaries } = this.#declared(name)
    const beforeLast = keep.tiers.at(-2)
    if (!keep.archive || beforeLast === undefined) return null
    return boundaries.get(keyText(entity))?.get(beforeLast.tier) ?? null
  }

  /** Every entity the question is about, in order, with all that its answers follow from. */
  #accounts(series: Declared, request: Selection, now: number): readonly Account[] {
    const asked = request.asOf === undefined ? now : new Date(request.asOf).getTime()
    const { stream, keep } = series.definition
    if (asked < now - keep.asOfDays * DAY_MS) throw refusal('AS_OF_BEYOND_HORIZON')
    const instantMs = Math.min(asked, now)
    const beliefs = series.ledger.believedAt(instantMs)
    const tenants = [...new Set([...beliefs.values()].map((belief) => belief.tenant))]
    if (request.tenant === undefined && request.allTenants !== true && tenants.length > 1) throw refusal('TENANT_NEEDED')
    const named = request.entity === undefined ? null : [request.entity].flat()
    const keys = new Map<string, EntityKey>()
    for (const belief of beliefs.values()) {
      if (request.tenant !== undefined && belief.tenant !== request.tenant) continue
      if (named === null || named.includes(belief.entity)) keys.set(keyText(belief), belief)
    }
    // One asked by name is answered even when unknown.
    for (const entity of named ?? []) {
      for (const tenant of request.tenant === undefined ? tenants : [request.tenant]) keys.set(keyText({ tenant, entity }), { tenant, entity })
    }
    return [...keys.values()]
      .sort((left, right) => byCodeUnits(left.tenant, right.tenant) || byCodeUnits(left.entity, right.entity))
      .map(({ tenant, entity }): Account => {
        const key = keyText({ tenant, entity })
        const belief = beliefs.get(key)
        const days = stream.day === 'eventOffset' ? LABEL_DAYS : this.#registry.zonesOf(stream.of, { tenant, entity })
        const boundaries = series.boundaries.get(key) ?? NOTHING_RETIRED
        return {
          tenant, entity, days, boundaries, enrolment: belief?.enrolment ?? null,
          erased: this.#registry.isErased(stream.of.name, { tenant, entity }), today: days.dayAt(instantMs), coveredUntil: coveredUntil(series, days, instantMs),
          tiers: keep.tiers, places: new Map(),
          // Nothing has been rolled up before a boundary, so nothing is cut and no anchor is needed.
          windows: boundaries.size === 0 ? [] : Object.values(series.definition.windows)
            .map(({ months }) => ({ months, anchor: this.#anchorOf(series, { tenant, entity }) })),
          facts: factsOf(series, key, belief, instantMs),
        }
      })
  }

  /** Anchors are today's, also when an earlier belief is asked for. */
  #anchorOf(series: Declared, entity: EntityKey): Day {
    const frozen = series.anchors.get(keyText(entity))
    return frozen ?? (series.ledger.believedAt(Number.POSITIVE_INFINITY).get(keyText(entity)) as Belief).enrolment
  }

  #begin(now: number): number {
    this.#instantMs = Math.max(this.#instantMs, now)
    return this.#instantMs
  }

  #declared(name: string): Declared {
    const series = this.#series.get(name)
    if (series === undefined) throw refusal('SERIES_UNKNOWN')
    return series
  }

  #ledger(stream: string): Ledger {
    const ledger = this.#ledgers.get(stream)
    if (ledger === undefined) throw refusal('STREAM_UNKNOWN')
    return ledger
  }
}

function latest(days: readonly (Day | null)[]): Day | null {
  const last = Math.max(...days.map((day) => day ?? Number.NEGATIVE_INFINITY))
  return last === Number.NEGATIVE_INFINITY ? null : last
}

function declaredMonths({ windows }: EventSeriesDefinition, name: string | undefined): number {
  const window = windows[name ?? '']
  if (window === undefined) throw refusal('WINDOW_UNKNOWN')
  return window.months
}

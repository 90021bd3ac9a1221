import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import type { QueryAnswer, QueryRow, WindowAnswer, WindowRow } from '../../src/query/answer.ts'
import type { QueryRequest, Selection, WindowRequest } from '../../src/query/request.ts'
import { type Account, rowsOf } from './account.ts'
import { DAY_MS, type Day, dayOfText, type Span, textOfDay } from './civil.ts'
import { coveredUntil, dayBoundary, type Declared, factsOf, NOTHING_RETIRED } from './declared-series.ts'
import { byCodeUnits, keyText } from './entity-key.ts'
import { scaled } from './exact.ts'
import { type Belief, Ledger, report } from './ledger.ts'
import { type DayBook, LABEL_DAYS, ZoneHistory } from './local-day.ts'
import { type Fact, partOf } from './part.ts'
import { comparedWith, periodsOf } from './period.ts'
import { asOfText, groupsOf, rangeOf, subjectsOf } from './question.ts'
import { Readings } from './readings.ts'
import type { AdjustmentInput, CheckpointState, EntityKey, EventInput, IngestReport, Subject } from './subject.ts'
import { type AnchoredWindow, anchoredSpan, movedBoundaries, windowNumber } from './tier.ts'

/**
 * Tidemark as the page says, without an engine: every fact stays in an array, and every answer is computed from all of
 * them anew. Retirement is only a boundary that decides which answers can be given.
 */
export class Model implements Subject {
  readonly #series = new Map<string, Declared>()
  readonly #ledgers = new Map<string, Ledger>()
  readonly #zones = new Map<string, ZoneHistory>()
  /** The instant of the last transaction; a later one is never before it. */
  #instantMs = Number.NEGATIVE_INFINITY

  async declare(definitions: readonly SeriesDefinition[], now: number): Promise<void> {
    this.#begin(now)
    for (const definition of definitions) {
      const declared = this.#series.get(definition.name)
      if (declared === undefined) this.#series.set(definition.name, this.#declareNew(definition))
      else this.#addMeasures(declared, definition)
    }
  }

  #declareNew(definition: SeriesDefinition): Declared {
    const ledger = this.#ledgerOf(definition)
    const from = this.#goneBefore(ledger)
    const added = { from, acceptedBefore: ledger.accepted.length }
    return {
      definition, ledger, measuresFrom: from, acceptedBefore: ledger.accepted.length, captures: [],
      measures: new Map(Object.keys(definition.measures).map((name) => [name, added])),
      boundaries: new Map(), anchors: new Map(), adjustments: new Map(),
    }
  }

  #addMeasures(declared: Declared, definition: SeriesDefinition): void {
    const firsts = [...declared.boundaries.values()].flatMap((boundaries) => boundaries.get('day') ?? [])
    const from = latest([declared.measuresFrom, ...firsts])
    const added = { from, acceptedBefore: declared.ledger.accepted.length }
    for (const name of Object.keys(definition.measures)) {
      if (!declared.measures.has(name)) declared.measures.set(name, added)
    }
    declared.definition = definition
  }

  #ledgerOf({ stream }: SeriesDefinition): Ledger {
    let ledger = this.#ledgers.get(stream.name)
    if (ledger === undefined) {
      ledger = new Ledger(
        stream,
        (tenant, entity) => this.#zonesOf({ tenant, entity }, stream.of.zone),
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

  /** An entity never heard of has the zone declared for its kind. */
  #zonesOf(entity: EntityKey, declaredZone: string): ZoneHistory {
    return this.#zones.get(keyText(entity)) ?? new ZoneHistory(declaredZone)
  }

  async setZone(entity: EntityKey, zone: string, now: number): Promise<void> {
    const instantMs = this.#begin(now)
    const history = this.#zones.get(keyText(entity))
    if (history === undefined) this.#zones.set(keyText(entity), new ZoneHistory(zone))
    else history.change(zone, instantMs)
  }

  async ingest(stream: string, events: readonly EventInput[], options: { now: number; onConflict?: 'quarantine' | 'replace' }): Promise<IngestReport> {
    const instantMs = this.#begin(options.now)
    const ledger = this.#ledger(stream)
    const result = ledger.ingest(events, instantMs, options.onConflict === 'replace')
    for (const [key] of ledger.believedAt(instantMs)) {
      if (!this.#zones.has(key)) this.#zones.set(key, new ZoneHistory(ledger.definition.of.zone))
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
    return report(adjustments, (input) => this.#judge(series, input, instantMs, beliefs.get(keyText(input))))
  }

  #judge(series: Declared, input: AdjustmentInput, instantMs: number, belief: Belief | undefined): string {
    const { tenant, entity, id, reason, group } = input
    const measure = series.definition.measures[input.measure]
    if (belief === undefined) return 'unknown_entity'
    if (measure?.kind !== 'count' && measure?.kind !== 'delta') return 'unknown_measure'
    const day = dayOfText(input.day)
    const by = scaled(String(input.by), measure.kind === 'delta' ? measure.shape.scale : 0)
    const key = JSON.stringify([tenant, id])
    const content = JSON.stringify([
      entity, day, input.measure, by.toString(), reason, series.definition.dimensions.map(({ field }) => group?.[field] ?? null),
    ])
    const known = series.adjustments.get(key)
    if (known !== undefined) return known.content === content ? 'duplicate' : 'conflict'
    if (!this.#daysOf(series, belief).exists(day)) return 'day_does_not_exist'
    if (day < belief.enrolment) return 'before_enrolment'
    if (day > this.#furthestDay(series, belief, instantMs)) return 'from_the_future'
    series.adjustments.set(key, { instantMs, input, content, fact: { kind: 'adjustment', day, measure: input.measure, by, group: group ?? {} } })
    return 'accepted'
  }

  #daysOf(series: Declared, entity: EntityKey): DayBook {
    const { stream } = series.definition
    return stream.day === 'eventOffset' ? LABEL_DAYS : this.#zonesOf(entity, stream.of.zone)
  }

  /** The last day that an event accepted now could have; a label is latest in the offset +14:00. */
  #furthestDay(series: Declared, entity: EntityKey, instantMs: number): Day {
    const bound = instantMs + DAY_MS
    return series.definition.stream.day === 'eventOffset'
      ? Math.floor((bound + 14 * 3_600_000) / DAY_MS)
      : this.#daysOf(series, entity).dayAt(bound)
  }

  async capture(name: string, now: number): Promise<{ covered: number }> {
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
    const series = this.#declared(name)
    const instantMs = this.#begin(now)
    for (const [key, belief] of series.ledger.believedAt(instantMs)) {
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
            const values = other === null
              ? Object.fromEntries(request.select.map((key) => [`${key}@${comparison}`, null]))
              : new Readings(series, cells, other).values(request.select, `@${comparison}`)
            Object.assign(row, values)
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
    const series = this.#declared(name)
    const events = series.ledger.accepted
      .map((event, place) => ({ event, place }))
      .filter(({ event, place }) => place >= series.acceptedBefore && event.key === keyText(entity))
    return series.definition.checkpoints.flatMap(({ every }) => {
      const states: CheckpointState[] = []
      for (let count = every; count <= events.length; count += every) {
        const upTo = events.slice(0, count)
        const place = (upTo.at(-1) as { place: number }).place
        const measures = [...series.measures].filter(([measure, added]) =>
          series.definition.measures[measure]?.kind !== 'ratio' && added.acceptedBefore <= place)
        states.push({
          every, count,
          states: Object.fromEntries(measures.map(([measure, added]) => {
            const facts = upTo.filter((each) => each.place >= added.acceptedBefore)
              .map(({ event }): Fact => ({ kind: 'event', day: event.day, event }))
            return [measure, checkpointState(measure, series.definition.measures[measure] as MeasureDefinition, facts)]
          })),
        })
      }
      return states
    })
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
        const days = stream.day === 'eventOffset' ? LABEL_DAYS : this.#zonesOf({ tenant, entity }, stream.of.zone)
        const boundaries = series.boundaries.get(key) ?? NOTHING_RETIRED
        return {
          tenant, entity, days, boundaries, enrolment: belief?.enrolment ?? null,
          today: days.dayAt(instantMs), coveredUntil: coveredUntil(series, days, instantMs),
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

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code })
}

function latest(days: readonly (Day | null)[]): Day | null {
  const last = Math.max(...days.map((day) => day ?? Number.NEGATIVE_INFINITY))
  return last === Number.NEGATIVE_INFINITY ? null : last
}

function declaredMonths({ windows }: SeriesDefinition, name: string | undefined): number {
  const window = windows[name ?? '']
  if (window === undefined) throw refusal('WINDOW_UNKNOWN')
  return window.months
}

function checkpointState(name: string, measure: MeasureDefinition, facts: readonly Fact[]): Readonly<Record<string, string | null>> {
  if (measure.kind === 'ratio') throw new Error(`${name} has no state`)
  const part = partOf(name, measure, facts, 0)
  switch (part.kind) {
    case 'count': return { sum: part.sum.toString() }
    case 'delta': return { sum: part.sum.toString(), n: String(part.n) }
    case 'flag': return { count: String(part.count) }
    case 'extreme': return { [measure.kind === 'extreme' ? measure.side : 'min']: part.value?.toString() ?? null }
  }
}

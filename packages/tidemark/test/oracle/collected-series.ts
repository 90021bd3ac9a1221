import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import type { TierPolicy } from '../../src/definitions/keep.ts'
import { type Decision, decide } from './cadence.ts'
import { type Day, dayOfText } from './civil.ts'
import { cadenceOn, cellKey, type CollectedEntity, type Version, windowText } from './collected-entity.ts'
import { byCodeUnits, keyText } from './entity-key.ts'
import { increasesOf } from './increase.ts'
import { ZoneHistory } from './local-day.ts'
import type { Registry } from './registry.ts'
import { type CellSamples, combined, readValues, type Sample } from './sample.ts'
import { bucketMiddle } from './sketch.ts'
import { type GivenValues, SourceTable } from './source-table.ts'
import { type Stretch, windowsOf } from './sub-day.ts'
import type { CaptureCounts, EntityKey } from './subject.ts'
import { sum } from './level.ts'
import { movedBoundaries } from './tier.ts'

interface DueWindow extends Stretch {
  readonly day: Day
}

const OTHER = '(other)'

/** One collected series as declared, and everything that captures of it ever brought. */
export class CollectedSeries {
  definition: CollectedSeriesDefinition
  readonly source = new SourceTable()
  readonly entities = new Map<string, CollectedEntity>()
  /** By measure that was added later, the day of its addition. */
  readonly since = new Map<string, Day>()
  /** Of each tenant, by free-text dimension, the values that have cells of their own. */
  readonly #words = new Map<string, Map<string, string[]>>()
  readonly #registry: Registry

  constructor(definition: CollectedSeriesDefinition, registry: Registry) {
    this.definition = definition
    this.#registry = registry
  }

  /** A measure that is added later is measured from the day of its addition, in the zone declared for the kind; from the start where nobody is enrolled. */
  redeclare(definition: CollectedSeriesDefinition, instantMs: number): void {
    const enrolled = [...this.entities.values()].some(({ decisions }) => decisions.length > 0)
    for (const name of Object.keys(definition.measures)) {
      if (enrolled && this.definition.measures[name] === undefined) this.since.set(name, new ZoneHistory(definition.of.zone).dayAt(instantMs))
    }
    this.definition = definition
  }

  daysOf(entity: EntityKey): ZoneHistory {
    return this.#registry.zonesOf(this.definition.of, entity)
  }

  wordsOf(tenant: string, field: string): readonly string[] {
    return [...(this.#words.get(tenant)?.get(field) ?? []), OTHER]
  }

  /** Whether a value has no cell of its own and can get none any more: it may be in `(other)`. Of any of these tenants; undefined: of all. */
  mayBeOther(tenant: string | undefined, field: string, value: string): boolean {
    const most = this.definition.dimensions.find((dimension) => dimension.field === field)?.most
    if (most === undefined || value === OTHER) return false
    return [...this.#words].some(([own, words]) => {
      const known = words.get(field) ?? []
      return (tenant === undefined || own === tenant) && known.length >= most && !known.includes(value)
    })
  }

  capture(nowMs: number): CaptureCounts {
    return this.#ask((entity) => this.#due(entity, nowMs), nowMs)
  }

  /** Asks again for the windows of the days that are over. */
  backfill(fromText: string, toText: string, nowMs: number): CaptureCounts {
    const [from, to] = [dayOfText(fromText), dayOfText(toText)]
    return this.#ask((entity) => this.#over(entity, nowMs).filter(({ day }) => day >= from && day < to), nowMs)
  }

  /** Asks for the roster first, then for these windows. */
  #ask(windows: (entity: CollectedEntity) => readonly DueWindow[], nowMs: number): CaptureCounts {
    const counts = { created: 0, unchanged: 0, restated: 0, failed: 0 }
    const roster = this.source.roster
    if (roster !== 'fails') this.#decideAll(roster.filter((entry) => !this.#registry.isErased(this.definition.of.name, entry)), nowMs)
    for (const { entity, window } of this.#inOrder(windows)) this.#take(entity, window, nowMs, counts, roster === 'fails')
    return counts
  }

  /** Entity by entity in the order in which they were first heard of, each oldest first. */
  #inOrder(windows: (entity: CollectedEntity) => readonly DueWindow[]): readonly { readonly entity: CollectedEntity; readonly window: DueWindow }[] {
    return [...this.entities.values()].sort((left, right) => this.#registry.compare(this.definition.of.name, left, right))
      .flatMap((entity) => windows(entity).map((window) => ({ entity, window })))
  }

  #decideAll(roster: Exclude<SourceTable['roster'], 'fails'>, nowMs: number): void {
    const { of } = this.definition
    for (const { tenant, entity, zone, attributes = {} } of roster) {
      const key = { tenant, entity }
      if (zone !== undefined || !this.#registry.isKnown(of.name, key)) this.#registry.setZone(of.name, key, zone ?? of.zone, nowMs)
      this.#registry.setAttributes(of.name, key, attributes)
      if (this.entities.has(keyText(key))) continue
      this.entities.set(keyText(key), { ...key, decisions: [], decidedDay: null, lowDays: 0, windows: new Map(), failures: new Map(), boundaries: new Map() })
    }
    for (const entity of this.entities.values()) this.#decide(entity, !roster.some((entry) => keyText(entry) === keyText(entity)), nowMs)
  }

  #decide(entity: CollectedEntity, gone: boolean, nowMs: number): void {
    const today = this.daysOf(entity).dayAt(nowMs)
    if (entity.decidedDay !== null && entity.decidedDay >= today) return
    const { grain, collected: { frequency }, measures } = this.definition
    const measure = frequency?.activity == null ? undefined : measures[frequency.activity]
    const inForce = entity.decisions.at(-1) ?? null
    const verdict = decide({
      grain, frequency, gone, inForce, lowDays: entity.lowDays, activity: this.#activity(entity, today),
      unit: measure !== undefined && 'shape' in measure ? 10n ** BigInt(measure.shape.scale) : 1n,
      status: frequency === null ? null : this.#registry.attributesOf(this.definition.of.name, entity)[frequency.status] ?? null,
      finalCaptured: inForce !== null && [...entity.windows.values()].some(({ day }) => day >= inForce.day),
    })
    entity.decidedDay = today
    entity.lowDays = verdict.lowDays
    const { cadence, rule } = verdict
    if (cadence === null || cadence === inForce?.cadence || (cadence === 'never' && inForce === null)) return
    entity.decisions.push({ day: today, atMs: nowMs, cadence, rule })
  }

  /** The increase or sum over the seven days before today. */
  #activity(entity: CollectedEntity, today: Day): bigint {
    const name = this.definition.collected.frequency?.activity
    const measure = name == null ? undefined : this.definition.measures[name]
    if (name == null || measure === undefined) return 0n
    const whole = cellKey(this.definition.dimensions, {})
    const windows = [...entity.windows.values()].sort((left, right) => left.fromMs - right.fromMs)
      .map(({ fromMs, day, versions }) => ({ fromMs, day, sample: (versions.at(-1) as Version).cells.get(whole)?.get(name) }))
    const increases = measure.kind === 'counter' ? increasesOf(windows, measure.resets) : null
    return sum(windows.filter(({ day }) => day >= today - 7 && day < today)
      .map(({ fromMs, sample }) => (increases === null ? (sample as bigint | null | undefined) : increases.get(fromMs)) ?? 0n))
  }

  /** Windows that are due now and not captured. */
  #due(entity: CollectedEntity, nowMs: number): readonly DueWindow[] {
    if (this.definition.collected.past) return this.#over(entity, nowMs).filter(({ fromMs }) => !entity.windows.has(fromMs))
    const days = this.daysOf(entity)
    const day = days.dayAt(nowMs)
    const cadence = cadenceOn(entity.decisions, day)
    if (cadence === null || cadence === 'never') return []
    const window = windowsOf(days, day, cadence).find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)
    if (window === undefined || entity.windows.has(window.fromMs)) return []
    if (cadence === 'final' && this.#isFinalCaptured(entity, day)) return []
    const whole = cadence === 'day' || cadence === 'final'
    return whole && nowMs < days.reachedAt(day, this.definition.collected.dueAt) ? [] : [{ ...window, day }]
  }

  /** Windows that are over and lie in days that have not been rolled up. */
  #over(entity: CollectedEntity, nowMs: number): readonly DueWindow[] {
    const days = this.daysOf(entity)
    const enrolment = entity.decisions[0]?.day
    if (enrolment === undefined) return []
    const found: DueWindow[] = []
    for (let day = Math.max(enrolment, entity.boundaries.get('captured') ?? enrolment); day <= days.dayAt(nowMs); day += 1) {
      const cadence = cadenceOn(entity.decisions, day)
      if (cadence === null || cadence === 'never' || !days.exists(day)) continue
      const whole = cadence === 'day' || cadence === 'final'
      for (const window of windowsOf(days, day, cadence)) {
        if (cadence === 'final' && !entity.windows.has(window.fromMs) && this.#isFinalCaptured(entity, day, found)) continue
        const dueMs = whole ? days.reachedAt(nextDay(days, day), this.definition.collected.dueAt) : window.toMs
        if (nowMs >= dueMs) found.push({ ...window, day })
      }
    }
    return found
  }

  /** After one final window no other is asked for. */
  #isFinalCaptured(entity: CollectedEntity, day: Day, asked: readonly DueWindow[] = []): boolean {
    const since = entity.decisions.findLast((decision) => decision.day <= day)?.day as Day
    return [...entity.windows.values(), ...asked].some((each) => each.day >= since)
  }

  #take(entity: CollectedEntity, window: DueWindow, nowMs: number, counts: { -readonly [K in keyof CaptureCounts]: number }, failing: boolean): void {
    const given = failing ? 'throws' : this.source.at(entity, SourceTable.asked(this.definition.collected.past, window.toMs, nowMs))
    const version = typeof given === 'string' ? null : this.#read(entity.tenant, given, nowMs)
    const known = entity.windows.get(window.fromMs)
    if (version === null) {
      counts.failed += 1
      if (known === undefined && !entity.failures.has(windowText(window))) entity.failures.set(windowText(window), nowMs)
    } else if (known === undefined) {
      counts.created += 1
      entity.windows.set(window.fromMs, { ...window, versions: [version] })
    } else if (known.versions.at(-1)?.content === version.content) counts.unchanged += 1
    else {
      counts.restated += 1
      known.versions.push(version)
    }
  }

  /** null: something cannot be read, and nothing is written. */
  #read(tenant: string, { values, groups = [], payload }: GivenValues, instantMs: number): Version | null {
    const { measures, dimensions } = this.definition
    const whole = readValues(measures, values)
    const read = groups.map(({ group, values: own }) => ({ group, values: readValues(measures, own) }))
    if (whole === null || read.some((each) => each.values === null)) return null
    const given = new Map<string, Map<string, Sample[]>>()
    const add = (group: Readonly<Record<string, string>>, samples: ReadonlyMap<string, Sample>): void => {
      const key = cellKey(dimensions, group)
      const cell = given.get(key) ?? new Map<string, Sample[]>()
      for (const [name, sample] of samples) cell.set(name, [...(cell.get(name) ?? []), sample])
      given.set(key, cell)
    }
    add({}, whole)
    for (const { group, values: own } of read) add(this.#numbered(tenant, group), own as ReadonlyMap<string, Sample>)
    const cells = new Map([...given].map(([key, cell]) => [key, new Map([...cell].map(([name, samples]) => [name, combined(measures[name] as MeasureDefinition, samples)]))]))
    const version = this.definition.payload?.version ?? 0
    return { instantMs, cells, payload: payload ?? null, payloadVersion: version, content: contentOf(cells, payload) }
  }

  /** A value of a free-text dimension that comes after the most of its tenant is `(other)`. */
  #numbered(tenant: string, group: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(group).map(([field, value]) => {
      const most = this.definition.dimensions.find((dimension) => dimension.field === field)?.most
      if (most === undefined) return [field, value]
      const own = this.#words.get(tenant) ?? new Map<string, string[]>()
      this.#words.set(tenant, own)
      const words = own.get(field) ?? []
      own.set(field, words)
      if (value !== OTHER && !words.includes(value) && words.length < most) words.push(value)
      return [field, words.includes(value) ? value : OTHER]
    }))
  }

  runTiers(nowMs: number): void {
    const { keep } = this.definition
    for (const entity of this.entities.values()) {
      const enrolment = entity.decisions[0]?.day
      if (enrolment === undefined || this.#registry.isHeld(entity)) continue
      const longer = keep.longer !== undefined && this.#registry.attributesOf(this.definition.of.name, entity)[keep.longer.attribute] === keep.longer.is
      entity.boundaries = movedBoundaries(longer ? prolonged(keep.tiers, keep.longer.times) : keep.tiers, entity.boundaries, {
        enrolment, today: this.daysOf(entity).dayAt(nowMs), coveredUntil: Number.POSITIVE_INFINITY,
      })
    }
  }

  erase(entity: EntityKey): void {
    this.entities.delete(keyText(entity))
  }

  /** Of tenants of which nothing is left that their words could tell. */
  forgetWords(): void {
    for (const tenant of this.#words.keys()) {
      if (![...this.entities.values()].some((entity) => entity.tenant === tenant) && !this.#registry.isErasing(tenant)) this.#words.delete(tenant)
    }
  }

  /** Decisions of an entity as they were known at an instant. */
  static decisionsAt(entity: CollectedEntity, instantMs: number): readonly Decision[] {
    return entity.decisions.filter(({ atMs }) => atMs <= instantMs)
  }
}

function nextDay(days: ZoneHistory, day: Day): Day {
  let next = day + 1
  while (!days.exists(next)) next += 1
  return next
}

function prolonged(tiers: readonly TierPolicy[], times: number): readonly TierPolicy[] {
  return tiers.map(({ tier, until }) => ({ tier, until: until === null ? null : { months: until.months * times, days: until.days * times } }))
}

/** Sets are compared as sets; all else as it was given. */
function contentOf(cells: ReadonlyMap<string, CellSamples>, payload: unknown): string {
  const plain = (sample: Sample): unknown => {
    if (typeof sample === 'bigint') return sample.toString()
    if (!Array.isArray(sample)) return sample
    const texts = sample.map((each) => (typeof each === 'bigint' ? bucketMiddle(each) : each).toString()).sort()
    return sample.some((each) => typeof each === 'string') ? [...new Set(texts)] : texts
  }
  const sorted = [...cells].sort(([left], [right]) => byCodeUnits(left, right))
    .map(([key, cell]) => [key, [...cell].map(([name, samples]) => [name, plain(samples)])])
  return JSON.stringify([sorted, payload ?? null])
}


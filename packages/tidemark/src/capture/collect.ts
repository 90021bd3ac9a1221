import { formatDay } from '../calendar/civil.ts'
import { monotonicMs } from '../clock.ts'
import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import type { Collector, CollectWindow, Source } from '../definitions/collector.ts'
import { TidemarkError } from '../errors.ts'
import type { CapturedWindow, CollectedEntity, DecidedFrequency, FailedWindow, WindowKey } from '../stores/contract/collected.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { boundedCall } from './bounded-call.ts'
import { type CollectPlan, decideAll, type Due, groupWindows, printedWindows, type WindowGroup } from './collect-plan.ts'
import { type CollectReport, CollectTally } from './collect-report.ts'
import { daysToCapture, decideWindows, skipOf, type WindowsDecision } from './decide-windows.ts'
import { readRows, type ReadRows } from './read-rows.ts'
import { checkRoster, type CheckedRoster, keyOf } from './roster.ts'
import { SingleFlight } from './single-flight.ts'
import { collectorOfSql, rosterOfSql } from './sql-collector.ts'

export interface CollectRequest {
  readonly store: Store
  readonly series: CollectedSeriesDefinition
  readonly collector: Collector
  /** The named sources, for one call. */
  readonly sources: (signal: AbortSignal) => Readonly<Record<string, Source>>
  readonly now: Instant
  /** Aborted: what is under way is given up, and nothing more is asked for. */
  readonly stop?: AbortSignal
}

/** Windows of one write: it bounds both the memory of a capture and the time that a transaction takes. */
const MOST_WINDOWS = 5_000
const MOST_MESSAGE = 500
/** Days looked through at once by a capture that catches up. */
const DAYS_AT_ONCE = 31
/** After so many calls in a row without an answer, the rest of a capture is not asked for. */
const MOST_TIMEOUTS = 5

/** By store: two captures of one series in one process are one, unless the later may find more due. */
const flights = new WeakMap<Store, SingleFlight<CollectReport>>()

/** Captures the due windows of a collected series. Each is written once, whatever is repeated or runs beside it. */
export function runCollect(request: CollectRequest): Promise<CollectReport> {
  return inFlight(request, request.series.name, (now) => new Collecting({ ...request, now }, false).run(null))
}

/**
 * Asks for the windows of the local days [from, to), also those that are captured: equal values are unchanged, others
 * restate. Throws PAST_NOT_COLLECTED.
 */
export async function runCollectBackfill(request: CollectRequest, from: EpochDay, to: EpochDay): Promise<CollectReport> {
  const { name, collected } = request.series
  if (!collected.past) {
    throw new TidemarkError('PAST_NOT_COLLECTED', `${name} cannot be asked for ${formatDay(from)} to ${formatDay(to)}`, { where: name })
  }
  return inFlight(request, `${name} ${from}..${to}`, (now) => new Collecting({ ...request, now }, true).run({ from, to }))
}

function inFlight({ store, now }: CollectRequest, key: string, work: (now: Instant) => Promise<CollectReport>): Promise<CollectReport> {
  let flight = flights.get(store)
  if (flight === undefined) {
    flight = new SingleFlight()
    flights.set(store, flight)
  }
  return flight.run(key, now, work)
}

/** What `runCollect` would do. Asks the source for its roster, and changes nothing. */
export function planCollect(request: CollectRequest): Promise<CollectPlan> {
  return new Collecting(request, false).plan()
}

interface DayRange {
  readonly from: EpochDay
  readonly to: EpochDay
}

const NOTHING: ReadonlySet<Instant> = new Set()

/** One capture, from the roster to the last write. */
class Collecting {
  readonly #request: CollectRequest
  readonly #restates: boolean
  readonly #tally = new CollectTally()
  readonly #faults = new Map<string, string>()
  readonly #windows: CapturedWindow[] = []
  readonly #failures: FailedWindow[] = []
  /** What has been decided and is not recorded yet: it is with the first windows. */
  #decided: readonly DecidedFrequency[] = []
  #timeouts = 0

  constructor(request: CollectRequest, restates: boolean) {
    this.#request = request
    this.#restates = restates
  }

  /** @param range the days of a backfill; null: what is due now */
  async run(range: DayRange | null): Promise<CollectReport> {
    const { store, series, now } = this.#request
    const roster = await this.#askRoster()
    if (isStopped(this.#request.stop)) return this.#tally.report()
    const listed = roster === null ? null : await this.#timed(() => store.collected.roster(series.name, roster.entities, now))
    const known = await this.#timed(() => store.collected.entities(series.name, now))
    const { entities, decided, changes, statusUnknown } = this.#decide(known, roster, listed)
    this.#decided = decided
    this.#tally.decisions = changes
    await this.#eachDue(entities, statusUnknown, range, (groups) => this.#collect(groups))
    await this.#write()
    return this.#tally.report()
  }

  async plan(): Promise<CollectPlan> {
    const { store, series, now } = this.#request
    const roster = await this.#askRoster()
    const { known, listed } = withRoster(series, await store.collected.entities(series.name, now), roster, now)
    const { entities, changes, statusUnknown } = this.#decide(known, roster, listed)
    const planned: WindowGroup[] = []
    await this.#eachDue(entities, statusUnknown, null, async (groups) => {
      for (const { window, entities: all } of groups) {
        const asked = all.filter((entity) => this.#faultOf(entity, window) === null)
        if (asked.length > 0) planned.push({ window, entities: asked })
      }
    })
    const { skipped, failures } = this.#tally
    return { decisions: changes, windows: printedWindows(planned), skipped, failures }
  }

  /** null: it could not be had. */
  async #askRoster(): Promise<CheckedRoster | null> {
    const { collector, sources, now, stop } = this.#request
    const ask = typeof collector.entities === 'function' ? collector.entities : rosterOfSql(collector.entities)
    const outcome = await this.#asked(async (signal, answered) => {
      const listed = await ask({ db: sources(signal), now: new Date(now), signal })
      answered()
      return checkRoster(listed)
    }, stop)
    if ('error' in outcome) {
      this.#tally.rosterFailed = `roster: ${outcome.error}`
      this.#tally.tell({ tenant: null, entity: null, window: null, message: this.#tally.rosterFailed })
      return null
    }
    for (const fault of outcome.value.faults) {
      this.#faults.set(keyOf(fault), fault.message)
    }
    return outcome.value
  }

  /** @param listed the ids of those that the roster lists; null: it could not be had */
  #decide(known: readonly CollectedEntity[], roster: CheckedRoster | null, listed: readonly number[] | null): ReturnType<typeof decideAll> {
    const { series, now } = this.#request
    const ids = new Set(listed)
    if (roster !== null && roster.faults.length > 0) {
      const heard = new Set(known.map(keyOf))
      for (const fault of roster.faults) {
        if (!heard.has(keyOf(fault))) this.#tally.tell({ ...fault, window: null })
      }
    }
    // What was erased the store does not register again.
    this.#tally.skip('erased', listed?.filter((id) => id === 0).length ?? 0)
    return decideAll(series, known, (entity) => (listed === null || this.#rosterFault(entity) !== null ? 'fault' : ids.has(entity.id)), now)
  }

  /** What is wrong with the roster's entry for an entity; null: nothing. */
  #rosterFault(entity: CollectedEntity): string | null {
    return this.#faults.size === 0 ? null : this.#faults.get(keyOf(entity)) ?? null
  }

  /** Goes through the windows that are asked for, some days at a time, oldest first; counts whom nothing is asked of. */
  async #eachDue(
    entities: readonly CollectedEntity[], statusUnknown: ReadonlySet<number>, range: DayRange | null, work: (groups: readonly WindowGroup[]) => Promise<void>,
  ): Promise<void> {
    const { series, store, now } = this.#request
    const spans = entities.map((entity) => range ?? daysToCapture(series, entity, now))
    // The window that holds now is the latest there is, unless the clock was set back: nothing has to be looked for.
    const looks = series.collected.past || entities.some(({ latestAt }) => latestAt !== null && latestAt > now)
    const found = new Map<number, WindowsDecision>()
    const latest = new Map<Instant | null, ReadonlySet<Instant | null>>()
    const latestOf = ({ latestAt }: CollectedEntity): ReadonlySet<Instant | null> => latest.get(latestAt) ?? remembered(latest, latestAt, new Set([latestAt]))
    const end = spans.reduce((latest, span) => Math.max(latest, span?.to ?? -Infinity), -Infinity)
    for (let from = spans.reduce((first, span) => Math.min(first, span?.from ?? Infinity), Infinity); from < end; from += DAYS_AT_ONCE) {
      const to = Math.min(from + DAYS_AT_ONCE, end)
      const captured = looks ? await this.#timed(() => store.collected.captured(series.name, from, to)) : null
      const due: Due[] = []
      for (const [place, entity] of entities.entries()) {
        const span = spans[place]
        if (span == null || span.from >= to || span.to <= from) continue
        const decision = decideWindows(series, entity, { from: Math.max(from, span.from), to: Math.min(to, span.to) }, captured === null ? latestOf(entity) : captured.get(entity.id) ?? NOTHING, now)
        const windows = range === null ? decision.due : [...decision.captured, ...decision.due]
        if (windows.length > 0) due.push({ entity, windows })
        if (range !== null) this.#tally.skip('window_sealed', decision.sealed)
        const before = found.get(entity.id)
        found.set(entity.id, before === undefined ? decision : joined(before, decision))
      }
      await work(groupWindows(due))
    }
    for (const entity of entities) {
      const skip = range === null ? skipOf(entity, found.get(entity.id) ?? EMPTY, now) : null
      if (statusUnknown.has(entity.id)) this.#tally.skip('status_unknown')
      if (skip !== null && !(skip === 'not_enrolled' && statusUnknown.has(entity.id))) this.#tally.skip(skip)
    }
  }

  /** Says why a window fails without being asked for; null when it is to be asked for. */
  #faultOf(entity: CollectedEntity, window: WindowKey): string | null {
    const message = this.#tally.rosterFailed ?? this.#rosterFault(entity)
    if (message !== null) this.#fail(entity, window, message)
    return message
  }

  async #collect(groups: readonly WindowGroup[]): Promise<void> {
    const { collector } = this.#request
    for (const { window, entities } of groups) {
      const asked = entities.filter((entity) => this.#faultOf(entity, window) === null)
      for (let place = 0; place < asked.length; place += collector.batch) {
        await this.#collectBatch(window, asked.slice(place, place + collector.batch))
        if (this.#windows.length + this.#failures.length >= MOST_WINDOWS) await this.#write()
      }
    }
  }

  async #collectBatch(window: WindowKey, entities: readonly CollectedEntity[]): Promise<void> {
    const { series, collector, sources, now, stop } = this.#request
    if (isStopped(stop)) return this.#tally.skip('stopped', entities.length)
    if (this.#timeouts >= MOST_TIMEOUTS) {
      for (const entity of entities) this.#fail(entity, window, `not asked for: the source did not answer ${MOST_TIMEOUTS} times in a row`)
      return
    }
    const collect = typeof collector.collect === 'function' ? collector.collect : collectorOfSql(collector.collect)
    const keys = entities.map(({ tenant, entity }) => ({ tenant, entity }))
    const span: CollectWindow = { from: new Date(window.at), to: new Date(window.to), day: formatDay(window.day) }
    const outcome = await this.#asked(async (signal, answered): Promise<ReadRows> => {
      const rows = await collect({ entities: keys, window: span, now: new Date(now), db: sources(signal), signal })
      answered()
      return readRows(series, collector.payload, keys, rows, (window.to - window.at) / 1000)
    }, stop)
    // What was stopped has not failed: whoever goes on with it asks again.
    if ('error' in outcome && isStopped(stop)) return this.#tally.skip('stopped', entities.length)
    this.#timeouts = 'error' in outcome && outcome.timedOut ? this.#timeouts + 1 : 0
    if ('error' in outcome) {
      for (const entity of entities) this.#fail(entity, window, outcome.error)
      return
    }
    this.#tally.skip('not_asked', outcome.value.notAsked)
    for (const entity of entities) {
      const read = outcome.value.entities.get(keyOf(entity))
      if (read === undefined || 'fault' in read) this.#fail(entity, window, read?.fault ?? 'the collector gave nothing for it')
      else this.#windows.push({ ...window, entity: entity.id, ...read })
    }
  }

  #fail(entity: CollectedEntity, window: WindowKey, message: string): void {
    const short = message.length > MOST_MESSAGE ? `${message.slice(0, MOST_MESSAGE - 1)}…` : message
    this.#failures.push({ ...window, entity: entity.id, message: short })
    this.#tally.fail(entity, window, short)
  }

  async #write(): Promise<void> {
    const windows = this.#windows.splice(0)
    const failures = this.#failures.splice(0)
    if (windows.length + failures.length + this.#decided.length === 0) return
    const { store, series: { name: series }, now } = this.#request
    const decisions = this.#decided
    this.#decided = []
    this.#tally.wrote(await this.#timed(() => store.collected.write({ series, now, windows, failures, decisions, restates: this.#restates })))
  }

  /** A call of the source, bounded and counted; `answered` says that what follows is our own. */
  async #asked<T>(work: (signal: AbortSignal, answered: () => void) => Promise<T>, stop: AbortSignal | undefined): ReturnType<typeof boundedCall<T>> {
    const { timeoutMs } = this.#request.collector
    const started = monotonicMs()
    let answeredAt: number | null = null
    const outcome = await boundedCall((signal) => work(signal, () => { answeredAt = monotonicMs() }), timeoutMs, stop)
    const took = (answeredAt ?? monotonicMs()) - started
    this.#tally.sourceMs += took
    if (took > timeoutMs / 2) this.#tally.slowCalls++
    return outcome
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const started = monotonicMs()
    try {
      return await work()
    } finally {
      this.#tally.storeMs += monotonicMs() - started
    }
  }
}

function isStopped(stop: AbortSignal | undefined): boolean {
  return stop?.aborted === true
}

const EMPTY: WindowsDecision = { due: [], captured: [], waiting: 0, sealed: 0 }

/** What was found of an entity in all the days so far; which windows those were is no longer needed. */
function joined(before: WindowsDecision, { due, captured, waiting, sealed }: WindowsDecision): WindowsDecision {
  return {
    due: due.length > 0 ? due.slice(0, 1) : before.due, captured: captured.length > 0 ? captured.slice(0, 1) : before.captured,
    waiting: waiting + before.waiting, sealed: sealed + before.sealed,
  }
}

function remembered<K, V>(known: Map<K, V>, key: K, value: V): V {
  known.set(key, value)
  return value
}

/** The entities as they would be once the store had taken the roster, and the ids of those that it lists; new ones have one below 0. */
function withRoster(
  series: CollectedSeriesDefinition, known: readonly CollectedEntity[], roster: CheckedRoster | null, now: Instant,
): { readonly known: readonly CollectedEntity[]; readonly listed: readonly number[] | null } {
  if (roster === null) return { known, listed: null }
  const entries = new Map(roster.entities.map((entry) => [keyOf(entry), entry]))
  const listed: number[] = []
  const updated = known.map((entity) => {
    const entry = entries.get(keyOf(entity))
    if (entry === undefined) return entity
    entries.delete(keyOf(entity))
    listed.push(entity.id)
    return { ...entity, attributes: entry.attributes }
  })
  const unheard = [...entries.values()].map(({ tenant, entity, zone, attributes }, place): CollectedEntity => ({
    id: -1 - place, tenant, entity, attributes, zones: [{ zone: zone ?? series.of.zone, from: now }],
    decisions: [], decidedDay: null, lowDays: 0, latestAt: null, activity: null, capturedFrom: null, boundaries: {},
  }))
  return { known: [...updated, ...unheard], listed: [...listed, ...unheard.map(({ id }) => id)] }
}

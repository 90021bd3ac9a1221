import { readAdjustments } from '../../src/adjustment.ts'
import { runCapture } from '../../src/capture/run.ts'
import { Declared } from '../../src/declared.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import type { EventSeriesDefinition } from '../../src/definitions/series.ts'
import { ingestRows, retractionsOf } from '../../src/intake.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { runErasure } from '../../src/erasure/run.ts'
import type { CollectedSeries } from '../../src/definitions/collected-chain.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { CHANNELS, declare, KINDS, makePlan, type Plan, type Scene, ZONES } from '../histories/declarations.ts'
import type { Random } from '../histories/random.ts'
import type { EntityKey, EventInput } from '../oracle/subject.ts'
import { collect, DAY_MS, declareLevels, ERASED_EARLY, LEVELS, Source } from './collected-world.ts'
import type { Place } from './place.ts'

export { DAY_MS }
export const STREAM = 'happenings'
export const SERIES = 'activity'

/** Short ages, so that a few months fill every tier and the archive. */
const KEEP: KeepOptions = { day: '10d', week: '30d', month: 'archive', asOfDays: 7 }

const ENTITIES: readonly EntityKey[] = [
  { tenant: 'acme', entity: 'one' }, { tenant: 'acme', entity: 'ünf' }, { tenant: 'Zeta', entity: 'one' }, { tenant: '\u{1f600}', entity: 'ten' },
]

/** A small history of a hundred days in which everything has happened once: what each crash begins with. */
export class Base {
  readonly random: Random
  readonly scene: Scene
  readonly plan: Plan
  readonly definition: EventSeriesDefinition
  readonly source: Source
  readonly levels: CollectedSeries
  readonly startMs: number
  readonly sent: EventInput[] = []
  #count = 0

  constructor(random: Random) {
    this.random = random
    const labelled = random.chance(0.3)
    this.scene = { day: labelled ? 'eventOffset' : 'entityZone', keptOffset: true, zone: random.pick(ZONES) }
    this.plan = { ...makePlan(random, SERIES), every: random.whole(2, 6), keep: KEEP, windows: random.pick([{}, { fourMonths: 4 }, { monthly: 1 }]) }
    this.definition = declare(this.scene, this.plan)
    this.startMs = Date.UTC(random.whole(2012, 2028), 0, 1, random.whole(0, 23))
    this.source = new Source(this.startMs)
    this.levels = declareLevels(this.source)
  }

  get declared(): Declared {
    return new Declared([this.definition])
  }

  /** The instant so many days after the start. */
  at(days: number): number {
    return this.startMs + days * DAY_MS
  }

  /** @param sites whether the collected series is there, too */
  async build(place: Place, { sites = true } = {}): Promise<void> {
    const store = await place.open()
    const watch = async (day: number, move: boolean): Promise<void> => {
      if (!sites) return
      await collect(store, this.levels, this.at(day))
      if (move) await this.tiers(store, place, day, () => {}, LEVELS)
    }
    try {
      await store.migrate(planMigration(await store.schema(), [this.definition, ...(sites ? [this.levels.definition] : [])], []), this.at(0))
      for (const { tenant, entity } of ENTITIES.slice(0, 3)) await this.setZone(store, { tenant, entity }, this.random.pick(ZONES), this.at(0))
      await this.ingest(store, this.fresh(10, 1, 6), 6)
      await runCapture(store, SERIES, this.at(7))
      await watch(7, false)
      await this.ingest(store, this.fresh(8, 15, 30), 31)
      await runCapture(store, SERIES, this.at(32))
      await this.tiers(store, place, 32)
      await watch(32, true)
      await this.ingest(store, this.fresh(8, 40, 60), 61)
      await this.ingest(store, this.fresh(4, 61, 75), 75, 'replace')
      await runCapture(store, SERIES, this.at(76))
      await this.tiers(store, place, 76)
      await watch(76, true)
      await this.ingest(store, this.fresh(6, 78, 94), 94)
      await store.retract(STREAM, retractionsOf([this.idOf(this.sent.at(-1) as EventInput)]), this.at(94), 'base')
      await this.adjust(store, 94)
      await runCapture(store, SERIES, this.at(95))
      await this.tiers(store, place, 95)
      await watch(95, true)
      if (sites) await runErasure({ store, place: place.archivePlace(), now: this.at(96) }, { kind: 'site', tenant: ERASED_EARLY.tenant, entity: ERASED_EARLY.name, by: 'crash', reason: 'asked for', override: null })
      // Late for the archive, for retired tiers, ahead of time, and with an id that is taken: each leaves something behind.
      const old = this.sent.filter((event) => this.ageOf(event, 100) > 20 && this.ageOf(event, 100) < 24)
      await this.ingest(store, [
        ...this.fresh(6, 96, 100), ...this.fresh(1, 3, 20),
        ...(old.length > 0 ? old : this.sent.slice(-6)).slice(0, 2).map((event) => this.again(event)),
        ...this.fresh(3, 103, 108), { ...this.sent[0] as EventInput, note: 'other' },
      ], 100)
      await runCapture(store, SERIES, this.at(108))
      await watch(108, false)
    } finally {
      await store.close()
    }
  }

  /** So many new events between two days. */
  fresh(count: number, fromDay: number, toDay: number): EventInput[] {
    const { random } = this
    return Array.from({ length: count }, () => {
      const { tenant, entity } = random.pick(ENTITIES)
      this.#count += 1
      const event: EventInput = {
        client_id: tenant, thing_id: entity, event_id: `e${this.#count}`, kind: random.pick(KINDS), channel: random.pick(CHANNELS),
        at: new Date(this.at(fromDay) + Math.floor(random.next() * (toDay - fromDay) * DAY_MS)).toISOString(),
        ...(random.chance(0.7) ? { amount: `${random.whole(-9, 40)}.${random.whole(10, 99)}` } : {}),
        ...(random.chance(0.6) ? { minutes: random.whole(-5, 90) } : {}),
        ...(random.chance(0.4) ? { bytes: String(BigInt(random.whole(0, 2 ** 30)) * 40_000_000n + 7n) } : {}),
        ...(random.chance(0.4) ? { urgent: random.chance(0.5) } : {}),
      }
      this.sent.push(event)
      return event
    })
  }

  /** Another event of the same day. */
  again(event: EventInput): EventInput {
    this.#count += 1
    const other = { ...event, event_id: `e${this.#count}`, minutes: 1 }
    this.sent.push(other)
    return other
  }

  /** Events that the base has accepted, of days that have not retired. */
  get recent(): readonly EventInput[] {
    return this.sent.filter((event) => this.ageOf(event, 100) > 0 && this.ageOf(event, 100) < 12)
  }

  ageOf(event: EventInput, day: number): number {
    return (this.at(day) - Date.parse(String(event.at))) / DAY_MS
  }

  idOf(event: EventInput): { readonly tenant: string; readonly id: string } {
    return { tenant: String(event.client_id), id: String(event.event_id) }
  }

  ingest(store: Store, events: readonly EventInput[], day: number, onConflict: 'quarantine' | 'replace' = 'quarantine') {
    return ingestRows(store, this.definition.stream, events, { now: this.at(day), onConflict, source: 'crash' })
  }

  setZone(store: Store, entity: EntityKey, zone: string, now: number): Promise<void> {
    const { name, zone: usual } = this.definition.of
    return store.setZones(name, usual, [{ ...entity, zone }], now)
  }

  adjust(store: Store, day: number, id = `adjustment-${day}`) {
    const event = this.sent[3] as EventInput
    const { adjustments } = readAdjustments(this.definition, [2, -1].map((by, index) => ({
      tenant: String(event.client_id), entity: String(event.thing_id), day: new Date(this.at(day - 3 - 60 * index)).toISOString().slice(0, 10), measure: 'events',
      by, id: `${id}-${index}`, reason: 'a correction',
      group: this.definition.dimensions.length === 0 ? null : Object.fromEntries(this.definition.dimensions.map(({ field, values }) => [field, values[0] as string])),
    })))
    return store.adjust(SERIES, adjustments, this.at(day), 'crash')
  }

  tiers(store: Store, place: Place, day: number, reach: (failpoint: string) => void = () => {}, series = SERIES) {
    // The pieces of a run depend on how long they take; here they must not.
    return runTiers({ store, series, now: this.at(day), confirmed: true, archive: place.archivePlace(), monotonicMs: () => 0, reach })
  }
}

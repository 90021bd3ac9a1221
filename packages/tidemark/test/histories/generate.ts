import type { EventSeriesDefinition } from '../../src/definitions/series.ts'
import type { Comparison, Grain, QueryRequest, Selection, WindowRequest } from '../../src/query/request.ts'
import type { EntityKey } from '../oracle/subject.ts'
import { askedRange, DAY_MS, dayText } from './asked-range.ts'
import { answerKeys, declare, kindOf, makePlan, type Plan, type Scene, withAddedMeasures, ZONES } from './declarations.ts'
import { CollectedStory } from './collected-story.ts'
import { EventSource } from './event-source.ts'
import { Random } from './random.ts'
import type { History, Step } from './step.ts'

const HOUR_MS = 3_600_000
const STREAM = 'happenings'
const ROUNDS = 95

/** Names whose order by code units differs from an order by bytes of UTF-8 or by a locale. */
const TENANTS = ['acme', 'Zeta', 'émile', 'b', '\u{1f600}', '\uff5e'] as const
const THINGS = ['one', 'Two', 'ünf', 'ten', 'a b', '\u{1f600}x', '\uff5ex', 'nine'] as const

/** A random history of some years, the same for the same seed. */
export function generate(seed: number): History {
  return new Story(seed).tell()
}

class Story {
  readonly #seed: number
  readonly #random: Random
  readonly #steps: Step[] = []
  readonly #scene: Scene
  readonly #entities: readonly EntityKey[]
  readonly #events: EventSource
  #plans: readonly Plan[]
  #definitions: readonly EventSeriesDefinition[] = []
  readonly #startMs: number
  #now: number
  #missing = 0
  /** Series declared over a stream that had already begun: since when. */
  readonly #addedAtMs = new Map<string, number>()
  readonly #zones = new Map<string, string>()
  readonly #collected: CollectedStory | null
  /** Chance of what came later than the rest, so that the rest stays as it was for each seed. */
  readonly #chance: Random
  /** Whether histories are held and erased. */
  readonly #legal: boolean
  /** Chance of deletes in the application, apart for the same reason. */
  readonly #cascades: Random
  readonly #erased = new Set<string>()
  #holds: string[] = []
  readonly #adjusted: (Step & { readonly do: 'adjust' })[] = []

  constructor(seed: number) {
    const random = new Random(seed)
    this.#seed = seed
    this.#random = random
    const labelled = random.chance(0.4)
    const apia = random.chance(0.3)
    this.#scene = {
      day: labelled ? 'eventOffset' : 'entityZone', keptOffset: labelled || random.chance(0.3),
      zone: apia ? 'Pacific/Apia' : random.pick(ZONES),
    }
    // Apia's skipped day, 2011-12-30, is met by every history that starts in the summer before.
    this.#startMs = apia ? Date.UTC(2011, 6, 1) + random.whole(0, 150) * DAY_MS : Date.UTC(2010, 0, 1) + random.whole(0, 14 * 365) * DAY_MS
    this.#now = this.#startMs
    const tenants = random.some(TENANTS, 3)
    const entities = tenants.map((tenant) => ({ tenant, entity: random.pick(THINGS) }))
    while (entities.length < random.whole(5, 7)) {
      const other = { tenant: random.pick(tenants), entity: random.pick(THINGS) }
      if (!entities.some((known) => known.tenant === other.tenant && known.entity === other.entity)) entities.push(other)
    }
    this.#entities = entities
    this.#chance = new Random(seed + 40_000_003)
    this.#legal = this.#chance.chance(0.4)
    this.#cascades = new Random(seed + 90_000_049)
    this.#events = new EventSource(random, this.#scene, entities, this.#legal)
    const stage = {
      startMs: this.#startMs, now: () => this.#now, push: (step: Step) => this.#push(step), zoneOf: (entity: EntityKey) => this.#zones.get(nameOf(entity)),
      advance: (ms: number) => {
        this.#now += ms
      },
    }
    this.#collected = this.#chance.chance(0.5) ? new CollectedStory(this.#chance, stage, kindOf(this.#scene), entities) : null
    this.#plans = [makePlan(random, 'activity')]
    if (random.chance(0.25)) this.#plans = [...this.#plans, makePlan(random, 'second')]
  }

  tell(): History {
    this.#declare()
    this.#giveFirstZones()
    this.#collected?.begin()
    for (let round = 0; round < ROUNDS; round += 1) {
      this.#advance()
      this.#ingest(round)
      this.#change(round)
      this.#maintain()
      this.#collected?.round()
      if (this.#legal) this.#enforce(round)
      if (this.#collected !== null && this.#chance.chance(0.22)) this.#collected.ask()
      const questions = this.#random.pick([0, 0, 0, 0, 0, 1, 1])
      for (let asked = 0; asked < questions; asked += 1) this.#ask()
    }
    // Whatever happened, the end is looked at from all sides.
    for (let asked = 0; asked < 6; asked += 1) this.#ask()
    for (let asked = 0; asked < 8; asked += 1) this.#collected?.ask()
    for (const { name } of this.#plans) this.#push({ do: 'checkpoints', now: this.#now, series: name, entity: this.#random.pick(this.#entities) })
    return { seed: this.#seed, steps: this.#steps }
  }

  #push(step: Step): void {
    const changes = !['query', 'window', 'checkpoints', 'stateAt', 'source', 'cascade'].includes(step.do)
    if (changes && this.#random.chance(0.04)) this.#steps.push({ do: 'crash', now: step.now })
    this.#steps.push(step)
  }

  #advance(): void {
    const random = this.#random
    const kind = random.next()
    const ms = kind < 0.35 ? random.whole(1, 20 * 60) * 60_000
      : kind < 0.7 ? random.whole(1, 6 * 24) * HOUR_MS
        : kind < 0.9 ? random.whole(10 * 24, 25 * 24) * HOUR_MS
          : random.whole(30, 80) * DAY_MS
    this.#now += ms
    // Whole hours now and then, so that a command falls on a local midnight.
    if (random.chance(0.15)) this.#now = Math.ceil(this.#now / (HOUR_MS / 2)) * (HOUR_MS / 2)
  }

  #declare(): void {
    this.#definitions = this.#plans.map((plan) => declare(this.#scene, plan))
    this.#push({ do: 'declare', now: this.#now, series: [...this.#definitions, ...(this.#collected === null ? [] : [this.#collected.definition])] })
  }

  #giveFirstZones(): void {
    const random = this.#random
    const chosen = random.some(ZONES, random.whole(4, 6))
    const zones = this.#scene.zone === 'Pacific/Apia' ? ['Pacific/Apia', ...chosen.filter((zone) => zone !== 'Pacific/Apia')] : chosen
    for (const [index, entity] of this.#entities.entries()) {
      // The first ones make sure of three zones; the rest may stay with the declared one.
      if (index < 4 || random.chance(0.6)) this.#setZone(entity, zones[index % zones.length] as string)
    }
  }

  #ingest(round: number): void {
    const random = this.#random
    const quiet = random.chance(0.12)
    const { events, replacing } = this.#events.batch(this.#now, quiet ? 0 : random.whole(1, 5), round)
    if (events.length === 0) return
    this.#push({ do: 'ingest', now: this.#now, stream: STREAM, events, onConflict: replacing ? 'replace' : 'quarantine' })
  }

  /** The rarer commands: zones, retractions, adjustments, declarations. */
  #change(round: number): void {
    const random = this.#random
    if (random.chance(0.05)) this.#changeZone()
    if (random.chance(0.12)) {
      const ids = this.#events.idsToRetract(random.whole(1, 3))
      if (ids.length > 0) this.#push({ do: 'retract', now: this.#now, stream: STREAM, ids })
    }
    if (random.chance(0.12)) this.#adjust()
    if (round > 20 && random.chance(0.015)) {
      const place = random.whole(0, this.#plans.length - 1)
      this.#plans = this.#plans.map((plan, index) => (index === place ? withAddedMeasures(random, plan) : plan))
      this.#declare()
    }
    if (round > 20 && this.#collected !== null && this.#chance.chance(0.01)) {
      this.#collected.grow()
      this.#declare()
    }
    if (round > 20 && this.#plans.length === 1 && random.chance(0.003)) {
      this.#plans = [...this.#plans, makePlan(random, 'second')]
      this.#addedAtMs.set('second', this.#now)
      this.#declare()
    }
  }

  #changeZone(): void {
    const entity = this.#random.pick(this.#entities)
    // The page does not say what becomes of an event ahead of now when the zone changes under it.
    if (this.#events.lastAtMs(entity) > this.#now) return
    const zone = this.#random.pick(ZONES)
    if (this.#erased.has(nameOf(entity))) return
    this.#setZone(entity, zone)
    // Else the next capture would give it back its old one.
    this.#collected?.list()
  }

  #setZone(entity: EntityKey, zone: string): void {
    this.#zones.set(nameOf(entity), zone)
    this.#push({ do: 'setZone', now: this.#now, entity, zone })
  }

  /** Holds that are placed and lifted, and entities that are forgotten. */
  #enforce(round: number): void {
    const chance = this.#chance
    const entities = [...this.#entities.map((entity) => ({ kind: kindOf(this.#scene).name, entity })), ...(this.#collected?.entities ?? []).map((entity) => ({ kind: this.#collected?.kind.name as string, entity }))]
    const { kind, entity } = chance.pick(entities)
    if (chance.chance(0.05)) {
      const name = `hold ${this.#steps.length}`
      this.#holds.push(name)
      this.#push({ do: 'hold', now: this.#now, name, hold: { tenant: entity.tenant, entity: chance.chance(0.5) ? entity.entity : null } })
    }
    if (this.#holds.length > 0 && chance.chance(0.1)) {
      const name = chance.pick(this.#holds)
      this.#holds = this.#holds.filter((other) => other !== name)
      this.#push({ do: 'liftHold', now: this.#now, name })
    }
    if (round > 30 && chance.chance(0.018)) {
      const override = chance.chance(0.35)
      if (chance.chance(0.35)) {
        this.#holds.push(`hold ${this.#steps.length}`)
        this.#push({ do: 'hold', now: this.#now, name: `hold ${this.#steps.length}`, hold: { tenant: entity.tenant, entity: chance.chance(0.5) ? entity.entity : null } })
      }
      // Whether a hold refuses it is for the subjects to find; here it only counts that it may be gone.
      if (kind === kindOf(this.#scene).name) this.#erased.add(nameOf(entity))
      this.#push({ do: 'forget', now: this.#now, kind, entity, override })
    }
    if (round > 30 && this.#cascades.chance(0.02)) this.#cascade(entities)
  }

  /** Rows of one to three entities of a kind go from the application's table; now and then a hold has come before. */
  #cascade(entities: readonly { readonly kind: string; readonly entity: EntityKey }[]): void {
    const chance = this.#cascades
    const { kind } = chance.pick(entities)
    const own = [...new Map(entities.filter((one) => one.kind === kind).map(({ entity }) => [nameOf(entity), entity])).values()]
    const chosen = chance.some(own, chance.pick([1, 1, 1, 2, 3]))
    const [first] = chosen as [EntityKey]
    if (chance.chance(0.3)) {
      const name = `hold ${this.#steps.length}`
      this.#holds.push(name)
      this.#push({ do: 'hold', now: this.#now, name, hold: { tenant: first.tenant, entity: chance.chance(0.5) ? first.entity : null } })
    }
    if (kind === kindOf(this.#scene).name) for (const entity of chosen) this.#erased.add(nameOf(entity))
    this.#push({ do: 'cascade', now: this.#now, kind, entities: chosen })
  }

  #adjust(): void {
    const random = this.#random
    if (this.#adjusted.length > 0 && random.chance(0.2)) {
      const before = random.pick(this.#adjusted)
      const changed = random.chance(0.5)
      this.#push({ ...before, now: this.#now, adjustments: before.adjustments.map((each) => (changed ? { ...each, reason: `${each.reason}?` } : each)) })
      return
    }
    const { name, dimensions, measures } = random.pick(this.#definitions)
    const event = this.#events.settled(this.#now)
    if (event === null) return
    if (this.#erased.has(nameOf(event))) return
    const addedMs = this.#addedAtMs.get(name)
    const measure = random.chance(0.08) ? 'nothing' : random.pick(['events', 'fixes', 'amount'])
    const broken = measure === 'nothing' || addedMs !== undefined
    const dayMs = addedMs !== undefined ? Math.max(addedMs + DAY_MS, this.#now - 3 * DAY_MS)
      : broken || random.chance(0.2) ? this.#now - DAY_MS
        : random.chance(0.1) ? this.#now + 20 * DAY_MS
          : this.#scene.zone === 'Pacific/Apia' && this.#now > Date.UTC(2012, 0, 10) && random.chance(0.3) ? Date.UTC(2011, 11, 30)
            : event.atMs + random.whole(-1, 2) * DAY_MS
    const unknown = !broken && random.chance(0.06)
    const by = measures[measure]?.kind === 'delta' ? `${random.pick(['', '-'])}${random.whole(0, 30)}.${random.whole(10, 99)}` : random.whole(-3, 5)
    const step = {
      do: 'adjust', now: this.#now, series: name,
      adjustments: [{
        tenant: event.tenant, entity: unknown ? 'nobody' : event.entity, day: new Date(dayMs).toISOString().slice(0, 10), measure, by,
        id: `adjustment-${this.#steps.length}`, reason: 'a correction',
        group: dimensions.length === 0 ? null : Object.fromEntries(dimensions.map(({ field, values }) => [field, random.pick(values)])),
      }],
    } as const
    this.#adjusted.push(step)
    this.#push(step)
  }

  #maintain(): void {
    const random = this.#random
    if (this.#missing > 0) this.#missing -= 1
    else if (random.chance(0.04)) this.#missing = random.whole(5, 15)
    for (const { name } of this.#plans) {
      if (this.#missing === 0 && random.chance(0.5)) this.#push({ do: 'capture', now: this.#now, series: name })
      if (random.chance(0.22)) this.#push({ do: 'runTiers', now: this.#now, series: name })
    }
  }

  #ask(): void {
    const random = this.#random
    const definition = random.pick(this.#definitions)
    const kind = random.next()
    if (kind < 0.06) {
      this.#push({ do: 'checkpoints', now: this.#now, series: definition.name, entity: random.pick(this.#entities) })
    } else if (kind < 0.25) {
      this.#push({ do: 'window', now: this.#now, series: definition.name, request: this.#windowRequest(definition) })
    } else {
      this.#push({ do: 'query', now: this.#now, series: definition.name, request: this.#queryRequest(definition) })
    }
  }

  #windowRequest(definition: EventSeriesDefinition): WindowRequest {
    const random = this.#random
    const names = Object.keys(definition.windows)
    const range = random.chance(0.5) ? {} : askedRange(random, this.#startMs, this.#now, 'month', true)
    const window = names.length === 0 || random.chance(0.3)
      ? { anchor: dayText(this.#startMs + random.whole(-400, 800) * DAY_MS), months: random.whole(1, 12) }
      : names.length === 1 && random.chance(0.5) ? {} : { window: random.pick(names) }
    return { ...this.#selection(definition, false), ...range, ...window }
  }

  #queryRequest(definition: EventSeriesDefinition): QueryRequest {
    const random = this.#random
    const grain = random.pick<Grain>(['day', 'day', 'week', 'week', 'month', 'month', 'quarter', 'year', 'range', 'range'])
    const total = random.chance(0.25)
    const range = random.chance(grain === 'day' ? 0.8 : 0.65) ? askedRange(random, this.#startMs, this.#now, grain, random.chance(0.06)) : {}
    const compare = random.chance(0.25) ? random.some<Comparison>(['previous', 'year'], random.whole(1, 2)) : null
    const selection = this.#selection(definition, total)
    // In a total without a range it is open whether one who is unknown takes part.
    const { entity, ...others } = selection
    return {
      ...(total && range.from === undefined ? others : selection), ...range, grain,
      ...(total ? { total } : {}), ...(compare === null ? {} : { compare }),
    }
  }

  #selection(definition: EventSeriesDefinition, total: boolean): Selection {
    const random = this.#random
    const keys = answerKeys(definition, total)
    const everywhere = random.chance(0.25)
    const known = random.pick(this.#entities)
    const asked = everywhere || random.chance(0.35) ? {}
      : random.chance(0.1) ? { entity: 'nobody' }
        // Another tenant's entity is as unknown as one that is nowhere.
        : random.chance(0.2) ? { entity: random.some(THINGS, 2) } : { entity: known.entity }
    const fields = definition.dimensions
    const where = fields.length > 0 && random.chance(0.3) ? random.pick(fields) : null
    const by = fields.length > 0 && random.chance(0.35) ? random.some(fields, random.whole(1, fields.length)) : []
    const selection: Selection = {
      select: random.some(keys, random.whole(1, Math.min(6, keys.length))),
      ...(everywhere ? { allTenants: true } : { tenant: known.tenant }), ...asked,
      ...(where === null ? {} : { where: { [where.field]: random.pick(where.values) } }),
      ...(by.length === 0 ? {} : { by: by.map(({ field }) => field) }),
      ...this.#asOf(definition),
    }
    if (selection.asOf === undefined) return selection
    // Refused of an earlier belief.
    const told = selection.select.filter((key) => !key.endsWith('.all'))
    return { ...selection, select: told.length > 0 ? told : keys.filter((key) => !key.endsWith('.all')).slice(0, 1) }
  }

  #asOf({ keep }: EventSeriesDefinition): { readonly asOf?: string } {
    const random = this.#random
    if (!random.chance(0.3)) return {}
    const horizonMs = this.#now - keep.asOfDays * DAY_MS
    const instants = this.#steps.map((step) => step.now).filter((now) => now >= horizonMs)
    // The very instant of a command, and the one before it, are where beliefs change.
    const asOfMs = random.chance(0.03) ? this.#now + DAY_MS
      : instants.length > 0 && random.chance(0.5) ? Math.max(horizonMs, random.pick(instants) - random.whole(0, 1))
        : horizonMs + Math.floor(random.next() * (this.#now - horizonMs))
    return { asOf: new Date(asOfMs).toISOString() }
  }
}

function nameOf({ tenant, entity }: EntityKey): string {
  return JSON.stringify([tenant, entity])
}

import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { RosterEntry } from '../../src/definitions/collector.ts'
import { type EntityDefinition, entity as entityKind } from '../../src/definitions/entity.ts'
import type { Comparison, Grain, QueryRequest } from '../../src/query/request.ts'
import type { Given, SampleInput, SourceChange, ValuesInput } from '../oracle/source-table.ts'
import type { EntityKey } from '../oracle/subject.ts'
import { askedRange, DAY_MS, dayText } from './asked-range.ts'
import { type CollectedPlan, declareCollected, makeCollectedPlan, sampledKeys, withMore } from './collected-plan.ts'
import { ZONES } from './declarations.ts'
import { Random } from './random.ts'
import type { Step } from './step.ts'

const NAME = 'samples'
const HOUR_MS = 3_600_000
const STATUSES = ['active', 'active', 'active', 'active', 'paused', 'planned', 'completed', 'cancelled', 'draft', 'odd', null] as const
const WORDS = ['red', 'green', 'blue', 'gr\u00fcn', '\u{1f600}'] as const

interface Living extends EntityKey {
  status: string | null
  worth: string
  listed: boolean
  busy: 'busy' | 'quiet' | 'fluttering'
  total: number
  meter: bigint
  /** Counts what was said, so that a flutter alternates. */
  said: number
}

/** What a story lends its collected part. */
export interface Stage {
  readonly startMs: number
  readonly now: () => number
  readonly advance: (ms: number) => void
  readonly push: (step: Step) => void
  /** Of entities that the story gives zones to; undefined: the declared one. */
  readonly zoneOf: (entity: EntityKey) => string | undefined
}

/** The collected series of a history: its source, its captures, and what is asked of it. */
export class CollectedStory {
  readonly #random: Random
  /** For what was thought of later, so that a seed's history stays what it was. */
  readonly #chance: Random
  readonly #stage: Stage
  readonly kind: EntityDefinition
  /** Whether its entities are those that events are of, whose zones are the story's. */
  readonly #shared: boolean
  readonly #entities: readonly Living[]
  readonly #zones = new Map<string, string>()
  #plan: CollectedPlan
  definition: CollectedSeriesDefinition
  #broken: 'roster' | 'down' | null = null
  readonly #instants: number[] = []
  /** Where the source has failed, so that it can recover there. */
  #failing: { readonly one: Living; readonly atMs: number }[] = []

  constructor(random: Random, stage: Stage, thing: EntityDefinition, keys: readonly EntityKey[]) {
    this.#random = random
    this.#chance = new Random(stage.startMs / 1000)
    this.#stage = stage
    this.#shared = random.chance(0.5)
    this.kind = this.#shared ? thing : entityKind('site', { tenant: 'client', zone: random.pick(ZONES) })
    this.#entities = random.some(keys, random.whole(2, 4)).map((key) => ({
      ...key, status: random.pick(STATUSES), worth: random.pick(['high', 'low']), listed: random.chance(0.85),
      busy: random.pick(['busy', 'quiet', 'fluttering']), total: random.whole(0, 1000), meter: BigInt(random.whole(0, 2 ** 30)) * 9_000_000n, said: 0,
    }))
    this.#plan = makeCollectedPlan(random)
    this.definition = declareCollected(this.kind, this.#plan)
  }

  get entities(): readonly EntityKey[] {
    return this.#entities.map(({ tenant, entity }) => ({ tenant, entity }))
  }

  /** With one or two more measures. */
  grow(): void {
    this.#plan = withMore(this.#random, this.#plan)
    this.definition = declareCollected(this.kind, this.#plan)
  }

  begin(): void {
    if (!this.#shared) for (const one of this.#entities) if (this.#random.chance(0.7)) this.#zones.set(nameOf(one), this.#random.pick(ZONES))
    this.list()
    // A source that knows the past knows it from long before.
    if (this.#plan.past) this.#source({ points: this.#entities.map((one) => ({ tenant: one.tenant, entity: one.entity, given: this.#sound(one), atMs: this.#stage.startMs - 400 * DAY_MS })) })
    for (const one of this.#entities) this.#say([one])
  }

  /** The roster as it is now. */
  list(): void {
    const roster = this.#broken === 'roster' ? 'fails' as const : this.#entities.filter(({ listed }) => listed).map((one): RosterEntry => {
      const zone = this.#shared ? this.#stage.zoneOf(one) : this.#zones.get(nameOf(one))
      return { tenant: one.tenant, entity: one.entity, ...(zone === undefined ? {} : { zone }), attributes: { status: one.status, worth: one.worth } }
    })
    this.#source({ roster, down: this.#broken === 'down' })
  }

  round(): void {
    const random = this.#random
    this.#live()
    if (random.chance(0.045)) {
      this.#week()
      return
    }
    if (random.chance(0.6)) this.#say(this.#entities.filter(() => random.chance(0.7)))
    if (random.chance(0.55)) this.#capture()
    if (this.#plan.past && random.chance(0.15)) this.#backfill()
    if (random.chance(0.2)) this.#stage.push({ do: 'runTiers', now: this.#stage.now(), series: NAME })
  }

  /** Days in a row, as many as a frequency needs to go down. */
  #week(): void {
    const random = this.#random
    const busy = random.pick(['busy', 'quiet', 'quiet', 'fluttering'] as const)
    for (const one of this.#entities) one.busy = busy
    for (let day = random.whole(8, 15); day > 0; day -= 1) {
      this.#stage.advance(DAY_MS - HOUR_MS * random.whole(0, 1) + HOUR_MS * random.whole(0, 1))
      this.#say(this.#entities)
      this.#capture()
      if (random.chance(0.3)) {
        this.#stage.advance(HOUR_MS * random.whole(1, 7))
        this.#capture()
      }
    }
  }

  /** What becomes of entities and of the source. */
  #live(): void {
    const random = this.#random
    let changed = this.#broken !== null
    this.#broken = null
    for (const one of this.#entities) {
      if (random.chance(0.06)) one.busy = random.pick(['busy', 'quiet', 'fluttering'])
      if (random.chance(0.05)) {
        one.status = random.pick(STATUSES)
        changed = true
      }
      if (random.chance(0.02)) {
        one.worth = random.pick(['high', 'low'])
        changed = true
      }
      if (random.chance(one.listed ? 0.02 : 0.3)) {
        one.listed = !one.listed
        changed = true
      }
      // A local time within a day that a move has cut or lengthened is the page's business, not a history's.
      if (!this.#shared && this.#plan.at === '00:00' && random.chance(0.015)) {
        this.#zones.set(nameOf(one), random.pick(ZONES))
        changed = true
      }
    }
    if (random.chance(0.06)) {
      this.#broken = random.pick(['roster', 'down'])
      changed = true
    }
    if (changed) this.list()
  }

  #say(entities: readonly Living[]): void {
    const random = this.#random
    if (entities.length === 0) return
    const now = this.#stage.now()
    const recovered = this.#failing.filter(() => random.chance(0.5))
    this.#failing = this.#failing.filter((each) => !recovered.includes(each))
    const points = [
      ...recovered.map(({ one, atMs }) => ({ tenant: one.tenant, entity: one.entity, given: this.#sound(one), atMs })),
      ...entities.map((one) => {
        const atMs = this.#plan.past ? now - Math.floor(random.next() * random.pick([1, 1, 4, 15]) * DAY_MS) : now
        const given = this.#given(one)
        if (given !== null) return { tenant: one.tenant, entity: one.entity, given, atMs }
        this.#failing.push({ one, atMs })
        return { tenant: one.tenant, entity: one.entity, given: this.#failure(one), atMs }
      }),
    ]
    this.#source({ points })
  }

  #source(change: SourceChange): void {
    this.#stage.push({ do: 'source', now: this.#stage.now(), series: NAME, change })
  }

  #capture(): void {
    const now = this.#stage.now()
    this.#instants.push(now)
    this.#stage.push({ do: 'capture', now, series: NAME })
  }

  #backfill(): void {
    const random = this.#random
    const now = this.#stage.now()
    const fromMs = now - random.whole(1, 20) * DAY_MS
    this.#instants.push(now)
    this.#stage.push({ do: 'backfill', now, series: NAME, from: dayText(fromMs), to: dayText(fromMs + random.whole(1, 12) * DAY_MS) })
  }

  /** null: it fails. */
  #given(one: Living): Given | null {
    return this.#random.chance(0.085) ? null : this.#sound(one)
  }

  #failure(one: Living): Given {
    const kind = this.#random.next()
    if (kind < 0.35) return 'missing'
    if (kind < 0.6) return 'throws'
    if (kind < 0.75) return 'twice'
    return { values: { ...this.#values(one, true), ...this.#random.pick([{ total: '1.5' }, { visits: null }, { unheard: 1 }, { total: 'many' }]) } }
  }

  #sound(one: Living): Given {
    one.said += 1
    const values = this.#values(one, true)
    const groups = this.#groups(one)
    return {
      values, ...(groups.length === 0 ? {} : { groups }),
      ...(this.#plan.version !== null && this.#random.chance(0.8) ? { payload: { said: one.said, status: one.status, deep: { list: [one.total, null, 'x'] } } } : {}),
    }
  }

  #groups(one: Living): readonly { readonly group: Readonly<Record<string, string>>; readonly values: ValuesInput }[] {
    const random = this.#random
    const fields = Object.entries(this.#plan.dimensions)
    const groups = new Map<string, Readonly<Record<string, string>>>()
    for (let made = fields.length === 0 ? 0 : random.whole(0, 4); made > 0; made -= 1) {
      const chosen = fields.length > 1 && random.chance(0.3) ? random.some(fields, 1) : fields
      const group = Object.fromEntries(chosen.map(([field, values]) => [field, random.pick('most' in values ? WORDS : values)]))
      groups.set(JSON.stringify(group), group)
    }
    return [...groups.values()].map((group) => ({ group, values: this.#values(one, false) }))
  }

  /** @param whole the entity's own totals go on; those of groups are any */
  #values(one: Living, whole: boolean): ValuesInput {
    const random = this.#random
    const visits = one.busy === 'busy' ? random.whole(4, 25) : one.busy === 'quiet' ? random.whole(0, 1) : one.said % 2 === 0 ? random.whole(15, 40) : 0
    if (whole) {
      one.total = random.chance(0.06) ? Math.max(0, one.total - random.whole(1, 50)) : one.total + visits
      one.meter = random.chance(0.12) ? BigInt(random.whole(0, 500)) : one.meter + BigInt(random.whole(0, 2 ** 20)) * 1_000_003n
    }
    const money = (): string => `${random.chance(0.2) ? '-' : ''}${random.whole(0, 99)}.${random.whole(10, 99)}`
    const orNull = <T extends SampleInput>(value: T): T | null => (random.chance(0.12) ? null : value)
    const pool: Readonly<Record<string, () => SampleInput>> = {
      visits: () => visits, total: () => orNull(whole ? one.total : random.whole(0, 300)), level: () => orNull(money()), stock: () => orNull(random.whole(0, 9)),
      meter: () => orNull(whole ? String(one.meter) : random.whole(0, 90)), mood: () => orNull(random.pick(['calm', 'busy', 'odd'])), paid: () => orNull(money()),
      lit: () => orNull(random.chance(0.5)), times: () => this.#list(4, () => random.pick([random.whole(-200, 200), random.whole(0, 5_000), random.whole(0, 2 ** 30)])),
      spread: () => this.#list(3, () => `${random.whole(0, 400)}.${random.whole(0, 9)}`),
      names: () => (random.chance(0.1) ? Array.from({ length: 45 }, (_, index) => `n${index}`) : this.#list(5, () => random.pick(['', 'é', '\u{1f600}', '\uff5e', `n${random.whole(0, 60)}`]))),
    }
    return Object.fromEntries(this.#plan.measures.map((name) => [name, (pool[name] as () => SampleInput)()]))
  }

  #list<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: this.#random.whole(0, most) }, make)
  }

  ask(): void {
    const random = this.#random
    const now = this.#stage.now()
    if (random.chance(0.12)) {
      const atMs = random.chance(0.2) ? now : this.#stage.startMs + Math.floor(random.next() * (now - this.#stage.startMs))
      this.#stage.push({ do: 'stateAt', now, series: NAME, entity: random.pick(this.entities), atMs: Math.floor(atMs / 1000) * 1000 })
      return
    }
    this.#stage.push({ do: 'query', now, series: NAME, request: this.#request(now) })
  }

  #request(now: number): QueryRequest {
    const random = this.#random
    const grain = random.pick<Grain>(['captured', 'captured', 'day', 'day', 'week', 'month', 'month', 'quarter', 'year', 'range', 'range'])
    const total = grain !== 'captured' && random.chance(0.3)
    const { startMs } = this.#stage
    // Of hours without end only so many are asked for.
    const range = grain === 'captured' || random.chance(0.75) ? askedRange(random, grain === 'captured' ? Math.max(startMs, now - random.pick([30, 200, 1000]) * DAY_MS) : startMs, now, grain, false) : {}
    const keys = sampledKeys(this.definition, total && random.chance(0.94))
    const known = random.pick(this.#entities)
    const everywhere = random.chance(0.25)
    const asked = everywhere || (total && range.from === undefined) || random.chance(0.45) ? {} : { entity: random.chance(0.1) ? 'nobody' : known.entity }
    const dimensions = Object.entries(this.#plan.dimensions)
    const by = dimensions.length > 0 && random.chance(0.35) ? random.some(dimensions, random.whole(1, dimensions.length)).map(([field]) => field) : []
    const fixed = dimensions.find(([field, values]) => !('most' in values) && !by.includes(field))
    const compare = grain !== 'captured' && random.chance(0.2) ? random.some<Comparison>(['previous', 'year'], random.whole(1, 2)) : null
    return {
      select: random.some(keys, random.whole(1, Math.min(7, keys.length))), grain, ...range, ...(everywhere ? { allTenants: true } : { tenant: known.tenant }), ...asked,
      ...(by.length === 0 ? {} : { by }), ...this.#where(fixed === undefined || random.chance(0.7) ? {} : { [fixed[0]]: random.pick(['web', 'app']) }, by),
      ...(total ? { total } : {}), ...(compare === null ? {} : { compare }), ...this.#asOf(now),
    }
  }

  /** Now and then by a word, too, which its tenant may not have met, or may have no number left for. */
  #where(fixed: Readonly<Record<string, string>>, by: readonly string[]): Pick<QueryRequest, 'where'> {
    const asked = 'word' in this.#plan.dimensions && !by.includes('word') && this.#chance.chance(0.2)
    const where = asked ? { ...fixed, word: this.#chance.pick([...WORDS, '(other)']) } : fixed
    return Object.keys(where).length === 0 ? {} : { where }
  }

  #asOf(now: number): { readonly asOf?: string } {
    const random = this.#random
    if (!random.chance(0.3)) return {}
    const horizonMs = now - this.definition.keep.asOfDays * DAY_MS
    const instants = this.#instants.filter((instant) => instant >= horizonMs)
    const asOfMs = instants.length > 0 && random.chance(0.6) ? Math.max(horizonMs, random.pick(instants) - random.whole(0, 1))
      : horizonMs + Math.floor(random.next() * (now - horizonMs))
    return { asOf: new Date(asOfMs).toISOString() }
  }
}

function nameOf({ tenant, entity }: EntityKey): string {
  return JSON.stringify([tenant, entity])
}

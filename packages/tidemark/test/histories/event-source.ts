import type { EntityKey, EventInput } from '../oracle/subject.ts'
import { CHANNELS, KINDS, type Scene } from './declarations.ts'
import type { Random } from './random.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** In minutes; the outermost that there are, and some that are no whole hours. */
const OFFSETS = [-720, -570, -300, -210, 0, 0, 60, 120, 345, 525, 780, 840] as const

interface Sent extends EntityKey {
  readonly id: string
  readonly atMs: number
  readonly event: EventInput
}

/** Makes the batches of a history: new events, late ones, and all the ways an identity can come twice. */
export class EventSource {
  readonly #random: Random
  readonly #scene: Scene
  readonly #entities: readonly EntityKey[]
  readonly #sent: Sent[] = []
  #count = 0

  /** Whether an event stays with its first entity: of one that had two, erasing one leaves it open what is left. */
  readonly #staying: boolean

  constructor(random: Random, scene: Scene, entities: readonly EntityKey[], staying: boolean) {
    this.#staying = staying
    this.#random = random
    this.#scene = scene
    this.#entities = entities
  }

  batch(now: number, fresh: number, round: number): { readonly events: readonly EventInput[]; readonly replacing: boolean } {
    const random = this.#random
    const events: EventInput[] = []
    const replacing = random.chance(0.25)
    for (let made = 0; made < fresh; made += 1) events.push(this.#fresh(now, round))
    if (random.chance(0.25)) {
      const copies = random.whole(1, 2)
      for (let made = 0; made < copies && this.#sent.length > 0; made += 1) {
        const { event } = this.#known()
        // Under `replace` only literal copies: written otherwise would be the same, and the census could not tell.
        events.push(replacing || random.chance(0.6) ? event : this.#writtenOtherwise(event))
      }
    }
    if (random.chance(replacing ? 0.8 : 0.15) && this.#sent.length > 0) {
      const changes = random.whole(1, 2)
      for (let made = 0; made < changes; made += 1) events.push(this.#changed(this.#known(), now))
    }
    if (events.length > 1 && random.chance(0.1)) events.push(random.pick(events))
    return { events, replacing }
  }

  /** Mostly a recent one; else any, sealed or not. */
  #known(): Sent {
    const random = this.#random
    return random.chance(0.7) ? random.pick(this.#sent.slice(-12)) : random.pick(this.#sent)
  }

  #fresh(now: number, round: number): EventInput {
    const random = this.#random
    // Some entities are not met before much time has passed.
    const met = this.#entities.filter((_, index) => round > 15 || index < 4)
    const entity = random.pick(met)
    const kind = random.next()
    const ms = kind < 0.6 ? now - Math.floor(random.next() * 3 * DAY_MS)
      : kind < 0.78 ? now - Math.floor(random.next() * 30 * DAY_MS)
        : kind < 0.92 ? now - Math.floor(random.next() * 500 * DAY_MS)
          : kind < 0.96 ? now + Math.floor(random.next() * DAY_MS)
            : kind < 0.98 ? now + DAY_MS + random.whole(0, 1)
              : now + DAY_MS + random.whole(1, 50) * HOUR_MS
    const atMs = kind >= 0.92 ? ms : Math.min(now, atAnEdge(random, ms))
    this.#count += 1
    const id = `e${this.#count}`
    const event: EventInput = {
      client_id: entity.tenant, thing_id: entity.entity, event_id: id, kind: random.pick(KINDS), channel: random.pick(CHANNELS),
      at: this.#written(atMs, this.#offset()),
      ...(random.chance(0.3) ? { seen_at: this.#written(atMs - random.whole(0, 1000) * 1000, 0) } : {}),
      ...(random.chance(0.7) ? { amount: this.#amount() } : random.chance(0.5) ? { amount: null } : {}),
      ...(random.chance(0.6) ? { minutes: random.whole(-5, 90) } : {}),
      ...(random.chance(0.4) ? { bytes: String(BigInt(random.whole(0, 2 ** 30)) * 40_000_000n + 7n) } : {}),
      ...(random.chance(0.4) ? { urgent: random.chance(0.5) } : {}),
      // Words of any kind, without a draw of their own.
      ...(this.#count % 3 === 0 ? {} : { place: `p${(this.#count * 7) % 90}` }),
    }
    this.#sent.push({ ...entity, id, atMs, event })
    return event
  }

  #amount(): string {
    const random = this.#random
    return `${random.chance(0.15) ? '-' : ''}${random.whole(0, 40)}.${random.whole(0, 9)}${random.whole(0, 9)}`
  }

  #offset(): number {
    return this.#scene.keptOffset ? this.#random.pick(OFFSETS) : this.#random.pick([0, 0, 120, -210])
  }

  #written(ms: number, offsetMinutes: number): string {
    const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1)
    if (offsetMinutes === 0) return `${local}Z`
    const minutes = Math.abs(offsetMinutes)
    return `${local}${offsetMinutes < 0 ? '-' : '+'}${pair(Math.floor(minutes / 60))}:${pair(minutes % 60)}`
  }

  /** The same content in other words: null for absent, another offset where none is kept, a zero more or less. */
  #writtenOtherwise(event: EventInput): EventInput {
    const amount = event.amount
    return {
      ...event, note: event.note ?? null, minutes: event.minutes ?? null,
      ...(typeof amount === 'string' && amount.endsWith('0') ? { amount: amount.slice(0, -1) } : {}),
      ...(this.#scene.keptOffset ? {} : { at: this.#written(Date.parse(String(event.at)), this.#random.pick([0, 330, -480])) }),
    }
  }

  #changed(known: Sent, now: number): EventInput {
    const random = this.#random
    const change = random.next()
    const { event } = known
    if (change < 0.35) return { ...event, amount: this.#amount(), note: 'changed' }
    if (change < 0.5) return { ...event, kind: random.pick(KINDS), channel: random.pick(CHANNELS), urgent: true }
    if (change < 0.6) return { ...event, amount: null, minutes: random.whole(0, 9) }
    if (change < 0.75 && !this.#staying) {
      const sibling = this.#entities.filter((entity) => entity.tenant === known.tenant)
      return { ...event, thing_id: random.pick(sibling).entity }
    }
    if (change < 0.85) return { ...event, at: this.#written(Math.min(now, known.atMs) - random.whole(1, 60) * HOUR_MS, this.#offset()) }
    // Back to what it first said, which is a change when it has said something else since.
    return change < 0.93 ? event : { ...event, at: this.#written(Math.min(now, known.atMs) - random.whole(1, 200) * DAY_MS, this.#offset()) }
  }

  idsToRetract(count: number): readonly { readonly tenant: string; readonly id: string }[] {
    const random = this.#random
    if (this.#sent.length === 0) return []
    return Array.from({ length: count }, () => {
      const { tenant, id } = this.#known()
      return random.chance(0.06) ? { tenant, id: 'e0' } : { tenant, id }
    })
  }

  /** The last instant of any event sent for an entity, whether it was accepted or not. */
  lastAtMs(entity: EntityKey): number {
    // A replacement may have brought a tenant's event to any of its entities.
    return Math.max(Number.NEGATIVE_INFINITY, ...this.#sent.filter(({ tenant }) => tenant === entity.tenant).map(({ atMs }) => atMs))
  }

  /** An event sent for an entity that is surely enrolled some days ago. */
  settled(now: number): Sent | null {
    const sure = this.#sent.filter(({ atMs }) => atMs < now - 4 * DAY_MS)
    return sure.length === 0 ? null : this.#random.pick(sure)
  }
}

/** Midnights of one zone or another fall on whole, half and quarter hours. */
function atAnEdge(random: Random, ms: number): number {
  const quarterMs = HOUR_MS / 4
  if (random.chance(0.4)) return ms
  const edge = Math.floor(ms / quarterMs) * quarterMs
  return edge - random.whole(0, 1) * random.pick([1, 1000, 59_999])
}

function pair(number: number): string {
  return String(number).padStart(2, '0')
}

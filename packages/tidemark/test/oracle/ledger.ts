import type { StreamDefinition } from '../../src/definitions/stream.ts'
import { DAY_MS, type Day } from './civil.ts'
import { keyText } from './entity-key.ts'
import { type Event, readEvent } from './event.ts'
import type { ZoneHistory } from './local-day.ts'
import type { EntityKey, EventInput, IngestReport } from './subject.ts'

/** What one identity said from an instant on. A retracted one keeps its last content, live no more. */
interface Version {
  readonly instantMs: number
  readonly event: Event
  readonly live: boolean
}

/** Every event of a stream that was ever accepted, in order of acceptance, with all it ever said. */
export class Ledger {
  readonly #identities = new Map<string, Version[]>()
  /** First acceptances only, with the content of that moment. */
  readonly accepted: Event[] = []
  readonly definition: StreamDefinition
  readonly #zones: (tenant: string, entity: string) => ZoneHistory
  readonly #erased: (entity: EntityKey) => boolean
  /** Whether a day of an entity has retired from the day tier of any series. */
  readonly #sealed: (entity: EntityKey, day: Day) => boolean

  constructor(
    definition: StreamDefinition,
    zones: (tenant: string, entity: string) => ZoneHistory,
    erased: (entity: EntityKey) => boolean,
    sealed: (entity: EntityKey, day: Day) => boolean,
  ) {
    this.#erased = erased
    this.definition = definition
    this.#zones = zones
    this.#sealed = sealed
  }

  ingest(inputs: readonly EventInput[], instantMs: number, replacing: boolean): IngestReport {
    return report(inputs, (input) => this.#judge(readEvent(input, this.definition, this.#zones), instantMs, replacing))
  }

  #judge(event: Event, instantMs: number, replacing: boolean): string {
    if (this.#erased(event)) return 'erased'
    if (event.atMs > instantMs + DAY_MS) return 'from_the_future'
    const key = JSON.stringify([event.tenant, event.id])
    const versions = this.#identities.get(key)
    const version = { instantMs, event, live: true }
    if (versions === undefined) {
      this.#identities.set(key, [version])
      this.accepted.push(event)
      return 'accepted'
    }
    const last = (versions.at(-1) as Version).event
    if (last.content === event.content) return 'duplicate'
    if (!replacing) return 'conflict'
    if (this.#sealed(last, last.day) || this.#sealed(event, event.day)) return 'window_sealed'
    versions.push(version)
    return 'accepted'
  }

  retract(ids: readonly { readonly tenant: string; readonly id: string }[], instantMs: number): IngestReport {
    return report(ids, ({ tenant, id }) => {
      const versions = this.#identities.get(JSON.stringify([tenant, id]))
      if (versions === undefined) return 'unknown_event'
      const last = versions.at(-1) as Version
      if (!last.live) return 'duplicate'
      if (this.#sealed(last.event, last.event.day)) return 'window_sealed'
      versions.push({ instantMs, event: last.event, live: false })
      return 'accepted'
    })
  }

  /** Forgets every event of an entity, and their identities with them. */
  erase(entity: EntityKey): void {
    for (const [identity, versions] of this.#identities) {
      const kept = versions.filter(({ event }) => event.key !== keyText(entity))
      if (kept.length === 0) this.#identities.delete(identity)
      else this.#identities.set(identity, kept)
    }
    this.accepted.splice(0, this.accepted.length, ...this.accepted.map((event) => (event.key === keyText(entity) ? { ...event, key: '' } : event)))
  }

  /** What was believed at an instant: of each entity the enrolment day and the live events. */
  believedAt(instantMs: number): ReadonlyMap<string, Belief> {
    const beliefs = new Map<string, Belief>()
    for (const versions of this.#identities.values()) {
      const known = versions.filter((version) => version.instantMs <= instantMs)
      // Any event ever accepted counts for enrolment, replaced and retracted ones too.
      for (const { event } of known) {
        const belief = beliefs.get(event.key)
        if (belief === undefined) beliefs.set(event.key, { tenant: event.tenant, entity: event.entity, enrolment: event.day, events: [] })
        else belief.enrolment = Math.min(belief.enrolment, event.day)
      }
      const last = known.at(-1)
      if (last?.live) (beliefs.get(last.event.key) as Belief).events.push(last.event)
    }
    return beliefs
  }
}

export interface Belief extends EntityKey {
  enrolment: Day
  readonly events: Event[]
}

/** Judges one after the other; the verdict is `accepted`, `duplicate` or the code of a rejection. */
export function report<Input>(inputs: readonly Input[], judge: (input: Input) => string): IngestReport {
  const verdicts = inputs.map(judge)
  return {
    accepted: verdicts.filter((verdict) => verdict === 'accepted').length,
    duplicate: verdicts.filter((verdict) => verdict === 'duplicate').length,
    rejected: verdicts.filter((verdict) => verdict !== 'accepted' && verdict !== 'duplicate').length,
    rejections: verdicts.flatMap((code, index) => (code === 'accepted' || code === 'duplicate' ? [] : [{ line: index + 1, code }])),
  }
}

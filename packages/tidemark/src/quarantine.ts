import type { Clock } from './clock.ts'
import type { Declared } from './declared.ts'
import type { StreamDefinition } from './definitions/stream.ts'
import type { AppendReport, DecodedEvent, QuarantinedEvent, Rejection, Retraction } from './stores/contract/events.ts'
import type { Store } from './stores/contract/store.ts'

/** Which quarantined events are meant; left out, all of them. */
export interface QuarantineFilter {
  /** Only what was sent to this stream. */
  readonly stream?: string
  readonly ids?: readonly number[]
  /** Only what says of itself that it is of one of these. */
  readonly tenants?: readonly string[]
  /** Default 100. */
  readonly limit?: number
}

/** What a replay came to: `replayed` were judged anew; accepted ones and duplicates have left the quarantine. */
export interface ReplayReport {
  readonly replayed: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** Why the others stay, by their ids in the quarantine. */
  readonly rejections: readonly { readonly id: number; readonly code: string; readonly reason: string }[]
}

const BATCH = 2_000

/** What was not accepted: kept as it was sent, with the reason, to be looked at and judged anew. */
export class Quarantine {
  readonly #store: Store
  readonly #declared: Declared
  readonly #clock: Clock

  constructor(store: Store, declared: Declared, clock: Clock) {
    this.#store = store
    this.#declared = declared
    this.#clock = clock
  }

  /** Oldest first. */
  list(filter: QuarantineFilter = {}): Promise<readonly QuarantinedEvent[]> {
    return this.#store.quarantined({ ...filter, limit: filter.limit ?? 100 })
  }

  /** One event as it was sent; null when there is none of that id. */
  async show(id: number): Promise<QuarantinedEvent | null> {
    return (await this.#store.quarantined({ ids: [id], limit: 1 }))[0] ?? null
  }

  /** Judges events anew, at now: those named, or all of them. */
  async replay(filter: Omit<QuarantineFilter, 'limit'> = {}): Promise<ReplayReport> {
    const verdict = { accepted: 0, duplicate: 0, rejections: [] as { id: number; code: string; reason: string }[] }
    // What is judged anew may come back under another reason: it is not judged again.
    const upTo = await this.#store.lastQuarantined()
    let replayed = 0
    for (let after = 0; ;) {
      const kept = await this.#store.quarantined({ ...filter, after, upTo, limit: BATCH })
      if (kept.length === 0) break
      const before = verdict.rejections.length
      await this.#judge(kept, verdict)
      const staying = new Set(verdict.rejections.slice(before).map(({ id }) => id))
      const left = kept.map(({ id }) => id).filter((id) => !staying.has(id))
      // Only now: a crash before this judges them once more, as duplicates.
      if (left.length > 0) await this.#store.release(left)
      replayed += kept.length
      after = (kept.at(-1) as QuarantinedEvent).id
    }
    return { replayed, accepted: verdict.accepted, duplicate: verdict.duplicate, rejected: verdict.rejections.length, rejections: verdict.rejections }
  }

  /** Judges some, a transaction for each stream they were sent to; `line` is the place among them. */
  async #judge(kept: readonly QuarantinedEvent[], verdict: { accepted: number; duplicate: number; rejections: { id: number; code: string; reason: string }[] }): Promise<void> {
    const { retractionsOf } = await import('./intake.ts')
    const now = this.#clock()
    const add = ({ accepted, duplicate, rejections }: Pick<AppendReport, 'accepted' | 'duplicate' | 'rejections'>): void => {
      verdict.accepted += accepted
      verdict.duplicate += duplicate
      for (const { line, code, reason } of rejections) verdict.rejections.push({ id: (kept[line - 1] as QuarantinedEvent).id, code, reason })
    }
    for (const name of new Set(kept.map((one) => one.stream))) {
      const stream = this.#declared.streams.find((one) => one.name === name)
      const events: DecodedEvent[] = []
      const retractions: Retraction[] = []
      const rejections: Rejection[] = []
      for (const [index, one] of kept.entries()) {
        if (one.stream !== name) continue
        const line = index + 1
        const retraction = retractionIn(one.raw)
        if (stream !== undefined && retraction !== null) {
          retractions.push(...retractionsOf([retraction]).map((read) => ({ ...read, line })))
          continue
        }
        const read = stream === undefined ? null : await readAgain(one, stream, now)
        if (read === null) rejections.push({ line, code: one.code, reason: one.reason })
        else if ('code' in read) rejections.push({ line, code: read.code, reason: read.reason })
        else events.push({ ...read, line })
      }
      add({ accepted: 0, duplicate: 0, rejections })
      if (retractions.length > 0) add(await this.#store.retract(name, retractions, now, 'replay'))
      if (events.length > 0) add(await this.#store.append({ stream: name, events, rejects: [], now, onConflict: 'quarantine', source: 'replay' }))
    }
  }
}

/** What was sent, read as the stream is declared today; null where there is no event in it. */
async function readAgain(one: QuarantinedEvent, stream: StreamDefinition, now: number): Promise<DecodedEvent | Rejection | null> {
  const { readEvents } = await import('./events/read-events.ts')
  const format = one.raw.trimStart().startsWith('{') ? 'ndjson' : 'csv'
  try {
    for await (const { events, rejects } of readEvents({ name: one.source, format, text: asText(one.raw), close() {} }, stream, { now })) {
      return rejects[0] ?? events[0] ?? null
    }
  } catch {
    // What cannot even be read as a record stays as it is.
  }
  return null
}

async function* asText(text: string): AsyncGenerator<string> {
  yield text
}

/** `{"retract": "a1", "tenant": "kysely"}`: a retraction that came too late is kept in this form. */
function retractionIn(raw: string): { tenant: string; id: string } | null {
  if (!raw.startsWith('{"retract":')) return null
  try {
    const { retract, tenant } = JSON.parse(raw) as { retract?: unknown; tenant?: unknown }
    return typeof retract === 'string' && typeof tenant === 'string' ? { tenant, id: retract } : null
  } catch {
    return null
  }
}

import type { StreamDefinition } from '../../definitions/stream.ts'
import type { DecodedEvent } from '../contract/events.ts'
import { EVENT_KEY, type IntakeKeys, type IntakeTexts, intakeTexts } from './intake-texts.ts'
import { intakeTable, quoted } from './names.ts'
import type { WriteSession } from './session.ts'

/** An accepted event with its place. */
export interface PlacedEvent {
  readonly event: DecodedEvent
  readonly tenantId: number
  readonly entityId: number
  readonly day: number
  readonly seq: number
}

/** A walk through what had come when it began: the events in their order, then the identities in theirs; then all of it leaves the intake. */
interface Sweep {
  readonly upTo: number
  readonly step: 'events' | 'identities' | 'trim'
  /** The last key that has settled. */
  readonly after: readonly unknown[]
}

/** What an intake remembers beside its keys. */
export interface IntakeState {
  /** The migration under which the keys were read; null: they have not been. */
  readonly migration: number | null
  /** The first and the last event whose keys are here. */
  readonly first: number
  readonly seen: number
  /** Whether nobody else can have written since. */
  readonly fresh: boolean
  readonly sweep: Sweep | null
}

export const NOTHING_READ: IntakeState = { migration: null, first: 0, seen: 0, fresh: false, sweep: null }
const BEFORE_ALL = { events: [-1, -1, -Number.MAX_SAFE_INTEGER, -1], identities: [new Uint8Array(0)], trim: [] }
// No identity is longer than 16 bytes.
const AFTER_ALL = { events: [Number.MAX_SAFE_INTEGER, 0, 0, 0], identities: [new Uint8Array(17).fill(255)] }
/** To leave costs far less than to find a place. */
const LEAVING_FOR_ONE = 5

/**
 * The events of one stream that have not settled: written one after another, so that a batch changes few pages where its
 * events and identities in their own places change nearly one each. Their keys lie in memory, in the order in which they
 * settle. What settles is in both places until the sweep ends, so readers take both together, by key.
 */
export class Intake {
  state = NOTHING_READ
  readonly #session: WriteSession
  readonly #table: string
  readonly #keys: IntakeKeys
  #definition: StreamDefinition
  #made: IntakeTexts | null = null

  constructor(session: WriteSession, definition: StreamDefinition) {
    this.#session = session
    this.#definition = definition
    this.#table = `main.${intakeTable(definition.name)}`
    this.#keys = { events: `temp.${quoted(`tm_unsettled_event_${definition.name}`)}`, identities: `temp.${quoted(`tm_unsettled_identity_${definition.name}`)}` }
  }

  /** The declaration as it is now: fields may have been added. */
  declare(definition: StreamDefinition): void {
    if (definition === this.#definition) return
    this.#definition = definition
    this.#made = null
  }

  /** Events that it holds, those that have settled and not left yet included. */
  get size(): number {
    const first = this.#first()
    return first === null ? 0 : (this.#last() as number) - first + 1
  }

  /** What came with an identity and has not settled: its row as x, for a join that ends inside a WHERE. */
  identitySource(identity: string): string {
    this.sync()
    return `${this.#keys.identities} k CROSS JOIN ${this.#table} x ON x.seq = k.seq WHERE k.identity = ${identity} AND`
  }

  add(events: readonly PlacedEvent[], transaction: number): void {
    this.sync()
    const insert = this.#session.sql(this.#texts.insert)
    for (const { event, tenantId, entityId, day, seq } of events) {
      insert.run(seq, event.identity, event.content, tenantId, entityId, day, transaction, event.at, event.offsetMinutes, event.id, ...event.values)
    }
    this.#readKeys()
  }

  /** Reads the keys of what has come, and forgets those of what has left. */
  sync(): void {
    if (this.state.fresh) return
    const { events, identities } = this.#keys
    const migration = this.#session.sql('SELECT max(version) FROM tm_migration').pluck().get() as number
    this.#session.connection.exec(`CREATE TABLE IF NOT EXISTS ${events} (tenant_id INTEGER, entity_id INTEGER, day INTEGER, seq INTEGER, PRIMARY KEY (${EVENT_KEY})) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS ${identities} (identity BLOB PRIMARY KEY, seq INTEGER) WITHOUT ROWID`)
    const first = this.#first()
    // A migration may have put another stream in the place of this one.
    const known = first !== null && migration === this.state.migration
    if (!known) this.state = { ...this.state, seen: 0, sweep: null }
    // What has left may have been changed or erased in its own place since.
    if (!known || first > this.state.first) for (const keys of [events, identities]) this.#session.sql(`DELETE FROM ${keys} WHERE seq < ?`).run(known ? first : Number.MAX_SAFE_INTEGER)
    this.state = { ...this.state, migration, fresh: true, first: first ?? 0 }
    this.#readKeys()
  }

  /**
   * One piece of a sweep, in the transaction that is open: settles up to `most` rows.
   * @returns how many rows' worth of work it was; 0: the intake is empty
   */
  settle(most: number): number {
    this.sync()
    const first = this.#first()
    if (first === null) return 0
    const sweep = this.state.sweep ?? { upTo: this.state.seen, step: 'events', after: BEFORE_ALL.events }
    if (sweep.step === 'trim') return this.#trim(sweep, first, most * LEAVING_FOR_ONE)
    const { end, move, forget } = this.#texts[sweep.step]
    const last = this.#session.sql(end).raw().get(...sweep.after, most - 1) as unknown[] | undefined
    const range = [...sweep.after, ...(last ?? AFTER_ALL[sweep.step])]
    this.#session.sql(move).run(...range)
    const { changes } = this.#session.sql(forget).run(...range)
    const next = sweep.step === 'events' ? 'identities' : 'trim'
    this.state = { ...this.state, sweep: last === undefined ? { ...sweep, step: next, after: BEFORE_ALL[next] } : { ...sweep, after: last } }
    this.#session.reach('settle.after-move')
    return Math.max(1, Number(changes))
  }

  #trim({ upTo }: Sweep, first: number, most: number): number {
    const until = Math.min(upTo, first + most - 1)
    const { changes } = this.#session.sql(`DELETE FROM ${this.#table} WHERE seq <= ?`).run(until)
    if (until === upTo) this.state = { ...this.state, sweep: null }
    this.#session.reach('settle.after-trim')
    return Math.max(1, Math.ceil(Number(changes) / LEAVING_FOR_ONE))
  }

  #readKeys(): void {
    const last = this.#last()
    if (last === null || last <= this.state.seen) return
    // In the order of the keys: neighbours share pages in memory, too.
    this.#session.sql(`INSERT INTO ${this.#keys.events} (${EVENT_KEY}) SELECT ${EVENT_KEY} FROM ${this.#table} WHERE seq > ? ORDER BY ${EVENT_KEY}`).run(this.state.seen)
    this.#session.sql(`INSERT INTO ${this.#keys.identities} (identity, seq) SELECT identity, seq FROM ${this.#table} WHERE seq > ? ORDER BY identity`).run(this.state.seen)
    this.state = { ...this.state, seen: last }
  }

  #first(): number | null {
    return this.#session.sql(`SELECT min(seq) FROM ${this.#table}`).pluck().get() as number | null
  }

  #last(): number | null {
    return this.#session.sql(`SELECT max(seq) FROM ${this.#table}`).pluck().get() as number | null
  }

  get #texts(): IntakeTexts {
    return this.#made ??= intakeTexts(this.#definition, this.#keys)
  }
}

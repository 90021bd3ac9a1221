import type { StoredStream } from './catalogue.ts'
import { Intake, type IntakeState, NOTHING_READ } from './intake.ts'
import type { WriteSession } from './session.ts'

/** Rows that settle in one transaction: some 20 ms on a base of five million. */
const PIECE_ROWS = 1_000
/**
 * For each event that comes while a sweep is under way, this many rows settle: an event is three (it settles, its identity
 * does, and both leave), and more come meanwhile. So an intake grows to little more than twice what begins a sweep.
 */
const ROWS_FOR_ONE = 3
/** What is settled before the store is closed, so that a small one is left in order; more is left to who comes next. */
const MOST_AT_CLOSING = 10_000

/** The intakes of a store's streams, and when they settle. */
export class Intakes {
  /** Events that begin a sweep; 0: every event goes to its own place at once. */
  readonly most: number
  readonly #session: WriteSession
  readonly #intakes = new Map<string, Intake>()
  #before = new Map<Intake, IntakeState>()
  #owed = 0
  #used = false

  constructor(session: WriteSession, most: number) {
    this.#session = session
    this.most = most
  }

  of({ definition }: Pick<StoredStream, 'definition'>): Intake {
    let intake = this.#intakes.get(definition.name)
    if (intake === undefined) this.#intakes.set(definition.name, intake = new Intake(this.#session, definition))
    intake.declare(definition)
    return intake
  }

  /** A transaction begins. */
  begin(): void {
    this.#before = new Map([...this.#intakes.values()].map((intake) => [intake, intake.state]))
  }

  /** It was undone, and with it what lies in memory. */
  undo(): void {
    for (const intake of this.#intakes.values()) intake.state = this.#before.get(intake) ?? NOTHING_READ
  }

  /** Somebody else has written, whatever becomes of the transaction that is open. */
  stale(): void {
    for (const intake of this.#intakes.values()) intake.state = { ...intake.state, fresh: false }
    this.begin()
  }

  /** What lay in memory is gone. */
  lost(): void {
    for (const intake of this.#intakes.values()) intake.state = NOTHING_READ
  }

  /** So many events have come. */
  took(stream: StoredStream, events: number): void {
    this.#used = true
    const intake = this.of(stream)
    if (intake.state.sweep !== null || intake.size >= this.most) this.#owed += ROWS_FOR_ONE * events
  }

  /** Settles what the events that came have to pay: whoever sends more than the disk takes waits here. */
  settleOwed(): void {
    while (this.#owed > 0) {
      const settled = this.settlePiece()
      this.#owed = settled === 0 ? 0 : Math.max(0, this.#owed - settled)
    }
  }

  /** Settles one piece in a transaction of its own. @returns as `Intake.settle` */
  settlePiece(): number {
    if (this.#empty()) return 0
    const most = Math.max(1, Math.min(PIECE_ROWS, Math.floor(this.most / 8)))
    return this.#session.housekeeping(() => this.#settle(most))
  }

  /** Settles all, in pieces: for what works on events and identities in their own places. */
  settleAll(): void {
    while (this.settlePiece() > 0);
  }

  /** The same in the transaction that is open: others may have sent events since. */
  settleHere(): void {
    while (this.#settle(PIECE_ROWS) > 0);
  }

  settleAtClosing(): void {
    if (this.#used && this.#session.read(() => this.#session.catalogue.streams().every((stream) => this.of(stream).size <= MOST_AT_CLOSING))) this.settleAll()
  }

  #settle(most: number): number {
    for (const stream of this.#session.catalogue.streams()) {
      const settled = this.of(stream).settle(most)
      if (settled > 0) return settled
    }
    return 0
  }

  #empty(): boolean {
    return this.#session.read(() => this.#session.catalogue.streams().every((stream) => this.of(stream).size === 0))
  }
}

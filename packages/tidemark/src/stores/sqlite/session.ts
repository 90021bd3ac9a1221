import { TidemarkError } from '../../errors.ts'
import type { Fence } from '../contract/lease.ts'
import { believe } from './believed-clock.ts'
import { Catalogue } from './catalogue.ts'
import { translated } from './connection.ts'
import type { SqliteConnection, SqliteStatement } from './driver.ts'
import type { Reach } from './failpoint.ts'
import { type CommandWord, IN_PLACE } from './in-place.ts'
import { Intakes } from './intakes.ts'
import { checkFence } from './leases.ts'
import { Touching } from './touched.ts'

/** The transaction that a command writes in; its row is made when the first change needs it. */
export interface Writing {
  /** The transaction's id. Asking for it says that something changes. */
  readonly id: number
  /** The transaction's instant: the command's now, never before the last transaction's. */
  readonly at: number
  readonly changed: boolean
}

/** A snapshot is being read on the connection that is to write: the command has done nothing, and its turn comes when that is closed. */
export class ReadUnderWay extends Error {}

/**
 * The one writing connection: runs each command as one transaction, and keeps what is worth remembering between them.
 * Everything here is synchronous: no await can sit inside a transaction.
 */
export class WriteSession {
  readonly connection: SqliteConnection
  readonly catalogue: Catalogue
  readonly intakes: Intakes
  readonly reach: Reach
  readonly path: string
  /** What the transaction that is open touches. */
  touching = new Touching()
  readonly #statements = new Map<string, SqliteStatement>()
  readonly #clockConfirmed: boolean
  #fence: Fence | null = null
  #dataVersion = -1

  constructor(connection: SqliteConnection, options: { readonly path: string; readonly reach: Reach; readonly clockConfirmed: boolean; readonly intake: number }) {
    this.connection = connection
    this.path = options.path
    this.reach = options.reach
    this.#clockConfirmed = options.clockConfirmed
    this.catalogue = new Catalogue(this)
    this.intakes = new Intakes(this, options.intake)
  }

  /** A prepared statement, kept. */
  sql(text: string): SqliteStatement {
    let statement = this.#statements.get(text)
    if (statement === undefined) {
      statement = this.connection.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  /** Runs a command that a lease stands behind: whatever it writes is refused (LEASE_LOST) once that was taken over. */
  under<T>(fence: Fence | null, work: () => T): T {
    this.#fence = fence
    try {
      return work()
    } finally {
      this.#fence = null
    }
  }

  /**
   * Runs a command as one transaction. What it throws undoes all of it. `now` null: at the instant of the last one.
   * @param inPlace whether all has settled when it begins
   */
  write<T>(now: number | null, command: CommandWord, body: (writing: Writing) => T, inPlace: boolean = IN_PLACE[command]): T {
    // In pieces before it, so that its own transaction settles only what others have sent meanwhile.
    if (inPlace) this.intakes.settleAll()
    return translated(this.path, () => {
      this.reach(`${command}.before-begin`)
      this.#begin()
      try {
        checkFence(this, this.#fence)
        this.#refresh()
        if (inPlace) this.intakes.settleHere()
        this.touching = new Touching()
        const writing = this.#writing(now, command)
        const result = body(writing)
        if (!writing.changed) {
          this.#undo()
          this.catalogue.forgetEntities()
          return result
        }
        this.touching.record(this, command, writing.id)
        this.reach(`${command}.before-commit`)
        this.connection.exec('COMMIT')
        this.reach(`${command}.after-commit`)
        return result
      } catch (error) {
        this.catalogue.forgetAll()
        if (this.connection.inTransaction) this.#undo()
        throw error
      }
    })
  }

  /** Runs a command that changes no history: it is durable, and has no transaction of its own. */
  housekeeping<T>(body: () => T): T {
    return translated(this.path, () => {
      this.reach('housekeeping.before-begin')
      this.#begin()
      try {
        checkFence(this, this.#fence)
        this.#refresh()
        const result = body()
        this.reach('housekeeping.before-commit')
        this.connection.exec('COMMIT')
        this.reach('housekeeping.after-commit')
        return result
      } finally {
        if (this.connection.inTransaction) this.#undo()
      }
    })
  }

  /** Writes the whole file anew and empties the log, so that nothing deleted is left in them. Throws STORE_BUSY while a reader needs the log. */
  rewrite(): void {
    translated(this.path, () => {
      if (this.connection.inTransaction) throw new ReadUnderWay()
      checkFence(this, this.#fence)
      this.reach('rewrite.before-vacuum')
      // What it makes meanwhile is as large as the store, and memory may not be.
      this.connection.pragma('temp_store = FILE')
      try {
        this.connection.exec('VACUUM')
      } finally {
        this.connection.pragma('temp_store = MEMORY')
        this.intakes.lost()
      }
      this.reach('rewrite.after-vacuum')
      const [{ busy } = { busy: 1 }] = this.connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      if (busy !== 0) throw new TidemarkError('STORE_BUSY', `a reader of ${this.path} still needs what was erased from it`, { where: this.path })
      this.reach('rewrite.after-checkpoint')
    })
  }

  /**
   * Like `write`, for a migration: the tables that record a transaction may have to be made first.
   * @param inPlace asked before the transaction and in it: whether there are intakes, all of which settle first
   */
  migrating(now: number, inPlace: () => boolean, body: (begin: () => Writing) => void): void {
    if (translated(this.path, inPlace)) this.intakes.settleAll()
    translated(this.path, () => {
      this.reach('migrate.before-begin')
      this.#begin()
      try {
        if (inPlace()) {
          this.#refresh()
          this.intakes.settleHere()
        }
        body(() => this.#writing(now, 'migrate'))
        this.reach('migrate.before-commit')
        this.connection.exec('COMMIT')
        this.reach('migrate.after-commit')
      } finally {
        this.catalogue.forgetAll()
        this.#statements.clear()
        if (this.connection.inTransaction) this.#undo()
      }
    })
  }

  /** Runs reads of one instant: of a snapshot's, where that is being read on the same connection. */
  read<T>(body: () => T): T {
    return translated(this.path, () => {
      if (this.connection.inTransaction) return body()
      this.connection.exec('BEGIN')
      try {
        this.#refresh()
        return body()
      } finally {
        if (this.connection.inTransaction) this.connection.exec('ROLLBACK')
      }
    })
  }

  #begin(): void {
    if (this.connection.inTransaction) throw new ReadUnderWay()
    this.connection.exec('BEGIN IMMEDIATE')
    this.intakes.begin()
  }

  #undo(): void {
    this.connection.exec('ROLLBACK')
    this.intakes.undo()
  }

  /** The instant of a transaction. */
  instantOf(transaction: number): number {
    return this.sql('SELECT at FROM tm_transaction WHERE id = ?').pluck().get(transaction) as number
  }

  #writing(now: number | null, command: string): Writing {
    const last = this.sql('SELECT id, at FROM tm_transaction ORDER BY id DESC LIMIT 1').get() as { id: number; at: number } | undefined
    const at = Math.max(now ?? last?.at ?? 0, last?.at ?? now ?? 0)
    const next = (last?.id ?? 0) + 1
    let changed = false
    const begin = (): void => {
      this.sql('INSERT INTO tm_transaction (id, at, command) VALUES (?, ?, ?)').run(next, at, command)
      if (now !== null) believe(this, now, this.#clockConfirmed, last?.at ?? null)
      changed = true
    }
    return {
      at,
      get changed() { return changed },
      get id() {
        if (!changed) begin()
        return next
      },
    }
  }

  /** Another process may have written since: what is remembered must go. */
  #refresh(): void {
    const dataVersion = this.connection.pragma('data_version', { simple: true }) as number
    if (dataVersion === this.#dataVersion) return
    this.#dataVersion = dataVersion
    this.catalogue.forgetAll()
    this.intakes.stale()
  }
}

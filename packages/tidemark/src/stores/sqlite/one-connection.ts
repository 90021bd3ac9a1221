import { TidemarkError } from '../../errors.ts'
import type { Fence } from '../contract/lease.ts'
import type { Store } from '../contract/store.ts'
import { storeOf } from './commands.ts'
import { durabilityOf, translated } from './connection.ts'
import { type Command, SqliteCore } from './core.ts'
import type { SqliteConnection } from './driver.ts'
import { passFailpoints } from './failpoint.ts'
import { storedSchema } from './migrate.ts'
import { ReadUnderWay } from './session.ts'
import { ReadConnection, SqliteSnapshot } from './snapshot.ts'
import type { Writer } from './writer.ts'

/** What a store is opened with on a connection that somebody else has made. */
export interface ConnectionStoreOptions {
  /** What the store is called in errors. */
  readonly name: string
  /** The program's version, written into migrations. */
  readonly program: string
  /** The time that commands are given was said by somebody, not read from the machine. */
  readonly clockConfirmed: boolean
}

const POLL_MS = 10
const FULL = 2

/**
 * Opens the store on one connection that is its own from now on: it writes and reads on it by turns, and closes it. Snapshots
 * that are open at the same time share one read transaction, and a write waits until the last of them is closed: whoever
 * leaves one open stops all writing. What needs a connection beside it (`inventory`) is refused.
 *
 * @throws STORE_DURABILITY for a file whose journal would not survive the loss of power
 */
export function openSqliteStoreOn(connection: SqliteConnection, { name, program, clockConfirmed }: ConnectionStoreOptions): Store {
  translated(name, () => {
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    connection.pragma('temp_store = MEMORY')
    assertDurable(connection, name)
  })
  const readers = new Readers()
  const read = new ReadConnection(connection, name)
  const held = new Set<string>()
  const core = new SqliteCore({ connection, path: name, program, clockConfirmed, reach: passFailpoints })
  const writer = new TurnWriter(core, readers, read)
  return storeOf(writer, {
    schema: async () => translated(name, () => storedSchema({ connection, path: name })),
    async lock(word, waitMs) {
      const until = performance.now() + waitMs
      while (held.has(word)) {
        if (performance.now() >= until) return null
        await new Promise<void>((resolve) => { setTimeout(resolve, POLL_MS) })
      }
      held.add(word)
      return { async release() { held.delete(word) } }
    },
    reading: (work) => translated(name, () => work(read)),
    committed: async () => writer.turns,
    async snapshot() {
      // A rewrite moves what is temporary from memory to a file and back, and so takes it away from the connection.
      translated(name, () => read.makeTables())
      const snapshot = new SqliteSnapshot(read, () => readers.gone())
      readers.came()
      return snapshot
    },
    async inventory() {
      throw new TidemarkError('STORE_ONE_CONNECTION', `${name} cannot be looked at as it lies`, { where: name })
    },
    close: (writer) => writer.close(),
  })
}

/** A rollback journal or a log in the file's folder; what lies in memory alone has none. */
function assertDurable(connection: SqliteConnection, name: string): void {
  const { journalMode, synchronous, sqliteVersion } = durabilityOf(connection)
  const files = connection.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").pluck().all()
  const inMemory = files.every((file) => file === '' || file === null)
  if (inMemory || (synchronous === FULL && journalMode !== 'memory' && journalMode !== 'off')) return
  throw new TidemarkError('STORE_DURABILITY', `the connection has journal_mode=${journalMode}, synchronous=${synchronous}, SQLite ${sqliteVersion}`, { where: name })
}

/** The snapshots that are open, and who waits for the last of them. */
class Readers {
  #open = 0
  #waiting: (() => void)[] = []

  came(): void {
    this.#open++
  }

  gone(): void {
    if (--this.#open === 0) this.letGo()
  }

  /** Nobody waits any longer. */
  letGo(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  none(): Promise<void> {
    return this.#open === 0 ? Promise.resolve() : new Promise((resolve) => { this.#waiting.push(resolve) })
  }
}

/** Runs commands on the connection that snapshots are read on: what writes waits for them, what reads does not. */
class TurnWriter implements Writer {
  readonly #core: SqliteCore
  readonly #readers: Readers
  readonly #read: ReadConnection
  #closed = false
  /** Commands that were run: who saw none since has seen no commit. */
  turns = 0

  constructor(core: SqliteCore, readers: Readers, read: ReadConnection) {
    this.#core = core
    this.#readers = readers
    this.#read = read
  }

  run<C extends Command>(command: C, ...args: Parameters<SqliteCore[C]>): Promise<ReturnType<SqliteCore[C]>> {
    return this.#run(null, command, args)
  }

  under(fence: Fence): Pick<Writer, 'run'> {
    return { run: (command, ...args) => this.#run(fence, command, args) }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#core.close()
    this.#readers.letGo()
  }

  async #run<C extends Command>(fence: Fence | null, command: C, args: Parameters<SqliteCore[C]>): Promise<ReturnType<SqliteCore[C]>> {
    const method = this.#core[command] as (...args: Parameters<SqliteCore[C]>) => ReturnType<SqliteCore[C]>
    for (;;) {
      if (this.#closed) throw new TidemarkError('STORE_CLOSED', `${command} came after close`)
      try {
        const answer = this.#core.under(fence, () => method.apply(this.#core, args))
        this.#core.settleOwed()
        return answer
      } catch (error) {
        // Thrown before anything was written. Another snapshot may have been opened by the time it is tried again.
        if (!(error instanceof ReadUnderWay)) throw error
        await this.#readers.none()
      } finally {
        this.turns++
        this.#read.forget()
      }
    }
  }
}

// Histories that several cases read: loaded once a run (once a folder, where one was named), each beside the same day rows by hand.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Tidemark } from 'tidemark'
import { endOf, loadHistory, openHistory } from './history.ts'
import { log, round } from './measure.ts'
import { filling, openSqlite, type Sqlite } from './sqlite.ts'
import { byEntity, dayRows, makeWorkload, type Workload } from './workload.ts'

/** Two years, so that windows of every length have something to add up. */
export const shelfDays = 730

export interface Volume {
  readonly set: Workload
  readonly order: Int32Array
  readonly path: string
  readonly handPath: string
  readonly history: Tidemark
  /** `day`, clustered by (tenant_id, entity_id, day). */
  readonly hand: Sqlite
  readonly dayRows: number
  /** Lets go of it and its files stay until the run ends. */
  close(): Promise<void>
}

export class Shelf {
  readonly #folder: string
  readonly #volumes = new Map<number, Promise<Volume>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The history of so many events of 100,000 entities over two years. */
  of(events: number): Promise<Volume> {
    let volume = this.#volumes.get(events)
    if (volume === undefined) this.#volumes.set(events, volume = this.#make(events))
    return volume
  }

  async #make(events: number): Promise<Volume> {
    const set = makeWorkload({ count: events, spanDays: shelfDays })
    const order = byEntity(set)
    const path = join(this.#folder, `history-${events}.db`)
    const handPath = join(this.#folder, `hand-${events}.db`)
    // Under another name until it is whole: a run that was stopped leaves none that is not.
    const made = async (name: string, make: (unfinished: string) => Promise<void> | void): Promise<void> => {
      if (existsSync(name)) return
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${name}.part${suffix}`, { force: true })
      await make(`${name}.part`)
      renameSync(`${name}.part`, name)
    }
    await made(path, async (unfinished) => log(`  ${events} events loaded in ${round(await loadHistory(unfinished, set, endOf(set)))} s`))
    await made(handPath, (unfinished) => {
      const db = openSqlite(unfinished)
      filling(db, () => {
        db.exec('CREATE TABLE day (tenant_id INTEGER, entity_id INTEGER, day INTEGER, n INTEGER, fixes INTEGER, amount INTEGER, PRIMARY KEY (tenant_id, entity_id, day)) WITHOUT ROWID')
        const add = db.prepare('INSERT INTO day VALUES (?, ?, ?, ?, ?, ?)')
        for (const row of dayRows(set, order)) add.run(row.tenant, row.entity, row.day, row.n, row.fixes, row.amount)
      })
      db.close()
    })
    const hand = openSqlite(handPath)
    const rows = hand.prepare('SELECT count(*) FROM day').pluck().get() as number
    const history = await openHistory(path, endOf(set))
    return {
      set, order, path, handPath, history, hand, dayRows: rows,
      close: async () => {
        await history.close()
        hand.close()
      },
    }
  }

  async close(): Promise<void> {
    for (const volume of this.#volumes.values()) await (await volume).close()
  }
}

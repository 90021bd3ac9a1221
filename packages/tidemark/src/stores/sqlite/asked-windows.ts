import type { DayRange } from '../contract/read.ts'
import type { SqliteConnection } from './driver.ts'

type Ranges = readonly (DayRange & { readonly entity: number })[]

/**
 * Ranges of each entity's own, laid out for SQL to join: a temporary table of the connection, read in its order, so that rows
 * need no sorting by range. It stays from one question to the next: 100,000 ranges take 80 ms to lay out, and whoever
 * asks for all windows asks again.
 */
export class AskedWindows {
  readonly #connection: SqliteConnection
  #laidOut: Ranges | null = null

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  /** What was in it is gone, or may be. */
  makeTable(): void {
    this.forget()
    this.#connection.exec('CREATE TEMP TABLE IF NOT EXISTS asked_window (i INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, lo INTEGER NOT NULL, hi INTEGER NOT NULL)')
  }

  layOut(ranges: Ranges): void {
    if (this.#laidOut !== null && same(this.#laidOut, ranges)) return
    this.#laidOut = null
    this.#connection.exec('DELETE FROM temp.asked_window')
    this.#connection.prepare('INSERT INTO asked_window (i, tenant_id, entity_id, lo, hi) SELECT j.key, e.tenant_id, e.id, j.value ->> 1, j.value ->> 2 FROM json_each(?) j CROSS JOIN tm_entity e ON e.id = j.value ->> 0')
      .run(JSON.stringify(ranges.map(({ entity, from, to }) => [entity, from, to])))
    this.#laidOut = ranges
  }

  forget(): void {
    this.#laidOut = null
  }
}

function same(some: Ranges, others: Ranges): boolean {
  return some.length === others.length && some.every(({ entity, from, to }, i) => {
    const other = others[i] as Ranges[number]
    return entity === other.entity && from === other.from && to === other.to
  })
}

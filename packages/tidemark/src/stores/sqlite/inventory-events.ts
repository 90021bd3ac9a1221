import { quote } from './inventory-row.ts'

/** Runs SQL that returns nothing, and reads the columns of a table. */
interface Looks {
  exec(sql: string): unknown
  prepare(sql: string): { pluck(): { all(...values: unknown[]): unknown[]; get(...values: unknown[]): unknown } }
}

/**
 * Where the events and identities of streams lie: in tables of their own, and those that have not settled in the intake
 * beside them. What is in both counts once.
 */
export class HeldEvents {
  readonly #connection: Looks
  readonly #unsettled = new Set<string>()

  /** Lays out what has not settled by its keys, for one entity after another is asked for; before anything else is read, for nothing is made while something is. */
  constructor(connection: Looks) {
    this.#connection = connection
    try {
      const intakes = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tm\\_intake\\_%' ESCAPE '\\'").pluck().all() as string[]
      for (const table of intakes) this.#layOut(table.slice('tm_intake_'.length))
    } catch {
      // A damaged file: the checks of its pages and tables tell what is wrong with it.
    }
  }

  events(stream: string): string {
    const table = quote(`tm_event_${stream}`)
    if (!this.#unsettled.has(stream)) return table
    const columns = this.#columns(`tm_event_${stream}`)
    const own = columns.map((column) => (column === 'removed' ? 'NULL AS removed' : quote(column)))
    return `(SELECT ${columns.map(quote).join(', ')} FROM ${table} UNION ALL SELECT ${own.join(', ')} FROM temp.${quote(`held_event_${stream}`)})`
  }

  identities(stream: string): string {
    const table = quote(`tm_identity_${stream}`)
    const columns = 'identity, content, tenant_id, entity_id, day, seq'
    return this.#unsettled.has(stream) ? `(SELECT ${columns}, retracted FROM ${table} UNION ALL SELECT ${columns}, 0 FROM temp.${quote(`held_identity_${stream}`)})` : table
  }

  #layOut(stream: string): void {
    const intake = quote(`tm_intake_${stream}`)
    if (this.#connection.prepare(`SELECT 1 FROM ${intake} LIMIT 1`).pluck().get() === undefined) return
    const [events, identities] = [quote(`held_event_${stream}`), quote(`held_identity_${stream}`)]
    this.#connection.exec(`
      CREATE TEMP TABLE ${events} AS SELECT i.* FROM ${intake} i WHERE NOT EXISTS (SELECT 1 FROM ${quote(`tm_event_${stream}`)} e WHERE e.tenant_id = i.tenant_id AND e.entity_id = i.entity_id AND e.day = i.day AND e.seq = i.seq);
      CREATE INDEX temp.${quote(`held_event_key_${stream}`)} ON ${events} (tenant_id, entity_id, day, seq);
      CREATE TEMP TABLE ${identities} AS SELECT i.identity, i.content, i.tenant_id, i.entity_id, i.day, i.seq FROM ${intake} i WHERE NOT EXISTS (SELECT 1 FROM ${quote(`tm_identity_${stream}`)} e WHERE e.identity = i.identity);
      CREATE INDEX temp.${quote(`held_identity_key_${stream}`)} ON ${identities} (identity)`)
    this.#unsettled.add(stream)
  }

  #columns(table: string): readonly string[] {
    return this.#connection.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]
  }
}

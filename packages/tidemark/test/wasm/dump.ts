import { machine } from '../../src/machine/machine.ts'
import type { SqliteConnection } from '../../src/stores/sqlite/driver.ts'

/** What is another for every store or machine: its id, its secret, and the platform's word for its time zones. */
const OWN: Readonly<Record<string, string>> = { tm_meta: "WHERE key NOT IN ('id', 'erasure_key')" }
const OWN_COLUMNS = ['tm_series.tzdata']

/** Every table and row of a store as SQL literals, in an order of its own; of a deflated payload the text, for two machines may deflate it differently. */
export function dumpOf(connection: SqliteConnection): readonly string[] {
  const tables = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view', 'index', 'trigger') AND name NOT LIKE 'sqlite_%' ORDER BY name").all() as { name: string; sql: string }[]
  return tables.flatMap(({ name, sql }) => {
    if (!/^CREATE (?:VIRTUAL )?TABLE/i.test(sql)) return [sql]
    const columns = (connection.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name) as string[]).filter((column) => !OWN_COLUMNS.includes(`${name}.${column}`))
    const literals = columns.map((column) => `quote("${column}")`).join(" || ', ' || ")
    const rows = connection.prepare(`SELECT ${literals} AS row FROM "${name}" ${OWN[name] ?? ''} ORDER BY row`).pluck().all() as string[]
    return [sql, ...rows.map((row) => `${name}: ${name.startsWith('tm_payload_') ? inflated(row) : row}`)]
  })
}

function inflated(row: string): string {
  return row.replace(/X'([0-9A-F]*)'/g, (_, hex: string) => `inflated ${machine.inflate(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)))}`)
}

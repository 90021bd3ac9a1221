import Database from 'better-sqlite3'
import type { Store } from '../../src/stores/contract/store.ts'
import { refusal } from '../oracle/refusal.ts'
import type { EntityKey } from '../oracle/subject.ts'

/** The application whose tables share the store's file: it deletes its rows of these entities in one statement, on a connection of its own. */
export async function deleteRows(store: Store, path: string, kind: string, entities: readonly EntityKey[]): Promise<void> {
  const database = new Database(path)
  try {
    database.exec(`CREATE TABLE IF NOT EXISTS app_${kind} (id TEXT NOT NULL, client TEXT NOT NULL, PRIMARY KEY (id, client)) STRICT`)
    for (const { tenant, entity } of entities) database.prepare(`INSERT OR IGNORE INTO app_${kind} VALUES (?, ?)`).run(entity, tenant)
    await store.erasures.cascadeFrom(kind, { table: `app_${kind}`, entity: 'id', tenant: 'client' })
    const asked = JSON.stringify(entities.map(({ tenant, entity }) => [entity, tenant]))
    database.prepare(`DELETE FROM app_${kind} WHERE (id, client) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`).run(asked)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('HELD')) throw refusal('HELD')
    throw error
  } finally {
    database.close()
  }
}

import { TidemarkError } from '../../errors.ts'
import type { CascadeSource } from '../contract/hold.ts'
import type { WriteSession } from './session.ts'

/**
 * Triggers on an application's table in the store's own file. They hold plain SQL only, since it is the application's
 * connection that runs them: the digest of the name, and all that takes longer, is left to whoever finishes the erasure.
 */
export function cascadeFrom(session: WriteSession, kind: string, source: CascadeSource): void {
  session.housekeeping(() => {
    const { table, entity, tenant } = source
    const columns = session.connection.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]
    const missing = [entity, tenant].find((column) => !columns.includes(column))
    if (columns.length === 0) throw new TidemarkError('CASCADE_INVALID', `${session.path} has no table ${JSON.stringify(table)}`, { where: table })
    if (missing !== undefined) throw new TidemarkError('CASCADE_INVALID', `the table ${table} has no column ${JSON.stringify(missing)}`, { where: table, hint: `Its columns are ${columns.join(', ')}.` })
    for (const [name, sql] of Object.entries(triggers(kind, source))) {
      session.connection.exec(`DROP TRIGGER IF EXISTS ${identifier(name)}`)
      session.connection.exec(sql)
    }
  })
}

function triggers(kind: string, { table, entity, tenant }: CascadeSource): Readonly<Record<string, string>> {
  const [ownTenant, ownEntity] = [`CAST(OLD.${identifier(tenant)} AS TEXT)`, `CAST(OLD.${identifier(entity)} AS TEXT)`]
  const [held, erased] = [`tm_held_${kind}`, `tm_erased_${kind}`]
  const known = `FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = ${ownTenant} AND e.kind = ${literal(kind)} AND e.name = ${ownEntity}`
  return {
    [held]: `CREATE TRIGGER ${identifier(held)} BEFORE DELETE ON ${identifier(table)}
      WHEN EXISTS (SELECT 1 FROM tm_hold WHERE lifted_at IS NULL AND tenant = ${ownTenant} AND (entity IS NULL OR entity = ${ownEntity}))
      BEGIN SELECT RAISE(ABORT, 'HELD: a legal hold covers this row; see tidemark hold list'); END`,
    // It is a transaction, so that no answer is kept that has the name. The instant is that of the store's last transaction: a trigger has no clock that can be believed.
    [erased]: `CREATE TRIGGER ${identifier(erased)} AFTER DELETE ON ${identifier(table)}
      BEGIN
        INSERT INTO tm_transaction (id, at, command) SELECT (SELECT max(id) + 1 FROM tm_transaction), (SELECT max(at) FROM tm_transaction), 'cascade' ${known};
        INSERT INTO tm_erasure (at, by, reason, entity_id, kind, tenant, entity, rows, files)
          SELECT (SELECT max(at) FROM tm_transaction), 'cascade', 'deleted from ' || ${literal(table)}, e.id, e.kind, t.name, e.name, '{}', '[]' ${known};
        UPDATE tm_entity SET kind = '', name = 'erased ' || id WHERE id = (SELECT e.id ${known});
      END`,
  }
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

import { TIERS } from '../../definitions/keep.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { TidemarkError } from '../../errors.ts'
import { machine } from '../../machine/machine.ts'
import { entityUnknown, type ErasedFile, type Erasure, type ErasurePreview, type ErasureRequest, type ErasureSubject, type OpenErasure } from '../contract/hold.ts'
import type { ArchiveFile } from '../contract/series-state.ts'
import { forgetMet } from './dimension-places.ts'
import { ERASURE_KEY, ErasedNames, subjectDigest } from './erased.ts'
import { holdsOver } from './holds.ts'
import { eventTable, identityTable, intakeTable, latestTable, lifetimeTable, packedTable, payloadTable, quoted, rowBlockTable, rowTable, supersededTable } from './names.ts'
import { isOfEntity } from './quarantined-of.ts'
import type { WriteSession } from './session.ts'
import { unsettledEvents, unsettledIdentities } from './unsettled-events.ts'

export const ERASURE_TABLES: readonly string[] = [
  // The name stands in it while something of the entity has still to be found by it; the digest stays.
  'CREATE TABLE tm_erasure (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, override TEXT, subject TEXT, entity_id INTEGER, kind TEXT, tenant TEXT, entity TEXT, rows TEXT NOT NULL, files TEXT NOT NULL, completed_at INTEGER) STRICT',
  'CREATE INDEX tm_erasure_subject ON tm_erasure (subject)',
]

/** Rows that one transaction removes: some 50 ms of work. */
const MOST_ROWS = 2_000

interface ErasureRow {
  readonly id: number
  readonly at: number
  readonly by: string
  readonly reason: string
  readonly override: string | null
  readonly subject: string | null
  readonly entityId: number | null
  readonly kind: string | null
  readonly tenant: string | null
  readonly entity: string | null
  readonly rows: string
  readonly files: string
  readonly completedAt: number | null
}

const COLUMNS = 'id, at, by, reason, override, subject, entity_id AS entityId, kind, tenant, entity, rows, files, completed_at AS completedAt'

function erasureOf(session: WriteSession, row: ErasureRow): Erasure {
  const name = nameOf(row)
  return {
    id: row.id, at: row.at, by: row.by, reason: row.reason, override: row.override,
    // One that a cascade entered has no digest yet: SQL by itself cannot make one.
    subject: row.subject ?? (name === null ? '' : subjectDigest(keyOf(session) ?? '', name)),
    rows: JSON.parse(row.rows) as Record<string, number>, files: JSON.parse(row.files) as ErasedFile[], completedAt: row.completedAt,
  }
}

function nameOf({ kind, tenant, entity }: ErasureRow): ErasureSubject | null {
  return kind === null || tenant === null || entity === null ? null : { kind, tenant, entity }
}

function rowOf(session: WriteSession, id: number): ErasureRow {
  const row = session.sql(`SELECT ${COLUMNS} FROM tm_erasure WHERE id = ?`).get(id) as ErasureRow | undefined
  if (row === undefined) throw new TidemarkError('ERASURE_UNKNOWN', `there is no erasure ${id}`, { where: String(id) })
  return row
}

function keyOf(session: WriteSession): string | null {
  return (session.sql('SELECT value FROM tm_meta WHERE key = ?').pluck().get(ERASURE_KEY) as string | undefined) ?? null
}

function ensureKey(session: WriteSession): string {
  session.sql('INSERT INTO tm_meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(ERASURE_KEY, machine.randomHex(32))
  return keyOf(session) as string
}

function entityIdOf(session: WriteSession, { kind, tenant, entity }: ErasureSubject): number | null {
  return (session.sql('SELECT e.id FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = ? AND e.kind = ? AND e.name = ?').pluck().get(tenant, kind, entity) as number | undefined) ?? null
}

export function previewErasure(session: WriteSession, subject: ErasureSubject): ErasurePreview {
  return session.read(() => {
    const entityId = entityIdOf(session, subject)
    const rows: Record<string, number> = {}
    if (entityId !== null) {
      for (const { units, held } of tablesOfEntities(session)) {
        for (const { place, from } of held) {
          add(rows, place, session.sql(`SELECT coalesce(sum(${units}), 0) FROM ${from} AND i.tenant_id = (SELECT tenant_id FROM tm_entity WHERE id = :id) AND i.entity_id = :id`).pluck().get({ id: entityId }) as number)
        }
      }
    }
    add(rows, 'quarantine', quarantinedOf(session, subject).length)
    return { rows, holds: holdsOver(session, subject.tenant, subject.entity) }
  })
}

/**
 * Enters the erasure and takes the entity's name from the catalogue, by which everything is looked up: what still lies
 * in the tables is nobody's from here on. Its number stays taken, so that nothing that is under way finds another there.
 */
export function beginErasure(session: WriteSession, request: ErasureRequest, now: number): Erasure {
  return session.write(now, 'erase', (writing) => {
    const { kind, tenant, entity, by, reason, override } = request
    const known = session.sql(`SELECT ${COLUMNS} FROM tm_erasure WHERE subject = ? OR (tenant = ? AND kind = ? AND entity = ?) ORDER BY id DESC LIMIT 1`)
      .get(subjectDigest(keyOf(session) ?? '', request), tenant, kind, entity) as ErasureRow | undefined
    if (known !== undefined) return erasureOf(session, known)
    const holds = holdsOver(session, tenant, entity)
    if (holds.length > 0 && override === null) {
      const [hold] = holds
      throw new TidemarkError('HELD', `a legal hold covers ${JSON.stringify(entity)}: ${hold?.id} of ${hold?.placedBy}, ${JSON.stringify(hold?.reason)}`, { where: `${tenant}, ${entity}` })
    }
    const entityId = entityIdOf(session, request)
    if (entityId === null && quarantinedOf(session, request).length === 0) {
      throw entityUnknown(request)
    }
    void writing.id
    const subject = subjectDigest(ensureKey(session), request)
    const { id } = session.sql("INSERT INTO tm_erasure (at, by, reason, override, subject, entity_id, kind, tenant, entity, rows, files) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', '[]') RETURNING id")
      .get(writing.at, by, reason, holds.length > 0 ? override : null, subject, entityId, kind, tenant, entity) as { id: number }
    session.sql("UPDATE tm_entity SET kind = '', name = 'erased ' || id WHERE id = ?").run(entityId)
    session.catalogue.forgetAll()
    session.reach('erase.after-entry')
    return erasureOf(session, rowOf(session, id))
  })
}

export function openErasures(session: WriteSession): readonly OpenErasure[] {
  return session.read(() => (session.sql(`SELECT ${COLUMNS} FROM tm_erasure WHERE completed_at IS NULL ORDER BY id`).all() as ErasureRow[]).map((row) => ({ id: row.id, subject: nameOf(row) })))
}

export function listErasures(session: WriteSession): readonly Erasure[] {
  return session.read(() => (session.sql(`SELECT ${COLUMNS} FROM tm_erasure ORDER BY id`).all() as ErasureRow[]).map((row) => erasureOf(session, row)))
}

export function isErased(session: WriteSession, subject: ErasureSubject): boolean {
  return session.read(() => ErasedNames.of(session)?.has(subject) ?? false)
}

/** Removes up to `MOST_ROWS` rows; says whether there may be more. */
export function removeErasedRows(session: WriteSession, id: number, now: number): boolean {
  return session.write(now, 'erase-rows', (writing) => {
    const left = MOST_ROWS - removeRows(session, rowOf(session, id), MOST_ROWS)
    if (left < MOST_ROWS) void writing.id
    session.reach('erase.after-rows')
    return left <= 0
  })
}

/** Removes what has come since the last piece and then the name, from the ledger and from the holds. */
export function forgetErasedName(session: WriteSession, id: number, now: number): void {
  session.write(now, 'erase-name', (writing) => {
    const row = rowOf(session, id)
    const name = nameOf(row)
    if (name === null) return
    void writing.id
    removeRows(session, row, Number.MAX_SAFE_INTEGER)
    const quarantined = quarantinedOf(session, name)
    session.sql('DELETE FROM tm_quarantine WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(quarantined))
    count(session, id, { quarantine: quarantined.length })
    const subject = subjectDigest(ensureKey(session), name)
    // A hold covers every kind of its name: while another is known by it, the hold goes on, and so does its word.
    session.sql(`UPDATE tm_hold SET entity = ? WHERE tenant = ? AND entity = ?
      AND NOT EXISTS (SELECT 1 FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = tm_hold.tenant AND e.name = tm_hold.entity)`)
      .run(`erased ${subject}`, name.tenant, name.entity)
    session.sql('UPDATE tm_erasure SET subject = ?, kind = NULL, tenant = NULL, entity = NULL WHERE id = ?').run(subject, id)
    forgetMet(session, name.tenant)
    session.catalogue.forgetAll()
    session.reach('erase.after-name')
  })
}

/**
 * Deleting leaves bytes behind: in free pages, in gaps of pages that were split long ago, in the log. Rewriting the
 * file is the one way by which none of them can be left; `secure_delete` would miss what went before it was set.
 */
export function completeErasures(session: WriteSession, ids: readonly number[], now: number): void {
  session.rewrite()
  session.write(now, 'erase-complete', (writing) => {
    const { changes } = session.sql('UPDATE tm_erasure SET completed_at = ? WHERE completed_at IS NULL AND entity IS NULL AND id IN (SELECT value FROM json_each(?))').run(writing.at, JSON.stringify(ids))
    if (changes > 0) void writing.id
  })
}

/** Puts a file made anew in the place of the current one, and forgets the generations before it: their files go, too. */
export function replaceErasedArchive(session: WriteSession, erased: readonly { readonly id: number; readonly rows: number }[], before: ArchiveFile, after: ArchiveFile | null, now: number): boolean {
  return session.write(now, 'erase-archive', (writing) => {
    const current = session.sql('SELECT a.series_id AS seriesId, a.file FROM tm_archive a JOIN tm_series s ON s.id = a.series_id WHERE s.name = ? AND a.period = ? AND a.current = 1')
      .get(before.series, before.period) as { seriesId: number; file: string } | undefined
    if (current === undefined || (JSON.parse(current.file) as ArchiveFile).path !== before.path) return false
    void writing.id
    session.sql('DELETE FROM tm_archive WHERE series_id = ? AND period = ?').run(current.seriesId, before.period)
    if (after !== null) {
      session.sql('INSERT INTO tm_archive (series_id, period, generation, current, file, transaction_id) VALUES (?, ?, ?, 1, ?, ?)')
        .run(current.seriesId, before.period, after.generation, JSON.stringify(after), writing.id)
    }
    for (const { id, rows } of erased) {
      count(session, id, { archive: rows })
      const files = [...JSON.parse(rowOf(session, id).files) as ErasedFile[], { path: before.path, before: before.sha256, after: after?.sha256 ?? null }]
      session.sql('UPDATE tm_erasure SET files = ? WHERE id = ?').run(JSON.stringify(files), id)
    }
    session.reach('erase.after-archive')
    return true
  })
}

function removeRows(session: WriteSession, { id, entityId }: ErasureRow, most: number): number {
  if (entityId === null) return 0
  const removed: Record<string, number> = {}
  let left = most
  for (const { table, place, key, units } of tablesOfEntities(session)) {
    if (left <= 0) break
    const own = `SELECT ${key} FROM ${table} WHERE tenant_id = (SELECT tenant_id FROM tm_entity WHERE id = :id) AND entity_id = :id LIMIT :left`
    const gone = session.sql(`DELETE FROM ${table} WHERE (${key}) IN (${own}) RETURNING ${units}`).pluck().all({ id: entityId, left }) as number[]
    const number = gone.reduce((sum, one) => sum + one, 0)
    add(removed, place, number)
    left -= number
  }
  count(session, id, removed)
  return most - left
}

function count(session: WriteSession, id: number, removed: Readonly<Record<string, number>>): void {
  const rows = JSON.parse(rowOf(session, id).rows) as Record<string, number>
  for (const [place, number] of Object.entries(removed)) add(rows, place, number)
  session.sql('UPDATE tm_erasure SET rows = ? WHERE id = ?').run(JSON.stringify(rows), id)
}

function add(rows: Record<string, number>, place: string, number: number): void {
  if (number > 0) rows[place] = (rows[place] ?? 0) + number
}

interface EntityTable {
  readonly table: string
  /** What its rows count as when they are removed. */
  readonly place: string
  readonly key: string
  /** What a row counts for. */
  readonly units: string
  /** What is in it and nowhere else, as i, by what it counts as; each ends inside a WHERE. */
  readonly held: readonly { readonly place: string; readonly from: string }[]
}

/** Every table whose rows are of one entity, whatever it is for: one that is added later is among them. */
function tablesOfEntities(session: WriteSession): readonly EntityTable[] {
  const intakes = new Map<string, EntityTable['held']>()
  const units = new Map<string, string>()
  const places = new Map<string, string>()
  for (const name of session.sql('SELECT name FROM tm_series').pluck().all() as string[]) {
    for (const tier of TIERS) places.set(rowTable(name, tier), tier)
    places.set(supersededTable(name), 'superseded')
    places.set(lifetimeTable(name), 'lifetime')
    places.set(latestTable(name), 'latest')
    places.set(payloadTable(name), 'payload')
    places.set(packedTable(name), 'payload')
    units.set(packedTable(name), 'payloads')
    places.set(rowBlockTable(name), 'captured')
    units.set(rowBlockTable(name), 'count')
  }
  for (const name of session.sql('SELECT name FROM tm_stream').pluck().all() as string[]) {
    places.set(eventTable(name), 'events')
    // A row of the intake is an event and its identity, each of which may have settled.
    places.set(intakeTable(name), 'events')
    intakes.set(intakeTable(name), [{ place: 'events', from: unsettledEvents(name) }, { place: 'identities', from: unsettledIdentities(name) }])
    places.set(identityTable(name), 'identities')
  }
  const tables = session.sql(`
    SELECT l.name, (SELECT group_concat('"' || c.name || '"', ', ') FROM pragma_table_info(l.name) c WHERE c.pk > 0) AS key
    FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'table' AND l.name LIKE 'tm\\_%' ESCAPE '\\'
      AND (SELECT count(*) FROM pragma_table_info(l.name) c WHERE c.name IN ('tenant_id', 'entity_id')) = 2 ORDER BY l.name`).all() as { name: string; key: string }[]
  return tables.map(({ name, key }) => {
    const table = quoted(name)
    const place = places.get(table) ?? name.slice('tm_'.length)
    return { table, place, key, units: units.get(table) ?? '1', held: intakes.get(table) ?? [{ place, from: `${table} i WHERE TRUE` }] }
  })
}

function quarantinedOf(session: WriteSession, subject: ErasureSubject): readonly number[] {
  const streams = (session.sql('SELECT definition FROM tm_stream').pluck().all() as string[]).map((text) => JSON.parse(text) as StreamDefinition)
  const ids: number[] = []
  for (const stream of streams.filter(({ of }) => of.name === subject.kind)) {
    const kept = session.sql("SELECT id, raw FROM tm_quarantine WHERE stream = :stream OR stream IN (SELECT s.name || '.adjust' FROM tm_series s JOIN tm_stream t ON t.id = s.stream_id WHERE t.name = :stream)")
    for (const { id, raw } of kept.iterate({ stream: stream.name }) as Iterable<{ id: number; raw: string }>) {
      if (isOfEntity(raw, stream, subject)) ids.push(id)
    }
  }
  // What was dropped has left no word of its fields, nor of its kind of entity.
  const orphaned = session.sql("SELECT id, raw FROM tm_quarantine WHERE stream NOT IN (SELECT name FROM tm_stream UNION SELECT name || '.adjust' FROM tm_series) AND (tenant IS NULL OR tenant = :tenant)")
  for (const { id, raw } of orphaned.iterate({ tenant: subject.tenant }) as Iterable<{ id: number; raw: string }>) {
    if (isOfEntity(raw, { tenant: 'tenant', entity: 'entity' }, subject)) ids.push(id)
  }
  return ids
}

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import type Database from 'better-sqlite3'
import { parquetReadObjects } from 'hyparquet'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { capturedOf, heardOf, type ModelRow, type ModelWindow, rowOf } from './collected-model.ts'
import { DAY_MS, LEVELS, type Site, type Source } from './collected-world.ts'
import { packedIn, type PackedRow, packedRowsIn } from './packed.ts'
import type { Place } from './place.ts'

/** A row of the whole, wherever it lies. */
interface Lying {
  readonly where: string
  readonly tenant: string
  readonly entity: string
  /** Local days, half-open. */
  readonly from: number
  readonly to: number
  /** Of a captured row. */
  readonly at: number | null
  readonly facts: number
  readonly states: Readonly<Record<string, number | null>>
  readonly payload: string | null
}

const STATES = [
  'level_first', 'level_last', 'level_min', 'level_max', 'level_weighted', 'level_seconds', 'level_n', 'total_first', 'total_last', 'total_increase', 'total_n', 'payload_version',
] as const

/**
 * What is wrong with the collected series of a place, told without the engine: every window that must have been captured
 * is in one row or file, with the source's values; counters add up; the last payloads are there; what failed is no
 * value; what is held lies where it lay; of what was erased nothing is left.
 */
export async function collectedFaults(place: Place, connection: Database.Database, source: Source): Promise<string[]> {
  const tables = new Set(connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[])
  if (!tables.has(`tm_captured_${LEVELS}`)) return []
  const seriesId = connection.prepare('SELECT id FROM tm_series WHERE name = ?').pluck().get(LEVELS) as number
  const wrote = new Set(connection.prepare('SELECT at FROM tm_capture WHERE series_id = ?').pluck().all(seriesId) as number[])
  const decided = connection.prepare("SELECT at FROM tm_transaction WHERE command = 'collect'").pluck().all() as number[]
  const captures = [...new Set([...wrote, ...decided])].sort((a, b) => a - b).map((at) => ({ at, wrote: wrote.has(at) }))
  const rows = [...rowsIn(connection, tables), ...await rowsInFiles(connection, seriesId, place)]
  const known = new Set(connection.prepare("SELECT t.name || char(0) || e.name FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE e.kind = 'site'").pluck().all() as string[])
  const lines: string[] = []
  const gone: Site[] = []
  for (const site of heardOf(source, captures)) {
    if (!known.has(`${site.tenant}\0${site.name}`)) {
      gone.push(site)
      continue
    }
    const own = rows.filter(({ tenant, entity }) => tenant === site.tenant && entity === site.name)
    const windows = capturedOf(source, site, captures)
    // Corrected together or not at all: that is one transaction.
    const before = siteFaults(source, site, windows, own, false)
    const faults = before.length === 0 ? before : siteFaults(source, site, windows, own, true)
    lines.push(...faults.length < before.length ? faults : before, ...failureFaults(connection, seriesId, site, windows))
  }
  return [...lines, ...erasureFaults(place, connection, rows, gone), ...heldFaults(place, connection, rows)]
}

/** How many rows of a site lie where. */
export function placesOf(rows: readonly Pick<Lying, 'where' | 'tenant' | 'entity'>[], site: { readonly tenant: string; readonly entity: string }): Record<string, number> {
  const places: Record<string, number> = {}
  for (const { where, tenant, entity } of rows) {
    if (tenant === site.tenant && entity === site.entity) places[where] = (places[where] ?? 0) + 1
  }
  return places
}

export function rowsIn(connection: Database.Database, tables: ReadonlySet<string>): Lying[] {
  const packed = new Map(packedIn(connection, LEVELS).map(({ id, entity, text }) => [`${id} ${entity}`, text]))
  const plain = new Map((connection.prepare(`SELECT id || ' ' || entity_id AS name, text FROM "tm_payload_${LEVELS}"`).all() as { name: string; text: string | Buffer }[])
    .map(({ name, text }) => [name, typeof text === 'string' ? text : inflateRawSync(text).toString('utf8')]))
  const names = new Map((connection.prepare('SELECT e.id, t.name AS tenant, e.name AS entity FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id').all() as { id: number; tenant: string; entity: string }[]).map((one) => [one.id, one]))
  return ['captured', 'day', 'week', 'month'].filter((tier) => tables.has(`tm_${tier}_${LEVELS}`)).flatMap((tier) => {
    const rows = connection.prepare(`SELECT * FROM "tm_${tier}_${LEVELS}"`).all() as PackedRow[]
    return [...rows, ...tier === 'captured' ? packedRowsIn(connection, LEVELS) : []].filter(({ cell }) => cell === 0).map((row): Lying => {
      const { tenant, entity } = names.get(row.entity_id) as { tenant: string; entity: string }
      const name = `${String(row['payload'])} ${row.entity_id}`
      const bucket = row['bucket'] as number
      return {
        where: tier, tenant, entity, from: bucket, to: bucket + (tier === 'captured' ? 1 : row['days'] as number), at: tier === 'captured' ? row['at'] as number : null, facts: row['facts'] as number,
        states: Object.fromEntries(STATES.map((state) => [state, row[state] as number | null])), payload: plain.get(name) ?? packed.get(name) ?? null,
      }
    })
  })
}

/** Decoding costs more than all the rest, and the same files come by again and again. */
const decoded = new Map<string, Lying[]>()

async function rowsInFiles(connection: Database.Database, seriesId: number, place: Place): Promise<Lying[]> {
  const files = (connection.prepare('SELECT file FROM tm_archive WHERE series_id = ? AND current = 1').pluck().all(seriesId) as string[]).map((text) => JSON.parse(text) as ArchiveFile)
  const rows: Lying[] = []
  for (const { path } of files) {
    const full = join(place.archive, path)
    // That it is not there is told by others.
    if (!existsSync(full)) continue
    const content = readFileSync(full)
    const hash = createHash('sha256').update(content).digest('hex')
    let found = decoded.get(hash)
    if (found === undefined) {
      found = await decode(content)
      decoded.set(hash, found)
    }
    rows.push(...found)
  }
  return rows
}

async function decode(content: Buffer): Promise<Lying[]> {
  const file = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer
  const objects = await parquetReadObjects({ file, compressors: { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) } }) as Record<string, unknown>[]
  const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value))
  return objects.filter(({ cell }) => Number(cell) === 0).map((row): Lying => ({
    where: 'archive', tenant: String(row['tenant']), entity: String(row['entity']), from: dayOf(row['from_day']), to: dayOf(row['to_day']), at: null, facts: Number(row['facts']),
    states: Object.fromEntries(STATES.map((name) => [name, number(row[name])])), payload: row['payload'] as string | null,
  }))
}

function dayOf(value: unknown): number {
  return value instanceof Date ? value.getTime() / DAY_MS : Number(value)
}

function siteFaults(source: Source, site: Site, windows: readonly ModelWindow[], rows: readonly Lying[], corrected: boolean): string[] {
  const lines: string[] = []
  const note = (row: Lying | null, text: string): void => void lines.push(`${site.name}${row === null ? '' : `, ${row.where} from ${row.at === null ? new Date(row.from * DAY_MS).toISOString().slice(0, 10) : new Date(row.at).toISOString()}`}: ${text}`)
  const counted = new Map<number, number>()
  const places = new Map(windows.map(({ from }, place) => [from, place]))
  for (const row of rows.filter(({ facts }) => facts > 0)) {
    const first = row.at === null ? windows.findIndex(({ day }) => day >= row.from) : places.get(row.at) ?? -1
    const end = row.at === null ? windows.findIndex(({ day }) => day >= row.to) : first + 1
    const own = first < 0 ? [] : windows.slice(first, end < 0 ? windows.length : end)
    if (own.length === 0) {
      note(row, 'the source never gave a window of it')
      continue
    }
    for (const { from } of own) counted.set(from, (counted.get(from) ?? 0) + 1)
    const expected = rowOf(source, site, own, windows[first - 1] ?? null, corrected)
    for (const text of rowFaults(expected, row)) note(row, text)
  }
  const lost = windows.filter(({ from }) => !counted.has(from))
  const twice = [...counted].filter(([, times]) => times > 1)
  if (lost.length > 0) note(null, `${lost.length} captured windows are in no row, the first from ${new Date((lost[0] as ModelWindow).from).toISOString()}`)
  if (twice.length > 0) note(null, `${twice.length} windows are in several rows, the first from ${new Date((twice[0] as [number, number])[0]).toISOString()}`)
  const increases = rows.reduce((sum, { states }) => sum + (states['total_increase'] ?? 0), 0)
  if (windows.length > 0) {
    const [first, last] = [windows[0] as ModelWindow, windows.at(-1) as ModelWindow].map((span) => source.said(site, span, corrected).total) as [number, number]
    if (increases !== last - first) note(null, `its total grew by ${increases} in all, and went from ${first} to ${last}`)
  }
  return lines
}

function rowFaults(expected: ModelRow, row: Lying): string[] {
  const lines = expected.facts === row.facts ? [] : [`${row.facts} windows instead of ${expected.facts}`]
  for (const name of STATES) {
    const [wanted, found] = [expected.states[name], row.states[name] ?? null]
    if (wanted !== found) lines.push(`${name} is ${found} instead of ${wanted}`)
  }
  if (row.payload !== expected.payload) lines.push(`its payload is ${row.payload} instead of ${expected.payload}`)
  return lines
}

/** Of a window that was captured no failure is left on record. */
function failureFaults(connection: Database.Database, seriesId: number, { tenant, name }: Site, windows: readonly ModelWindow[]): string[] {
  const captured = new Set(windows.map(({ from }) => from))
  const open = connection.prepare('SELECT f.at FROM tm_failure f JOIN tm_entity e ON e.id = f.entity_id JOIN tm_tenant t ON t.id = f.tenant_id WHERE f.series_id = ? AND t.name = ? AND e.name = ? AND f.resolved IS NULL')
    .pluck().all(seriesId, tenant, name) as number[]
  return open.filter((at) => captured.has(at)).map((at) => `${name}: the window from ${new Date(at).toISOString()} was captured, and its failure is on record`)
}

/** Names that the catalogue has lost were erased, as often as the ledger says; once that is complete, nothing is left of them. */
function erasureFaults(place: Place, connection: Database.Database, rows: readonly Lying[], gone: readonly Site[]): string[] {
  const erasures = connection.prepare('SELECT entity_id AS id, completed_at AS completedAt FROM tm_erasure WHERE entity_id IS NOT NULL').all() as { id: number; completedAt: number | null }[]
  const lines = gone.length <= erasures.length ? [] : [`${gone.map(({ name }) => name).join(', ')}: not known any more, and ${erasures.length} erasures are on record`]
  if (erasures.some(({ completedAt }) => completedAt === null)) return lines
  const ofEntities = connection.prepare("SELECT l.name FROM pragma_table_list l JOIN pragma_table_info(l.name) c ON c.name = 'entity_id' WHERE l.schema = 'main' AND l.type = 'table' AND l.name <> 'tm_erasure'").pluck().all() as string[]
  for (const { id } of erasures) {
    for (const table of ofEntities) {
      const left = connection.prepare(`SELECT count(*) FROM "${table}" WHERE entity_id = ?`).pluck().get(id) as number
      if (left > 0) lines.push(`${left} rows of the erased entity ${id} are left in ${table}`)
    }
  }
  for (const { tenant, name } of gone) {
    if (packedIn(connection, LEVELS).some(({ text }) => text.includes(name))) lines.push(`${name} was erased, and can be read in a block`)
    if (rows.some((row) => row.tenant === tenant && row.entity === name)) lines.push(`${name} was erased, and lies in the archive`)
    for (const file of ['history.db', 'history.db-wal']) {
      const path = join(place.root, file)
      if (existsSync(path) && readFileSync(path).includes(name)) lines.push(`${name} was erased, and can be read in ${file}`)
    }
  }
  return lines
}

/** How many rows lay in which tier when a hold was placed; written beside the store by whoever places it. */
export interface HeldRecord {
  readonly tenant: string
  readonly entity: string
  readonly places: Readonly<Record<string, number>>
}

/** While a hold is in force, what it covers lies where it lay. */
function heldFaults(place: Place, connection: Database.Database, rows: readonly Lying[]): string[] {
  const path = join(place.root, 'held.json')
  if (!existsSync(path)) return []
  const held = JSON.parse(readFileSync(path, 'utf8')) as HeldRecord
  const holds = connection.prepare('SELECT count(*) FROM tm_hold WHERE lifted_at IS NULL AND tenant = ? AND (entity IS NULL OR entity = ?)').pluck().get(held.tenant, held.entity) as number
  const found = placesOf(rows.filter(({ where }) => where !== 'archive'), held)
  return holds === 0 || JSON.stringify(found) === JSON.stringify(held.places) ? [] : [`${held.entity} is held, and its rows lie otherwise: ${JSON.stringify(found)} instead of ${JSON.stringify(held.places)}`]
}

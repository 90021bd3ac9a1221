import { createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Cadence } from '../../definitions/frequency.ts'
import type { Tier } from '../../definitions/keep.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { TidemarkError } from '../../errors.ts'
import type { ZoneChange } from '../contract/entity-state.ts'
import type {
  Finding, HeldAdjustment, HeldArchive, HeldBoundary, HeldCheckpoint, HeldDecision, HeldEarlierRow, HeldEntity, HeldErasure, HeldEvent, HeldFailure,
  HeldIdentity, HeldLifetime, HeldReached,
  HeldRow, HeldSeries, HeldStream, HeldValue, Inventory, OwnCount, OwnDays, Owner,
} from '../contract/inventory.ts'
import type { AppliedMigration } from '../contract/schema.ts'
import type { ArchiveFile } from '../contract/series-state.ts'
import type { EpochDay, Instant, Transaction } from '../contract/state.ts'
import { connect } from './connect.ts'
import { durabilityOf, translate } from './connection.ts'
import { checkIntegrity } from './integrity.ts'
import { LEAST, MOST, countOf, exact, identityOf, ownerOf, quote, rowOf, span, statesOf, text, whole, wholeOrNull, withPayloads, type PayloadOf, type Raw } from './inventory-row.ts'
import { HeldEvents } from './inventory-events.ts'
import { HeldPayloads, plainText } from './inventory-payloads.ts'
import { HeldRowBlocks, inOrder } from './inventory-row-blocks.ts'
import { checkSchema } from './inventory-schema.ts'
import { breath, paced } from './paced.ts'
import { sizesOf } from './sizes.ts'


const BUSY_TIMEOUT_MS = 15_000

/**
 * Reads tables by SQL of its own, on a connection of its own: nothing here is shared with the commands that wrote them,
 * not even the names.
 */
export class SqliteInventory implements Inventory {
  readonly place: string
  readonly #connection: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  readonly #payloads = new HeldPayloads((sql, ...values) => this.#all(sql, ...values))
  readonly #rowBlocks = new HeldRowBlocks((sql, ...values) => this.#all(sql, ...values))
  readonly #held: HeldEvents
  #erasureKey: { readonly key: Raw[string] } | null = null

  /** Throws STORE_UNREADABLE or STORE_CORRUPT when it cannot be read at all. */
  constructor(path: string) {
    this.place = path
    if (!existsSync(path)) throw new TidemarkError('STORE_UNREADABLE', `the store ${path} cannot be opened`, { where: path, why: 'There is no such file.' })
    let connection: Database.Database | null = null
    try {
      connection = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
      connection.defaultSafeIntegers(true)
      connection.exec('BEGIN')
      // The view begins with the first read, not with BEGIN.
      connection.prepare('SELECT count(*) FROM sqlite_schema').get()
      this.#connection = connection
      this.#held = new HeldEvents(connection)
    } catch (error) {
      connection?.close()
      throw translate(error, path)
    }
  }

  integrity(deep: boolean): Promise<Finding> {
    return checkIntegrity(this.place, deep)
  }

  async schema(): Promise<Finding> {
    return checkSchema(this.#connection, (await this.streams()).map(({ definition }) => definition), (await this.series()).map(({ definition }) => definition))
  }

  /** As every connection of the store is opened, not as this one is. */
  async durability(): Promise<Finding & { readonly text: string }> {
    try {
      const connection = connect(this.place, { readonly: true })
      try {
        const { journalMode, synchronous, sqliteVersion } = durabilityOf(connection)
        return { checked: 3, problems: [], text: `SQLite ${sqliteVersion}, journal_mode=${journalMode}, synchronous=${synchronous === 2 ? 'FULL' : synchronous}` }
      } finally {
        connection.close()
      }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      return { checked: 3, problems: [`${this.place}: ${problem}`], text: problem }
    }
  }

  async sizes(): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
    return sizesOf(this.#all('SELECT name, sum(pgsize) AS bytes FROM dbstat WHERE aggregate = TRUE GROUP BY name').map((row) => ({ name: text(row.name), bytes: whole(row.bytes) })))
  }

  async streams(): Promise<readonly HeldStream[]> {
    return this.#all('SELECT id, name, definition FROM tm_stream ORDER BY id')
      .map((row) => ({ id: whole(row.id), name: text(row.name), definition: JSON.parse(text(row.definition)) as StreamDefinition }))
  }

  async series(): Promise<readonly HeldSeries[]> {
    const since = this.#all('SELECT series_id, measure, day FROM tm_since')
    return this.#all('SELECT id, name, stream_id, version, definition, tzdata, first_day FROM tm_series ORDER BY id').map((row) => ({
      id: whole(row.id), name: text(row.name), streamId: wholeOrNull(row.stream_id), version: whole(row.version),
      definition: JSON.parse(text(row.definition)) as SeriesDefinition, tzdata: text(row.tzdata), firstDay: wholeOrNull(row.first_day),
      since: Object.fromEntries(since.filter(({ series_id }) => series_id === row.id).map(({ measure, day }) => [text(measure), whole(day)])),
    }))
  }

  async migrations(): Promise<readonly AppliedMigration[]> {
    return this.#all('SELECT version, at, program, steps, series FROM tm_migration ORDER BY version').map((row) => ({
      version: whole(row.version), at: whole(row.at), program: text(row.program),
      steps: JSON.parse(text(row.steps)) as string[], series: JSON.parse(text(row.series)) as SeriesDefinition[],
    }))
  }

  transactions(): AsyncIterable<Transaction & { readonly command: string }> {
    return this.#each('SELECT id, at, command FROM tm_transaction ORDER BY id', [], (row) => ({ id: whole(row.id), at: whole(row.at), command: text(row.command) }))
  }

  async latest(command: string): Promise<Transaction | null> {
    const row = this.#get('SELECT id, at FROM tm_transaction WHERE command = ? ORDER BY id DESC LIMIT 1', command)
    return row === undefined ? null : { id: whole(row.id), at: whole(row.at) }
  }

  async instantOf(transaction: number): Promise<Instant | null> {
    const row = this.#get('SELECT at FROM tm_transaction WHERE id = ?', transaction)
    return row === undefined ? null : whole(row.at)
  }

  entities(): AsyncIterable<HeldEntity> {
    return this.#each('SELECT e.id, e.tenant_id, e.kind, e.name, t.name AS tenant FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id ORDER BY e.tenant_id, e.id', [], (row) => this.#entityOf(row))
  }

  async entity(kind: string, tenant: string, entity: string): Promise<HeldEntity | null> {
    const row = this.#get('SELECT e.id, e.tenant_id, e.kind, e.name, t.name AS tenant FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = ? AND e.kind = ? AND e.name = ?', tenant, kind, entity)
    return row === undefined ? null : this.#entityOf(row)
  }

  #entityOf(row: Raw): HeldEntity {
    const tenantId = whole(row.tenant_id)
    const entityId = whole(row.id)
    const zones = this.#all('SELECT zone, from_at FROM tm_zone WHERE tenant_id = ? AND entity_id = ? ORDER BY from_at', tenantId, entityId)
      .map((zone): ZoneChange => ({ zone: text(zone.zone), from: whole(zone.from_at) }))
    return { tenantId, entityId, tenant: text(row.tenant), entity: text(row.name), kind: text(row.kind), zones }
  }

  async tenants(): Promise<readonly string[]> {
    return this.#all('SELECT name FROM tm_tenant ORDER BY name').map((row) => text(row.name))
  }

  async strangers(): Promise<readonly (Owner & { readonly table: string })[]> {
    const found: (Owner & { table: string })[] = []
    // Identities lie by their digests; `liveIdentities` walks them, and whose they are is seen there.
    const tables = this.#all("SELECT l.name FROM pragma_table_list l WHERE l.schema = 'main' AND l.name LIKE 'tm\\_%' ESCAPE '\\' AND l.name NOT LIKE 'tm\\_identity\\_%' ESCAPE '\\' AND (SELECT count(*) FROM pragma_table_info(l.name) c WHERE c.name IN ('tenant_id', 'entity_id')) = 2 ORDER BY l.name")
    for (const { name } of tables) {
      const table = text(name)
      for await (const owner of this.#each(`SELECT DISTINCT tenant_id, entity_id FROM ${quote(table)}`, [], ownerOf)) {
        if (this.#get('SELECT 1 AS found FROM tm_entity WHERE id = ? AND tenant_id = ?', owner.entityId, owner.tenantId) === undefined) found.push({ table, ...owner })
      }
    }
    return found
  }

  async enrolments(streamId: number, { tenantId, entityId }: Owner): Promise<readonly { readonly transaction: number; readonly day: EpochDay }[]> {
    return this.#all('SELECT transaction_id, day FROM tm_enrolment WHERE tenant_id = ? AND stream_id = ? AND entity_id = ? ORDER BY transaction_id', tenantId, streamId, entityId)
      .map((row) => ({ transaction: whole(row.transaction_id), day: whole(row.day) }))
  }

  async boundary(seriesId: number, { tenantId, entityId }: Owner): Promise<HeldBoundary | null> {
    const row = this.#get('SELECT anchor, captured, day, week, month FROM tm_boundary WHERE tenant_id = ? AND series_id = ? AND entity_id = ?', tenantId, seriesId, entityId)
    if (row === undefined) return null
    const tiers: Partial<Record<Tier, EpochDay>> = {}
    for (const tier of ['captured', 'day', 'week', 'month'] as const) {
      const day = wholeOrNull(row[tier])
      if (day !== null) tiers[tier] = day
    }
    return { anchor: whole(row.anchor), tiers }
  }

  async captures(seriesId: number): Promise<readonly Transaction[]> {
    return this.#all('SELECT transaction_id, at FROM tm_capture WHERE series_id = ? ORDER BY transaction_id', seriesId).map((row) => ({ id: whole(row.transaction_id), at: whole(row.at) }))
  }

  async archives(seriesId: number): Promise<readonly HeldArchive[]> {
    return this.#all('SELECT period, generation, current, file, transaction_id FROM tm_archive WHERE series_id = ? ORDER BY period, generation', seriesId).map((row) => ({
      period: whole(row.period), generation: whole(row.generation), current: whole(row.current) === 1, transaction: whole(row.transaction_id), file: JSON.parse(text(row.file)) as ArchiveFile,
    }))
  }

  async checkpoints(seriesId: number, { tenantId, entityId }: Owner): Promise<readonly HeldCheckpoint[]> {
    return this.#all('SELECT every, count, version, transaction_id, payload FROM tm_checkpoint WHERE tenant_id = ? AND series_id = ? AND entity_id = ? ORDER BY every, count', tenantId, seriesId, entityId).map((row) => ({
      every: whole(row.every), count: whole(row.count), version: whole(row.version), transaction: whole(row.transaction_id), payload: text(row.payload),
    }))
  }

  async lifetime(series: HeldSeries, { tenantId, entityId }: Owner): Promise<HeldLifetime | null> {
    const row = this.#get(`SELECT * FROM ${quote(`tm_lifetime_${series.name}`)} WHERE tenant_id = ? AND entity_id = ?`, tenantId, entityId)
    return row === undefined ? null : { count: whole(row.count), states: statesOf(row) }
  }

  async decisions(seriesId: number, { tenantId, entityId }: Owner): Promise<readonly HeldDecision[]> {
    return this.#all('SELECT day, at, cadence, status, activity, transaction_id FROM tm_frequency WHERE tenant_id = ? AND series_id = ? AND entity_id = ? ORDER BY day', tenantId, seriesId, entityId)
      .map((row) => ({ day: whole(row.day), at: whole(row.at), cadence: text(row.cadence) as Cadence, status: row.status === null ? null : text(row.status), activity: row.activity === null ? null : exact(row.activity) as number | bigint, transaction: whole(row.transaction_id) }))
  }

  async failures(seriesId: number, { tenantId, entityId }: Owner): Promise<readonly HeldFailure[]> {
    return this.#all('SELECT day, at, seconds, message, transaction_id, resolved FROM tm_failure WHERE tenant_id = ? AND series_id = ? AND entity_id = ? ORDER BY day, at', tenantId, seriesId, entityId)
      .map((row) => ({ day: whole(row.day), at: whole(row.at), to: whole(row.at) + 1000 * whole(row.seconds), message: text(row.message), transaction: whole(row.transaction_id), resolved: wholeOrNull(row.resolved) }))
  }

  async values(seriesId: number): Promise<readonly HeldValue[]> {
    return this.#all(`SELECT t.name AS tenant, d.field, d.place, d.value,
        EXISTS (SELECT 1 FROM tm_rostered x WHERE x.tenant_id = d.tenant_id AND x.series_id = d.series_id) OR EXISTS (SELECT 1 FROM tm_erasure x WHERE x.tenant = t.name) AS owned
      FROM tm_dimension d LEFT JOIN tm_tenant t ON t.id = d.tenant_id WHERE d.series_id = ? ORDER BY d.tenant_id, d.field, d.place`, seriesId)
      .map((row) => ({ tenant: row.tenant === null ? null : text(row.tenant), field: text(row.field), place: whole(row.place), value: text(row.value), owned: row.owned === 1n }))
  }

  async reached(series: HeldSeries, { tenantId, entityId }: Owner): Promise<readonly HeldReached[]> {
    return this.#all(`SELECT * FROM ${quote(`tm_latest_${series.name}`)} WHERE tenant_id = ? AND entity_id = ? ORDER BY cell, place`, tenantId, entityId)
      .map((row) => ({ cell: whole(row.cell), archived: whole(row.place) === 1, at: whole(row.at), states: statesOf(row) }))
  }

  async loosePayloads(series: HeldSeries): Promise<readonly (Owner & { readonly id: number })[]> {
    const { name, definition } = series
    if (!isCollected(definition) || definition.payload === null) return []
    const named = [...definition.keep.tiers.map(({ tier }) => tier), 'superseded'].map((kind) => `SELECT payload, tenant_id, entity_id FROM ${quote(`tm_${kind}_${name}`)} WHERE payload IS NOT NULL`)
    const open = 'SELECT entity_id FROM tm_erasure WHERE completed_at IS NULL AND entity_id IS NOT NULL'
    const plain = this.#all(`SELECT id, tenant_id, entity_id FROM ${quote(`tm_payload_${name}`)} WHERE entity_id NOT IN (${open})
      EXCEPT SELECT payload, tenant_id, entity_id FROM (${named.join(' UNION ALL ')})`).map((row) => ({ ...ownerOf(row), id: whole(row.id) }))
    const erased = new Set(this.#all(open).map((row) => whole(row.entity_id)))
    const loose: (Owner & { readonly id: number })[] = []
    let entity = -1
    let own: ReadonlySet<number> = new Set()
    for (const one of [...plain.toSorted((a, b) => a.entityId - b.entityId), ...this.#payloads.all(name)]) {
      if (erased.has(one.entityId)) continue
      if (one.entityId !== entity) {
        entity = one.entityId
        const rows = named.flatMap((text) => this.#all(`${text} AND tenant_id = ? AND entity_id = ?`, one.tenantId, entity))
        own = new Set([...rows, ...[...this.#rowBlocks.of(series, one)].flatMap(({ row }) => (row.payload == null ? [] : [row]))].map((row) => whole(row.payload)))
      }
      if (!own.has(one.id)) loose.push(one)
    }
    return loose
  }

  async packedProblems(series: HeldSeries, owner: Owner): Promise<readonly string[]> {
    const { name, definition } = series
    if (!isCollected(definition)) return []
    return [...this.#rowBlocks.problems(series, owner), ...(definition.payload === null ? [] : this.#payloads.problems(name, owner.tenantId, owner.entityId))]
  }

  #payloadOf({ name, definition }: HeldSeries): PayloadOf {
    if (!isCollected(definition) || definition.payload === null) return () => null
    return ({ payload_text: plain = null, payload = null, tenant_id: tenant, entity_id: entity }) => {
      if (plain !== null) return plainText(plain)
      return payload === null ? null : this.#payloads.text(name, tenant, entity, whole(payload))
    }
  }

  async erasures(): Promise<readonly HeldErasure[]> {
    return this.#all('SELECT x.id, x.subject, x.entity_id, e.tenant_id, x.completed_at, x.kind, x.tenant, x.entity FROM tm_erasure x LEFT JOIN tm_entity e ON e.id = x.entity_id ORDER BY x.id').map((row) => ({
      id: whole(row.id), subject: row.subject === null ? null : text(row.subject), entityId: wholeOrNull(row.entity_id), tenantId: wholeOrNull(row.tenant_id), completed: row.completed_at !== null,
      name: row.entity === null ? null : { kind: text(row.kind), tenant: text(row.tenant), entity: text(row.entity) },
    }))
  }

  async erasureDigest({ kind, tenant, entity }: { readonly kind: string; readonly tenant: string; readonly entity: string }): Promise<string | null> {
    this.#erasureKey ??= { key: this.#get("SELECT value FROM tm_meta WHERE key = 'erasure_key'")?.value ?? null }
    const { key } = this.#erasureKey
    return typeof key === 'string' ? createHmac('sha256', Buffer.from(key, 'hex')).update(JSON.stringify([kind, tenant, entity])).digest('hex') : null
  }

  async tablesOf(entityId: number): Promise<readonly string[]> {
    const tables = this.#all("SELECT l.name FROM pragma_table_list l WHERE l.schema = 'main' AND l.name LIKE 'tm\\_%' ESCAPE '\\' AND (SELECT count(*) FROM pragma_table_info(l.name) c WHERE c.name IN ('tenant_id', 'entity_id')) = 2 ORDER BY l.name")
    return tables.map(({ name }) => text(name)).filter((table) => this.#get(`SELECT 1 AS found FROM ${quote(table)} WHERE tenant_id = (SELECT tenant_id FROM tm_entity WHERE id = ?) AND entity_id = ? LIMIT 1`, entityId, entityId) !== undefined)
  }

  async quarantined(): Promise<number> {
    return whole(this.#get('SELECT count(*) AS n FROM tm_quarantine')?.n)
  }

  events(stream: HeldStream, days: OwnDays): AsyncIterable<HeldEvent> {
    return this.#each(`SELECT * FROM ${this.#held.events(stream.name)} WHERE tenant_id = ? AND entity_id = ? AND day >= ? AND day < ? ORDER BY day, seq`, span(days), (row): HeldEvent => ({
      ...ownerOf(row), day: whole(row.day), seq: whole(row.seq), transaction: whole(row.transaction_id), removed: wholeOrNull(row.removed),
      at: whole(row.at), offsetMinutes: whole(row.offset_minutes), id: text(row.id), values: statesOf(row),
    }))
  }

  async hasEvent(stream: HeldStream, { tenantId, entityId, day, seq }: Owner & { readonly day: EpochDay; readonly seq: number }): Promise<boolean> {
    return this.#get(`SELECT 1 AS found FROM ${this.#held.events(stream.name)} WHERE tenant_id = ? AND entity_id = ? AND day = ? AND seq = ?`, tenantId, entityId, day, seq) !== undefined
  }

  async adjustments(seriesId: number, { tenantId, entityId, from = LEAST, to = MOST }: OwnDays): Promise<readonly HeldAdjustment[]> {
    return this.#all('SELECT * FROM tm_adjustment WHERE tenant_id = ? AND series_id = ? AND entity_id = ? AND day >= ? AND day < ? ORDER BY day, transaction_id, id', tenantId, seriesId, entityId, from, to).map((row) => ({
      ...ownerOf(row), day: whole(row.day), id: text(row.id), measure: text(row.measure), amount: exact(row.amount) as number | bigint,
      cells: JSON.parse(text(row.cells)) as number[], reason: text(row.reason), transaction: whole(row.transaction_id),
    }))
  }

  async identity(stream: HeldStream, identity: Uint8Array): Promise<HeldIdentity | null> {
    const row = this.#get(`SELECT * FROM ${this.#held.identities(stream.name)} WHERE identity = ?`, identity)
    return row === undefined ? null : identityOf(row)
  }

  identities(stream: HeldStream): AsyncIterable<HeldIdentity> {
    return this.#each(`SELECT * FROM ${this.#held.identities(stream.name)} ORDER BY identity`, [], identityOf)
  }

  rows(series: HeldSeries, tier: Tier, days: OwnDays): AsyncIterable<HeldRow> {
    const plain = this.#plainRows(series, tier, days)
    if (tier !== 'captured' || !isCollected(series.definition)) return plain
    return inOrder(plain, this.#rowBlocks.of(series, days), ({ row, block }) => {
      const text = row.payload == null ? undefined : this.#get(`SELECT text FROM ${quote(`tm_payload_${series.name}`)} WHERE id = ?`, row.payload)?.text
      return rowOf(text === undefined ? row : { ...row, payload_text: text }, this.#payloadOf(series), block)
    })
  }

  #plainRows(series: HeldSeries, tier: Tier, days: OwnDays): AsyncIterable<HeldRow> {
    return this.#each(`SELECT * FROM ${withPayloads(series, `tm_${tier}_${series.name}`)} WHERE tenant_id = ? AND entity_id = ? AND bucket >= ? AND bucket < ? ORDER BY bucket, ${tier === 'captured' ? 'at, ' : ''}cell`, span(days), (row) => rowOf(row, this.#payloadOf(series)))
  }

  superseded(series: HeldSeries, days: OwnDays): AsyncIterable<HeldEarlierRow> {
    const order = isCollected(series.definition) ? 'tier, bucket, at, cell, transaction_id' : 'tier, bucket, cell, transaction_id'
    return this.#each(`SELECT * FROM ${withPayloads(series, `tm_superseded_${series.name}`)} WHERE tenant_id = ? AND entity_id = ? AND bucket >= ? AND bucket < ? ORDER BY ${order}`, span(days), (row): HeldEarlierRow => ({
      ...rowOf(row, this.#payloadOf(series)), tier: text(row.tier) as Tier | 'archive', until: whole(row.until),
    }))
  }

  liveEvents(stream: HeldStream): AsyncIterable<OwnCount> {
    return this.#each(`SELECT tenant_id, entity_id, count(*) AS n FROM ${this.#held.events(stream.name)} WHERE removed IS NULL GROUP BY tenant_id, entity_id`, [], countOf)
  }

  /** In 256 pieces: they lie by their digests, so adding them up by entity in one statement would hold everything else up. */
  async liveIdentities(stream: HeldStream, firstDay: EpochDay | null): Promise<readonly (OwnCount & { readonly earliest: EpochDay })[]> {
    const totals = new Map<number, { tenantId: number; entityId: number; count: number; earliest: number }>()
    const sql = `SELECT tenant_id, entity_id, sum(retracted = 0 AND day >= ?) AS n, min(day) AS earliest FROM ${this.#held.identities(stream.name)} WHERE identity >= ? AND identity < ? GROUP BY tenant_id, entity_id`
    for (let first = 0; first < 256; first++) {
      // No identity is longer than 16 bytes, so 17 bytes of 255 are past the last.
      const end = first === 255 ? new Uint8Array(17).fill(255) : Uint8Array.of(first + 1)
      for (const row of this.#all(sql, firstDay ?? LEAST, first === 0 ? new Uint8Array(0) : Uint8Array.of(first), end)) {
        const { tenantId, entityId, count } = countOf(row)
        // A pair that is not one entity's is told apart by `strangers`.
        const known = totals.get(entityId)
        if (known === undefined) totals.set(entityId, { tenantId, entityId, count, earliest: whole(row.earliest) })
        else {
          known.count += count
          known.earliest = Math.min(known.earliest, whole(row.earliest))
        }
      }
      if (first % 16 === 15) await breath()
    }
    return [...totals.values()]
  }

  countAdjustments(seriesId: number): AsyncIterable<OwnCount> {
    return this.#each('SELECT tenant_id, entity_id, count(*) AS n FROM tm_adjustment WHERE series_id = ? GROUP BY tenant_id, entity_id', [seriesId], countOf)
  }

  async *facts(series: HeldSeries, tier: Tier): AsyncIterable<OwnCount> {
    if (tier === 'captured' && isCollected(series.definition)) for (const row of this.#rowBlocks.facts(series)) yield countOf(row)
    yield* this.#each(`SELECT tenant_id, entity_id, sum(facts) AS n FROM ${quote(`tm_${tier}_${series.name}`)} WHERE cell = 0 GROUP BY tenant_id, entity_id`, [], countOf)
  }

  close(): void {
    if (!this.#connection.open) return
    if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
    this.#connection.close()
  }

  #sql(sql: string): Database.Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#connection.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #all(sql: string, ...values: readonly unknown[]): readonly Raw[] {
    try {
      return this.#sql(sql).all(...values) as Raw[]
    } catch (error) {
      throw translate(error, this.place)
    }
  }

  #get(sql: string, ...values: readonly unknown[]): Raw | undefined {
    try {
      return this.#sql(sql).get(...values) as Raw | undefined
    } catch (error) {
      throw translate(error, this.place)
    }
  }

  /** A statement that is being read cannot be begun again, so each list has its own. */
  async *#each<T>(sql: string, values: readonly unknown[], make: (row: Raw) => T): AsyncGenerator<T> {
    try {
      yield* paced(this.#connection.prepare(sql).iterate(...values) as Iterable<Raw>, make)
    } catch (error) {
      throw translate(error, this.place)
    }
  }
}

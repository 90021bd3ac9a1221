import { TidemarkError } from '../../errors.ts'
import { localCalendar } from '../../calendar/local-calendar.ts'
import { tzdataVersion } from '../../calendar/tzdata.ts'
import { type EventSeriesDefinition, isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { TIERS } from '../../definitions/keep.ts'
import { storedFields } from '../../definitions/stored-fields.ts'
import { machine } from '../../machine/machine.ts'
import { layoutOf, type StateColumn } from '../../measures/layout.ts'
import { type AppliedMigration, type MigrationPlan, type MigrationStep, STORE_FORMAT, type StoredSchema } from '../contract/schema.ts'
import { firstKeptDay } from './append.ts'
import { notErased } from './erased.ts'
import { recomputeDay } from './fold-facts.ts'
import { eventTable, identityTable, intakeTable, latestTable, lifetimeTable, packedTable, payloadTable, quoted, rowBlockTable, rowTable, supersededTable } from './names.ts'
import { giveBackAll } from './give-back-rows.ts'
import type { Writing, WriteSession } from './session.ts'
import { plainKey } from './pack.ts'
import { type RowForm, CATALOGUE_TABLES, counterColumns, formOf, payloadTables, seriesTables, storedColumns, streamTables, tierColumn, tierTable } from './tables.ts'
import { createViews, dropViews } from './views.ts'
import { upgradeFormat } from './upgrade-format.ts'

/** What the store says of its own schema; format 0 when nothing of ours is in the file. */
export function storedSchema(session: Pick<WriteSession, 'connection' | 'path'>): StoredSchema {
  const { connection, path } = session
  const ours = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tm_meta'").get()
  if (ours === undefined) return { format: 0, id: null, series: [], migrations: [] }
  const format = Number(connection.prepare("SELECT value FROM tm_meta WHERE key = 'format'").pluck().get())
  if (!Number.isInteger(format)) throw new TidemarkError('STORE_FOREIGN', 'the table tm_meta is not one that tidemark made', { where: path })
  if (format > STORE_FORMAT) {
    const program = connection.prepare("SELECT value FROM tm_meta WHERE key = 'program'").pluck().get() as string
    throw new TidemarkError('STORE_NEWER', `the store has layout ${format}, this program knows ${STORE_FORMAT}`, { where: path, hint: `Upgrade tidemark to ${program} or later.` })
  }
  const series = connection.prepare('SELECT definition, version FROM tm_series ORDER BY id').all() as { definition: string; version: number }[]
  const migrations = connection.prepare('SELECT version, at, program, steps, series FROM tm_migration ORDER BY version').all() as { version: number; at: number; program: string; steps: string; series: string }[]
  return {
    format,
    id: connection.prepare("SELECT value FROM tm_meta WHERE key = 'id'").pluck().get() as string,
    series: series.map((one) => ({ definition: JSON.parse(one.definition) as SeriesDefinition, version: one.version })),
    migrations: migrations.map((one): AppliedMigration => ({
      version: one.version, at: one.at, program: one.program, steps: JSON.parse(one.steps) as string[], series: JSON.parse(one.series) as SeriesDefinition[],
    })),
  }
}

/** Applies a plan in one transaction: killed at any statement, it has not happened. */
export function migrate(session: WriteSession, plan: MigrationPlan, now: number, program: string): void {
  if (plan.steps.length === 0) return
  session.migrating(now, () => storedSchema(session).format === STORE_FORMAT, (begin) => {
    const stored = storedSchema(session)
    if ((stored.migrations.at(-1)?.version ?? 0) !== plan.from) {
      throw new TidemarkError('MIGRATION_RACED', `the store is at version ${stored.migrations.at(-1)?.version ?? 0}, the plan starts at ${plan.from}`, { where: session.path })
    }
    if (stored.format === 0) createStore(session, program)
    const writing = begin()
    void writing.id
    const views = dropViews(session.connection)
    const run = (sql: string): void => {
      session.connection.exec(sql)
      session.reach('migrate.after-statement')
    }
    giveBackChanged(session, plan, stored)
    for (const step of plan.steps) applySchemaStep(session, plan, step, stored, run)
    for (const definition of plan.series) putSeries(session, definition, stored, run)
    session.catalogue.forgetAll()
    for (const step of plan.steps) applyHistoryStep(session, step, stored, writing)
    createViews(session.connection, plan.series, views)
    session.sql('INSERT INTO tm_migration (version, at, program, steps, series) VALUES (?, ?, ?, ?, ?)')
      .run(plan.to, writing.at, program, JSON.stringify(plan.steps.map(({ text }) => text)), JSON.stringify(plan.series))
    session.sql("INSERT OR REPLACE INTO tm_meta (key, value) VALUES ('program', ?)").run(program)
  })
}

function createStore(session: WriteSession, program: string): void {
  const taken = session.connection.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'tm\\_%' ESCAPE '\\'").pluck().all() as string[]
  if (taken.length > 0) throw new TidemarkError('STORE_FOREIGN', `the file has tables of its own named ${taken.join(', ')}`, { where: session.path })
  for (const sql of CATALOGUE_TABLES) {
    session.connection.exec(sql)
    session.reach('migrate.after-statement')
  }
  const put = session.connection.prepare('INSERT INTO tm_meta (key, value) VALUES (?, ?)')
  put.run('format', String(STORE_FORMAT))
  put.run('id', newStoreId())
  put.run('program', program)
}

/** Packed rows have the columns of their time, in their order. */
function giveBackChanged(session: WriteSession, plan: MigrationPlan, { format, series }: StoredSchema): void {
  if (format < ROWS_PACKED) return
  for (const { definition } of series) {
    const next = plan.series.find(({ name }) => name === definition.name)
    if (isCollected(definition) && next !== undefined && JSON.stringify(layoutOf(next).columns) !== JSON.stringify(layoutOf(definition).columns)) giveBackAll(session, session.catalogue.collected(definition.name))
  }
}

/** The first layout of the store whose rows can be packed. */
const ROWS_PACKED = 4

/** A random UUID, of version 4. */
function newStoreId(): string {
  const hex = machine.randomHex(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${'89ab'[Number.parseInt(hex.charAt(16), 16) % 4]}${hex.slice(17, 20)}-${hex.slice(20)}`
}

function applySchemaStep(session: WriteSession, plan: MigrationPlan, step: MigrationStep, stored: StoredSchema, run: (sql: string) => void): void {
  switch (step.kind) {
    case 'upgrade-store':
      upgradeFormat(session, stored.format, run)
      return
    case 'create-stream': {
      const stream = streamOf(plan, step.stream)
      for (const sql of streamTables(stream)) run(sql)
      session.sql('INSERT INTO tm_stream (name, definition) VALUES (?, ?)').run(stream.name, JSON.stringify(stream))
      return
    }
    case 'create-series':
      for (const sql of seriesTables(seriesOf(plan, step.series))) run(sql)
      return
    case 'add-field':
      for (const column of storedFields(streamOf(plan, step.stream)).find(({ name }) => name === step.field)?.columns ?? []) {
        for (const table of [eventTable(step.stream), intakeTable(step.stream)]) run(`ALTER TABLE ${table} ADD COLUMN ${quoted(column.name)} ${column.type === 'text' ? 'TEXT' : 'INTEGER'}`)
      }
      return
    case 'drop-field': {
      const columns = session.connection.pragma(`table_info(${eventTable(step.stream)})`) as { name: string }[]
      for (const { name } of columns) {
        if (name === `f_${step.field}` || name === `o_${step.field}`) for (const table of [eventTable(step.stream), intakeTable(step.stream)]) run(`ALTER TABLE ${table} DROP COLUMN ${quoted(name)}`)
      }
      return
    }
    case 'add-measure': {
      const since = (stored.series.find(({ definition }) => definition.name === step.series)?.version ?? 0) + 1
      for (const { name, form, columns } of tablesOf(session, seriesOf(plan, step.series))) {
        for (const column of toldLast(columns)) if (column.measure === step.measure) run(`ALTER TABLE ${name} ADD COLUMN ${tierColumn(column, form, since)}`)
      }
      if (hasPayload(seriesOf(plan, step.series)) && step.measure === 'payload') for (const table of payloadTables(step.series)) run(table)
      return
    }
    case 'drop-measure': {
      const stored = session.sql('SELECT id, definition FROM tm_series WHERE name = ?').get(step.series) as { id: number; definition: string }
      for (const table of tablesOf(session, JSON.parse(stored.definition) as SeriesDefinition)) {
        for (const column of toldLast(table.columns).toReversed()) if (column.measure === step.measure) run(`ALTER TABLE ${table.name} DROP COLUMN ${quoted(column.name)}`)
      }
      if (hasPayload(JSON.parse(stored.definition) as SeriesDefinition) && step.measure === 'payload') for (const table of [payloadTable(step.series), packedTable(step.series)]) run(`DROP TABLE ${table}`)
      session.sql('DELETE FROM tm_since WHERE series_id = ? AND measure = ?').run(stored.id, step.measure)
      return
    }
    case 'drop-series':
      dropSeries(session, plan, step.series, run)
      return
    case 'create-store':
    case 'change-definition':
      return
  }
}

/** What a column is told by has to be there before it, and as long as it. */
function toldLast(columns: readonly StateColumn[]): readonly StateColumn[] {
  return [...columns.filter(({ ofOne }) => ofOne === undefined), ...columns.filter(({ ofOne }) => ofOne !== undefined)]
}

function hasPayload(series: SeriesDefinition): boolean {
  return isCollected(series) && series.payload !== null
}

interface TableOfStates {
  readonly name: string
  readonly form: RowForm
  readonly columns: readonly StateColumn[]
}

/** The tables of a series that hold states, with the columns that each has of them. */
function tablesOf(session: WriteSession, series: SeriesDefinition): TableOfStates[] {
  const { columns } = layoutOf(series)
  const tiers = TIERS.map((tier): TableOfStates => {
    const form = formOf(series, tier)
    return { name: rowTable(series.name, tier), form, columns: storedColumns(columns, form) }
  })
  const others = ([
    { name: supersededTable(series.name), columns }, { name: lifetimeTable(series.name), columns }, { name: latestTable(series.name), columns: counterColumns(columns) },
    { name: payloadTable(series.name), columns: [] }, { name: packedTable(series.name), columns: [] }, { name: rowBlockTable(series.name), columns: [] },
  ]).map((table): TableOfStates => ({ ...table, form: 'merged' }))
  const there = new Set(session.connection.prepare("SELECT '\"' || name || '\"' FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[])
  return [...tiers, ...others].filter(({ name }) => there.has(name))
}

function dropSeries(session: WriteSession, plan: MigrationPlan, name: string, run: (sql: string) => void): void {
  const { id, definition, stream, streamId } = session.sql('SELECT s.id, s.definition, t.name AS stream, t.id AS streamId FROM tm_series s LEFT JOIN tm_stream t ON t.id = s.stream_id WHERE s.name = ?')
    .get(name) as { id: number; definition: string; stream: string | null; streamId: number | null }
  for (const table of tablesOf(session, JSON.parse(definition) as SeriesDefinition)) run(`DROP TABLE ${table.name}`)
  for (const table of SERIES_CATALOGUE) run(`DELETE FROM ${table} WHERE series_id = ${id}`)
  run(`DELETE FROM tm_meta WHERE key = '${plainKey(name)}'`)
  run(`DELETE FROM tm_series WHERE id = ${id}`)
  if (stream === null) return
  const feeds = session.sql('SELECT count(*) FROM tm_series WHERE stream_id = ?').pluck().get(streamId) as number
  if (feeds > 0 || plan.series.some((series) => !isCollected(series) && series.stream.name === stream)) return
  run(`DROP TABLE ${eventTable(stream)}`)
  run(`DROP TABLE ${identityTable(stream)}`)
  run(`DROP TABLE ${intakeTable(stream)}`)
  run(`DELETE FROM tm_enrolment WHERE stream_id = ${streamId}`)
  run(`DELETE FROM tm_stream WHERE id = ${streamId}`)
}

/** Where the catalogue speaks of a series, by its number. */
const SERIES_CATALOGUE = [
  'tm_boundary', 'tm_capture', 'tm_since', 'tm_archive', 'tm_adjustment', 'tm_checkpoint', 'tm_attribute', 'tm_rostered', 'tm_frequency', 'tm_failure', 'tm_dimension', 'tm_run',
]

/** Records a definition: a new series, or the next version of one that changed. */
function putSeries(session: WriteSession, definition: SeriesDefinition, stored: StoredSchema, run: (sql: string) => void): void {
  const text = JSON.stringify(definition)
  const before = stored.series.find((one) => one.definition.name === definition.name)
  if (!isCollected(definition)) session.sql('UPDATE tm_stream SET definition = ? WHERE name = ?').run(JSON.stringify(definition.stream), definition.stream.name)
  if (before === undefined) {
    const streamId = isCollected(definition) ? null : session.sql('SELECT id FROM tm_stream WHERE name = ?').pluck().get(definition.stream.name) as number
    session.sql('INSERT INTO tm_series (name, stream_id, version, definition, tzdata) VALUES (?, ?, 1, ?, ?)').run(definition.name, streamId, text, tzdataVersion())
    return
  }
  // A tier that the policy did not have before gets its table; the others have theirs.
  const there = new Set(tablesOf(session, definition).map(({ name }) => name))
  for (const [place, { tier }] of definition.keep.tiers.entries()) {
    if (there.has(rowTable(definition.name, tier))) continue
    run(tierTable(definition, tier))
    const finer = definition.keep.tiers[place - 1]?.tier
    // What has left the finer tier is in a coarser one already: for it the new tier has come and gone.
    if (finer !== undefined && place < definition.keep.tiers.length - 1) {
      run(`UPDATE tm_boundary SET ${quoted(tier)} = ${quoted(finer)} WHERE series_id = (SELECT id FROM tm_series WHERE name = '${definition.name}')`)
    }
  }
  if (JSON.stringify(before.definition) === text) return
  session.sql('UPDATE tm_series SET definition = ?, version = version + 1, tzdata = ? WHERE name = ?').run(text, tzdataVersion(), definition.name)
}

/** What is new counts from the first day whose events are all still there, and is computed from them at once. */
function applyHistoryStep(session: WriteSession, step: MigrationStep, stored: StoredSchema, writing: Writing): void {
  if (step.kind !== 'add-measure' && step.kind !== 'create-series') return
  if (isCollected(session.catalogue.rowsOf(step.series).definition)) {
    if (step.kind === 'add-measure') measureFromNowOn(session, step.series, step.measure, writing)
    return
  }
  const { series, stream } = session.catalogue.series(step.series)
  const definition = series.definition.measures
  if (step.kind === 'add-measure') {
    if (definition[step.measure]?.kind === 'ratio') return
    const retired = session.sql(`SELECT max(day) FROM tm_boundary WHERE ${notErased(session, 'entity_id')} series_id = ?`).pluck().get(series.id) as number | null
    const day = retired === null ? series.firstDay : Math.max(retired, series.firstDay ?? retired)
    if (day !== null) session.sql('INSERT OR REPLACE INTO tm_since (series_id, measure, day) VALUES (?, ?, ?)').run(series.id, step.measure, day)
  } else {
    if (!stored.series.some((one) => !isCollected(one.definition) && one.definition.stream.name === stream.definition.name)) return
    const entities = session.sql(`SELECT DISTINCT tenant_id AS tenantId, entity_id AS entityId FROM tm_enrolment WHERE ${notErased(session, 'entity_id')} stream_id = ?`).all(stream.id) as { tenantId: number; entityId: number }[]
    const others = { ...stream, series: stream.series.filter((one) => one.id !== series.id) }
    let first = Number.NEGATIVE_INFINITY
    for (const { tenantId, entityId } of entities) first = Math.max(first, firstKeptDay(others, session.catalogue.byId(stream, tenantId, entityId)))
    if (Number.isFinite(first)) {
      session.sql('UPDATE tm_series SET first_day = ? WHERE id = ?').run(first, series.id)
      for (const [measure, one] of Object.entries(definition)) {
        if (one.kind !== 'ratio') session.sql('INSERT OR REPLACE INTO tm_since (series_id, measure, day) VALUES (?, ?, ?)').run(series.id, measure, first)
      }
    }
  }
  session.catalogue.forgetAll()
  session.reach('migrate.before-recompute')
  const fresh = session.catalogue.series(step.series)
  const days = session.sql(`SELECT DISTINCT tenant_id AS tenantId, entity_id AS entityId, day FROM ${eventTable(stream.definition.name)}
    UNION SELECT tenant_id, entity_id, bucket FROM ${rowTable(step.series, 'day')}`).all() as { tenantId: number; entityId: number; day: number }[]
  for (const { tenantId, entityId, day } of days) {
    const entity = session.catalogue.byId(fresh.stream, tenantId, entityId)
    const boundary = entity.boundaries.get(fresh.series.id)?.tiers.day
    if ((boundary === undefined || day >= boundary) && (fresh.series.firstDay === null || day >= fresh.series.firstDay)) recomputeDay(session, fresh.stream, fresh.series, entity, day, writing)
  }
  session.reach('migrate.after-recompute')
}

/** A measure added to a collected series has values of windows captured from now on; there are no events to tell it from. */
function measureFromNowOn(session: WriteSession, name: string, measure: string, writing: Writing): void {
  const series = session.catalogue.collected(name)
  if (measure === 'payload' || [...series.entities.values()].every(({ decisions }) => decisions.length === 0)) return
  const day = localCalendar([{ zone: series.definition.of.zone, from: 0 }]).dayOf(writing.at)
  session.sql('INSERT OR REPLACE INTO tm_since (series_id, measure, day) VALUES (?, ?, ?)').run(series.id, measure, day)
  session.catalogue.forgetAll()
}

function streamOf(plan: MigrationPlan, name: string): StreamDefinition {
  return (plan.series.find((series) => !isCollected(series) && series.stream.name === name) as EventSeriesDefinition).stream
}

function seriesOf(plan: MigrationPlan, name: string): SeriesDefinition {
  return plan.series.find((series) => series.name === name) as SeriesDefinition
}

import { canonicalJson } from '../../canonical/json.ts'
import type { EventView } from '../../measures/evaluate.ts'
import type { State } from '../../measures/kind.ts'
import type { Checkpoint } from '../contract/store.ts'
import type { StoredEntity, StoredSeries, StoredStream } from './catalogue.ts'
import { offsetOf } from './event-rows.ts'
import { columnType } from './tables.ts'
import { exact, lifetimeTable, quoted } from './names.ts'
import { stateOf } from './rows.ts'
import type { Writing, WriteSession } from './session.ts'

interface Lifetime {
  readonly series: StoredSeries
  readonly entity: StoredEntity
  count: number
  readonly states: State[]
}

/** A measure that is added later starts at zero in checkpoints, on whatever day. */
const FROM_THE_START = {}

/**
 * Counts first acceptances per entity, in acceptance order, and keeps the lifetime state at every N-th. Durable in the
 * transaction that accepts, so each is written exactly once.
 */
export class CheckpointWriter {
  readonly #session: WriteSession
  readonly #series: readonly StoredSeries[]
  readonly #lifetimes = new Map<string, Lifetime>()
  readonly #due: { readonly lifetime: Lifetime; readonly every: number; readonly count: number; readonly payload: string }[] = []

  constructor(session: WriteSession, stream: StoredStream) {
    this.#session = session
    this.#series = stream.series.filter((series) => series.definition.checkpoints.length > 0)
  }

  add(entity: StoredEntity, event: EventView, day: number): void {
    for (const series of this.#series) {
      const lifetime = this.#lifetime(series, entity)
      lifetime.count++
      series.fold.add(lifetime.states, event, day, offsetOf(entity), FROM_THE_START)
      for (const { every } of series.definition.checkpoints) {
        if (lifetime.count % every !== 0) continue
        this.#due.push({ lifetime, every, count: lifetime.count, payload: payloadOf(series, lifetime.states) })
      }
    }
  }

  write(writing: Writing): void {
    for (const { series, entity, count, states } of this.#lifetimes.values()) {
      this.#session.sql(`INSERT OR REPLACE INTO ${lifetimeTable(series.definition.name)} (tenant_id, entity_id, count${names(series)}) VALUES (?, ?, ?${', ?'.repeat(states.length)})`)
        .run(entity.tenantId, entity.id, count, ...states)
    }
    for (const { lifetime: { series, entity }, every, count, payload } of this.#due) {
      this.#session.sql('INSERT INTO tm_checkpoint (tenant_id, series_id, entity_id, every, count, version, transaction_id, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
        .run(entity.tenantId, series.id, entity.id, every, count, series.version, writing.id, payload)
    }
  }

  #lifetime(series: StoredSeries, entity: StoredEntity): Lifetime {
    const key = `${series.id}\0${entity.id}`
    const known = this.#lifetimes.get(key)
    if (known !== undefined) return known
    const { columns } = series.fold.layout
    const select = columns.map((column) => `, ${columnType(column) === 'TEXT' ? quoted(column.name) : exact(quoted(column.name))}`).join('')
    const row = this.#session.sql(`SELECT count${select} FROM ${lifetimeTable(series.definition.name)} WHERE tenant_id = ? AND entity_id = ?`)
      .raw().get(entity.tenantId, entity.id) as unknown[] | undefined
    const zero = series.fold.zero(0, FROM_THE_START)
    const states = columns.map((column, index) => (row === undefined ? null : stateOf(column, row[index + 1])) ?? (zero[index] as State))
    const lifetime: Lifetime = { series, entity, count: (row?.[0] as number | undefined) ?? 0, states }
    this.#lifetimes.set(key, lifetime)
    return lifetime
  }
}

function names(series: StoredSeries): string {
  return series.fold.layout.columns.map((column) => `, ${quoted(column.name)}`).join('')
}

/** By measure, the parts of its state as digits: `{"active":{"count":"3"},"contributions":{"sum":"50"}}`. */
function payloadOf(series: StoredSeries, states: readonly State[]): string {
  const payload: Record<string, Record<string, string | null>> = {}
  for (const [index, column] of series.fold.layout.columns.entries()) {
    if (column.merge === 'days') continue
    const kind = series.definition.measures[column.measure]?.kind
    const part = kind === 'count' ? 'sum' : kind === 'flag' ? 'count' : column.part
    const state = states[index] as State
    payload[column.measure] = { ...payload[column.measure], [part]: state === null ? null : String(state) }
  }
  return canonicalJson(payload)
}

export function checkpoints(session: WriteSession, seriesName: string, filter: { readonly tenant?: string; readonly entity?: string }): readonly Checkpoint[] {
  return session.read(() => {
    const { series } = session.catalogue.series(seriesName)
    return session.sql(
      'SELECT t.name AS tenant, e.name AS entity, c.every, c.count, c.version, x.at, c.payload FROM tm_checkpoint c JOIN tm_tenant t ON t.id = c.tenant_id JOIN tm_entity e ON e.id = c.entity_id AND length(e.kind) > 0 JOIN tm_transaction x ON x.id = c.transaction_id WHERE c.series_id = :series AND (:tenant IS NULL OR t.name = :tenant) AND (:entity IS NULL OR e.name = :entity) ORDER BY t.name, e.name, c.every, c.count',
    ).all({ series: series.id, tenant: filter.tenant ?? null, entity: filter.entity ?? null }) as Checkpoint[]
  })
}

import type { ArchivedRow } from '../../src/archive/row.ts'
import { parseDay } from '../../src/calendar/civil.ts'
import { tierEnd } from '../../src/calendar/period.ts'
import { cellOf, type Group } from '../../src/definitions/cell.ts'
import type { Tier } from '../../src/definitions/keep.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { mergeStates } from '../../src/measures/merge.ts'
import type { ArchiveFilter, ArchiveSource } from '../../src/query/archive-source.ts'
import type { EntityFilter, EntityState } from '../../src/stores/contract/entity-state.ts'
import type { CutRow, DayRange, LooseRow, MergedRow, ReadPlan, ReadResult, Snapshot } from '../../src/stores/contract/read.ts'
import type { ArchiveFile, SeriesState } from '../../src/stores/contract/series-state.ts'
import type { State } from '../../src/stores/contract/state.ts'

/** A row as a case writes it down. */
export interface FakeRow {
  readonly entity: string
  readonly tenant?: string
  readonly group?: Group
  readonly tier?: Tier
  readonly from: string
  /** Default: the day after `from`. */
  readonly to?: string
  readonly states: readonly State[]
  /** The transaction that wrote it, and the one that superseded it. */
  readonly transaction?: number
  readonly until?: number
  /** Lies beside the archive. */
  readonly loose?: boolean
}

export interface FakeEntity {
  readonly tenant?: string
  readonly entity: string
  readonly enrolment?: string
  readonly zone?: string
  readonly anchor?: string
  readonly boundaries?: Readonly<Partial<Record<Tier, string>>>
  /** Transactions as of which it was first heard of. */
  readonly transaction?: number
}

export interface FakeStore {
  readonly definition: SeriesDefinition
  readonly erased?: readonly { readonly tenant: string; readonly entity: string }[]
  readonly coveredAt?: string | readonly (readonly [transaction: number, at: string])[]
  readonly since?: Readonly<Record<string, string>>
  readonly entities?: readonly FakeEntity[]
  readonly rows?: readonly FakeRow[]
  readonly transactions?: readonly (readonly [id: number, at: string])[]
  /** First days of archived periods, with the rows of their files; null: the file is damaged. */
  readonly files?: Readonly<Record<string, readonly FakeRow[] | null>>
}

export function day(text: string): number {
  const parsed = parseDay(text)
  if (parsed === null) throw new Error(`${text} is no day`)
  return parsed
}

/** A double of the contract for planning tests only: rows in arrays, everything looked at for every question. */
export class FakeSnapshot implements Snapshot {
  readonly plans: ReadPlan[] = []
  readonly #store: FakeStore
  readonly #entities: readonly (EntityState & { readonly transaction: number })[]

  constructor(store: FakeStore) {
    this.#store = store
    this.#entities = (store.entities ?? []).map((entity, index) => ({
      id: index + 1, tenant: entity.tenant ?? 't', entity: entity.entity,
      zones: [{ zone: entity.zone ?? 'UTC', from: 0 }],
      enrolment: entity.enrolment === undefined ? null : day(entity.enrolment),
      anchor: entity.anchor === undefined ? (entity.enrolment === undefined ? null : day(entity.enrolment)) : day(entity.anchor),
      boundaries: Object.fromEntries(Object.entries(entity.boundaries ?? {}).map(([tier, text]) => [tier, day(text)])),
      transaction: entity.transaction ?? 0,
    })).sort((a, b) => (a.tenant + a.entity < b.tenant + b.entity ? -1 : 1))
  }

  async touchedSince(): Promise<null> {
    return null
  }

  async transactionAt(instant: number): Promise<number> {
    return Math.max(0, ...(this.#store.transactions ?? []).filter(([, at]) => Date.parse(at) <= instant).map(([id]) => id))
  }

  async series(name: string, asOf: number | null): Promise<SeriesState | null> {
    const { definition, coveredAt, since, files } = this.#store
    if (name !== definition.name) return null
    const captures = typeof coveredAt === 'string' ? [[0, coveredAt] as const] : coveredAt ?? []
    const believed = captures.filter(([transaction]) => asOf === null || transaction <= asOf).at(-1)
    return {
      definition, version: 1,
      coveredAt: believed === undefined ? null : Date.parse(believed[1]),
      since: Object.fromEntries(Object.entries(since ?? {}).map(([measure, text]) => [measure, day(text)])),
      archives: Object.keys(files ?? {}).map((period) => fileOf(definition.name, period)),
    }
  }

  async tenants(): Promise<readonly string[]> {
    return [...new Set(this.#entities.map((entity) => entity.tenant))].sort()
  }

  async entities(_series: string, filter: EntityFilter, asOf: number | null): Promise<readonly EntityState[]> {
    return this.#entities.filter((entity) =>
      (filter.tenant === undefined || entity.tenant === filter.tenant)
      && (filter.entities === undefined || filter.entities.includes(entity.entity))
      && (asOf === null || entity.transaction <= asOf))
  }

  async read(plan: ReadPlan): Promise<ReadResult> {
    this.plans.push(plan)
    const { columns } = layoutOf(this.#store.definition)
    const merged = new Map<string, { -readonly [K in keyof MergedRow]: MergedRow[K] }>()
    const cuts: CutRow[] = []
    const loose: LooseRow[] = []
    const rowsByTier: Partial<Record<Tier, number>> = {}
    for (const row of this.#rows(plan)) {
      const { tier, entity, cell, from, to, states } = row
      const ranges: readonly DayRange[] = plan.plan.ranges
      if (row.loose) {
        loose.push({ entity: entity.id, cell, from, to, states })
        continue
      }
      for (const [range, days] of ranges.entries()) {
        if (days.from >= to || days.to <= from) continue
        if (plan.plan.kind === 'own' && plan.plan.ranges[range]?.entity !== entity.id) continue
        rowsByTier[tier] = (rowsByTier[tier] ?? 0) + 1
        if (from < days.from || to > days.to) {
          cuts.push({ entity: entity.id, cell, range, tier, from, to })
          continue
        }
        const key = `${plan.total ? entity.tenant : entity.id} ${cell} ${range}`
        let into = merged.get(key)
        if (into === undefined) {
          merged.set(key, into = {
            entity: plan.total ? 0 : entity.id, tenant: plan.total ? entity.tenant : null, cell, range, dayRows: 0, states: columns.map(() => null),
          })
        }
        // As a store does it: sums of numbers; the sets of days stay where they are.
        mergeStates(columns, into.states as State[], states.map((state, index) => (columns[index]?.merge === 'days' ? null : state)))
        if (tier === 'day') into.dayRows += 1
      }
    }
    return { rows: [...merged.values()], cuts, loose, rowsByTier }
  }

  async erased(_kind: string, tenant: string, entity: string): Promise<boolean> {
    return (this.#store.erased ?? []).some((one) => one.tenant === tenant && one.entity === entity)
  }

  attributes(): never { throw new Error('an event-fed series has no attributes') }

  collectedEntities(): never { throw new Error('an event-fed series has no collected entities') }
  rows(): never { throw new Error('an event-fed series is read with read()') }
  latest(): never { throw new Error('an event-fed series has no latest state') }
  met(): never { throw new Error('an event-fed series has no free text') }
  failures(): never { throw new Error('an event-fed series has no source that fails') }

  close(): void {}

  #rows(plan: ReadPlan) {
    return (this.#store.rows ?? []).flatMap((row) => {
      const entity = this.#entities.find((known) => known.entity === row.entity && known.tenant === (row.tenant ?? 't'))
      if (entity === undefined) throw new Error(`no entity ${row.entity}`)
      const cell = cellOf(this.#store.definition.dimensions, row.group ?? {}) as number
      const from = day(row.from)
      const believed = plan.asOf === null
        ? row.until === undefined
        : (row.transaction ?? 0) <= plan.asOf && (row.until === undefined || row.until > plan.asOf)
      const asked = plan.plan.kind === 'own' || ((plan.plan.tenant === null || plan.plan.tenant === entity.tenant)
        && (plan.plan.entities === 'all' || plan.plan.entities.includes(entity.id)))
      return believed && asked && plan.cells.includes(cell)
        ? [{ entity, cell, from, to: row.to === undefined ? from + 1 : day(row.to), tier: row.tier ?? 'day', states: row.states, loose: row.loose === true }]
        : []
    })
  }
}

function fileOf(series: string, period: string): ArchiveFile {
  return {
    series, period: day(period), generation: 1, path: `${series}/${period}.parquet`, bytes: 1, sha256: '', rows: 1, facts: 1, sums: {},
    digest: '', transaction: 1, definitionVersion: 1, tzdata: '',
  }
}

/** The archive of a fake store; counts how often each file is read. */
export class FakeArchive implements ArchiveSource {
  readonly reads: string[] = []
  readonly #store: FakeStore

  constructor(store: FakeStore) {
    this.#store = store
  }

  async read(file: ArchiveFile, _columns: readonly { readonly name: string }[], filter: ArchiveFilter): ReturnType<ArchiveSource['read']> {
    this.reads.push(file.path)
    const period = Object.keys(this.#store.files ?? {}).find((text) => day(text) === file.period) as string
    const rows = this.#store.files?.[period] ?? null
    if (rows === null) return { ok: false, damage: { reason: 'hash', detail: 'the hash differs' } }
    return { ok: true, rows: rows.flatMap((row) => archived(row, this.#store.definition, filter)) }
  }
}

function archived(row: FakeRow, definition: SeriesDefinition, filter: ArchiveFilter): ArchivedRow[] {
  const tenant = row.tenant ?? 't'
  if (filter.tenant !== undefined && filter.tenant !== tenant) return []
  if (filter.entities !== undefined && !filter.entities.includes(row.entity)) return []
  const from = day(row.from)
  return [{
    tenant, entity: row.entity, cell: cellOf(definition.dimensions, row.group ?? {}) as number, from,
    to: row.to === undefined ? tierEnd('quarter', from) : day(row.to), transaction: row.transaction ?? 1,
    believedAt: 0, version: 1, revision: 1, facts: 1, expected: 0, present: 0, digest: new Uint8Array(16), states: row.states,
  }].filter(({ to }) => from < filter.to && to > filter.from)
}

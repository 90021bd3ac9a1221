import type { Snapshot } from '../stores/contract/read.ts'
import type { ArchiveSource } from './archive-source.ts'

/** Of an entity's filter: the tenant that is asked for, if one is. */
type OfTenant = { readonly tenant?: string }

/**
 * A snapshot in which only these tenants exist. Whatever is asked through it is answered as by a store that has never
 * heard of any other: rows are read by the numbers of entities, and it gives none of others.
 */
export function scopedSnapshot(snapshot: Snapshot, tenants: readonly string[]): Snapshot {
  const own = new Set(tenants)
  const found = new Set<number>()
  const outside = ({ tenant }: OfTenant): boolean => tenant !== undefined && !own.has(tenant)
  const kept = <Entity extends { readonly id: number; readonly tenant: string }>(entities: readonly Entity[]): readonly Entity[] => {
    const mine = entities.filter(({ tenant }) => own.has(tenant))
    for (const { id } of mine) found.add(id)
    return mine
  }
  return {
    transactionAt: (instant) => snapshot.transactionAt(instant),
    touchedSince: (transaction, most) => snapshot.touchedSince(transaction, most),
    series: (name, asOf) => snapshot.series(name, asOf),
    tenants: async () => (await snapshot.tenants()).filter((tenant) => own.has(tenant)),
    entities: async (series, filter, asOf) => (outside(filter) ? [] : kept(await snapshot.entities(series, filter, asOf))),
    collectedEntities: async (series, filter, asOf) => (outside(filter) ? [] : kept(await snapshot.collectedEntities(series, filter, asOf))),
    attributes: async (series, attribute, filter) => (outside(filter) ? [] : (await snapshot.attributes(series, attribute, filter)).filter(({ tenant }) => own.has(tenant))),
    async met(series, tenant) {
      if (tenant !== null && !own.has(tenant)) return new Map()
      return new Map([...await snapshot.met(series, tenant)].filter(([name]) => own.has(name)))
    },
    erased: async (kind, tenant, entity) => own.has(tenant) && await snapshot.erased(kind, tenant, entity),
    read: (read) => snapshot.read(read.plan.kind === 'grid' && read.plan.entities === 'all' && !isOwn(read.plan.tenant) ? { ...read, plan: { ...read.plan, entities: [...found] } } : read),
    rows: (plan) => snapshot.rows(plan.entities === 'all' && !isOwn(plan.tenant) ? { ...plan, entities: [...found] } : plan),
    latest: (plan) => snapshot.latest(plan),
    failures: (series, entities, from, to, asOf) => snapshot.failures(series, entities === 'all' ? [...found] : entities, from, to, asOf),
    close: () => snapshot.close(),
  }

  function isOwn(tenant: string | null): boolean {
    return tenant !== null && own.has(tenant)
  }
}

/** An archive in which only these tenants have rows. */
export function scopedArchive(archive: ArchiveSource, tenants: readonly string[]): ArchiveSource {
  const own = new Set(tenants)
  return {
    async read(file, columns, filter) {
      if (filter.tenant !== undefined && !own.has(filter.tenant)) return { ok: true, rows: [] }
      const read = await archive.read(file, columns, filter)
      return read.ok && filter.tenant === undefined ? { ...read, rows: read.rows.filter(({ tenant }) => own.has(tenant)) } : read
    },
  }
}

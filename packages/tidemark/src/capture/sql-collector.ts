import { TidemarkError } from '../errors.ts'
import type { CollectedRow, CollectInput, CollectSql, Roster, RosterEntry, RosterSql, Source } from '../definitions/collector.ts'
import { shown } from './roster.ts'

/** A payload column that is no JSON: its entity fails, alone. */
export class UnreadablePayload extends Error {}

/** SQL for values, as a collector function. Columns that are no measure stay among the values, where they are refused by name. */
export function collectorOfSql({ source, sql }: CollectSql): (input: CollectInput) => Promise<readonly CollectedRow[]> {
  return async ({ entities, window, now, db }) => {
    const rows = await sourceNamed(db, source).all(sql, {
      entities: JSON.stringify(entities.map(({ entity }) => entity)), tenants: JSON.stringify(entities.map(({ tenant }) => tenant)),
      from: window.from.getTime(), to: window.to.getTime(), now: now.getTime(), day: window.day,
    })
    return rows.map(({ tenant, entity, payload, ...values }) => (
      { tenant: nameOf(tenant), entity: nameOf(entity), values, ...(payload == null ? {} : { payload: parsed(payload) }) }
    ) as CollectedRow)
  }
}

/** SQL for the roster, as a function. */
export function rosterOfSql({ source, sql }: RosterSql): Roster {
  return async ({ db, now }) => {
    const rows = await sourceNamed(db, source).all(sql, { now: now.getTime() })
    return rows.map(({ tenant, entity, zone, ...attributes }) => ({
      tenant: nameOf(tenant), entity: nameOf(entity), ...(zone == null ? {} : { zone }),
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'number' || typeof value === 'bigint' ? String(value) : value])),
    }) as RosterEntry)
  }
}

/** Keys are texts; many applications number theirs. */
function nameOf(value: unknown): unknown {
  return typeof value === 'bigint' || Number.isInteger(value) ? String(value) : value
}

function parsed(payload: unknown): unknown {
  try {
    return JSON.parse(String(payload))
  } catch {
    return new UnreadablePayload(`payload: ${shown(payload)} is not JSON`)
  }
}

function sourceNamed(db: Readonly<Record<string, Source>>, name: string): Source {
  const source = Object.hasOwn(db, name) ? db[name] : undefined
  if (source !== undefined) return source
  throw new TidemarkError('SOURCE_UNKNOWN', `there is no source ${JSON.stringify(name)}`, { where: name })
}

import { entity } from '../../src/definitions/entity.ts'
import { instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import { type EventSeriesDefinition, series, type SeriesDefinition } from '../../src/definitions/series.ts'
import { type DayMode, stream } from '../../src/definitions/stream.ts'
import type { EntityState } from '../../src/stores/contract/entity-state.ts'
import type { SeriesState } from '../../src/stores/contract/series-state.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const at = (iso: string): number => Date.parse(iso)
export const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY

/** Zones with half hours, skipped days, changes at midnight and the ends of the earth. */
export const ZONES = [
  'UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'Pacific/Kiritimati', 'Etc/GMT+12',
  'Australia/Lord_Howe', 'America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Chatham', 'America/Nuuk',
] as const

export function activity(keep: KeepOptions, dayMode: DayMode = 'entityZone'): EventSeriesDefinition {
  const contributor = entity('contributor', { tenant: 'client' })
  const commits = stream('commits', {
    of: contributor, tenant: 'client', entity: 'who', id: 'commit', at: 'authored_at', day: dayMode,
    fields: { client: text(), who: text(), commit: text(), authored_at: instant({ offset: 'kept' }), kind: oneOf(['fix', 'docs']), lines: integer() },
  })
  return series('activity', { of: contributor, grain: 'day' })
    .from(commits, (e, { count, any, delta, max }) => ({ all: count(), active: any(), lines: delta(e.lines), longest: max(e.lines) }))
    .keep(keep).definition as EventSeriesDefinition
}

export function seriesState<D extends SeriesDefinition>(definition: D, coveredAt: number | null, change: Partial<SeriesState<D>> = {}): SeriesState<D> {
  return { definition, version: 1, coveredAt, since: {}, archives: [], ...change }
}

export function entityState(id: number, enrolment: number | null, zone = 'UTC', change: Partial<EntityState> = {}): EntityState {
  return {
    id, tenant: 'acme', entity: `e${id}`, zones: [{ zone, from: 0 }], enrolment, anchor: enrolment, boundaries: {}, ...change,
  }
}

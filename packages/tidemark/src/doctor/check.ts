import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import type { Inventory } from '../stores/contract/inventory.ts'
import type { MigrationPlan, StoredSchema } from '../stores/contract/schema.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'

/** One line of a doctor's report. */
export interface DoctorLine {
  readonly name: string
  readonly ok: boolean
  readonly text: string
  /** How to mend it, or what to look at. */
  readonly hint?: string
}

/** What is examined. */
export interface Patient {
  /** The configuration file, which has been read. */
  readonly configuration: string
  readonly series: readonly SeriesDefinition[]
  /** `sqlite:/srv/app/history.db`. */
  readonly storeUrl: string
  readonly storePath: string
  /** null: it could not be opened. */
  readonly store: Store | null
  /** Absolute. */
  readonly archivePath: string
  readonly now: Instant
  /** What leads from what is stored to what is declared, losses included: to be looked at, never applied. */
  pending(stored: StoredSchema): MigrationPlan
}

/** A patient whose store is there and is one of ours. */
export interface OpenPatient extends Patient {
  readonly store: Store
  readonly schema: StoredSchema
  readonly inventory: Inventory
}

/** Something to look at; what it throws is a failure that says so. */
export interface DoctorCheck<P extends Patient = Patient> {
  readonly name: string
  run(patient: P): Promise<Omit<DoctorLine, 'name'> | readonly DoctorLine[]>
}

/** What a check that threw has found. */
export function failure(error: unknown): Omit<DoctorLine, 'name'> {
  if (error instanceof TidemarkError) {
    const where = error.where === null || error.message.includes(error.where) ? '' : ` (${error.where})`
    return { ok: false, text: `${error.code}: ${error.message}${where}`, hint: error.hint }
  }
  return { ok: false, text: error instanceof Error ? error.message : String(error) }
}

/** `12.3 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const unit = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return unit === 0 ? `${Math.round(bytes)} B` : `${(bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`
}

import { existsSync } from 'node:fs'
import { type DoctorCheck, type DoctorLine, failure, type OpenPatient, type Patient } from './check.ts'
import { PLACE_CHECKS } from './place-checks.ts'
import { STORE_CHECKS } from './store-checks.ts'

/** What was found, in the order it was looked at: who shows it puts failures last. */
export interface DoctorReport {
  readonly ok: boolean
  readonly lines: readonly DoctorLine[]
}

/** Looks at a project from all sides. Changes nothing and does not throw: a check that cannot be made has failed. */
export async function examine(patient: Patient): Promise<DoctorReport> {
  const lines: DoctorLine[] = []
  for (const check of PLACE_CHECKS) lines.push(...await looked(check, patient))
  const open = await opened(patient)
  if (open !== null && 'text' in open) lines.push(open)
  else if (open !== null) {
    try {
      for (const check of STORE_CHECKS) lines.push(...await looked(check, open))
    } finally {
      open.inventory.close()
    }
  }
  return { ok: lines.every(({ ok }) => ok), lines }
}

async function looked<P extends Patient>({ name, run }: DoctorCheck<P>, patient: P): Promise<readonly DoctorLine[]> {
  try {
    const found = await run(patient)
    return 'ok' in found ? [{ name, ...found }] : found
  } catch (error) {
    return [{ name, ...failure(error) }]
  }
}

/** Null: there is nothing to look into, as the check `store` has said. */
async function opened(patient: Patient): Promise<OpenPatient | DoctorLine | null> {
  const { store, storePath } = patient
  if (store === null || !existsSync(storePath)) return null
  const schema = await store.schema().catch(() => null)
  if (schema === null || schema.format === 0) return null
  try {
    return { ...patient, pending: (stored) => patient.pending(stored), store, schema, inventory: await store.inventory() }
  } catch (error) {
    return { name: 'contents', ...failure(error) }
  }
}

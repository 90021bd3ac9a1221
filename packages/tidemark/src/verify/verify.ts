import type { ArchiveFolder } from '../archive/folder.ts'
import { TidemarkError } from '../errors.ts'
import type { Inventory } from '../stores/contract/inventory.ts'
import type { Lock, Store } from '../stores/contract/store.ts'
import { checkArchiveFiles } from './archive.ts'
import { checkCells } from './cells.ts'
import { checkCheckpoints } from './checkpoints.ts'
import { checkCollected } from './collected.ts'
import { checkDayRows } from './day-rows.ts'
import { checkEnrolments } from './enrolments.ts'
import { checkErasures } from './erasures.ts'
import { checkFacts } from './facts.ts'
import { checkIdentities } from './identities.ts'
import { type CheckName, type CheckReport, CHECKS, Findings, type VerifyReport } from './report.ts'
import { checkRowDigests } from './row-digests.ts'
import { checkRows } from './rows.ts'
import { checkSchema } from './schema.ts'
import { Subject } from './subject.ts'
import { checkSuperseded } from './superseded.ts'
import { checkTransactions } from './transactions.ts'

export interface VerifyRequest {
  readonly store: Store
  /** Where the archive's files lie, whether or not a series archives: a file that nobody knows is a finding. */
  readonly folder: ArchiveFolder
  /**
   * Re-reads everything. Without it, every count, key and hash is still checked, but what has to be recomputed row by row
   * (day rows from events, digests, cells, contents) is for at most 1,000 entities of a kind, spread evenly; archive
   * files are hashed and not decoded; and SQLite's own check leaves out indexes.
   */
  readonly deep?: boolean
  readonly progress?: (check: CheckName) => void
}

/** How long a running tiers run is waited for: what it has published and not yet recorded would look like nobody's. */
const WAIT_MS = 10_000

type Check = (subject: Subject, findings: Findings) => Promise<void>

const READING: Readonly<Partial<Record<CheckName, Check>>> = {
  schema: checkSchema, transactions: checkTransactions, enrolments: checkEnrolments, identities: checkIdentities, 'day-rows': checkDayRows,
  rows: checkRows, 'row-digests': checkRowDigests, cells: checkCells, superseded: checkSuperseded, checkpoints: checkCheckpoints,
  collected: checkCollected, archive: checkArchiveFiles, facts: checkFacts, erasures: checkErasures,
}

/**
 * Checks a store and its archive against what they should be, by other means than those that made them. Works at any
 * clock and changes nothing. What is damaged is reported, never thrown.
 *
 * @throws STORE_BUSY when a tiers run does not end
 */
export async function runVerify({ store, folder, deep = false, progress = () => {} }: VerifyRequest): Promise<VerifyReport> {
  try {
    // To lock a store that is not there would make a file beside it.
    (await store.inventory()).close()
  } catch (error) {
    return unreadable(textOf(error))
  }
  const lock = await quiet(store)
  try {
    const inventory = await store.inventory()
    try {
      return await verify(inventory, folder, deep, progress)
    } finally {
      inventory.close()
    }
  } finally {
    await lock?.release()
  }
}

/** A place that cannot be locked (a read-only copy) has nobody who would change it. */
async function quiet(store: Store): Promise<Lock | null> {
  let lock: Lock | null
  try {
    lock = await store.lock('tiers', WAIT_MS)
  } catch {
    return null
  }
  if (lock === null) throw new TidemarkError('STORE_BUSY', 'another process is moving rows through the tiers', { why: `It was waited for ${WAIT_MS / 1000} seconds.` })
  return lock
}

async function verify(inventory: Inventory, folder: ArchiveFolder, deep: boolean, progress: (check: CheckName) => void): Promise<VerifyReport> {
  let subject: Subject | null = null
  let why = ''
  try {
    subject = await Subject.read(inventory, folder, deep)
  } catch (error) {
    why = `${inventory.place}: the catalogue cannot be read: ${textOf(error)}`
  }
  const checks: CheckReport[] = []
  for (const name of CHECKS) {
    progress(name)
    const findings = new Findings()
    try {
      if (name === 'integrity') add(findings, await inventory.integrity(deep))
      else if (name === 'durability') add(findings, await inventory.durability())
      else if (subject === null) findings.note(name === 'schema' ? why : 'not checked: the catalogue cannot be read')
      else await READING[name]?.(subject, findings)
    } catch (error) {
      findings.note(`not checked to the end: ${textOf(error)}`)
    }
    checks.push(findings.report(name))
  }
  return { ok: checks.every(({ ok }) => ok), checks }
}

function add(findings: Findings, { checked, problems }: { readonly checked: number; readonly problems: readonly string[] }): void {
  findings.checked += checked
  for (const problem of problems) findings.note(problem)
}

function unreadable(why: string): VerifyReport {
  return { ok: false, checks: CHECKS.map((name) => ({ name, ok: false, checked: 0, problems: [name === 'integrity' ? why : 'not checked: the store cannot be read'] })) }
}

function textOf(error: unknown): string {
  if (error instanceof TidemarkError) return `${error.message} ${error.cause instanceof Error ? `(${error.cause.message})` : error.why}`
  return error instanceof Error ? error.message : String(error)
}

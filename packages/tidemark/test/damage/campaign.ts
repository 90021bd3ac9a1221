import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { QueryRow } from '../../src/query/answer.ts'
import type { TiersReport } from '../../src/tiers/run.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { Random } from '../histories/random.ts'
import { canonical } from '../histories/compare.ts'
import { scratchRoot } from '../histories/scratch.ts'
import type { Place } from '../crash/place.ts'
import { DAMAGES } from './damages.ts'
import { Project, waitingIn } from './project.ts'

export interface DamageReport {
  readonly seed: number
  readonly cases: number
  readonly byDamage: Readonly<Record<string, number>>
  /** Periods that a tiers run refused to build upon. */
  readonly refused: number
  /** Files that Parquet alone would not have noticed to be damaged are not counted; cases in which something went wrong are. */
  readonly faults: readonly string[]
}

/** One project is damaged so often before another is built. */
const CASES_A_PROJECT = 100

/**
 * Damages the archive of a real project again and again. Each time `verify` must name what was damaged, no answer may
 * use it, and a tiers run may not build upon it; put back, all must be as if nothing had been.
 */
export async function runDamages(options: { readonly seed: number; readonly cases: number; readonly stopAt?: number }): Promise<DamageReport> {
  const { seed, cases, stopAt = 5 } = options
  const random = new Random(seed)
  const root = mkdtempSync(join(scratchRoot(), 'tidemark-damage-'))
  const faults: string[] = []
  const byDamage: Record<string, number> = {}
  let refused = 0
  try {
    let sound: Sound | null = null
    for (let number = 0; number < cases && faults.length < stopAt; number++) {
      if (number % CASES_A_PROJECT === 0) sound = await soundProject(join(root, `project-${number}`), new Random(random.whole(0, 2 ** 31)))
      const name = Object.keys(DAMAGES)[number % Object.keys(DAMAGES).length] as string
      byDamage[name] = (byDamage[name] ?? 0) + 1
      const copy = (sound as Sound).project.copyTo(join(root, 'case'))
      const found = await examine(sound as Sound, copy, name, random)
      refused += found.refused
      if (found.wrong.length > 0) faults.push(`seed ${seed}, case ${number}, ${name} (${found.named.join(', ')}):\n  ${found.wrong.slice(0, 10).join('\n  ')}`)
      rmSync(copy.root, { recursive: true, force: true })
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return { seed, cases: Object.values(byDamage).reduce((sum, times) => sum + times, 0), byDamage, refused, faults }
}

/** A project that nothing is wrong with, and what it answers. */
interface Sound {
  readonly project: Project
  readonly months: readonly QueryRow[]
  readonly range: readonly QueryRow[]
}

async function soundProject(root: string, random: Random): Promise<Sound> {
  const project = new Project(root, random)
  await project.build()
  const wrong = await problemsOf(project.place)
  if (wrong.length > 0) throw new Error(`before anything was damaged: ${wrong.join('; ')}`)
  if (project.files.length < 3) throw new Error(`only ${project.files.length} months have been archived`)
  return { project, months: await project.ask(project.place, 'month'), range: await project.ask(project.place, 'range') }
}

interface Examined {
  readonly named: readonly string[]
  readonly wrong: readonly string[]
  readonly refused: number
}

async function examine(sound: Sound, copy: Place, name: string, random: Random): Promise<Examined> {
  const { project } = sound
  const { unreadable, named } = (DAMAGES[name] as (typeof DAMAGES)[string])({ root: copy.archive, files: project.files, int: (below) => random.whole(0, below - 1) })
  const wrong: string[] = []
  const problems = await problemsOf(copy)
  for (const path of named) if (!problems.some((problem) => problem.includes(path))) wrong.push(`verify does not name ${path}: ${problems.join('; ') || 'it finds nothing'}`)
  for (const problem of problems) if (!named.some((path) => problem.includes(path))) wrong.push(`verify finds what is not there: ${problem}`)
  const months = await project.ask(copy, 'month')
  wrong.push(...sound.months.flatMap((truth, index) => monthDifferences(project, truth, months[index], unreadable)))
  const range = await project.ask(copy, 'range')
  wrong.push(...sound.range.flatMap((truth, index) => rangeDifferences(truth, range[index], months)))
  const before = new Map([...unreadable].filter((path) => existsSync(join(copy.archive, path))).map((path) => [path, readFileSync(join(copy.archive, path))]))
  const waiting = waitingIn(copy)
  const report = await runTiers(project, copy)
  wrong.push(...refusals(project, copy, report, unreadable, waiting))
  for (const [path, content] of before) {
    if (!existsSync(join(copy.archive, path)) || !readFileSync(join(copy.archive, path)).equals(content)) wrong.push(`the tiers run has touched the damaged ${path}`)
  }
  const stray = named.filter((path) => unreadable.length > 0 && path.endsWith('.parquet') && !unreadable.includes(path) && !existsSync(join(copy.archive, path)))
  wrong.push(...stray.map((path) => `the tiers run has removed ${path}, which may be what the damaged file can be mended from`))
  // From a backup.
  for (const path of unreadable) for (const suffix of ['', '.json']) copyFileSync(join(project.place.archive, path + suffix), join(copy.archive, path + suffix))
  if (unreadable.length > 0) {
    const after = await runTiers(project, copy)
    if (after.refused > 0) wrong.push('put back, a tiers run still refuses it')
    if (canonical(await project.ask(copy, 'month')) !== canonical(sound.months)) wrong.push('put back and archived anew, it answers otherwise than before')
  }
  return { named, wrong, refused: report.steps.filter(({ step }) => step === 'refuse').length }
}

/** What `verify --deep` says of the archive; where a file cannot be read, other checks miss what it holds. */
async function problemsOf(place: Place): Promise<readonly string[]> {
  const store = await place.open()
  try {
    const { checks } = await runVerify({ store, folder: place.archivePlace().folder, deep: true })
    const others = checks.filter(({ name, ok }) => !ok && name !== 'archive')
    const archive = checks.find(({ name }) => name === 'archive')?.problems ?? []
    return archive.length > 0 ? archive : others.flatMap(({ problems }) => problems)
  } finally {
    await store.close()
  }
}

async function runTiers(project: Project, place: Place): Promise<TiersReport> {
  const store = await place.open()
  try {
    return await project.tiers(store, place)
  } finally {
    await store.close()
  }
}

function nameOf({ tenant, entity, period }: QueryRow): string {
  return JSON.stringify([tenant, entity, period])
}

/** A month of a sound file is answered as ever; one of a damaged file says what it has lost, and nothing else. */
function monthDifferences(project: Project, truth: QueryRow, found: QueryRow | undefined, unreadable: readonly string[]): string[] {
  const file = project.fileOf(truth.period)
  if (found === undefined || nameOf(found) !== nameOf(truth)) return [`${nameOf(truth)} is not answered`]
  if (file === undefined || !unreadable.includes(file.path)) {
    return canonical(truth) === canonical(found) ? [] : [`${nameOf(truth)} of a sound file is answered otherwise: ${canonical(found)} instead of ${canonical(truth)}`]
  }
  const { archive_damaged: lost = 0, ...others } = found.coverage.reasons
  const expected = { expected: truth.coverage.expected, present: 0, others: truth.coverage.reasons, lost: truth.coverage.present }
  const given = { expected: found.coverage.expected, present: found.coverage.present, others, lost }
  // Not even what waits beside a damaged file is told: a part would look like the whole.
  return [
    ...(canonical(expected) === canonical(given) ? [] : [`${nameOf(truth)}: coverage ${canonical(given)} instead of ${canonical(expected)}`]),
    ...Object.entries(found).filter(([key, value]) => key.includes('.') && value !== null).map(([key, value]) => `${nameOf(truth)}: ${key} is ${String(value)} instead of null`),
  ]
}

/** The whole range is what its months add up to. */
function rangeDifferences(truth: QueryRow, found: QueryRow | undefined, months: readonly QueryRow[]): string[] {
  if (found === undefined || nameOf(found) !== nameOf(truth)) return [`${nameOf(truth)} is not answered`]
  const own = months.filter(({ tenant, entity }) => tenant === truth.tenant && entity === truth.entity)
  const events = own.reduce((sum, row) => sum + Number(row['events.sum'] ?? 0), 0)
  const lost = own.reduce((sum, { coverage }) => sum + (coverage.reasons.archive_damaged ?? 0), 0)
  return [
    ...(Number(found['events.sum'] ?? 0) === events ? [] : [`${nameOf(truth)}: ${String(found['events.sum'])} events over the range, ${events} by month`]),
    ...((found.coverage.reasons.archive_damaged ?? 0) === lost ? [] : [`${nameOf(truth)}: ${found.coverage.reasons.archive_damaged ?? 0} days lost over the range, ${lost} by month`]),
  ]
}

/** What waits for a damaged file goes on waiting; what waits for a sound one is archived. */
function refusals(project: Project, copy: Place, report: TiersReport, unreadable: readonly string[], before: ReadonlyMap<string, number>): string[] {
  const wrong: string[] = []
  const after = waitingIn(copy)
  for (const { path, period } of project.files) {
    const refused = report.steps.some((step) => step.step === 'refuse' && step.period === period && step.code === 'ARCHIVE_DAMAGED' && step.path === path)
    if (refused !== unreadable.includes(path)) wrong.push(`the tiers run ${refused ? 'refuses' : 'builds upon'} ${path}`)
  }
  for (const [key, events] of before) {
    const file = project.fileOf(`${key.slice(-7)}-01`)
    if (file !== undefined && unreadable.includes(file.path) && after.get(key) !== events) wrong.push(`${key}: ${events} events waited, and ${after.get(key) ?? 0} do after the tiers run`)
  }
  return wrong
}

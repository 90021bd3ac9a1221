import { checkArchive, type ArchiveProblem } from '../archive/inspect-folder.ts'
import { manifestPath } from '../archive/path.ts'
import type { HeldArchive, HeldSeries } from '../stores/contract/inventory.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import { dayName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/**
 * Every file that the catalogue names is there, whole and described by its manifest, and no other *.parquet lies in
 * the folder. Hashes every file; `deep` also decodes it and recomputes its sums and every row's digest.
 */
export async function checkArchiveFiles(subject: Subject, findings: Findings): Promise<void> {
  const current: ArchiveFile[] = []
  const replaced: ArchiveFile[] = []
  for (const series of subject.series) {
    const archives = await subject.inventory.archives(series.id)
    checkCatalogue(findings, series, archives)
    for (const { file, current: isCurrent } of archives) (isCurrent ? current : replaced).push(file)
  }
  findings.checked += current.length
  const named = new Map(subject.series.map((series) => [series.name, series]))
  const dimensionsOf = (name: string) => subject.dimensionsOf(named.get(name) as HeldSeries)
  const left = new Set(replaced.flatMap(({ path }) => [path, manifestPath(path)]))
  const problems = await checkArchive(subject.folder, current, { deep: subject.deep, dimensionsOf })
  // A generation that was replaced was still being read when it was; the next tiers run takes it away.
  for (const problem of problems) if (problem.reason !== 'unexpected' || !left.has(problem.path)) findings.note(textOf(problem))
  for (const problem of await replacedProblems(subject, replaced, left)) findings.note(`${textOf(problem)} (a replaced generation, which no answer reads)`)
}

function textOf({ path, detail }: ArchiveProblem): string {
  return `${path}: ${detail}`
}

/** What is wrong with replaced files that are still there. */
async function replacedProblems({ folder }: Subject, replaced: readonly ArchiveFile[], left: ReadonlySet<string>): Promise<readonly ArchiveProblem[]> {
  if (replaced.length === 0) return []
  const there = new Set((await folder.list()).map(({ path }) => path))
  const problems = await checkArchive(folder, replaced.filter(({ path }) => there.has(path)))
  return problems.filter(({ path, reason }) => left.has(path) && reason !== 'unexpected' && reason !== 'catalogue')
}

/** What the catalogue says of one series, by itself. */
function checkCatalogue(findings: Findings, series: HeldSeries, archives: readonly HeldArchive[]): void {
  for (const { period, generation, file } of archives) {
    if (file.series !== series.name) findings.note(`${file.path}: the catalogue of ${series.name} names it, and it is of ${file.series}`)
    if (file.period !== period || file.generation !== generation) findings.note(`${file.path}: the catalogue has it as generation ${generation} of ${dayName(period)}, and it is generation ${file.generation} of ${dayName(file.period)}`)
  }
  for (const [period, own] of Map.groupBy(archives, (archive) => archive.period)) {
    const newest = own.reduce((most, { generation }) => Math.max(most, generation), 0)
    const current = own.filter((archive) => archive.current)
    if (current.length !== 1 || current[0]?.generation !== newest) {
      findings.note(`${series.name}, ${dayName(period)}: the catalogue holds ${current.length === 0 ? 'no generation' : `generation ${current.map(({ generation }) => generation).join(' and ')}`} as current, and the newest is ${newest}`)
    }
  }
}

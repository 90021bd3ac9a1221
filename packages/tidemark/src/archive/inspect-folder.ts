import { canonicalJson } from '../canonical/json.ts'
import type { DimensionsOf } from '../definitions/dimension.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { DamageReason } from './damage.ts'
import type { ArchiveFolder } from './folder.ts'
import { loadArchive } from './load.ts'
import { type ArchiveManifest, parseManifest } from './manifest.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'
import { manifestPath } from './path.ts'
import { digestDifferences } from './prove.ts'

/**
 * One thing that is wrong in an archive folder.
 * - a `DamageReason`: the named file is not what the catalogue says
 * - `unexpected`: no catalogue names the file
 * - `manifest`: the manifest beside a file is missing, damaged or another's
 * - `catalogue`: two entries of the catalogue contradict each other
 */
export interface ArchiveProblem {
  readonly path: string
  readonly reason: DamageReason | 'unexpected' | 'manifest' | 'catalogue'
  /** One sentence with the values. */
  readonly detail: string
}

export interface CheckOptions {
  readonly deep?: boolean
  /** By which a series' cells are told; left out, as a file has them declared. */
  readonly dimensionsOf?: (series: string) => DimensionsOf
}

/**
 * Every *.parquet of the folder against the catalogue, and every manifest. Hashes each file whole; `deep` also decodes
 * it and recomputes sums and every row's digest. Reads afresh, whatever a reader has cached; changes nothing. Throws
 * ARCHIVE_FOLDER only when the folder itself cannot be listed.
 *
 * @param known the catalogue's archives of all series that use the folder
 */
export async function checkArchive(folder: ArchiveFolder, known: readonly ArchiveFile[], options: CheckOptions = {}): Promise<ArchiveProblem[]> {
  const problems: ArchiveProblem[] = catalogueProblems(known)
  for (const file of known) {
    const content = await contentOf(folder, file.path, problems)
    if (content === null) continue
    const found = await fileProblem(file, content, known, options)
    if (found !== null) problems.push(found)
    await checkManifest(folder, file, problems)
  }
  const named = new Set(known.flatMap(({ path }) => [path, manifestPath(path)]))
  for (const { path, staged } of await folder.list()) {
    if (staged || named.has(path)) continue
    if (path.endsWith('.parquet')) problems.push(await strayProblem(folder, path, known))
    else if (path.endsWith('.parquet.json')) problems.push({ path, reason: 'unexpected', detail: 'a manifest without a file that the catalogue names' })
  }
  return problems
}

function catalogueProblems(known: readonly ArchiveFile[]): ArchiveProblem[] {
  const problems: ArchiveProblem[] = []
  const places = new Map<string, ArchiveFile>()
  for (const file of known) {
    const place = `${file.series} ${file.period}`
    const other = places.get(place)
    if (other !== undefined) problems.push({ path: file.path, reason: 'catalogue', detail: `the catalogue names ${other.path} for the same period, which would count it twice` })
    places.set(place, file)
  }
  return problems
}

/** Null after the problem was noted. */
async function contentOf(folder: ArchiveFolder, path: string, problems: ArchiveProblem[]): Promise<Uint8Array | null> {
  try {
    const read = await folder.read(path)
    if (read !== null) return read.content
    problems.push({ path, reason: 'missing', detail: 'there is no such file' })
  } catch (error) {
    problems.push({ path, reason: 'unreadable', detail: error instanceof Error ? error.message : String(error) })
  }
  return null
}

async function fileProblem(file: ArchiveFile, content: Uint8Array, known: readonly ArchiveFile[], { deep = false, dimensionsOf }: CheckOptions): Promise<ArchiveProblem | null> {
  const { path } = file
  const sha256 = sha256Hex(content)
  if (content.length !== file.bytes || sha256 !== file.sha256) {
    const other = known.find((candidate) => candidate.sha256 === sha256)
    if (other !== undefined) return { path, reason: 'hash', detail: `it is a copy of ${other.path}` }
    if (content.length < file.bytes) return { path, reason: 'size', detail: `it is cut short: ${content.length} bytes instead of ${file.bytes}` }
    if (content.length > file.bytes) return { path, reason: 'size', detail: `${content.length} bytes instead of ${file.bytes}` }
    return { path, reason: 'hash', detail: `SHA-256 ${sha256} instead of ${file.sha256}` }
  }
  if (!deep) return null
  const loaded = await loadArchive(file, content)
  if (!loaded.ok) return { path, reason: loaded.damage.reason, detail: loaded.damage.detail }
  const { decoded } = loaded
  const differences = await digestDifferences(decoded, dimensionsOf?.(file.series) ?? (() => decoded.description.definition.dimensions))
  return differences.length === 0 ? null : { path, reason: 'digest', detail: differences.join('; ') }
}

async function checkManifest(folder: ArchiveFolder, file: ArchiveFile, problems: ArchiveProblem[]): Promise<void> {
  const path = manifestPath(file.path)
  const before = problems.length
  const content = await contentOf(folder, path, problems)
  if (content === null) {
    // Its reason says what a missing or unreadable manifest is: the file itself may be whole.
    const noted = problems[before]
    if (noted !== undefined) problems[before] = { ...noted, reason: 'manifest' }
    return
  }
  let manifest: ArchiveManifest
  try {
    manifest = parseManifest(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content))
  } catch (error) {
    problems.push({ path, reason: 'manifest', detail: error instanceof Error ? error.message : String(error) })
    return
  }
  if (canonicalJson(manifest.file) === canonicalJson(file)) return
  problems.push({ path, reason: 'manifest', detail: manifest.file.path === file.path ? 'it differs from the catalogue' : `it is the manifest of ${manifest.file.path}` })
}

async function strayProblem(folder: ArchiveFolder, path: string, known: readonly ArchiveFile[]): Promise<ArchiveProblem> {
  const problem = (detail: string): ArchiveProblem => ({ path, reason: 'unexpected', detail })
  try {
    const read = await folder.read(path)
    const sha256 = read === null ? null : sha256Hex(read.content)
    const copied = known.find((file) => file.sha256 === sha256)
    return problem(copied === undefined ? 'the catalogue does not name it; an interrupted run may have left it' : `it is a copy of ${copied.path}`)
  } catch (error) {
    return problem(`the catalogue does not name it, and it cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

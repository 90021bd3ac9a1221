import { writeFile } from 'node:fs/promises'
import { periodEnd, periodStart } from '../calendar/period.ts'
import { dayText } from '../canonical/day-text.ts'
import { TidemarkError } from '../errors.ts'
import type { DimensionsOf } from '../definitions/dimension.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { Layout } from '../measures/layout.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import { describeArchive } from './description.ts'
import { type Reach, reachNothing } from './failpoints.ts'
import type { ArchiveFolder, StagedFile } from './folder.ts'
import { manifestText } from './manifest.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'
import { type ArchiveTier, archivePath, manifestPath } from './path.ts'
import { type IndependentTally, proveArchive } from './prove.ts'
import { type ArchivedRow, compareRows } from './row.ts'
import { writeParquet } from './writer.ts'

export interface Publication {
  readonly folder: ArchiveFolder
  readonly definition: SeriesDefinition
  readonly definitionVersion: number
  /** By which the cells of rows are told. Left out: as they are declared. */
  readonly dimensionsOf?: DimensionsOf
  /** Of the definition: its columns name the states of every row. */
  readonly layout: Pick<Layout, 'columns'>
  readonly tier: ArchiveTier
  /** First day of the month or quarter; every row lies in it. */
  readonly period: EpochDay
  /** The least number that the file may have; a crash may have left a file of that name, then it is the next free one. */
  readonly generation: number
  /** In any order; sorted here when they are not. */
  readonly rows: readonly ArchivedRow[]
  readonly tzdata: string
  /** `tidemark 0.1.0` */
  readonly program: string
  /** The id of the store. */
  readonly owner: string
  /** What the rows must add up to, computed over their source by other means. */
  readonly independent?: IndependentTally
  readonly reach?: Reach
}

/**
 * Makes one archive file and its manifest durable, and returns what the catalogue is to hold of it. Until the catalogue
 * does, the file is nobody's: whatever a crash leaves here is harmless, and `sweepArchive` takes it away.
 *
 * Written under a temporary name, synced, read back by another reader and proven, given its name without taking
 * anyone's place, its name synced, read and hashed again; then the manifest in the same way.
 * Throws ARCHIVE_PROOF_FAILED or ARCHIVE_FOLDER; nothing that was there before has changed then.
 */
export async function publishArchive(publication: Publication): Promise<ArchiveFile> {
  const { folder, definition, definitionVersion, layout, tier, period, tzdata, program, owner, dimensionsOf = () => definition.dimensions, reach = reachNothing } = publication
  checkPeriod(publication)
  const rows = inFileOrder(publication.rows, definition.name)
  const description = describeArchive({ definition, definitionVersion, columns: layout.columns, tier, period, tzdata, program, owner })
  const place = { series: definition.name, tier, period }
  const first = archivePath({ ...place, generation: publication.generation })
  const staged = await folder.stage(first)
  try {
    reach('archive.before-write')
    await written(folder, staged, () => writeParquet(staged.localPath, rows, description, dimensionsOf))
    reach('archive.after-write')
    await folder.sync(staged)
    reach('archive.after-sync')
    reach('archive.before-readback')
    const content = await folder.readStaged(staged)
    const proof = await proveArchive({ content, description, dimensionsOf, rows, ...(publication.independent === undefined ? {} : { independent: publication.independent }) })
    if (!proof.proven) {
      throw new TidemarkError('ARCHIVE_PROOF_FAILED', `${first} does not read back as it was written: ${proof.differences.join('; ')}`, { where: folder.place })
    }
    reach('archive.after-readback')
    const { bytes, sha256, tally } = proof
    reach('archive.before-publish')
    const { path, generation } = await publishFree(folder, staged, sha256, publication.generation, (next) => archivePath({ ...place, generation: next }))
    reach('archive.after-publish')
    await folder.syncEntry(path)
    reach('archive.after-publish-sync')
    await checkPublished(folder, path, sha256)
    const file: ArchiveFile = { series: definition.name, period, generation, path, bytes, sha256, ...tally, definitionVersion, tzdata }
    await publishManifest(folder, manifestPath(path), manifestText(file, description), reach)
    return file
  } finally {
    // After an error; a published file is no longer staged. A folder that fails here, too, has the sweep.
    await folder.discard(staged).catch(() => {})
  }
}

/** A row that lies in the file of another period would never be found there. Throws ARCHIVE_PROOF_FAILED. */
function checkPeriod({ definition, tier, period, rows }: Publication): void {
  const end = periodEnd(tier, period)
  const outside = periodStart(tier, period) === period ? rows.find(({ from, to }) => from < period || to > end || from >= to) : { from: period, to: end }
  if (outside === undefined) return
  throw new TidemarkError('ARCHIVE_PROOF_FAILED', `${definition.name} has a row of ${dayText(outside.from)} to ${dayText(outside.to)} for the ${tier} that starts on ${dayText(period)}`, { why: 'A row that lies in the file of another period would never be found there.' })
}

/** Rows in the order of the file. Throws ARCHIVE_PROOF_FAILED when a key stands twice: it would be counted twice. */
function inFileOrder(rows: readonly ArchivedRow[], series: string): readonly ArchivedRow[] {
  const ascends = (list: readonly ArchivedRow[]): number => list.findIndex((row, index) => index > 0 && compareRows(list[index - 1] as ArchivedRow, row) >= 0)
  if (ascends(rows) === -1) return rows
  const sorted = rows.toSorted(compareRows)
  const twice = sorted[ascends(sorted)]
  if (twice === undefined) return sorted
  throw new TidemarkError('ARCHIVE_PROOF_FAILED', `${series} has two rows of ${JSON.stringify([twice.tenant, twice.entity, twice.from, twice.cell])}`, { why: 'A row that stands twice in a file would be counted twice.' })
}

async function written(folder: ArchiveFolder, staged: StagedFile, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    // What the rows hold is our own defect; what DuckDB says is the disk's.
    if (cause instanceof TypeError || cause instanceof RangeError) throw cause
    throw new TidemarkError('ARCHIVE_FOLDER', `cannot write ${staged.path}: ${cause instanceof Error ? cause.message : String(cause)}`, { where: folder.place, cause })
  }
}

/**
 * Publishes under the first generation that is free. A file of the same bytes, left by a crash, is taken over: it may
 * never have been synced, ours was.
 */
async function publishFree(
  folder: ArchiveFolder, staged: StagedFile, sha256: string, least: number, pathOf: (generation: number) => string,
): Promise<{ readonly path: string; readonly generation: number }> {
  for (let generation = least; ; generation++) {
    const path = pathOf(generation)
    if (await folder.publish({ ...staged, path })) return { path, generation }
    const there = await folder.read(path)
    if (there !== null && sha256Hex(there.content) === sha256) {
      await folder.publish({ ...staged, path }, { replace: true })
      return { path, generation }
    }
  }
}

/** By its name, as every reader will find it. */
async function checkPublished(folder: ArchiveFolder, path: string, sha256: string): Promise<void> {
  const published = await folder.read(path)
  const found = published === null ? 'nothing' : sha256Hex(published.content)
  if (found === sha256) return
  throw new TidemarkError('ARCHIVE_PROOF_FAILED', `${path} was published as ${sha256}, and ${found} is there`, { where: folder.place })
}

/** The file's own name was free, so whatever manifest lies beside it belongs to nothing: it is replaced. */
async function publishManifest(folder: ArchiveFolder, path: string, text: string, reach: Reach): Promise<void> {
  const staged = await folder.stage(path)
  try {
    reach('archive.manifest.before-write')
    await writeFile(staged.localPath, text, { flag: 'wx' }).catch((cause: unknown) => {
      throw new TidemarkError('ARCHIVE_FOLDER', `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { where: folder.place, cause })
    })
    reach('archive.manifest.after-write')
    await folder.sync(staged)
    reach('archive.manifest.after-sync')
    reach('archive.manifest.before-readback')
    const written = Buffer.from(await folder.readStaged(staged))
    if (!written.equals(Buffer.from(text))) throw new TidemarkError('ARCHIVE_PROOF_FAILED', `${path} does not read back as it was written`, { where: folder.place })
    reach('archive.manifest.after-readback')
    reach('archive.manifest.before-publish')
    await folder.publish(staged, { replace: true })
    reach('archive.manifest.after-publish')
    await folder.syncEntry(path)
    reach('archive.manifest.after-publish-sync')
  } finally {
    await folder.discard(staged).catch(() => {})
  }
}

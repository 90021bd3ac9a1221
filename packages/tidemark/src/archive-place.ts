import { PROGRAM } from './program.ts'
import type { Parts } from './tidemark.ts'
import type { ArchivePlace } from './tiers/archive-period.ts'

/** Where a tiers run archives; null when no series does. */
export async function archivingPlaceOf(parts: Parts): Promise<ArchivePlace | null> {
  return parts.declared.series.some((series) => series.keep.archive) ? archivePlaceOf(parts) : null
}

/** Where a history's archive lies, also when there is none: files of a series that was dropped lie there, too. */
export async function archivePlaceOf({ store, archive }: Parts): Promise<ArchivePlace> {
  const [{ ArchiveReader }, { LocalFolder }] = await Promise.all([import('./archive/reader.ts'), import('./archive/local-folder.ts')])
  const folder = new LocalFolder(archive)
  return { folder, reader: new ArchiveReader(folder), program: PROGRAM, owner: (await store.schema()).id ?? '' }
}

import { PROGRAM } from './program.ts'
import type { Parts } from './tidemark.ts'
import type { ArchivePlace } from './tiers/archive-period.ts'

/** Where a history's archive lies; null when no series archives. */
export async function archivePlaceOf({ store, declared, archive }: Parts): Promise<ArchivePlace | null> {
  if (!declared.series.some((series) => series.keep.archive)) return null
  const [{ ArchiveReader }, { LocalFolder }] = await Promise.all([import('./archive/reader.ts'), import('./archive/local-folder.ts')])
  const folder = new LocalFolder(archive)
  return { folder, reader: new ArchiveReader(folder), program: PROGRAM, owner: (await store.schema()).id ?? '' }
}

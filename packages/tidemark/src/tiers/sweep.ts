import { sweepArchive, type Swept } from '../archive/sweep.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { ArchivePlace } from './archive-period.ts'

/**
 * Takes away the files of a store's archive that its catalogue does not name. Whoever calls it holds the lock of tiers
 * runs: what one has published and not yet committed would go, too.
 *
 * @param before by the clock of the folder: what was modified at it or later stays
 */
export async function sweepUnnamed(store: Store, { folder, owner }: ArchivePlace, before: number): Promise<Swept> {
  const { series } = await store.schema()
  const snapshot = await store.snapshot()
  const known: ArchiveFile[] = []
  try {
    for (const { definition } of series) known.push(...((await snapshot.series(definition.name, null))?.archives ?? []))
  } finally {
    snapshot.close()
  }
  return sweepArchive({ folder, known, before, owner })
}

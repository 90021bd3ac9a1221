import { layoutOf } from '../measures/layout.ts'
import type { ErasureSubject, Hold } from '../stores/contract/hold.ts'
import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { Store } from '../stores/contract/store.ts'
import { TidemarkError } from '../errors.ts'
import type { ArchivePlace } from '../tiers/archive-period.ts'

/** What an erasure would remove: what `forget --dry-run` prints. */
export interface ErasurePlan {
  readonly subject: ErasureSubject
  /** By where they lie: `captured`, `day`, … `events`, `quarantine`, `archive`. */
  readonly rows: Readonly<Record<string, number>>
  /** Archive files that would be made anew without it. */
  readonly files: readonly string[]
  /** Holds in force that cover it: while there is one, it is refused. */
  readonly holds: readonly Hold[]
  /** It is in the ledger already. */
  readonly erased: boolean
}

/** Reads only. Throws ARCHIVE_DAMAGED for a file that may hold the entity and cannot be read. */
export async function planErasure(store: Store, place: ArchivePlace, subject: ErasureSubject): Promise<ErasurePlan> {
  const { rows, holds } = await store.erasures.preview(subject)
  const files: string[] = []
  let archive = 0
  for (const file of await archivesOf(store, subject.kind)) {
    const own = await rowsOf(place, file, subject)
    if (own.length === 0) continue
    files.push(file.path)
    archive += own.length
  }
  return { subject, rows: archive === 0 ? rows : { ...rows, archive }, files, holds, erased: await store.erasures.erased(subject) }
}

/** The current archive files of every series whose entities are of this kind. */
export async function archivesOf(store: Store, kind: string): Promise<readonly ArchiveFile[]> {
  const { series } = await store.schema()
  const snapshot = await store.snapshot()
  try {
    const files: ArchiveFile[] = []
    for (const { definition } of series) {
      if (definition.of.name === kind) files.push(...((await snapshot.series(definition.name, null))?.archives ?? []))
    }
    return files
  } finally {
    snapshot.close()
  }
}

async function rowsOf({ reader }: ArchivePlace, file: ArchiveFile, { tenant, entity }: ErasureSubject): Promise<readonly unknown[]> {
  const read = await reader.read(file, layoutOf({ measures: {} }).columns, { tenant, entities: [entity] })
  if (read.ok) return read.rows
  throw damaged(file, read.damage)
}

/** A file that cannot be read cannot be made anew without anybody. */
export function damaged({ path }: ArchiveFile, { reason, detail }: { readonly reason: string; readonly detail: string }): TidemarkError {
  return new TidemarkError('ARCHIVE_DAMAGED', `${path} is damaged (${reason}): ${detail}; what it holds of an entity cannot be erased from it`, { where: path })
}

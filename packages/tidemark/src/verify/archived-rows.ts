import { loadArchive } from '../archive/load.ts'
import type { ArchivedRow } from '../archive/row.ts'
import type { HeldArchive, HeldSeries } from '../stores/contract/inventory.ts'
import type { Subject } from './subject.ts'

/** The rows of one file, with their states by column; or why it is not believed. */
export type ArchivedFile =
  | { readonly ok: true; readonly archive: HeldArchive; readonly columns: readonly string[]; rows(): Iterable<ArchivedRow> }
  | { readonly ok: false; readonly archive: HeldArchive; readonly detail: string }

/** Every file that the catalogue holds as current, decoded one after the other. Does not throw for what is damaged. */
export async function* archivedFiles(subject: Subject, series: HeldSeries): AsyncGenerator<ArchivedFile> {
  for (const archive of await subject.inventory.archives(series.id)) {
    if (archive.current) yield await readFile(subject, archive)
  }
}

async function readFile({ folder }: Subject, archive: HeldArchive): Promise<ArchivedFile> {
  try {
    const read = await folder.read(archive.file.path)
    if (read === null) return { ok: false, archive, detail: 'there is no such file' }
    const loaded = await loadArchive(archive.file, read.content)
    if (!loaded.ok) return { ok: false, archive, detail: loaded.damage.detail }
    const { decoded } = loaded
    return { ok: true, archive, columns: decoded.description.columns.map(({ name }) => name), rows: () => decoded.all() }
  } catch (error) {
    return { ok: false, archive, detail: error instanceof Error ? error.message : String(error) }
  }
}

import type { ArchiveReader } from './archive/reader.ts'
import type { ArchiveFilter, ArchiveSource } from './query/archive-source.ts'
import type { ArchiveFile } from './stores/contract/series-state.ts'

/**
 * The archive folder, as queries see it. Most questions never reach the archive, so its reader is loaded by the first
 * that does; it is kept, because it remembers which files it has found whole.
 */
export class LazyArchive implements ArchiveSource {
  readonly #folder: string
  #reader: Promise<ArchiveReader> | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(file: ArchiveFile, columns: readonly { readonly name: string }[], filter: ArchiveFilter): ReturnType<ArchiveSource['read']> {
    this.#reader ??= this.#load()
    return (await this.#reader).read(file, columns, filter)
  }

  async #load(): Promise<ArchiveReader> {
    const [{ ArchiveReader }, { LocalFolder }] = await Promise.all([import('./archive/reader.ts'), import('./archive/local-folder.ts')])
    return new ArchiveReader(new LocalFolder(this.#folder))
  }
}

import type { ArchiveFile } from '../stores/contract/series-state.ts'
import type { ArchiveDamage } from './damage.ts'
import type { RowFilter } from './decoded-file.ts'
import type { ArchiveFolder } from './folder.ts'
import { type Loaded, loadArchive } from './load.ts'
import type { ArchivedRow } from './row.ts'

export type ArchiveRead =
  | { readonly ok: true; readonly rows: readonly ArchivedRow[] }
  | { readonly ok: false; readonly damage: ArchiveDamage }

/** Bytes of decoded files that a reader keeps. */
const CACHE_BYTES = 64 * 2 ** 20

interface Kept {
  /** Of the file, and of what the catalogue says of it. */
  readonly stamp: string
  readonly loaded: Promise<Loaded>
  weight: number
}

/**
 * Answers from archive files, and never from a damaged one. Each file is hashed whole when it is first used and again
 * whenever its size, times, inode or catalogue entry change; what was decoded is kept, least recently used out first.
 */
export class ArchiveReader {
  readonly #folder: ArchiveFolder
  readonly #cacheBytes: number
  /** In order of use, oldest first. */
  readonly #kept = new Map<string, Kept>()
  #weight = 0

  constructor(folder: ArchiveFolder, { cacheBytes = CACHE_BYTES }: { readonly cacheBytes?: number } = {}) {
    this.#folder = folder
    this.#cacheBytes = cacheBytes
  }

  /**
   * The wanted rows in file order (tenant, entity, first day, cell), with the states of `columns`: null for a column
   * that the file does not have. A damaged file is an answer, not an exception.
   */
  async read(file: ArchiveFile, columns: readonly { readonly name: string }[], filter: RowFilter = {}): Promise<ArchiveRead> {
    const loaded = await this.#load(file)
    return loaded.ok ? { ok: true, rows: loaded.decoded.select(columns, filter) } : loaded
  }

  /** Whether the file can be believed; null when it can. */
  async damage(file: ArchiveFile): Promise<ArchiveDamage | null> {
    const loaded = await this.#load(file)
    return loaded.ok ? null : loaded.damage
  }

  /** Bytes of decoded files that are kept now. */
  get weight(): number {
    return this.#weight
  }

  async #load(file: ArchiveFile): Promise<Loaded> {
    try {
      const found = await this.#folder.stamp(file.path)
      if (found === null) {
        this.#forget(file.path)
        return missing(file)
      }
      const stamp = stampOf(file, found)
      const kept = this.#kept.get(file.path)
      if (kept?.stamp === stamp) {
        this.#kept.delete(file.path)
        this.#kept.set(file.path, kept)
        return await kept.loaded
      }
      this.#forget(file.path)
      const entry: Kept = { stamp, loaded: this.#decode(file, found), weight: 0 }
      this.#kept.set(file.path, entry)
      const loaded = await entry.loaded
      this.#settle(file.path, entry, loaded)
      return loaded
    } catch (error) {
      // The place failed (EIO, EACCES); it may recover, so nothing is remembered.
      this.#forget(file.path)
      return { ok: false, damage: { path: file.path, reason: 'unreadable', detail: error instanceof Error ? error.message : String(error) } }
    }
  }

  async #decode(file: ArchiveFile, stamp: { readonly bytes: number }): Promise<Loaded> {
    // Not worth reading: it may be of any size.
    if (stamp.bytes !== file.bytes) return { ok: false, damage: { path: file.path, reason: 'size', detail: `${stamp.bytes} bytes instead of ${file.bytes}` } }
    const read = await this.#folder.read(file.path)
    return read === null ? missing(file) : await loadArchive(file, read.content)
  }

  /** Weighs what was decoded and lets go of the oldest beyond the bound; a file larger than the bound is not kept. */
  #settle(path: string, entry: Kept, loaded: Loaded): void {
    if (this.#kept.get(path) !== entry) return
    entry.weight = loaded.ok ? loaded.decoded.weight : 200
    this.#weight += entry.weight
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#cacheBytes) return
      this.#forget(oldest)
    }
  }

  #forget(path: string): void {
    const kept = this.#kept.get(path)
    if (kept === undefined) return
    this.#kept.delete(path)
    this.#weight -= kept.weight
  }
}

function missing(file: ArchiveFile): Loaded {
  return { ok: false, damage: { path: file.path, reason: 'missing', detail: 'there is no such file' } }
}

/** Two catalogue entries of one path (a restore, a test) must not share what was decoded for the other. */
function stampOf(file: ArchiveFile, { bytes, tag }: { readonly bytes: number; readonly tag: string }): string {
  return `${bytes} ${tag} ${file.sha256} ${file.digest} ${file.rows} ${file.facts} ${file.transaction} ${JSON.stringify(file.sums)}`
}

import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import type { ArchivePlace } from '../../src/tiers/archive-period.ts'

/** What a crash leaves of a store; the index of the log (`-shm`) lives in memory and dies with the process. */
const FILES = ['history.db', 'history.db-wal'] as const

/** A folder with one store and its archive. */
export class Place {
  readonly root: string

  constructor(root: string) {
    this.root = root
    mkdirSync(root, { recursive: true })
  }

  get database(): string {
    return join(this.root, 'history.db')
  }

  get archive(): string {
    return join(this.root, 'archive')
  }

  open(reach: (failpoint: string) => void = () => {}): Promise<Store> {
    return openSqliteStore({ path: this.database, program: 'crash', thread: 'inline', reach })
  }

  /** A reader that has cached nothing, as after a restart. */
  archivePlace(): ArchivePlace {
    const folder = new LocalFolder(this.archive)
    return { folder, reader: new ArchiveReader(folder), program: 'crash', owner: 'campaign' }
  }

  /** The files as they are at this instant, while whoever writes them stands still. */
  copyTo(root: string): Place {
    const copy = new Place(root)
    for (const file of FILES) {
      const from = join(this.root, file)
      if (existsSync(from)) copyFileSync(from, join(root, file))
    }
    if (existsSync(this.archive)) {
      cpSync(this.archive, copy.archive, { recursive: true })
      copy.#age()
    }
    return copy
  }

  /** A restart takes a while: what lies in the archive is older than whatever comes after. */
  #age(): void {
    const before = Date.now() / 1000 - 60
    for (const entry of readdirSync(this.archive, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), before, before)
    }
  }
}

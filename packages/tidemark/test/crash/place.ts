import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import type { ArchivePlace } from '../../src/tiers/archive-period.ts'

/**
 * What a crash leaves of a store, and what the world beside it remembers: what was held, and what was told. The index of
 * the log (`-shm`) lives in memory and dies with the process.
 */
const FILES = ['history.db', 'history.db-wal', 'held.json', 'told.txt'] as const

/** So few that what comes settles piece by piece, now and then, between the commands. */
const INTAKE = 20

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
    return openSqliteStore({ path: this.database, program: 'crash', thread: 'inline', intake: INTAKE, reach })
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

  /** As if a while had passed since the crash: what the dead had leased or claimed is free again. */
  wait(): void {
    if (!existsSync(this.database)) return
    const connection = new Database(this.database)
    try {
      const there = connection.prepare("SELECT name FROM sqlite_schema WHERE name IN ('tm_lease', 'tm_notification')").pluck().all() as string[]
      if (there.includes('tm_lease')) connection.exec('UPDATE tm_lease SET expires_at = 0')
      if (there.includes('tm_notification')) connection.exec('UPDATE tm_notification SET claimed_until = 0')
    } finally {
      connection.close()
    }
  }

  /** A restart takes a while: what lies in the archive is older than whatever comes after. */
  #age(): void {
    const before = Date.now() / 1000 - 60
    for (const entry of readdirSync(this.archive, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), before, before)
    }
  }
}

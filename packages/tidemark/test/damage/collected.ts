import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { packPlanned } from '../../src/tiers/pack-rows.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { Base, DAY_MS } from '../crash/base.ts'
import { collect, collectAnew, LEVELS } from '../crash/collected-world.ts'
import { ledgerOf } from '../crash/ledger.ts'
import { Place } from '../crash/place.ts'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'

/** A project with a collected series of some months: two of them archived, some days corrected a while ago. */
export class CollectedProject {
  readonly root = mkdtempSync(join(scratchRoot(), 'tidemark-damaged-'))
  readonly place = new Place(join(this.root, 'sound'))
  files: readonly ArchiveFile[] = []

  async build(seed: number): Promise<void> {
    const base = new Base(new Random(seed))
    await base.build(this.place)
    const store = await this.place.open()
    try {
      await collect(store, base.levels, base.at(116))
      await collectAnew(store, base.levels, Math.floor(base.at(99) / DAY_MS), Math.floor(base.at(109) / DAY_MS), base.at(116))
      await base.tiers(store, this.place, 117, () => {}, LEVELS)
      const entities = await store.collected.entities(LEVELS, base.at(117))
      const before = Math.floor(base.at(111) / DAY_MS)
      await packPlanned({ store, series: LEVELS, now: base.at(117), monotonicMs: () => 0 }, { pieces: entities.map(({ id }) => ({ entity: id, bucket: 0, at: 0 })), rule: { before, waited: before, full: 5, least: 1 } })
    } finally {
      await store.close()
    }
    this.files = ledgerOf(this.place, LEVELS).files
  }

  /** What `verify --deep` finds after something was done to a copy. */
  async after(damage: (copy: Place) => void): Promise<readonly string[]> {
    const copy = this.place.copyTo(join(this.root, 'copy'))
    try {
      damage(copy)
      return await problemsOf(copy)
    } finally {
      rmSync(copy.root, { recursive: true, force: true })
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

export async function problemsOf(place: Place): Promise<readonly string[]> {
  const store = await place.open()
  try {
    const { checks } = await runVerify({ store, folder: place.archivePlace().folder, deep: true })
    return checks.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))
  } finally {
    await store.close()
  }
}

export function edited(place: Place, edit: (connection: Database.Database) => string): string {
  const connection = new Database(place.database)
  try {
    return edit(connection)
  } finally {
    connection.close()
  }
}


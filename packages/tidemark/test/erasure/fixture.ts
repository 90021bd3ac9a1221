import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { readAdjustments } from '../../src/adjustment.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { runCapture } from '../../src/capture/run.ts'
import { Collectors } from '../../src/collectors.ts'
import { Declared } from '../../src/declared.ts'
import { entity } from '../../src/definitions/entity.ts'
import { instant, oneOf, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { ingestRows, retractionsOf } from '../../src/intake.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { Tidemark } from '../../src/tidemark.ts'
import type { ArchivePlace } from '../../src/tiers/archive-period.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { scratchRoot } from '../histories/scratch.ts'

export const DAY = 86_400_000
export const NOW = Date.parse('2024-06-15T12:00:00Z')
/** What is to be forgotten; no other text of the fixture has it in it. */
export const NAME = 'Wilhelmina-Quux'
export const SECRET = 'keepsake-of-hers'
export const SUBJECT = { kind: 'person', tenant: 'acme', entity: NAME }

export const person = entity('person', { tenant: 'client', zone: 'UTC' })
export const visits = stream('visits', {
  of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at',
  fields: { client: text(), person: text(), id: text(), at: instant(), kind: oneOf(['call', 'mail']), note: text().optional() },
})
export const activity = series('activity', { of: person, grain: 'day' })
  .from(visits, (e, { count, any }) => ({ visits: count(), calls: count(e.kind.is('call')), active: any() }))
  .by('kind')
  .checkpoint({ every: 5, of: visits })
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })
  .keep({ day: '40d', week: '90d', month: '200d', quarter: 'archive', asOfDays: 35 })

/** A folder with a store and its archive; two copies of it never share a file. */
export class Place {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static empty(): Place {
    const place = Place.lasting()
    onTestFinished(() => place.remove())
    return place
  }

  /** One that several tests copy; whoever made it removes it. */
  static lasting(): Place {
    return new Place(mkdtempSync(join(scratchRoot(), 'tidemark-erasure-')))
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  /** Flips a bit in the middle of an archive file. */
  damage(path: string): void {
    const content = readFileSync(join(this.archive, path))
    const middle = content.length >> 1
    content[middle] = (content[middle] as number) ^ 1
    writeFileSync(join(this.archive, path), content)
  }

  restore(path: string, whole: Place): void {
    cpSync(join(whole.archive, path), join(this.archive, path))
  }

  /** The files as they are at this instant, as a process that is killed now would leave them. */
  copy(): Place {
    const copy = Place.empty()
    for (const name of readdirSync(this.root)) if (!name.endsWith('-shm') && !name.endsWith('.lock')) cpSync(join(this.root, name), join(copy.root, name), { recursive: true, preserveTimestamps: true })
    return copy
  }

  get database(): string {
    return join(this.root, 'history.db')
  }

  get archive(): string {
    return join(this.root, 'archive')
  }

  open(reach: (failpoint: string) => void = () => {}): Promise<Store> {
    return openSqliteStore({ path: this.database, program: 'test', thread: 'inline', reach })
  }

  async opened<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await this.open()
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }

  async history<T>(work: (history: Tidemark, store: Store) => Promise<T>, now = NOW): Promise<T> {
    return this.opened((store) => work(new Tidemark({
      store, declared: new Declared([activity.definition]), collectors: new Collectors([]), storePath: this.database, archive: this.archive, clock: () => now, clockConfirmed: true,
    }), store))
  }

  archivePlace(): ArchivePlace {
    const folder = new LocalFolder(this.archive)
    const [store] = this.sql<{ id: string }>("SELECT value AS id FROM tm_meta WHERE key = 'id'")
    return { folder, reader: new ArchiveReader(folder), program: 'test', owner: store?.id as string }
  }

  /** Files in which these bytes stand, as they lie on the disk. */
  filesWith(words: string): string[] {
    const needle = Buffer.from(words)
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(needle))
      .map((entry) => entry.name).sort()
  }

  sql<T>(query: string, ...values: readonly unknown[]): T[] {
    const connection = new Database(this.database, { readonly: !existsSync(`${this.database}-wal`) })
    try {
      return connection.prepare(query).raw(false).all(...values) as T[]
    } finally {
      connection.close()
    }
  }
}

/** A history of two and a half years in which she is everywhere a person can be. */
export async function buildHistory(place: Place): Promise<void> {
  const { definition } = activity
  const store = await place.open()
  const ingest = (events: readonly Record<string, unknown>[], now: number, onConflict: 'quarantine' | 'replace' = 'quarantine') =>
    ingestRows(store, definition.stream, events, { now, onConflict, source: 'test' })
  const begin = Date.parse('2022-01-03T08:00:00Z')
  await store.migrate(planMigration(await store.schema(), [definition], []), begin)
  await store.setZones('person', person.zone, [{ tenant: 'acme', entity: NAME, zone: 'Asia/Kathmandu' }], begin)
  const event = (who: string, number: number, when: number) => ({
    client: 'acme', person: who, id: `${who === NAME ? 'w' : 'b'}${number}`, at: new Date(when).toISOString(), kind: number % 3 === 0 ? 'call' : 'mail',
    ...(who === NAME ? { note: `${SECRET} ${number}` } : {}),
  })
  let number = 0
  for (let now = begin + 20 * DAY; now < NOW - DAY; now += 20 * DAY) {
    const batch = [2, 5, 9, 14].flatMap((days) => [event(NAME, number, now - days * DAY), event('bob', number++, now - days * DAY)])
    await ingest(batch, now)
    await ingest([{ ...batch[0], kind: 'mail', note: `${SECRET} replaced` }], now, 'replace')
    await store.retract('visits', retractionsOf([{ tenant: 'acme', id: batch[2]?.id as string }]), now, 'test')
    await runCapture(store, 'activity', now)
    if (number % 8 === 0) {
      await runTiers({ store, series: 'activity', now, confirmed: true, monotonicMs: () => 0, archive: place.archivePlace() })
    }
  }
  // Late twice in a row that is rolled up: what it said before is kept for as-of.
  for (const hours of [2, 1]) await ingest([event(NAME, 9100 + hours, Date.parse('2024-02-13T10:00:00Z')), event('bob', 9100 + hours, Date.parse('2024-02-13T10:00:00Z'))], NOW - hours * 3_600_000)
  // Late, so that there are additions beside a file; a conflict and a line that cannot be read, so that quarantine has her; an adjustment.
  await ingest([event(NAME, 9001, Date.parse('2022-02-02T10:00:00Z')), event('bob', 9002, Date.parse('2022-02-02T10:00:00Z'))], NOW)
  await ingest([{ ...event(NAME, 9001, NOW - DAY), note: `${SECRET} in conflict` }, { client: 'acme', person: NAME, id: 'x1', kind: 'no such kind', at: 'never' }, { client: 'acme', person: 'bob', id: 'x2', at: 'never' }], NOW)
  await store.adjust('activity', readAdjustments(definition, [
    { tenant: 'acme', entity: NAME, day: '2024-06-01', measure: 'visits', by: 3, id: 'a1', reason: `${SECRET}, counted`, group: { kind: 'call' } },
    { tenant: 'acme', entity: NAME, day: '2001-01-01', measure: 'visits', by: 3, id: 'a2', reason: 'too early', group: { kind: 'call' } },
  ]).adjustments, NOW, 'test')
  await runCapture(store, 'activity', NOW)
  await store.close()
}

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { readAdjustments } from '../../src/adjustment.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { runCapture } from '../../src/capture/run.ts'
import { entity } from '../../src/definitions/entity.ts'
import { bigint, boolean, decimal, instant, oneOf, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { ingestRows, retractionsOf } from '../../src/intake.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { runTiers } from '../../src/tiers/run.ts'
import type { VerifyReport } from '../../src/verify/report.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { Random } from '../histories/random.ts'

const DAY = 86_400_000
export const at = (iso: string): number => Date.parse(iso)
/** When the fixture's story ends. */
export const NOW = at('2024-03-05T12:00:00Z')

const person = entity('person', { tenant: 'client', zone: 'Europe/Berlin' })
export const sales = stream('sales', {
  of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at',
  fields: {
    client: text(), person: text(), id: text(), at: instant(), kind: oneOf(['fix', 'docs']), place: oneOf(['web', 'app']),
    amount: decimal(2).optional(), bytes: bigint().optional(), urgent: boolean().optional(), note: text().optional(),
  },
})

/** A measure of every kind, two dimensions, checkpoints, a window, and every tier. */
export const activity = series('activity', { of: person, grain: 'day' })
  .from(sales, (e, { count, delta, min, max, any }) => ({
    events: count(), fixes: count(e.kind.is('fix').or(e.urgent.isTrue())), amount: delta(e.amount), bytes: delta(e.bytes, { where: e.amount.atLeast('2.50') }),
    active: any(), firstAt: min(e.at.timeOfDay()), largest: max(e.bytes),
  }))
  .by('kind', 'place')
  .derive(({ ratio }) => ({ fixShare: ratio('fixes', 'events') }))
  .checkpoint({ every: 5, of: sales })
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })
  .keep({ day: '40d', week: '90d', month: '200d', quarter: 'archive', asOfDays: 35 })

const ENTITIES = [['acme', 'ada'], ['acme', 'bob'], ['zeta', 'ada']] as const

interface Sale {
  readonly client: string
  readonly person: string
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly place: string
  readonly amount?: string
  readonly bytes?: string
  readonly urgent?: boolean
  readonly note?: string
}

function sale(random: Random, [client, person]: readonly [string, string], id: string, when: number): Sale {
  return {
    client, person, id, at: new Date(when).toISOString(), kind: random.pick(['fix', 'docs']), place: random.pick(['web', 'app']),
    ...(random.chance(0.8) ? { amount: `${random.whole(-3, 9)}.${random.whole(10, 99)}` } : {}),
    ...(random.chance(0.5) ? { bytes: String(9_007_199_254_740_993n + BigInt(random.whole(0, 99))) } : {}),
    ...(random.chance(0.5) ? { urgent: random.chance(0.5) } : {}), ...(random.chance(0.2) ? { note: 'ünïcödé' } : {}),
  }
}

/** A folder with `history.db` and `archive/`, in which everything has happened that can. */
export async function buildHistory(folder: string): Promise<void> {
  const { definition } = activity
  const store = await openSqliteStore({ path: join(folder, 'history.db'), program: 'test', thread: 'inline' })
  const archive = new LocalFolder(join(folder, 'archive'))
  const random = new Random(20_240_305)
  const ingest = (events: readonly Sale[], now: number, onConflict: 'quarantine' | 'replace' = 'quarantine') =>
    ingestRows(store, definition.stream, events, { now, onConflict, source: 'test' })
  const tiers = (now: number) => runTiers({
    store, series: 'activity', now, confirmed: true, monotonicMs: () => performance.now(), archive: { folder: archive, reader: new ArchiveReader(archive), program: 'test', owner: 'test' },
  })
  const begin = at('2022-01-10T08:00:00Z')
  await store.migrate(planMigration(await store.schema(), [definition], []), begin)
  await store.setZones('person', person.zone, [{ tenant: 'zeta', entity: 'ada', zone: 'Asia/Kathmandu' }], begin)
  let number = 0
  let last = begin
  for (let now = begin + 15 * DAY; now < NOW - 2 * DAY; now += 15 * DAY) {
    const batch: Sale[] = []
    for (const who of ENTITIES) for (let i = 0; i < 6; i++) batch.push(sale(random, who, `e${number++}`, last + Math.floor(random.next() * (now - last))))
    await ingest([...batch, batch[0] as Sale], now)
    await ingest([{ ...(batch[1] as Sale), kind: 'docs', amount: '8.88' }], now, 'replace')
    await store.retract('sales', retractionsOf([{ tenant: 'acme', id: (batch[2] as Sale).id }]), now, 'test')
    await runCapture(store, 'activity', now)
    if (number % 5 === 0) await tiers(now)
    last = now
  }
  const adjustments = readAdjustments(definition, [
    { tenant: 'acme', entity: 'ada', day: '2024-03-01', measure: 'events', by: 3, id: 'a1', reason: 'counted by hand', group: { kind: 'fix', place: 'web' } },
    { tenant: 'zeta', entity: 'ada', day: '2022-02-02', measure: 'amount', by: '-1.25', id: 'a2', reason: 'refund', group: { kind: 'docs', place: 'app' } },
  ]).adjustments
  await store.adjust('activity', adjustments, NOW - 2 * DAY, 'test')
  await runCapture(store, 'activity', NOW - 2 * DAY)
  await tiers(NOW - 2 * DAY)
  // Late: for the archive, for a quarter that will be made anew, a month and a week row; then once more for the archive, to lie beside it.
  const late = (id: string, iso: string): Sale => sale(random, ['acme', 'ada'], id, at(iso))
  await ingest([late('l1', '2022-03-03T10:00:00Z'), late('l2', '2023-10-04T10:00:00Z'), late('l3', '2023-12-28T10:00:00Z')], NOW - DAY)
  await tiers(NOW - DAY)
  await ingest([late('l4', '2022-03-04T10:00:00Z'), late('l5', '2023-12-29T10:00:00Z'), late('l6', '2024-03-04T09:00:00Z')], NOW)
  await ingest([{ ...late('l6', '2024-03-04T09:30:00Z'), amount: '5.55' }], NOW + 60_000, 'replace')
  await store.retract('sales', retractionsOf([{ tenant: 'acme', id: 'l6' }]), NOW + 120_000, 'test')
  await runCapture(store, 'activity', NOW)
  await store.close()
}

/** A copy of a history, gone with the test. */
export class Copy {
  readonly folder: string

  constructor(original: string) {
    this.folder = mkdtempSync(join(scratchRoot(), 'tidemark-verify-'))
    cpSync(original, this.folder, { recursive: true })
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  get archive(): string {
    return join(this.folder, 'archive')
  }

  /** Runs statements on the raw file; each must change something. */
  tamper(...statements: readonly string[]): void {
    const database = new Database(join(this.folder, 'history.db'))
    try {
      database.unsafeMode(true)
      for (const statement of statements) {
        const prepared = database.prepare(statement)
        if (prepared.reader) prepared.all()
        else if (prepared.run().changes === 0 && /^(update|delete|insert)/i.test(statement)) throw new Error(`nothing to tamper with: ${statement}`)
      }
    } finally {
      database.close()
    }
  }

  /** One value by a query on the raw file. */
  value<T>(sql: string): T {
    const database = new Database(join(this.folder, 'history.db'), { readonly: true })
    try {
      return database.prepare(sql).pluck().get() as T
    } finally {
      database.close()
    }
  }

  async opened<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openSqliteStore({ path: join(this.folder, 'history.db'), program: 'test' })
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }

  verify(deep = true): Promise<VerifyReport> {
    return this.opened((store) => runVerify({ store, folder: new LocalFolder(this.archive), deep }))
  }
}

/** The problems of a report, by check; only checks that have some. */
export function problemsOf({ checks }: VerifyReport): Record<string, readonly string[]> {
  return Object.fromEntries(checks.filter(({ ok }) => !ok).map(({ name, problems }) => [name, problems]))
}

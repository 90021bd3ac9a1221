import Database from 'better-sqlite3'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { runCapture } from '../../src/capture/run.ts'
import { periodEnd, periodStart } from '../../src/calendar/period.ts'
import { dayText } from '../../src/canonical/day-text.ts'
import type { QueryRow } from '../../src/query/answer.ts'
import { runQuery } from '../../src/query/query.ts'
import type { Grain } from '../../src/query/request.ts'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { answerKeys } from '../histories/declarations.ts'
import type { Random } from '../histories/random.ts'
import { Base, DAY_MS, SERIES } from '../crash/base.ts'
import { ledgerOf } from '../crash/ledger.ts'
import { Place } from '../crash/place.ts'

/** The day on which all questions are asked. */
const TODAY = 166

/** A project of some months, most of them archived, and for each archived month an event that came late and waits beside its file. */
export class Project {
  readonly base: Base
  readonly place: Place
  files: readonly ArchiveFile[] = []

  constructor(root: string, random: Random) {
    this.base = new Base(random)
    this.place = new Place(root)
  }

  async build(): Promise<void> {
    const { base, place } = this
    await base.build(place, { sites: false })
    const store = await place.open()
    try {
      for (let day = 130; day < TODAY - 5; day += 30) {
        await base.ingest(store, base.fresh(8, day - 25, day), day)
        await runCapture(store, SERIES, base.at(day + 1))
        await base.tiers(store, place, day + 1)
      }
      this.files = ledgerOf(place, SERIES).files
      const late = this.files.map(({ period }) => {
        const first = Math.ceil((period * DAY_MS - base.startMs) / DAY_MS) + 2
        return base.fresh(1, Math.max(1, first), first + 20)[0] as (typeof base.sent)[number]
      })
      await base.ingest(store, late, TODAY - 1)
      await runCapture(store, SERIES, base.at(TODAY))
    } finally {
      await store.close()
    }
    this.files = ledgerOf(place, SERIES).files
  }

  /** Answers of every measure for every entity, over all of the time. */
  async ask(place: Place, grain: Grain): Promise<readonly QueryRow[]> {
    const { base } = this
    const store = await place.open()
    try {
      const snapshot = await store.snapshot()
      try {
        const archive = new ArchiveReader(new LocalFolder(place.archive))
        const { rows } = await runQuery({ snapshot, archive, now: base.at(TODAY) }, SERIES, {
          select: answerKeys(base.definition, false), allTenants: true, grain,
          from: dayText(periodStart('month', Math.floor(base.at(-1) / DAY_MS))), to: dayText(periodEnd('month', Math.floor(base.at(TODAY + 1) / DAY_MS))),
        })
        return rows
      } finally {
        snapshot.close()
      }
    } finally {
      await store.close()
    }
  }

  tiers(store: Parameters<Base['tiers']>[0], place: Place) {
    return this.base.tiers(store, place, TODAY)
  }

  /** The file of a month, as `2024-03-01`. */
  fileOf(month: string): ArchiveFile | undefined {
    return this.files.find(({ period }) => dayText(period) === month)
  }

  copyTo(root: string): Place {
    return this.place.copyTo(root)
  }
}

/** By tenant, entity and month: events that wait in the store for the next generation of the month's file. */
export function waitingIn(place: Place): ReadonlyMap<string, number> {
  const connection = new Database(place.database, { readonly: true })
  try {
    const rows = connection.prepare(`SELECT t.name AS tenant, e.name AS entity, r.bucket, r.events_n AS events FROM "tm_month_${SERIES}" r JOIN tm_tenant t ON t.id = r.tenant_id JOIN tm_entity e ON e.id = r.entity_id WHERE r.cell = 0`)
      .all() as { tenant: string; entity: string; bucket: number; events: number }[]
    const waiting = new Map<string, number>()
    for (const { tenant, entity, bucket, events } of rows) {
      const key = `${tenant} ${entity} ${dayText(bucket).slice(0, 7)}`
      waiting.set(key, (waiting.get(key) ?? 0) + events)
    }
    return waiting
  } finally {
    connection.close()
  }
}

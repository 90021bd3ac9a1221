import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Collectors } from '../../src/collectors.ts'
import { Declared } from '../../src/declared.ts'
import { runErasure } from '../../src/erasure/run.ts'
import type { Hold } from '../../src/stores/contract/hold.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { packSeries, unpackSeries } from '../../src/tiers/pack.ts'
import { packPlanned } from '../../src/tiers/pack-rows.ts'
import { Tidemark } from '../../src/tidemark.ts'
import { alert } from '../../src/watch/rule.ts'
import type { Channel } from '../../src/watch/channel.ts'
import { jobsOf } from '../../src/work/job.ts'
import { runWorker } from '../../src/work/worker.ts'
import type { Random } from '../histories/random.ts'
import type { Base } from './base.ts'
import { type HeldRecord, placesOf, rowsIn } from './collected-ledger.ts'
import { collect, collectAnew, DAY_MS, LEVELS, type Site, SITES } from './collected-world.ts'
import type { Command } from './commands.ts'
import type { Place } from './place.ts'

type Reach = (failpoint: string) => void

/** One of each kind of thing that is done to a collected series, or to what stands beside it. */
export function collectedCommands(base: Base, random: Random): readonly Command[] {
  const { levels } = base
  const site = random.pick(SITES.slice(0, 3))
  const tiers = (store: Store, place: Place, day: number, reach: Reach) => base.tiers(store, place, day, reach, LEVELS)
  const erase = (override: string | null) => (store: Store, place: Place, reach: Reach) => runErasure(
    { store, place: place.archivePlace(), now: base.at(112), reach }, { kind: 'site', tenant: site.tenant, entity: site.name, by: 'crash', reason: 'asked for', override },
  )
  return [
    { name: 'collect', run: (store) => collect(store, levels, base.at(110)) },
    {
      name: 'collect anew',
      async run(store) {
        await collect(store, levels, base.at(116))
        await collectAnew(store, levels, Math.floor(base.at(99) / DAY_MS), Math.floor(base.at(109) / DAY_MS), base.at(116))
      },
    },
    { name: 'collected tiers', run: (store, place, reach) => tiers(store, place, 125, reach) },
    { name: 'collected tiers under a hold', prepare: held(base, site), run: (store, place, reach) => tiers(store, place, 125, reach) },
    { name: 'collected tiers while a hold is placed', again: ['tm_hold', 'tm_audit'], run: (store, place, reach) => tiers(store, place, 125, whenFirst(reach, 'tiers.before-roll-up', () => holdMeanwhile(base, place, site))) },
    {
      name: 'hold, tiers, lift, tiers',
      async run(store, place, reach) {
        const hold = await placeOnce(store, base, place, site)
        await tiers(store, place, 125, reach)
        if (hold.lifted === null) await store.holds.lift(hold.id, 'crash', 'settled', base.at(125))
        await tiers(store, place, 125, reach)
      },
    },
    { name: 'give packed payloads back', run: (store) => unpackSeries({ store, series: LEVELS }) },
    {
      name: 'pack, give back, pack again',
      async run(store) {
        const pack = () => packSeries({ store, series: LEVELS, now: base.at(130), monotonicMs: () => 0 })
        await pack()
        await unpackSeries({ store, series: LEVELS })
        await pack()
      },
    },
    {
      name: 'pack rows, correct some, roll up, give back',
      async run(store, place, reach) {
        await packYoungRows(store, base, reach)
        await collect(store, levels, base.at(116))
        await collectAnew(store, levels, Math.floor(base.at(99) / DAY_MS), Math.floor(base.at(109) / DAY_MS), base.at(116))
        await packYoungRows(store, base, reach)
        await tiers(store, place, 119, reach)
        await unpackSeries({ store, series: LEVELS })
      },
    },
    {
      name: 'pack rows, erase a site',
      async run(store, place, reach) {
        await packYoungRows(store, base, reach)
        await erase(null)(store, place, reach)
      },
    },
    { name: 'erase a site', run: erase(null) },
    { name: 'erase a held site', prepare: holding(base, site), run: erase('a court says so') },
    {
      name: 'a day of collected work',
      async run(store, place, reach) {
        await collect(store, levels, base.at(126))
        await tiers(store, place, 126, reach)
      },
    },
    {
      name: 'work that a signal sets off', clocked: true,
      prepare: ({ database }) => execute(database, `INSERT INTO tm_signal (id, name, at) VALUES (7, 'imported', ${base.at(110)})`),
      run: (store, place, reach) => work(store, place, reach, base),
    },
    { name: 'send a signal', again: ['tm_signal'], run: (store) => store.jobs.signal('imported', base.at(110)) },
    { name: 'check alerts', clocked: true, prepare: opened(base), run: (store, place) => watch(store, place, base) },
    { name: 'tell of alerts again', clocked: true, prepare: untold(base), run: (store, place) => watch(store, place, base) },
  ]
}

/** In small blocks, and long before they are old enough. */
async function packYoungRows(store: Store, base: Base, reach: Reach): Promise<void> {
  const entities = await store.collected.entities(LEVELS, base.at(116))
  const before = Math.floor(base.at(107) / DAY_MS)
  await packPlanned({ store, series: LEVELS, now: base.at(116), monotonicMs: () => 0, reach }, {
    pieces: entities.map(({ id }) => ({ entity: id, bucket: 0, at: 0 })), rule: { before, waited: before, full: 5, least: 1 },
  })
}

function execute(database: string, sql: string): void {
  const connection = new Database(database)
  connection.exec(sql)
  connection.close()
}

function holding(base: Base, { tenant, name }: Site): (place: Place) => void {
  return ({ database }) => execute(database, `INSERT INTO tm_hold (tenant, entity, reason, placed_by, placed_at) VALUES ('${tenant}', '${name}', 'a dispute', 'crash', ${base.at(108)})`)
}

/** As `holding`, and remembers what lay where. */
function held(base: Base, site: Site): (place: Place) => void {
  return (place) => {
    holding(base, site)(place)
    remember(place, site)
  }
}

/** Another process places it, once: after the run was planned, before anything moves. */
function holdMeanwhile(base: Base, place: Place, site: Site): void {
  if (!existsSync(join(place.root, 'held.json'))) held(base, site)(place)
}

function whenFirst(reach: Reach, failpoint: string, work: () => void): Reach {
  let first = true
  return (reached) => {
    reach(reached)
    if (reached !== failpoint || !first) return
    first = false
    work()
  }
}

function remember(place: Place, { tenant, name }: Site): void {
  const path = join(place.root, 'held.json')
  if (existsSync(path)) return
  const connection = new Database(place.database)
  try {
    const tables = new Set(connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[])
    const subject = { tenant, entity: name }
    const record: HeldRecord = { ...subject, places: placesOf(rowsIn(connection, tables), subject) }
    writeFileSync(path, JSON.stringify(record))
  } finally {
    connection.close()
  }
}

/** Placing once more would make a second hold: whoever gives the command again looks first. */
async function placeOnce(store: Store, base: Base, place: Place, site: Site): Promise<Hold> {
  remember(place, site)
  const known = (await store.holds.list()).find(({ entity }) => entity === site.name)
  return known ?? store.holds.place({ tenant: site.tenant, entity: site.name, by: 'crash', reason: 'a dispute' }, base.at(124))
}

async function work(store: Store, place: Place, reach: Reach, base: Base): Promise<void> {
  const { levels } = base
  const never = new AbortController().signal
  const now = base.at(111)
  await runWorker({
    store, jobs: jobsOf([levels.definition], { after: { [LEVELS]: 'imported' } }, false), clock: () => now, holder: 'crash', stop: never, once: true,
    // Longer than any run: a beat that comes by chance would be a failpoint that comes by chance.
    heartbeatMs: 600_000, wait: async () => {}, report: () => {},
    async perform(job, { store: fenced }) {
      if (job.kind === 'capture') await collect(fenced, levels, now)
      else await base.tiers(fenced, place, 111, reach, LEVELS)
      return ''
    },
  })
}

/** Every site with a level has one, and those that are high another. */
function watch(store: Store, place: Place, base: Base): Promise<void> {
  const { levels } = base
  const channel: Channel = { name: 'file', async send({ key }) { appendFileSync(join(place.root, 'told.txt'), `${key}\n`) } }
  const tidemark = new Tidemark({
    store, declared: new Declared([base.definition, levels.definition]), collectors: new Collectors([levels]), storePath: place.database, archive: place.archive,
    clock: () => base.at(108), clockConfirmed: true, channels: [channel],
    alerts: [
      alert('any', { of: levels, measure: 'level.last' as never, atLeast: -1000, action: 'Look.' }),
      alert('high', { of: levels, measure: 'level.last' as never, atLeast: 650, clearBelow: 649, action: 'Look at once.' }),
    ],
  })
  return (async () => {
    await tidemark.alerts.check()
    const [first, second] = (await store.alerts.list({}, base.at(108))).filter(({ rule }) => rule === 'any')
    if (first !== undefined) await store.alerts.acknowledge(first.id, 'crash', 'seen', base.at(108))
    if (second !== undefined) await store.alerts.silence({ rule: 'any', tenant: second.tenant, entity: second.entity, until: base.at(120), by: 'crash', note: null }, base.at(108))
  })()
}

/** Alerts of the high rule are open for every site: those that are not high resolve. */
function opened(base: Base): (place: Place) => void {
  return ({ database }) => execute(database, `
    INSERT INTO tm_alert (tenant_id, entity_id, rule, opened_at, value, period) SELECT tenant_id, id, 'high', ${base.at(100)}, '999', '2020-01-01' FROM tm_entity WHERE kind = 'site'`)
}

/** What was opened before, and could not be told. */
function untold(base: Base): (place: Place) => void {
  return (place) => {
    opened(base)(place)
    execute(place.database, `INSERT INTO tm_notification (tenant_id, entity_id, alert_id, channel, attempts, claimed_until, retry_at, error) SELECT tenant_id, entity_id, id, 'file', 3, 0, ${base.at(101)}, 'no answer' FROM tm_alert`)
  }
}

/** Keys of what was told, each once. */
export function toldIn(place: Place): string {
  const path = join(place.root, 'told.txt')
  return existsSync(path) ? [...new Set(readFileSync(path, 'utf8').split('\n'))].sort().join(' ') : ''
}


// Works on a store in an empty folder, FOLDER, and says on standard output what is done as soon as it is: what, how many
// events have been taken in so far, and how many windows captured. Never closes the store: it ends as a power failure
// would end it.
import { writeSync } from 'node:fs'
import { runCapture } from '../../src/capture/run.ts'
import { runErasure } from '../../src/erasure/run.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { Base, SERIES } from '../crash/base.ts'
import { collect, LEVELS, SITES } from '../crash/collected-world.ts'
import { Place } from '../crash/place.ts'
import { Random } from '../histories/random.ts'

const base = new Base(new Random(1))
const place = new Place(process.argv[2] as string)
const store = await place.open()
let taken = 0
let windows = 0
const say = (what: string): void => void writeSync(1, `${what} ${taken} ${windows}\n`)

await store.migrate(planMigration(await store.schema(), [base.definition, base.levels.definition], []), base.at(0))
say('migrated')
for (const day of [10, 30, 50, 70]) {
  taken += (await base.ingest(store, base.fresh(5, day - 8, day - 1), day)).accepted
  say('ingested')
  windows += (await collect(store, base.levels, base.at(day))).created
  say('collected')
}
await runCapture(store, SERIES, base.at(100))
say('captured')
await base.tiers(store, place, 100)
say('tiered')
windows += (await collect(store, base.levels, base.at(100))).created
say('collected')
await base.tiers(store, place, 100, () => {}, LEVELS)
say('tiered')
taken += (await base.ingest(store, base.fresh(2, 3, 9), 101)).accepted
say('ingested')
await base.tiers(store, place, 102)
say('tiered')
const hold = await store.holds.place({ tenant: 'acme', entity: SITES[1]?.name as string, by: 'somebody', reason: 'a dispute' }, base.at(102))
say('held')
await base.tiers(store, place, 130, () => {}, LEVELS)
say('tiered')
await store.holds.lift(hold.id, 'somebody', 'settled', base.at(130))
say('lifted')
// Whose windows these were is nobody's to know any more: from here on none is promised.
windows = 0
await runErasure({ store, place: place.archivePlace(), now: base.at(131) }, { kind: 'site', tenant: 'acme', entity: SITES[0]?.name as string, by: 'somebody', reason: 'asked for', override: null })
say('erased')
process.kill(process.pid, 'SIGKILL')

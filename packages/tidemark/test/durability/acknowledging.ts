// Works on a store in an empty folder, FOLDER, and says on standard output what is done as soon as it is. Never closes the
// store: it ends as a power failure would end it.
import { writeSync } from 'node:fs'
import { runCapture } from '../../src/capture/run.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { Base, SERIES } from '../crash/base.ts'
import { Place } from '../crash/place.ts'
import { Random } from '../histories/random.ts'

const base = new Base(new Random(1))
const place = new Place(process.argv[2] as string)
const store = await place.open()
const say = (what: string): void => void writeSync(1, `${what}\n`)

await store.migrate(planMigration(await store.schema(), [base.definition], []), base.at(0))
say('migrated 0')
let taken = 0
for (const day of [10, 30, 50, 70]) {
  taken += (await base.ingest(store, base.fresh(5, day - 8, day - 1), day)).accepted
  say(`ingested ${taken}`)
}
await runCapture(store, SERIES, base.at(100))
say(`captured ${taken}`)
await base.tiers(store, place, 100)
say(`tiered ${taken}`)
taken += (await base.ingest(store, base.fresh(2, 3, 9), 101)).accepted
say(`ingested ${taken}`)
await base.tiers(store, place, 102)
say(`tiered ${taken}`)
process.kill(process.pid, 'SIGKILL')

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { runBackfill, runCapture } from '../../src/capture/run.ts'
import { retractionsOf } from '../../src/intake.ts'
import { runErasure } from '../../src/erasure/run.ts'
import { Quarantine } from '../../src/quarantine.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { declare, makePlan, withAddedMeasures, ZONES } from '../histories/declarations.ts'
import type { Random } from '../histories/random.ts'
import type { EventInput } from '../oracle/subject.ts'
import { type Base, DAY_MS, SERIES, STREAM } from './base.ts'
import { collectedCommands } from './collected-commands.ts'
import { declareLevels, LEVELS } from './collected-world.ts'
import { toFormat1, toFormat2 } from './earlier-formats.ts'
import type { Place } from './place.ts'

type Reach = (failpoint: string) => void

/** Something that is done to a store, dies in the middle, and is done again. */
export interface Command {
  readonly name: string
  /** The store is not there yet. */
  readonly onNothing?: boolean
  /** What lies there before, beyond the base. */
  prepare?(place: Place): void
  /** The base's own promise, that its rows are right, does not hold before it, or while it is under way. */
  readonly wrongBefore?: boolean
  /** Tables that say how often it was given, or what others did meanwhile. */
  readonly again?: readonly string[]
  /** It leases or claims by the machine's clock: whoever gives it again has waited. */
  readonly clocked?: boolean
  run(store: Store, place: Place, reach: Reach): Promise<unknown>
}

/** One of each kind, with what it does chosen by chance; the same words each time that it is given. */
export function commandsOf(base: Base, random: Random): readonly Command[] {
  const sibling = base.recent
  const fresh = base.fresh(random.whole(1, 5), 100, 109)
  const late = [...base.fresh(1, 62, 80), ...base.fresh(1, 1, 25), ...base.fresh(1, 98, 109), random.pick(base.sent.slice(0, 20))]
  const first = random.pick(sibling)
  // Another: of two replacements of one event, which one comes last changes with every repetition.
  const second = random.pick(base.sent.filter((event) => base.idOf(event).id !== base.idOf(first).id))
  const replaced = [changed(random, first), changed(random, second), ...base.fresh(1, 105, 109)]
  const poor: readonly EventInput[] = [
    ...base.fresh(1, 108, 109), { ...random.pick(base.sent), note: 'another' }, ...base.fresh(1, 113, 114), { ...base.fresh(1, 108, 109)[0] as EventInput, at: 'never' },
  ]
  const ids = [...random.some(sibling, 2), base.sent[0] as EventInput].map((event) => base.idOf(event)).concat([{ tenant: 'acme', id: 'nobody knows it' }])
  const more = declare(base.scene, withAddedMeasures(random, base.plan))
  const other = declare(base.scene, { ...makePlan(random, 'second'), keep: base.plan.keep })
  const fewer = declare(base.scene, { ...base.plan, measures: base.plan.measures.slice(0, -1), ratios: base.plan.ratios.filter((name) => name !== 'perFix') })
  const dropped = `${SERIES}.${base.plan.measures.at(-1) as string}`
  const zone = random.pick(ZONES)
  const migrate = (definitions: Parameters<typeof planMigration>[1], accepted: readonly string[] = []) => async (store: Store): Promise<void> =>
    store.migrate(planMigration(await store.schema(), [...definitions, ...accepted.includes(LEVELS) ? [] : [base.levels.definition]], accepted), base.at(110))
  return [
    { name: 'append', run: (store) => base.ingest(store, fresh, 110) },
    { name: 'append what is late', run: (store) => base.ingest(store, late, 110) },
    { name: 'append what is refused', run: (store) => base.ingest(store, poor, 110) },
    { name: 'append only what is refused', run: (store) => base.ingest(store, poor.slice(1), 110) },
    { name: 'replace', run: (store) => base.ingest(store, replaced, 110, 'replace') },
    { name: 'retract', run: (store) => store.retract(STREAM, retractionsOf(ids), base.at(110), 'crash') },
    { name: 'adjust', run: (store) => base.adjust(store, 109) },
    { name: 'capture', run: (store) => runCapture(store, SERIES, base.at(110)) },
    {
      name: 'recompute', wrongBefore: true,
      prepare: ({ database }) => execute(database, `UPDATE "tm_day_${SERIES}" SET facts = facts + 1`),
      run: (store) => runBackfill(store, SERIES, Math.floor(base.at(60) / DAY_MS), Math.floor(base.at(111) / DAY_MS), base.at(110)),
    },
    { name: 'set zones', run: (store) => store.setZones('thing', base.scene.zone, [{ tenant: 'acme', entity: 'one', zone }, { tenant: 'new', entity: 'new', zone }], base.at(110)) },
    { name: 'hold and lift', run: (store) => holdAndLift(store, base.at(110)) },
    {
      name: 'erase', wrongBefore: true,
      run: (store, place, reach) => runErasure({ store, place: place.archivePlace(), now: base.at(112), reach }, { kind: 'thing', tenant: 'acme', entity: 'one', by: 'crash', reason: 'crash', override: null }),
    },
    { name: 'create the store', onNothing: true, run: migrate([base.definition, other]) },
    { name: 'add a measure', run: migrate([more]) },
    { name: 'add a series', run: migrate([base.definition, other]) },
    { name: 'drop a measure', run: migrate([fewer], [dropped]) },
    { name: 'drop a series for another', run: migrate([other], [SERIES]) },
    {
      name: 'add a measure to a collected series',
      run: async (store) => store.migrate(planMigration(await store.schema(), [base.definition, declareLevels(base.source, { more: true }).definition], []), base.at(110)),
    },
    { name: 'drop a collected series', run: migrate([base.definition], [LEVELS]) },
    { name: 'upgrade a store of format 1', prepare: ({ database }) => toFormat1(database, base.definition), run: migrate([base.definition, other]) },
    {
      name: 'upgrade a store of format 2', prepare: ({ database }) => toFormat2(database),
      async run(store) {
        const stored = await store.schema()
        await store.migrate(planMigration(stored, stored.series.map(({ definition }) => definition), []), base.at(110))
      },
    },
    { name: 'replay the quarantine', run: (store) => new Quarantine(store, base.declared, () => base.at(110)).replay() },
    { name: 'tiers, forgetting beliefs', run: (store, place, reach) => base.tiers(store, place, 112, reach) },
    { name: 'tiers, archiving', run: (store, place, reach) => base.tiers(store, place, 125, reach), prepare: captured(base, 124) },
    { name: 'tiers, sweeping first', run: (store, place, reach) => base.tiers(store, place, 109, reach), prepare: leftovers },
    {
      name: 'a day of work',
      async run(store, place, reach) {
        await base.ingest(store, fresh, 125)
        await runCapture(store, SERIES, base.at(126))
        await base.tiers(store, place, 126, reach)
      },
    },
    ...collectedCommands(base, random),
  ]
}

/** Placing once more would make a second hold: what was done before a crash is not done again. */
async function holdAndLift(store: Store, now: number): Promise<void> {
  const [known] = await store.holds.list()
  const hold = known ?? await store.holds.place({ tenant: 'acme', entity: null, by: 'crash', reason: 'crash' }, now)
  if (hold.lifted === null) await store.holds.lift(hold.id, 'crash', 'crash', now)
}

function changed(random: Random, event: EventInput): EventInput {
  return random.chance(0.5) ? { ...event, minutes: 17, note: 'changed' } : { ...event, kind: 'docs', amount: '7.50' }
}

function execute(database: string, sql: string): void {
  const connection = new Database(database)
  connection.exec(sql)
  connection.close()
}

/** As if a capture had been taken then: its row, and the transaction that it stands in. */
function captured(base: Base, day: number): (place: Place) => void {
  return ({ database }) => execute(database, `
    INSERT INTO tm_transaction (id, at, command) SELECT max(id) + 1, ${base.at(day)}, 'capture' FROM tm_transaction;
    INSERT INTO tm_capture (series_id, transaction_id, at) SELECT (SELECT id FROM tm_series WHERE name = '${SERIES}'), max(id), ${base.at(day)} FROM tm_transaction`)
}

/** What a run that died earlier has left. */
function leftovers({ archive }: Place): void {
  mkdirSync(join(archive, SERIES), { recursive: true })
  writeFileSync(join(archive, SERIES, '.2031-07.g1.parquet.0123456789abcdef.tmp'), 'half a file')
}

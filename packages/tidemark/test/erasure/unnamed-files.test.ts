import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Collectors } from '../../src/collectors.ts'
import { Declared } from '../../src/declared.ts'
import { instant, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { Tidemark } from '../../src/tidemark.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { activity, buildHistory, DAY, NAME, NOW, person, Place, SUBJECT, visits } from './fixture.ts'

const LATER = NOW + 300 * DAY
const FORGET = { of: person, tenant: 'acme', entity: NAME }
const WHY = { by: 'the registrar', reason: 'request 17' }

/** A history whose last tiers run was killed when a period's first file had its name and the catalogue did not know it. */
let base: Place

beforeAll(async () => {
  base = Place.lasting()
  await buildHistory(base)
  // The first period has a file already, and gets its second generation; the next one has none.
  await die(base, 2)
  return () => base.remove()
}, 60_000)

/** A tiers run that dies before its n-th commit of an archive file. */
async function die(place: Place, commit: number, owner = place.archivePlace().owner): Promise<void> {
  let commits = 0
  const run = place.opened((store) => runTiers({
    store, series: 'activity', now: LATER, confirmed: true, monotonicMs: () => 0, archive: { ...place.archivePlace(), owner },
    reach: (name) => {
      if (name === 'tiers.before-archive-commit' && ++commits === commit) throw new Error('died')
    },
  }))
  await expect(run).rejects.toThrow('died')
}

const named = (place: Place): string[] => place.sql<{ file: string }>('SELECT file FROM tm_archive WHERE current = 1').map(({ file }) => (JSON.parse(file) as { path: string }).path)
const present = (place: Place): string[] => readdirSync(join(place.archive, 'activity')).map((name) => `activity/${name}`).sort()
/** Files of Parquet that no catalogue knows of, neither as current nor as replaced. */
function orphans(place: Place): string[] {
  const known = new Set(place.sql<{ file: string }>('SELECT file FROM tm_archive').map(({ file }) => (JSON.parse(file) as { path: string }).path))
  return present(place).filter((path) => path.endsWith('.parquet') && !known.has(path))
}

describe('files that a killed tiers run has left and no catalogue names', () => {
  const ways: Readonly<Record<string, (place: Place) => Promise<void>>> = {
    'by the command': (place) => place.history(async (history) => void await history.erasures.forget(FORGET, WHY), LATER),
    'by finishing what was begun': (place) => place.history(async (history, store) => {
      await store.erasures.begin({ ...SUBJECT, ...WHY, override: null }, LATER)
      expect(await history.erasures.finish()).toEqual([1])
    }, LATER),
    'by the next tiers run, before it goes on': (place) => place.history(async (history, store) => {
      await store.erasures.begin({ ...SUBJECT, ...WHY, override: null }, LATER)
      let left: readonly string[] | null = null
      await history.tiers.run('activity', { progress: (step) => { if (step.step === 'erase') left = place.filesWith(NAME).filter((name) => name.endsWith('.parquet')) } })
      expect(left).toEqual([])
    }, LATER),
  }
  for (const [way, erase] of Object.entries(ways)) {
    test(`are gone when an erasure is complete ${way}, and its certificate is as if they had never been`, async () => {
      const place = base.copy()
      const [orphan] = orphans(place)
      expect(orphans(place)).toHaveLength(1)
      expect(readFileSync(join(place.archive, orphan as string)).includes(NAME)).toBe(true)
      const undisturbed = base.copy()
      for (const path of [orphan as string, `${orphan}.json`]) rmSync(join(undisturbed.archive, path))
      writeFileSync(join(place.archive, 'activity', '.2031-Q1.g1.parquet.0123456789abcdef.tmp'), `half a file of ${NAME}`)

      await erase(place)
      expect(place.filesWith(NAME)).toEqual([])
      expect(present(place)).toEqual(named(place).flatMap((path) => [path, `${path}.json`]).sort())
      const certificate = await place.history((history) => history.erasures.certificate(1))
      await erase(undisturbed)
      // The key of a store's digests of names is made by its first erasure.
      const { subject, digest } = await undisturbed.history((history) => history.erasures.certificate(1))
      expect({ ...certificate, subject, digest }).toEqual(await undisturbed.history((history) => history.erasures.certificate(1)))
      expect(certificate.completedAt).not.toBeNull()
    }, 30_000)
  }

  test('keep it open when they cannot be read, until somebody has taken them away', async () => {
    const place = base.copy()
    const [orphan] = orphans(place)
    const at = join(place.archive, orphan as string)
    // The rows come first, and what says whose it is comes last.
    truncateSync(at, readFileSync(at).length - 8)
    expect(readFileSync(at).includes(NAME)).toBe(true)
    await expect(place.history((history) => history.erasures.forget(FORGET, WHY), LATER)).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED', where: orphan })
    expect((await place.history((history) => history.erasures.certificate(1))).completedAt).toBeNull()
    expect(existsSync(at)).toBe(true)
    rmSync(at)
    expect(await place.history((history) => history.erasures.finish(), LATER)).toEqual([1])
    expect(place.filesWith(NAME)).toEqual([])
  }, 30_000)

  test('stay when another store made them', async () => {
    const place = base.copy()
    rmSync(join(place.archive, orphans(place)[0] as string))
    await die(place, 1, 'another store')
    const [foreign] = orphans(place) as [string]
    // Also of a period whose file is made anew.
    const beside = named(place)[0]?.replace(/g\d+/, 'g9') as string
    cpSync(join(place.archive, foreign), join(place.archive, beside))
    expect((await place.history((history) => history.erasures.forget(FORGET, WHY), LATER)).completedAt).not.toBeNull()
    expect(place.filesWith(NAME)).toEqual([beside, foreign].map((path) => path.slice('activity/'.length)))
  }, 30_000)
})

describe('files and quarantine of a series that was dropped', () => {
  const calls = series('calls', { of: person, grain: 'day' }).from(visits, (e, { count }) => ({ calls: count(e.kind.is('call')) })).keep({ day: 'forever' })
  const letters = stream('letters', { of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at', fields: { client: text(), person: text(), id: text(), at: instant() } })
  const sent = series('sent', { of: person, grain: 'day' }).from(letters, (_, { count }) => ({ letters: count() })).keep({ day: 'forever' })
  for (const [which, { definition }] of [['alone', calls], ['with its stream', sent]] as const) {
    test(`${which} are gone with whom they hold, though nothing archives any more`, async () => {
      const place = base.copy()
      await place.opened(async (store) => store.migrate(planMigration(await store.schema(), [definition], [activity.definition.name]), LATER))
      expect(place.filesWith(NAME).filter((name) => name.endsWith('.parquet')).length).toBeGreaterThan(3)
      const certificate = await place.opened((store) => new Tidemark({
        store, declared: new Declared([definition]), collectors: new Collectors([]), storePath: place.database, archive: place.archive, clock: () => LATER, clockConfirmed: true,
      }).erasures.forget(FORGET, WHY))
      // A conflict, a line that cannot be read and an adjustment; bob's line stays.
      expect(certificate.rows).toMatchObject({ quarantine: 3 })
      expect(place.filesWith(NAME)).toEqual([])
      expect(place.sql<{ raw: string }>('SELECT raw FROM tm_quarantine').map(({ raw }) => (JSON.parse(raw) as { id: string }).id)).toEqual(['x2'])
    }, 30_000)
  }
})

import { expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { ARCHIVE_FAILPOINTS } from '../../src/archive/failpoints.ts'
import { ERASURE_FAILPOINTS } from '../../src/erasure/failpoints.ts'
import { finishErasures, runErasure } from '../../src/erasure/run.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { problemsOf } from '../verify/fixture.ts'
import { buildHistory, NAME, NOW, Place, SECRET, SUBJECT } from './fixture.ts'

/** Commands of the store that an erasure consists of, and the points of each. */
const COMMANDS = ['erase', 'erase-rows', 'erase-archive', 'erase-name', 'erase-complete'].flatMap((command) => ['before-begin', 'before-commit', 'after-commit'].map((point) => `${command}.${point}`))
const INSIDE = ['erase.after-entry', 'erase.after-rows', 'erase.after-archive', 'erase.after-name', 'rewrite.before-vacuum', 'rewrite.after-vacuum', 'rewrite.after-checkpoint']

const REQUEST = { ...SUBJECT, by: 'x', reason: 'y', override: null }

function others(place: Place): unknown {
  return ['tm_day_activity', 'tm_week_activity', 'tm_month_activity', 'tm_quarter_activity', 'tm_superseded_activity', 'tm_event_visits', 'tm_identity_visits', 'tm_intake_visits', 'tm_checkpoint']
    .map((table) => place.sql(`SELECT * FROM "${table}" ORDER BY 1, 2, 3, 4`))
}

/** What the files of the archive hold, by period: names and generations depend on how often it was tried. */
function filed(place: Place): unknown {
  return place.sql<{ period: number; file: string }>('SELECT period, file FROM tm_archive WHERE current = 1 ORDER BY period').map(({ period, file }) => {
    const { rows, facts, sums, digest } = JSON.parse(file) as Record<string, unknown>
    return { period, rows, facts, sums, digest }
  })
}

test('stopped at every failpoint, an erasure hides what it has entered, and is finished by repeating it or by the next run', { timeout: 240_000 }, async () => {
  const base = Place.empty()
  await buildHistory(base)
  const undisturbed = base.copy()
  const stops: { failpoint: string; place: Place }[] = []
  const seen = new Set<string>()
  const reached = new Set<string>()
  const reach = (failpoint: string): void => {
    reached.add(failpoint)
    // A point that comes once a file is taken at its first file and, being met again, at its last one.
    if (!seen.has(failpoint) || failpoint === 'erasure.after-archive') stops.push({ failpoint, place: undisturbed.copy() })
    seen.add(failpoint)
  }
  const store = await undisturbed.open(reach)
  const certified = await runErasure({ store, place: undisturbed.archivePlace(), now: NOW, reach }, REQUEST)
  await store.close()
  for (const failpoint of [...COMMANDS, ...INSIDE, ...ERASURE_FAILPOINTS, ...ARCHIVE_FAILPOINTS]) expect(reached).toContain(failpoint)
  const [rows, files] = [others(undisturbed), filed(undisturbed)]

  for (const [index, { failpoint, place }] of stops.entries()) {
    const entered = place.sql('SELECT 1 FROM tm_erasure').length > 0
    if (entered) {
      await place.opened(async (reopened) => {
        const snapshot = await reopened.snapshot()
        expect(await snapshot.erased(SUBJECT.kind, SUBJECT.tenant, SUBJECT.entity), failpoint).toBe(true)
        expect((await snapshot.entities('activity', {}, null)).map(({ entity }) => entity), failpoint).toEqual(['bob'])
        snapshot.close()
      })
      // What is left of it is neither right nor wrong; a file that nobody names yet is for the next step to take away.
      const problems = problemsOf(await place.opened((reopened) => runVerify({ store: reopened, folder: new LocalFolder(place.archive), deep: true })))
      expect({ ...problems, archive: [] }, failpoint).toEqual({ archive: [] })
    }
    await place.opened(async (reopened) => {
      const work = { store: reopened, place: place.archivePlace(), now: NOW + 1000 }
      if (entered && index % 2 === 0) await finishErasures(work)
      else await runErasure(work, REQUEST)
      const [erasure, ...more] = await reopened.erasures.list()
      expect(more, failpoint).toEqual([])
      expect({ rows: erasure?.rows, files: erasure?.files.map(({ path, before }) => [path, before]) }, failpoint).toEqual({ rows: certified.rows, files: certified.files.map(({ path, before }) => [path, before]) })
      expect(erasure?.completedAt, failpoint).not.toBeNull()
    })
    expect([place.filesWith(NAME), place.filesWith(SECRET)], failpoint).toEqual([[], []])
    expect(others(place), failpoint).toEqual(rows)
    expect(filed(place), failpoint).toEqual(files)
    expect(problemsOf(await place.opened((reopened) => runVerify({ store: reopened, folder: new LocalFolder(place.archive), deep: true }))), failpoint).toEqual({})
    place.remove()
  }
  expect(stops.length).toBeGreaterThan(45)
})

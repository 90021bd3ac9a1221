import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSnapshot, getLatestSnapshot } from '../../../../templates/campaigns/answers/snapshot.ts'
import { campaignMetrics, sessionsHeld } from '../../../../templates/campaigns/tidemark.config.ts'
import { open } from '../../src/tidemark.ts'
import { BIN, shell, tidemark } from '../cli/cli.ts'
import { scratchRoot } from '../histories/scratch.ts'

const cwd = mkdtempSync(join(scratchRoot(), 'tidemark-project-'))
const folder = join(cwd, 'mine')
const ran: { readonly call: string; readonly code: number | null; readonly stdout: string; readonly stderr: string }[] = []

/** What `npm install` would put there. */
function install(): void {
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules', 'tidemark'))
  symlinkSync(BIN, join(folder, 'node_modules', '.bin', 'tidemark'))
}

const app = <T>(work: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(join(folder, 'app.db'))
  try {
    return work(db)
  } finally {
    db.close()
  }
}

/** A company, and its campaign that is active and has most sessions. */
const busiest = () => app((db) => db.prepare(`
  SELECT c.company_id AS company, c.id, c.name, (SELECT count(*) FROM sessions WHERE campaign = c.number) AS sessions
  FROM campaigns c WHERE c.status = 'active' ORDER BY sessions DESC LIMIT 1`).get() as { company: string; id: string; name: string; sessions: number })

const historyAt = (instant: number) => open({
  store: `sqlite:${join(folder, 'history.db')}`, archive: join(folder, 'archive'), sources: { app: `sqlite:${join(folder, 'app.db')}` },
  series: [campaignMetrics, sessionsHeld], now: () => instant,
})
type Asking = Parameters<typeof createSnapshot>[0]

beforeAll(async () => {
  const made = await tidemark(['init', 'mine', '--template', 'campaigns'], { cwd })
  expect(made.code, made.stderr).toBe(0)
  const steps = made.stdout.slice(made.stdout.indexOf('Next:')).split('\n').slice(1).map((line) => line.trim()).filter((line) => line !== '')
  expect(steps).toEqual(['cd mine', 'npm install', 'npx tidemark migrate', 'node advance.ts', 'node answers.ts overview'])
  for (const call of steps.slice(1)) {
    if (call === 'npm install') install()
    else ran.push({ call, ...await shell(call, { cwd: folder }) })
  }
}, 120_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

test('the steps that init prints next work as they stand, one after another', () => {
  expect(ran.map(({ call, code, stderr }) => [call, code, code === 0 ? '' : stderr])).toEqual([['npx tidemark migrate', 0, ''], ['node advance.ts', 0, ''], ['node answers.ts overview', 0, '']])
  expect(JSON.parse(ran.at(-1)?.stdout as string)).toMatchObject({ cards: [{ name: 'activeCampaigns' }, {}, {}, {}, {}, {}, {}, {}] })
})

describe('snapshots', () => {
  test('are created once a window: within it the one there is is given, and said to be no new one', async () => {
    const { company, id } = busiest()
    const request = { company, campaign: id }
    // Late in the evening of its own clock, of a day after all that has been captured so far.
    const zone = app((db) => db.prepare('SELECT time_zone FROM companies WHERE id = ?').get(company)?.['time_zone']) as string
    const hourOf = (instant: number): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(instant)
    let evening = (Math.floor(Date.now() / 86_400_000) + 2) * 86_400_000 + 1_800_000
    while (hourOf(evening) !== '23') evening += 3_600_000
    const history = await historyAt(evening)
    const tm = history as unknown as Asking
    const before = await getLatestSnapshot(tm, request)
    const first = await createSnapshot(tm, request)
    expect(first).toMatchObject({ created: true, state: { entity: id, values: { status: 'active' } } })
    expect(first.state?.window.from).not.toBe(before?.window.from)
    expect(await createSnapshot(tm, request)).toEqual({ created: false, state: first.state })
    expect(await getLatestSnapshot(tm, request)).toEqual(first.state)
    await history.close()
  })

  test('of a draft, and of what is not there, there are none', async () => {
    const draft = app((db) => db.prepare("SELECT company_id AS company, id FROM campaigns WHERE status = 'draft' LIMIT 1").get() as { company: string; id: string })
    const history = await historyAt(Date.now())
    const tm = history as unknown as Asking
    for (const request of [{ company: draft.company, campaign: draft.id }, { company: 'nobody', campaign: 'nothing' }]) {
      expect(await createSnapshot(tm, request)).toEqual({ created: false, state: null })
      expect(await getLatestSnapshot(tm, request)).toBeNull()
    }
    await history.close()
  })
})

describe('answers.ts', () => {
  test.each([
    ['overview --from 2026-13-01', 'DATE_INVALID'], ['overview --from 2026-02-30', 'DATE_INVALID'], ['overview --to soon', 'DATE_INVALID'], ['overview --from 2026-02-02 --to 2026-02-01', 'RANGE_INVALID'],
    ['impact --grain fortnight', 'GRAIN_UNKNOWN'], ['overview --now yesterday', 'INSTANT_INVALID'], ['overview --now 2026-02-30T00:00:00Z', 'INSTANT_INVALID'],
    ['budget --horizon x', 'OPTION_INVALID'], ['budget --horizon 0', 'OPTION_INVALID'], ['evidence --most=-3', 'OPTION_INVALID'], ['evidence --most 2.5', 'OPTION_INVALID'],
    ['toString', 'COMMAND_UNKNOWN'], ['overveiw', 'COMMAND_UNKNOWN'], ['', 'ARGUMENT_MISSING'], ['overview gauges', 'ARGUMENT_EXCESS'], ['overview --compnay x', 'OPTION_UNKNOWN'], ['overview --from', 'OPTION_UNKNOWN'],
    ['capacity --grain captured', 'GRAIN_NOT_ACROSS'], ['evidence --to 2025-01-01', 'OPTION_UNKNOWN'], ['latest --from 2026-01-01', 'OPTION_UNKNOWN'], ['overview --campaign x', 'OPTION_UNKNOWN'], ['overview --most 7', 'OPTION_UNKNOWN'],
  ])('%s is refused as %s, in words', async (words, code) => {
    const { code: exit, stdout, stderr } = await shell(`node answers.ts ${words}`, { cwd: folder })
    expect([exit, stdout, stderr.split(':', 1)[0]]).toEqual([2, '', `error ${code}`])
    expect(stderr).toMatch(/\n {2}mend {2}\S/)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('weeks that nobody named begin on a Monday, whatever day it is', async () => {
    for (const now of ['2026-10-28T12:00:00Z', '2026-10-29T12:00:00Z']) for (const words of ['impact', 'capacity']) {
      const { rows } = JSON.parse((await shell(`node answers.ts ${words} --now ${now}`, { cwd: folder })).stdout) as { rows: { period: string; coverage: { expected: number } }[] }
      expect([words, rows.length, rows[0]?.period]).toEqual([words, 12, '2026-08-10'])
    }
  })

  test('a first day that is named counts, without the last', async () => {
    const { stdout } = await shell('node answers.ts capacity --grain month --from 2026-06-15', { cwd: folder })
    expect((JSON.parse(stdout) as { rows: { period: string }[] }).rows[0]?.period).toBe('2026-06-01')
  })
})

test('a campaign that is erased from the history and lives on in the application holds up nothing', async () => {
  const { company, id, sessions } = busiest()
  expect(sessions).toBeGreaterThan(0)
  const forgotten = await tidemark(['forget', id, '--tenant', company, '--by', 'ann', '--reason', 'asked for', '--yes', '--json'], { cwd: folder })
  expect(forgotten.code, forgotten.stderr).toBe(0)
  // Stopped before it remembered what it had handed on: all of it comes again.
  app((db) => db.exec('UPDATE world SET ingested_session = 0'))
  const again = await shell('node advance.ts', { cwd: folder })
  expect([again.code, again.stderr]).toEqual([0, ''])
  expect(again.stdout).toContain(`0 sessions ingested, ${sessions} of erased campaigns left out`)
  expect(app((db) => db.prepare('SELECT ingested_session - (SELECT max(id) FROM sessions) AS left FROM world').get()?.['left'])).toBe(0)
  expect((await shell('node advance.ts', { cwd: folder })).stdout).toContain('0 sessions ingested\n')
}, 60_000)

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Watched } from './place.ts'

const CHECKER = fileURLToPath(new URL('./checker.ts', import.meta.url))
const NOW = '2026-03-02T12:00:00Z'

interface Looked {
  readonly signal: NodeJS.Signals | null
  /** The lines of standard error that tell of an alert. */
  readonly told: readonly string[]
  readonly stdout: string
}

/** Looks at the alerts in a process of its own; see checker.ts. */
function look(folder: string, dies = 'never', claimMs = 30_000): Promise<Looked> {
  const child = spawn(process.execPath, [CHECKER, folder, NOW, dies, String(claimMs)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (piece: string) => { stdout += piece })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => { stderr += piece })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const told = stderr.split('\n').filter((line) => line.startsWith('ALERT '))
      if (code === 0 || signal === 'SIGKILL') resolve({ signal, told, stdout })
      else reject(new Error(`ended with ${code}: ${stderr}`))
    })
  })
}

let place: Watched
beforeEach(async () => {
  place = await new Watched().open('2026-03-02T08:00:00Z')
  await place.tell(NOW, 80, 100)
  await place.close()
})
afterEach(() => place.remove())

const LINE = 'ALERT capacity (warning): acme/c1 utilization.value is 0.8000 (2026-03-02), at least 0.80. Offer more seats'

describe('kill -9', () => {
  test('between the opening and the telling: told once afterwards', async () => {
    expect(await look(place.folder, 'before-claim')).toMatchObject({ signal: 'SIGKILL', told: [] })
    const second = await look(place.folder)
    expect(second).toMatchObject({ signal: null, told: [LINE] })
    // The opening was the first one's.
    expect(JSON.parse(second.stdout)).toEqual({ opened: 0, notified: 1 })
    expect((await look(place.folder)).told).toEqual([])
  })

  test('with the claim in its hand: told once, by the first that looks after the claim has run out', async () => {
    expect(await look(place.folder, 'before-send')).toMatchObject({ signal: 'SIGKILL', told: [] })
    // For half a minute it might still be sending.
    expect((await look(place.folder)).told).toEqual([])
    const database = new Database(join(place.folder, 'history.db'))
    database.exec('UPDATE tm_notification SET claimed_until = claimed_until - 30000')
    database.close()
    expect((await look(place.folder)).told).toEqual([LINE])
    expect((await look(place.folder)).told).toEqual([])
  })

  test('with a claim that has run out by the next look, by the clock of the database and not by that of the command', async () => {
    expect(await look(place.folder, 'before-send', 1)).toMatchObject({ signal: 'SIGKILL', told: [] })
    // The command's own now is the same.
    expect((await look(place.folder)).told).toEqual([LINE])
  })

  test('before it could say that it had told: told again, for nobody can know; the key is the same', async () => {
    const first = await look(place.folder, 'after-send', 1)
    expect(first).toMatchObject({ signal: 'SIGKILL', told: [LINE] })
    expect((await look(place.folder)).told).toEqual([LINE])
    expect((await look(place.folder)).told).toEqual([])
  })
})

test('four processes that look at once open it once and tell it once', async () => {
  await place.open('2026-03-02T08:00:00Z')
  for (let campaign = 2; campaign <= 12; campaign++) await place.tell(NOW, 90, 100, { campaign: `c${campaign}` })
  await place.close()
  const looks = await Promise.all([1, 2, 3, 4].map(() => look(place.folder)))
  const told = looks.flatMap((one) => one.told)
  expect(told.map((line) => /acme\/(c\d+)/.exec(line)?.[1]).sort()).toEqual(['c1', 'c10', 'c11', 'c12', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'])
  expect(looks.reduce((sum, { stdout }) => sum + (JSON.parse(stdout) as { opened: number }).opened, 0)).toBe(12)
})

import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BEACONS, LIT, openLight, turnsAt } from './beacons.ts'
import { hasStarted, killAll, type Running, spawned, start, until } from './running.ts'

const HOUR = 3_600_000
const HEARTBEAT_MS = 400

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tidemark-work-')) })
afterEach(() => {
  killAll()
  rmSync(folder, { recursive: true, force: true })
})

/** Every captured window as it lies in the file: the beacon, its hour, and what the lamp had turned. */
function windows(): readonly { beacon: string; at: number; turns: number; increase: number | null }[] {
  const store = new Database(join(folder, 'light.db'), { readonly: true })
  try {
    return store.prepare(`SELECT e.name AS beacon, r.at, r.turns_last AS turns, r.turns_increase AS increase
      FROM tm_captured_light r JOIN tm_entity e ON e.id = r.entity_id ORDER BY e.name, r.at`).all() as ReturnType<typeof windows>
  } finally {
    store.close()
  }
}

function lease(name: string): { readonly holder: string | null; readonly token: number } | undefined {
  const store = new Database(join(folder, 'light.db'), { readonly: true })
  try {
    return store.prepare('SELECT holder, token FROM tm_lease WHERE name = ?').get(name) as ReturnType<typeof lease>
  } finally {
    store.close()
  }
}

/** Stops a process that holds no lock: in the middle of a write it would keep everybody out until it goes on, as SQLite has it. */
async function stopBetweenWrites(child: ChildProcess): Promise<void> {
  const store = new Database(join(folder, 'light.db'), { timeout: 0 })
  try {
    await until('it holds no lock', () => {
      child.kill('SIGSTOP')
      try {
        store.exec('BEGIN IMMEDIATE; ROLLBACK')
        return true
      } catch {
        child.kill('SIGCONT')
        return false
      }
    })
  } finally {
    store.close()
  }
}

interface LeaseChange {
  readonly at: number
  readonly holder: string
  readonly token: number
}

/** From here on the database itself notes when it saw each taking and renewal of the lease of the captures. */
function watchLeases(): void {
  const store = new Database(join(folder, 'light.db'))
  const note = "INSERT INTO lease_changes SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), new.holder, new.token WHERE new.name = 'capture:light' AND new.holder IS NOT NULL"
  store.exec(`CREATE TABLE lease_changes (at INTEGER, holder TEXT, token INTEGER);
    CREATE TRIGGER lease_taken AFTER INSERT ON tm_lease BEGIN ${note}; END;
    CREATE TRIGGER lease_changed AFTER UPDATE ON tm_lease BEGIN ${note}; END`)
  store.close()
}

function signsOfLife(holder: string): readonly LeaseChange[] {
  const store = new Database(join(folder, 'light.db'), { readonly: true })
  try {
    return store.prepare('SELECT * FROM lease_changes WHERE holder = ? ORDER BY at').all(holder) as LeaseChange[]
  } finally {
    store.close()
  }
}

async function bringUp(): Promise<void> {
  await (await openLight(folder, () => LIT)).close()
}

describe('twenty processes that capture the same 500 hours at once', () => {
  const PROCESSES = 20
  const HOURS = 500

  it('miss none, double none, and have nobody\'s count wrong', async () => {
    await bringUp()
    const running = Array.from({ length: PROCESSES }, () => {
      const child = spawned('capturing-process.ts', folder, String(HOURS))
      let text = ''
      child.stdout?.setEncoding('utf8').on('data', (more: string) => { text += more })
      return new Promise<{ created: number; failed: number; restated: number }>((resolve, reject) => {
        child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`a process ended with ${code}`))))
      })
    })
    const reports = await Promise.all(running)
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(HOURS * BEACONS.length)
    expect(reports.map(({ failed, restated }) => failed + restated)).toEqual(reports.map(() => 0))

    const rows = windows()
    expect(rows).toHaveLength(HOURS * BEACONS.length)
    for (const beacon of BEACONS) {
      const own = rows.filter((row) => row.beacon === beacon)
      expect(own.map(({ at }) => at)).toEqual(Array.from({ length: HOURS }, (_, hour) => LIT + hour * HOUR))
      expect(own.map(({ turns }) => turns)).toEqual(own.map(({ at }) => turnsAt(beacon, at)))
      expect(own.map(({ increase }) => increase)).toEqual([null, ...Array.from({ length: HOURS - 1 }, () => 7)])
    }
  }, 300_000)
})

describe('workers on one store', () => {
  const worker = (name: string, started: number, heartbeatMs = HEARTBEAT_MS): Running => start('worker-process.ts', folder, name, String(heartbeatMs), String(started))
  const capturing = (one: Running): boolean => hasStarted('capture:light', one)

  it('share the work: every hour is captured once, and both can be told to stop', async () => {
    await bringUp()
    const started = Date.now()
    const both = [worker('a', started), worker('b', started)]
    await until('five hours are captured', () => windows().length >= 5 * BEACONS.length)
    for (const { child } of both) child.kill('SIGTERM')
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
    expect(both.map(({ events }) => events.at(-1)?.event)).toEqual(['ended', 'ended'])
    const rows = windows()
    expect(new Set(rows.map(({ beacon, at }) => `${beacon} ${at}`)).size).toBe(rows.length)
    for (const { beacon, at, turns } of rows) expect(turns).toBe(turnsAt(beacon, at))
    // Given back, not left to run out.
    expect(lease('capture:light')?.holder).toBeNull()
  }, 120_000)

  it('take over from one that was killed, within two heartbeats of its last sign of life', async () => {
    await bringUp()
    watchLeases()
    writeFileSync(join(folder, 'gate'), '')
    const started = Date.now()
    // Long ones: a loaded machine is late by milliseconds, and half a heartbeat is to spare for that.
    const slow = (name: string): Running => worker(name, started, 4_000)
    const first = slow('first')
    await until('the first is asking its source', () => capturing(first))
    const second = slow('second')
    await until('the second is up', () => second.events.length > 0)
    await until('the first has renewed its lease', () => signsOfLife('first').length > 1)
    first.child.kill('SIGKILL')
    await until('the second begins', () => capturing(second))
    rmSync(join(folder, 'gate'))
    await until('the second captures', () => windows().length > 0)
    const last = signsOfLife('first').at(-1) as LeaseChange
    const [taken] = signsOfLife('second') as [LeaseChange]
    expect(taken.token).toBeGreaterThan(last.token)
    // Both by the database's clock: not before the lease had run out, and not after two heartbeats.
    expect(taken.at).toBeGreaterThanOrEqual(last.at + 6_000)
    expect(taken.at).toBeLessThanOrEqual(last.at + 8_000)
  }, 120_000)

  it('let one that was stopped and wakes up commit nothing', async () => {
    await bringUp()
    writeFileSync(join(folder, 'gate'), '')
    const started = Date.now()
    const stale = worker('stale', started)
    await until('the stale one is asking its source', () => capturing(stale))
    await stopBetweenWrites(stale.child)
    const other = worker('other', started)
    await until('the other has taken over', () => capturing(other))
    rmSync(join(folder, 'gate'))
    await until('the other has captured', () => windows().length > 0)
    other.child.kill('SIGTERM')
    await other.ended
    const before = windows()
    // By now the other one's hours are long past for the stale one: what it has in hand is of its own hour.
    stale.child.kill('SIGCONT')
    await until('the stale one has seen that it lost', () => stale.events.some(({ event }) => event === 'lost'))
    const own = before.map(({ beacon, at }) => `${beacon} ${at}`)
    expect(windows().filter(({ beacon, at }) => own.includes(`${beacon} ${at}`))).toEqual(before)
    const firstHour = Math.min(...before.map(({ at }) => at))
    expect(windows().filter(({ at }) => at < firstHour)).toEqual([])
    stale.child.kill('SIGTERM')
    expect(await stale.ended).toBe(0)
  }, 120_000)
})

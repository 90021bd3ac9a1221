import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alert, type Channel, open } from '../../src/index.ts'
import { lamps, LATER, LIT } from './lamps.ts'
import { hasStarted, killAll, start, until } from './running.ts'

const HEARTBEAT_MS = 400

let folder = ''
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-stale-'))
  const history = await open({ store: `sqlite:${join(folder, 'lamps.db')}`, series: [lamps], now: () => LIT })
  await history.capture(lamps)
  await history.close()
})
afterEach(() => {
  killAll()
  rmSync(folder, { recursive: true, force: true })
})

function sql(...statements: readonly string[]): readonly unknown[] {
  const store = new Database(join(folder, 'lamps.db'))
  try {
    return statements.map((text) => {
      const statement = store.prepare(text)
      return statement.reader ? statement.all() : statement.run()
    })
  } finally {
    store.close()
  }
}

const everything = (): readonly unknown[] => sql(
  'SELECT * FROM tm_transaction', 'SELECT * FROM tm_captured_lamps', 'SELECT * FROM tm_day_lamps', 'SELECT * FROM tm_month_lamps', 'SELECT * FROM tm_boundary', 'SELECT * FROM tm_job', 'SELECT * FROM tm_alert', 'SELECT * FROM tm_notification',
)

describe('a worker that was stopped for longer than its lease lasts', () => {
  it('in the middle of a tiers run commits none of the pieces that were left, and says so', async () => {
    writeFileSync(join(folder, 'gate'), '')
    const stale = start('tiers-process.ts', folder, 'stale', String(HEARTBEAT_MS))
    await until('its first piece is committed', () => stale.events.some(({ event }) => event === 'piece'))
    stale.child.kill('SIGSTOP')
    const other = start('tiers-process.ts', folder, 'other', String(HEARTBEAT_MS))
    await until('the other has taken the lease over', () => hasStarted('tiers:lamps', other))
    // It waits for the stale one to let go of the tiers; gone, it cannot be what the rest is done by.
    other.child.kill('SIGKILL')
    await other.ended
    const before = everything()
    rmSync(join(folder, 'gate'))
    stale.child.kill('SIGTERM')
    stale.child.kill('SIGCONT')
    expect(await stale.ended).toBe(0)
    expect(stale.events.filter(({ event }) => event === 'piece')).toEqual([{ event: 'piece', entities: 32 }])
    expect(stale.events.slice(-2)).toEqual([{ event: 'lost', job: 'tiers:lamps' }, expect.objectContaining({ event: 'ended', lost: 1 })])
    expect(everything()).toEqual(before)

    const healthy = start('tiers-process.ts', folder, 'healthy', String(HEARTBEAT_MS))
    await until('somebody finishes it', () => healthy.events.some(({ event, job }) => event === 'finished' && job === 'tiers:lamps'))
    expect(sql('SELECT count(*) AS days FROM tm_day_lamps')).toEqual([[{ days: 40 }]])
  }, 120_000)

  it('in the middle of an alerts check leaves what it has claimed to the other', async () => {
    const events: object[] = []
    let before: readonly unknown[] = []
    let sent = 0
    const channel: Channel = {
      name: 'test',
      async send() {
        sent++
        // Another worker takes it over here.
        sql("UPDATE tm_lease SET token = token + 1, holder = 'other', expires_at = 9e15 WHERE name = 'alerts'")
        before = everything()
      },
    }
    const rule = alert('bright', { of: lamps, measure: 'brightness.last', atLeast: 0, action: 'Look.' })
    const history = await open({ store: `sqlite:${join(folder, 'lamps.db')}`, series: [lamps], alerts: [rule], channels: [channel], now: () => LIT + 60_000 })
    const report = await history.work.run({ holder: 'stale', heartbeatMs: 60_000, once: true, stop: new AbortController().signal, wait: async () => {}, report: (event) => { events.push(event) } })
    expect(report.lost).toBe(1)
    expect(events.at(-1)).toEqual({ event: 'lost', job: 'alerts' })
    expect(sent).toBe(1)
    expect(everything()).toEqual(before)
    await history.close()
  }, 60_000)
})

describe('a store under a lease that was taken over', () => {
  it('refuses every write, and still reads', async () => {
    const { openSqliteStore } = await import('../../src/stores/sqlite/open.ts')
    const store = await openSqliteStore({ path: join(folder, 'lamps.db'), program: 'test', thread: 'inline' })
    const under = store.under({ name: 'tiers:lamps', token: 1 })
    const at = LATER
    const anything = {} as never
    const writes: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['capture', () => under.capture('lamps', at)], ['append', () => under.append({ events: [], now: at } as never)], ['recompute', () => under.recompute('lamps', 0, 1, at)],
      ['rollUp', () => under.rollUp({ now: at } as never)], ['commitArchive', () => under.commitArchive({ now: at } as never)], ['pruneSuperseded', () => under.pruneSuperseded('lamps', at)],
      ['believeClock', () => under.believeClock(at + 86_400_000, true)], ['roster', () => under.collected.roster('lamps', [], at)], 
      ['write', () => under.collected.write({ now: at } as never)], ['change', () => under.alerts.change(anything)], ['claim', () => under.alerts.claim('test', at, 1)],
      ['sent', () => under.alerts.sent(1, 'test', 1, at)], ['failed', () => under.alerts.failed(1, 'test', 1, '', at)], ['removeRows', () => under.erasures.removeRows(1, at)],
      ['replaceArchive', () => under.erasures.replaceArchive([], anything, null, at)], ['forgetName', () => under.erasures.forgetName(1, at)], ['complete', () => under.erasures.complete([1], at)],
    ]
    const before = everything()
    for (const [name, write] of writes) await expect(write(), name).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(everything()).toEqual(before)
    expect(await under.archivePeriods('lamps')).toEqual([])
    await store.close()
  })
})

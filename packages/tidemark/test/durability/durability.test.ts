import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { Base, SERIES } from '../crash/base.ts'
import { collectedFaults } from '../crash/collected-ledger.ts'
import { LEVELS } from '../crash/collected-world.ts'
import { dumpOf } from '../crash/dump.ts'
import { ledgerOn } from '../crash/ledger.ts'
import { Place } from '../crash/place.ts'
import { canTrace, sayWhenNot } from '../crash/strace.ts'
import { Random } from '../histories/random.ts'
import { Disk } from './disk.ts'
import { parseCalls, type SystemCall, WATCHED } from './system-calls.ts'

sayWhenNot()

/** What the watched program says, in order. */
const SAID = [
  'migrated', ...['ingested', 'collected', 'ingested', 'collected', 'ingested', 'collected', 'ingested', 'collected'],
  'captured', 'tiered', 'collected', 'tiered', 'ingested', 'tiered', 'held', 'tiered', 'lifted', 'erased',
]
/** The source of the watched program, which begins with the same chance. */
const SOURCE = new Base(new Random(1)).source

let root = ''
let work = ''
let calls: readonly SystemCall[] = []

beforeAll(() => {
  if (!canTrace) return
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tidemark-durability-')))
  work = join(root, 'work')
  mkdirSync(work)
  const trace = join(root, 'trace')
  const { signal, stderr } = spawnSync('strace', [...WATCHED, '-o', trace, process.execPath, fileURLToPath(new URL('acknowledging.ts', import.meta.url)), work], { encoding: 'utf8' })
  if (signal !== 'SIGKILL') throw new Error(`the traced program ended otherwise than by its own hand: ${stderr}`)
  calls = parseCalls(readFileSync(trace, 'utf8'))
  return () => rmSync(root, { recursive: true, force: true })
}, 120_000)

/** Acknowledgements, and where in the calls they are. */
function acknowledged(): readonly { readonly at: number; readonly what: string; readonly events: number; readonly windows: number }[] {
  return calls.flatMap((call, at) => {
    if (call.call !== 'say') return []
    const [what = '', events = '', windows = ''] = call.text.trim().split(' ')
    return [{ at, what, events: Number(events), windows: Number(windows) }]
  })
}

/** The last call before one place that satisfies a condition; -1 when there is none. */
function lastBefore(at: number, matches: (call: SystemCall) => boolean): number {
  return calls.slice(0, at).findLastIndex(matches)
}

const writes = (path: string) => (call: SystemCall): boolean => (call.call === 'write' || call.call === 'truncate') && call.path === path
const syncs = (path: string) => (call: SystemCall): boolean => call.call === 'sync' && call.path === path

describe.skipIf(!canTrace)('what is acknowledged is durable', () => {
  test('the log is synced after its last write and before anything is acknowledged', () => {
    const log = join(work, 'history.db-wal')
    expect(acknowledged().map(({ what }) => what)).toEqual(SAID)
    expect(acknowledged().at(-2)?.windows).toBeGreaterThan(300)
    for (const { at, what, events } of acknowledged()) {
      const written = lastBefore(at, writes(log))
      expect(written, `${what} ${events}`).toBeGreaterThan(-1)
      expect(lastBefore(at, syncs(log)), `${what} ${events}`).toBeGreaterThan(written)
    }
  })

  test('each archive file and manifest is synced before it has its name, and its folder after, before the catalogue names it', () => {
    const published = calls.flatMap((call, at) => ((call.call === 'link' || call.call === 'rename') && call.to.includes('/archive/') ? [{ ...call, at }] : []))
    expect(published.filter(({ to }) => to.endsWith('.parquet')).length).toBeGreaterThan(2)
    expect(published.filter(({ to }) => to.endsWith('.parquet.json'))).toHaveLength(published.length / 2)
    for (const { path, to, at } of published) {
      expect(lastBefore(at, writes(path)), to).toBeGreaterThan(-1)
      expect(lastBefore(at, syncs(path)), `${basename(to)} is synced after its last write`).toBeGreaterThan(lastBefore(at, writes(path)))
      const folderSynced = calls.findIndex((call, place) => place > at && syncs(dirname(to))(call))
      const logWritten = calls.findIndex((call, place) => place > at && writes(join(work, 'history.db-wal'))(call))
      expect(folderSynced, `the folder of ${basename(to)} is synced`).toBeGreaterThan(at)
      expect(logWritten === -1 || folderSynced < logWritten, `the folder of ${basename(to)} is synced before the catalogue is written`).toBe(true)
    }
  })

  test('after a power failure at any acknowledgement all that was acknowledged is there, and at any instant the store is whole', { timeout: 120_000 }, async () => {
    const said = acknowledged()
    const disk = new Disk(work)
    let events = 0
    let windows = 0
    let failures = 0
    for (const [at, call] of calls.entries()) {
      disk.apply(call)
      const acknowledgement = said.find((one) => one.at === at)
      events = acknowledgement?.events ?? events
      // An erasure takes its windows away before it says so.
      const erasing = at > (said.at(-2)?.at as number)
      windows = erasing ? 0 : acknowledgement?.windows ?? windows
      // Right after each sync and each new name, too: something has just become durable before its neighbours.
      const turning = call.call === 'sync' || call.call === 'link' || call.call === 'rename' || call.call === 'unlink'
      if (acknowledgement === undefined && !(turning && call.path.startsWith(work))) continue
      failures++
      expect(await afterPowerFailure(disk, at), `after call ${at}, ${call.call}`).toMatchObject({
        wrong: [], events: expect.toSatisfy((found: number) => found >= events), windows: expect.toSatisfy((found: number) => found >= windows),
        erased: acknowledgement?.what === 'erased' ? 1 : expect.any(Number) as number,
      })
    }
    console.log(`power failed ${failures} times, at each of ${said.length} acknowledgements and after each sync and new name`)
    expect(failures).toBeGreaterThan(40)
  })

  test('a disk that only pretends to sync the log, or folders, is found out', async () => {
    // Before the erasure, which writes the whole store anew.
    const before = acknowledged().at(-2) as ReturnType<typeof acknowledged>[number]
    for (const deafTo of [(path: string) => path.endsWith('-wal'), (path: string) => path.endsWith(SERIES), (path: string) => path.endsWith(LEVELS)]) {
      const disk = new Disk(work, deafTo)
      for (const call of calls.slice(0, before.at + 1)) disk.apply(call)
      const { wrong, events } = await afterPowerFailure(disk, calls.length)
      expect(wrong.length > 0 || events < before.events).toBe(true)
    }
  })
})

interface AfterPowerFailure {
  readonly wrong: readonly string[]
  readonly events: number
  readonly windows: number
  /** Complete erasures. */
  readonly erased: number
}

async function afterPowerFailure(disk: Disk, number: number): Promise<AfterPowerFailure> {
  const folder = join(root, `after-${number}`)
  try {
    const place = new Place(folder)
    disk.restore(folder)
    try {
      if (dumpOf(place, { check: true }).size === 0) return { wrong: [], events: 0, windows: 0, erased: 0 }
      const connection = new Database(place.database)
      try {
        const { acknowledged: events, counted, files } = ledgerOn(connection, SERIES)
        const others = ledgerOn(connection, LEVELS)
        const problems = (await checkArchive(place.archivePlace().folder, [...files, ...others.files])).filter(({ reason }) => reason !== 'unexpected')
        return {
          wrong: [
            ...(events === counted ? [] : [`${events} facts acknowledged, ${counted} counted`]), ...problems.map(({ detail, path }) => `${path}: ${detail}`),
            ...await collectedFaults(place, connection, SOURCE),
          ],
          events, windows: others.counted,
          erased: connection.prepare('SELECT count(*) FROM tm_erasure WHERE completed_at IS NOT NULL').pluck().get() as number,
        }
      } finally {
        connection.close()
      }
    } catch (error) {
      return { wrong: [String(error)], events: 0, windows: 0, erased: 0 }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { SERIES } from '../crash/base.ts'
import { dumpOf } from '../crash/dump.ts'
import { ledgerOf } from '../crash/ledger.ts'
import { Place } from '../crash/place.ts'
import { canTrace, sayWhenNot } from '../crash/strace.ts'
import { Disk } from './disk.ts'
import { parseCalls, type SystemCall, WATCHED } from './system-calls.ts'

sayWhenNot()

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
function acknowledged(): readonly { readonly at: number; readonly what: string; readonly events: number }[] {
  return calls.flatMap((call, at) => {
    if (call.call !== 'say') return []
    const [what = '', events = ''] = call.text.trim().split(' ')
    return [{ at, what, events: Number(events) }]
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
    expect(acknowledged()).toHaveLength(9)
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
    let failures = 0
    for (const [at, call] of calls.entries()) {
      disk.apply(call)
      const acknowledgement = said.find((one) => one.at === at)
      events = acknowledgement?.events ?? events
      // Right after each sync and each new name, too: something has just become durable before its neighbours.
      const turning = call.call === 'sync' || call.call === 'link' || call.call === 'rename' || call.call === 'unlink'
      if (acknowledgement === undefined && !(turning && call.path.startsWith(work))) continue
      failures++
      expect(await afterPowerFailure(disk, at), `after call ${at}, ${call.call}`).toMatchObject({ wrong: [], events: expect.toSatisfy((found: number) => found >= events) })
    }
    console.log(`power failed ${failures} times, at each of ${said.length} acknowledgements and after each sync and new name`)
    expect(failures).toBeGreaterThan(40)
  })

  test('a disk that only pretends to sync the log, or folders, is found out', async () => {
    for (const deafTo of [(path: string) => path.endsWith('-wal'), (path: string) => path.endsWith(SERIES)]) {
      const disk = new Disk(work, deafTo)
      for (const call of calls) disk.apply(call)
      const { wrong, events } = await afterPowerFailure(disk, calls.length)
      expect(wrong.length > 0 || events < (acknowledged().at(-1)?.events ?? 0)).toBe(true)
    }
  })
})

async function afterPowerFailure(disk: Disk, number: number): Promise<{ readonly wrong: readonly string[]; readonly events: number }> {
  const folder = join(root, `after-${number}`)
  try {
    const place = new Place(folder)
    disk.restore(folder)
    try {
      if (dumpOf(place, { check: true }).size === 0) return { wrong: [], events: 0 }
      const { acknowledged: events, counted, files } = ledgerOf(place, SERIES)
      const problems = (await checkArchive(place.archivePlace().folder, files)).filter(({ reason }) => reason !== 'unexpected')
      return { wrong: [...(events === counted ? [] : [`${events} facts acknowledged, ${counted} counted`]), ...problems.map(({ detail, path }) => `${path}: ${detail}`)], events }
    } catch (error) {
      return { wrong: [String(error)], events: 0 }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

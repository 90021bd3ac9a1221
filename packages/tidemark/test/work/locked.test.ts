import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import type { Job } from '../../src/work/job.ts'
import { runWorker, type WorkerRequest, type WorkEvent } from '../../src/work/worker.ts'
import { LIT, openLight } from './beacons.ts'

const HEARTBEAT_MS = 200
const job: Job = { name: 'capture:light', kind: 'capture', series: 'light', schedule: { kind: 'every', ms: 60_000 }, signal: null }

let folder = ''
let store: Store
let locking: ChildProcess
let events: WorkEvent[]
let stop: AbortController

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-locked-'))
  await (await openLight(folder, () => LIT)).close()
  store = await openSqliteStore({ path: join(folder, 'light.db'), program: 'test', busyTimeoutMs: 100 })
  events = []
  stop = new AbortController()
  await lock()
})
afterEach(async () => {
  locking.kill('SIGKILL')
  stop.abort()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Another process holds the store from here on. */
async function lock(): Promise<void> {
  locking = spawn(process.execPath, [new URL('locking-process.ts', import.meta.url).pathname, join(folder, 'light.db')], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve, reject) => {
    locking.stdout?.once('data', resolve)
    locking.once('close', reject)
  })
}

async function unlock(): Promise<void> {
  const ended = new Promise((resolve) => locking.once('close', resolve))
  locking.kill('SIGKILL')
  await ended
}

const work = (change: Partial<WorkerRequest> = {}) => runWorker({
  store, jobs: [job], clock: () => LIT, holder: 'test', heartbeatMs: HEARTBEAT_MS, stop: stop.signal, once: false,
  perform: async () => 'all of it', report: (event) => { events.push(event) },
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}), ...change,
})

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 10) {
    if (holds()) return
    await sleep(10)
  }
  throw new Error(`waited a minute in vain: ${what}`)
}

const waits = (): number => events.filter(({ event }) => event === 'waiting').length

describe('a worker whose store is locked for longer than a statement waits', () => {
  it('says so, tries again, and does its work when the lock is gone', async () => {
    const working = work()
    await until('it has waited twice', () => waits() >= 2)
    expect(events.every(({ event }) => event === 'waiting')).toBe(true)
    expect(events[0]).toMatchObject({ error: expect.stringMatching(/^STORE_BUSY: .*is locked by another process/) })
    await unlock()
    await until('it has worked', () => events.some(({ event }) => event === 'finished'))
    stop.abort()
    expect(await working).toEqual({ finished: 1, failed: 0, lost: 0 })
  }, 90_000)

  it('goes on when the lock comes in the middle of a job', async () => {
    await unlock()
    let times = 0
    const working = work({ perform: async () => {
      if (++times === 1) await lock()
      return 'all of it'
    } })
    await until('it waits', () => waits() >= 1)
    await unlock()
    await until('it has worked', () => events.some(({ event }) => event === 'finished'))
    stop.abort()
    expect(await working).toMatchObject({ finished: 1, lost: 0 })
    expect(await store.jobs.states()).toMatchObject([{ job: 'capture:light', ranAt: LIT, failures: 0 }])
  }, 90_000)

  it('ends when it is to do what is due once', async () => {
    await expect(work({ once: true })).rejects.toMatchObject({ code: 'STORE_BUSY' })
    expect(events).toEqual([])
  }, 90_000)
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { EventReport } from '../../src/intake.ts'
import { HEADER } from '../cli/cli.ts'
import { dumpOf } from './dump.ts'
import { ledgerOf } from './ledger.ts'
import { Place } from './place.ts'
import { start, tracesOf, untilFirstWrite } from './program.ts'
import { contentOf, copyOf, declareMore, makeProject, NOW, run, scratch, verify } from './project.ts'

const COMMITS = 4_000

describe('several processes on one store', () => {
  test('ten starters race to create it and then to migrate it: it is done once', { timeout: 180_000 }, async () => {
    const folder = makeProject(join(scratch(), 'project'), 10)
    const versions = (): number => (JSON.parse(dumpOf(new Place(folder)).get('tm_migration') ?? '[]') as unknown[]).length
    for (const version of [1, 2]) {
      if (version === 2) declareMore(folder)
      const starters = Array.from({ length: 10 }, () => start(['migrate', '--now', NOW], folder))
      const applied = await Promise.all(starters.map(async (starter) => (await starter.document<{ applied: boolean }>()).applied))
      expect(applied.filter((one) => one)).toHaveLength(1)
      expect(versions()).toBe(version)
    }
    const alone = makeProject(join(scratch(), 'project'), 10)
    await run(alone, 'migrate')
    declareMore(alone)
    await run(alone, 'migrate')
    expect(contentOf(folder)).toEqual(contentOf(alone))
  })

  test('two take in one file at once: every event is accepted by one of them', { timeout: 180_000 }, async () => {
    const folder = makeProject(join(scratch(), 'project'), COMMITS)
    await run(folder, 'migrate')
    const reports = await Promise.all([1, 2].map(() => start(['ingest', 'contributions', 'commits.csv', '--now', NOW], folder).document<EventReport>()))
    const sum = (key: 'accepted' | 'duplicate'): number => reports.reduce((total, report) => total + report[key], 0)
    expect([sum('accepted'), sum('duplicate')]).toEqual([COMMITS, COMMITS])
    await verify(folder)
    expect(ledgerOf(new Place(folder), 'activity')).toMatchObject({ acknowledged: COMMITS, counted: COMMITS })
  })

  test('one is stopped in the middle of a tiers run, another takes in late events, the first wakes up: nothing is lost or counted twice', { timeout: 240_000 }, async () => {
    const root = scratch()
    const filled = makeProject(join(root, 'filled'), COMMITS)
    await run(filled, 'ingest', 'contributions', 'commits.csv')
    await run(filled, 'capture', 'activity')
    // The same people on the same days, under other ids: late for every tier.
    const late = readFileSync(join(filled, 'commits.csv'), 'utf8').trimEnd().split('\n').slice(1, 201).map((line) => line.replace(/[0-9a-f]{12}$/, (id) => `1${id.slice(1)}`))
    writeFileSync(join(filled, 'late.csv'), `${HEADER}\n${late.join('\n')}\n`)
    for (const afterMs of [0, 40, 250]) {
      const folder = copyOf(filled, join(root, `stopped-${afterMs}`))
      const sleeper = start(['tiers', 'run', '--now', NOW], folder)
      expect(await untilFirstWrite(sleeper, folder, tracesOf(folder))).toBe(true)
      await setTimeout(afterMs)
      sleeper.child.kill('SIGSTOP')
      const asleep = sleeper.running
      const other = start(['ingest', 'contributions', 'late.csv', '--now', NOW], folder)
      // It may have to wait for a lock that the sleeper holds; it does not wait for ever, so the sleeper wakes up.
      await Promise.race([other.ended(), setTimeout(3_000)])
      sleeper.child.kill('SIGCONT')
      expect(await other.document<EventReport>()).toMatchObject({ accepted: 200, duplicate: 0 })
      await sleeper.document()
      await run(folder, 'tiers', 'run')
      await verify(folder)
      expect(ledgerOf(new Place(folder), 'activity'), `stopped after ${afterMs} ms, ${asleep ? 'in its work' : 'too late'}`).toMatchObject({ acknowledged: COMMITS + 200, counted: COMMITS + 200 })
    }
  })
})

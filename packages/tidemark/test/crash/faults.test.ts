import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { enrol, makeCollectedProject } from './collected-project.ts'
import { ledgerOf } from './ledger.ts'
import { Place } from './place.ts'
import { start } from './program.ts'
import { contentOf, copyOf, makeProject, NOW, run, scratch, verify } from './project.ts'
import { canTrace, type Fault, failing, sayWhenNot } from './strace.ts'

const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)
/** Faults of each call and error for each command; more before a release. */
const FAULTS = Number(process.env['TIDEMARK_FAULTS'] ?? (process.env['TIDEMARK_LONG'] === '1' ? 40 : 2))
const COMMITS = 500
/** What a failed write may be called, and nothing else. */
const CODES = ['STORE_IO', 'STORE_FULL', 'STORE_UNREADABLE', 'ARCHIVE_FOLDER']

/** Of the collected series: few, so that a capture is one write. */
const SITES = 5
const FORGET = ['forget', 'site-3', '--tenant', 'acme', '--reason', 'asked for', '--by', 'crash', '--yes']

interface Step {
  readonly name: string
  readonly from: string
  readonly words: readonly string[]
  /** About how often a thread makes the call: later ones are not reached, and then nothing fails. */
  readonly calls: Readonly<Partial<Record<Fault['call'], number>>>
}

const STEPS: readonly Step[] = [
  { name: 'migrate', from: 'empty', words: ['migrate'], calls: { pwrite64: 60, fsync: 8 } },
  { name: 'ingest', from: 'migrated', words: ['ingest', 'contributions', 'commits.csv'], calls: { pwrite64: 60, fsync: 3 } },
  { name: 'capture', from: 'filled', words: ['capture', 'activity'], calls: { pwrite64: 8, fsync: 3 } },
  { name: 'capture of a live source', from: 'enrolled', words: ['capture', 'levels'], calls: { pwrite64: 150, fsync: 3 } },
  { name: 'forget', from: 'erasing', words: FORGET, calls: { pwrite64: 60, fsync: 4 } },
  { name: 'tiers run', from: 'captured', words: ['tiers', 'run'], calls: { pwrite64: 150, fsync: 12, link: 4, rename: 4 } },
]

sayWhenNot()

let stages = ''

beforeAll(async () => {
  if (!canTrace) return
  stages = mkdtempSync(join(scratchRoot(), 'tidemark-faults-'))
  let stage = makeProject(join(stages, 'empty'), COMMITS)
  for (const [name, ...words] of [['migrated', 'migrate'], ['filled', 'ingest', 'contributions', 'commits.csv'], ['captured', 'capture', 'activity'], ['tiered', 'tiers', 'run']] as const) {
    stage = copyOf(stage, join(stages, name))
    await run(stage, ...words)
  }
  await enrol(makeCollectedProject(join(stages, 'enrolled'), SITES))
  const collected = copyOf(join(stages, 'enrolled'), join(stages, 'collected'))
  await run(collected, 'capture', 'levels')
  const erasing = copyOf(collected, join(stages, 'erasing'))
  await run(erasing, 'tiers', 'run')
  // The first erasure of a store draws a key by chance; from here on it is the same.
  await run(erasing, 'forget', 'site-0', ...FORGET.slice(2))
  await run(copyOf(erasing, join(stages, 'forgotten')), ...FORGET)
  return () => rmSync(stages, { recursive: true, force: true })
}, 120_000)

/** Where a step leads to when nothing fails. */
const AFTER: Readonly<Record<string, string>> = { empty: 'migrated', migrated: 'filled', filled: 'captured', captured: 'tiered', enrolled: 'collected', erasing: 'forgotten' }

describe.skipIf(!canTrace)(`a write or a sync that fails (seed ${SEED})`, () => {
  for (const { name, from, words, calls } of STEPS) {
    test.concurrent(`${name}: it is told with a code, nothing is lost or half done, and the same again succeeds`, { timeout: 120_000 + FAULTS * 60_000 }, async ({ onTestFinished }) => {
      const random = new Random(SEED + name.length)
      const root = scratch(onTestFinished)
      const expected = contentOf(join(stages, AFTER[from] as string))
      const told: string[] = []
      let failures = 0
      for (const [call, most] of Object.entries(calls) as [Fault['call'], number][]) {
        for (const error of ['EIO', 'ENOSPC'] as const) {
          for (let number = 0; number < FAULTS; number++) {
            // The first is always tried; a disk that is full stays so.
            const fault: Fault = { call, error, when: number === 0 ? 1 : random.whole(2, most), on: error === 'ENOSPC' }
            const folder = join(root, 'case')
            cpSync(join(stages, from), folder, { recursive: true })
            const program = start([...words, '--now', NOW], folder, failing(fault))
            const { code } = await program.ended()
            const context = `seed ${SEED}: ${name}, ${call} number ${fault.when} fails with ${error}: ${program.stderr}`
            told.push(`${call} ${fault.when} ${error}: ${code === 0 ? 'nothing' : codeIn(program.stderr)}`)
            if (code !== 0) {
              failures++
              expect(code, context).toBe(1)
              expect(program.stdout, context).toBe('')
              expect(CODES, context).toContain(codeIn(program.stderr))
            }
            // Whatever was taken in before is still there, once.
            if (name !== 'migrate') expect(balance(folder), context).toBe(balance(join(stages, name === 'ingest' && code !== 0 ? from : AFTER[from] as string)))
            await start([...words, '--now', NOW], folder).document()
            expect(contentOf(folder), context).toEqual(expected)
            rmSync(folder, { recursive: true, force: true })
          }
        }
      }
      console.log(`${name}: ${failures} of ${told.length} failed: ${told.join(', ')}`)
      expect(failures).toBeGreaterThan(told.length / 3)
    })
  }
})

/** Facts that are acknowledged; a text that says so when others are counted. */
function balance(folder: string): string {
  const { acknowledged, counted } = ledgerOf(new Place(folder), 'activity')
  return acknowledged === counted ? `${acknowledged} facts` : `${acknowledged} facts acknowledged, ${counted} counted`
}

function codeIn(stderr: string): string {
  try {
    return (JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { code: string }).code
  } catch {
    return stderr
  }
}

test.skipIf(!canTrace)('after all that, verify finds nothing in an undisturbed run', async () => {
  await verify(join(stages, 'tiered'))
})

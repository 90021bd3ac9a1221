import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { killAfterFirstWrite, timeOf } from './program.ts'
import { contentOf, copyOf, declareMore, makeProject, NOW, run, scratch, verify } from './project.ts'

/** Kills of each command; more before a release. */
const KILLS = Number(process.env['TIDEMARK_KILLS'] ?? (process.env['TIDEMARK_LONG'] === '1' ? 60 : 6))
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)
/** A run that ends before it is killed does not count; so often it is tried for each kill. */
const TRIES = 20
/** Three batches. */
const COMMITS = 5_000

interface Killed {
  readonly name: string
  readonly words: readonly string[]
  /** Puts what the command needs into an empty folder. */
  prepare(folder: string): void
  /** The project, seen from that folder. */
  readonly project?: string
}

let stages = ''

beforeAll(async () => {
  stages = mkdtempSync(join(scratchRoot(), 'tidemark-stages-'))
  const empty = makeProject(join(stages, 'empty'), COMMITS)
  await run(empty, 'migrate')
  const filled = copyOf(empty, join(stages, 'filled'))
  await run(filled, 'ingest', 'contributions', 'commits.csv')
  const captured = copyOf(filled, join(stages, 'captured'))
  await run(captured, 'capture', 'activity')
  declareMore(copyOf(filled, join(stages, 'declared')))
  return () => rmSync(stages, { recursive: true, force: true })
}, 120_000)

const from = (stage: string) => (folder: string): void => cpSync(join(stages, stage), folder, { recursive: true, preserveTimestamps: true })

const COMMANDS: readonly Killed[] = [
  { name: 'ingest', words: ['ingest', 'contributions', 'commits.csv', '--now', NOW], prepare: from('empty') },
  { name: 'capture', words: ['capture', 'activity', '--backfill', '2012-01-01..2027-01-01', '--now', NOW], prepare: from('filled') },
  { name: 'tiers run', words: ['tiers', 'run', '--now', NOW], prepare: from('captured') },
  { name: 'migrate', words: ['migrate', '--now', NOW], prepare: from('declared') },
  {
    name: 'demo', words: ['demo', '--dir', 'demo', '--file', 'commits.csv', '--no-serve', '--now', NOW], project: 'demo',
    prepare(folder) {
      mkdirSync(folder)
      cpSync(join(stages, 'empty', 'commits.csv'), join(folder, 'commits.csv'))
    },
  },
]

describe(`kill -9, ${KILLS} times (seed ${SEED})`, () => {
  for (const { name, words, prepare, project = '.' } of COMMANDS) {
    test(`${name}: killed past its first write and given again, it leaves what an undisturbed run leaves`, { timeout: 60_000 + KILLS * 60_000 }, async () => {
      const root = scratch()
      const random = new Random(SEED)
      const undisturbed = join(root, 'undisturbed')
      prepare(undisturbed)
      const lastsMs = await timeOf(words, undisturbed)
      await verify(join(undisturbed, project))
      const expected = contentOf(join(undisturbed, project))
      let counted = 0
      let tries = 0
      const delays: number[] = []
      for (; counted < KILLS && tries < KILLS * TRIES; tries++) {
        const folder = join(root, String(tries))
        prepare(folder)
        // Short commands are gone soon after their first write: the more tries fail, the sooner the next kill comes.
        const afterMs = random.next() ** 1.5 * lastsMs * Math.max(0, 1 - (tries - counted) / 10)
        const alive = await killAfterFirstWrite(words, folder, afterMs)
        if (alive) {
          counted++
          delays.push(Math.round(afterMs))
        }
        const context = `seed ${SEED}, try ${tries}, ${afterMs.toFixed(1)} ms after the first write`
        await timeOf(words, folder)
        if (alive) await verify(join(folder, project))
        expect(contentOf(join(folder, project)), context).toEqual(expected)
        rmSync(folder, { recursive: true, force: true })
      }
      console.log(`${name}: ${counted} kills in ${tries} tries, ${delays.join(', ')} ms after the first write; undisturbed it lasts ${lastsMs.toFixed(0)} ms after it`)
      expect(counted).toBe(KILLS)
    })
  }
})

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, test } from 'vitest'
import { scratchRoot } from '../histories/scratch.ts'
import { killAndRepeat, type Killed, KILLS, KILLS_TIMEOUT_MS, SEED } from './killed.ts'
import { copyOf, declareMore, makeProject, NOW, run } from './project.ts'

/** Three batches. */
const COMMITS = 5_000

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
  for (const command of COMMANDS) {
    test(`${command.name}: killed past its first write and given again, it leaves what an undisturbed run leaves`, { timeout: KILLS_TIMEOUT_MS }, () => killAndRepeat(command))
  }
})

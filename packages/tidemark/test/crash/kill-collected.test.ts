import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, test } from 'vitest'
import { scratchRoot } from '../histories/scratch.ts'
import { enrol, makeCollectedProject } from './collected-project.ts'
import { killAndRepeat, type Killed, KILLS, KILLS_TIMEOUT_MS, SEED } from './killed.ts'
import { copyOf, NOW, run } from './project.ts'

/** Of the time since they were first heard of, at four windows a day, a capture makes two writes. */
const SITES = 20

let stages = ''

beforeAll(async () => {
  stages = mkdtempSync(join(scratchRoot(), 'tidemark-collected-stages-'))
  const enrolled = await enrol(makeCollectedProject(join(stages, 'enrolled'), SITES))
  const captured = copyOf(enrolled, join(stages, 'captured'))
  await run(captured, 'capture', 'levels')
  const tiered = copyOf(captured, join(stages, 'tiered'))
  await run(tiered, 'tiers', 'run')
  const { unpacked } = await run(tiered, 'tiers', 'unpack', 'levels', '--dry-run') as { readonly unpacked: number }
  if (unpacked < 100) throw new Error('hardly anything is packed')
  // The first erasure of a store draws a key by chance; from here on it is the same.
  await run(tiered, 'forget', 'site-0', '--tenant', 'acme', '--reason', 'asked for', '--by', 'crash', '--yes')
  return () => rmSync(stages, { recursive: true, force: true })
}, 180_000)

const from = (stage: string) => (folder: string): void => cpSync(join(stages, stage), folder, { recursive: true, preserveTimestamps: true })

const COMMANDS: readonly Killed[] = [
  { name: 'capture of a live source', words: ['capture', 'levels', '--now', NOW], prepare: from('enrolled') },
  { name: 'tiers run, which rolls up and packs', words: ['tiers', 'run', '--now', NOW], prepare: from('captured') },
  { name: 'tiers unpack', words: ['tiers', 'unpack', 'levels', '--now', NOW], prepare: from('tiered') },
  // The dead worker's leases have run out before the next one looks.
  { name: 'run', words: ['run', '--once', '--heartbeat', '0.1', '--now', NOW], prepare: from('enrolled') },
  { name: 'forget', words: ['forget', 'site-3', '--tenant', 'acme', '--reason', 'asked for', '--by', 'crash', '--yes', '--now', NOW], prepare: from('tiered') },
]

describe(`kill -9 around a live source, ${KILLS} times (seed ${SEED})`, () => {
  for (const command of COMMANDS) {
    test(`${command.name}: killed past its first write and given again, it leaves what an undisturbed run leaves`, { timeout: KILLS_TIMEOUT_MS }, () => killAndRepeat(command))
  }
})

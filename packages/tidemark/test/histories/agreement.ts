import { expect } from 'vitest'
import { runHistories } from './run.ts'

/** Histories of one run of the suite, both halves together; `test:long` takes TIDEMARK_HISTORIES of them. */
const HISTORIES = Number(process.env['TIDEMARK_HISTORIES'] ?? (process.env['TIDEMARK_LONG'] === '1' ? 10_000 : 1_000))
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 1)

/** A process can use one core, so the histories are told in two of them, each a test file. */
export const HALF = Math.ceil(HISTORIES / 2)
export const LIMIT_MS = HALF * 5_000

/** Model and engine answer this half of the histories alike, and the histories meet every case often enough. */
export async function agree(half: 0 | 1): Promise<void> {
  const first = SEED + half * HALF
  const { census, crashes, differences } = await runHistories(first, HALF)
  const points = [...crashes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([failpoint, times]) => `${failpoint} ${times}`).join(', ')
  console.log(`histories ${first} to ${first + HALF - 1}\n${census.text}\ncrashed at: ${points}`)
  expect(differences, differences.join('\n\n')).toEqual([])
  expect(census.shortfalls).toEqual([])
}

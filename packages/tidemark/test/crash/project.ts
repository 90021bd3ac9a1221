import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { madeUpCommits } from '../../src/cli/made-up-commits.ts'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { HEADER } from '../cli/cli.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { dumpOf } from './dump.ts'
import { Place } from './place.ts'
import { start } from './program.ts'

const CONFIG = fileURLToPath(new URL('../../../../templates/contributions/tidemark.config.ts', import.meta.url))
/** Years after the last commit: every tier has something to do. */
export const NOW = '2026-11-20T12:00:00Z'

/**
 * An empty folder in memory, gone after the test.
 *
 * @param finished of a test that runs beside others, its own: nobody else can tell which one is asking
 */
export function scratch(finished: (work: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(scratchRoot(), 'tidemark-process-'))
  finished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A project of the contributions template with a file of made-up commits; nothing has been taken in yet. */
export function makeProject(folder: string, commits: number, seed = 1): string {
  mkdirSync(folder, { recursive: true })
  cpSync(CONFIG, join(folder, 'tidemark.config.ts'))
  const lines = [...madeUpCommits({ seed, count: commits })].map((one) => [one.client_id, one.contributor_id, one.authored_at, one.committed_at, one.kind, one.commit_id].join(','))
  writeFileSync(join(folder, 'commits.csv'), `${HEADER}\n${lines.join('\n')}\n`)
  return folder
}

/** Declares a measure more. */
export function declareMore(folder: string): void {
  const path = join(folder, 'tidemark.config.ts')
  const text = readFileSync(path, 'utf8')
  const changed = text.replace('active: any(),', "active: any(), more: count(e.kind.is('fix')), mornings: min(e.committed_at.timeOfDay()),")
  if (changed === text) throw new Error('the template has no measure active to put another beside')
  writeFileSync(path, changed)
}

export async function run(folder: string, ...words: readonly string[]): Promise<unknown> {
  return start([...words, '--now', NOW], folder).document()
}

/** A copy of a project that nobody is using. */
export function copyOf(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true, preserveTimestamps: true })
  return to
}

/**
 * What a store and its archive say, without what depends on how often and how fast commands were given: numbers of
 * transactions, the store's own name and clock, and names and generations of files.
 */
export function contentOf(folder: string): Readonly<Record<string, unknown>> {
  const content: Record<string, unknown> = {}
  for (const [table, rows] of dumpOf(new Place(folder), { check: true })) {
    if (['tm_transaction', 'tm_touched', 'tm_run', 'tm_meta', 'tm_migration'].includes(table)) continue
    content[table] = table !== 'tm_archive' ? rows : (JSON.parse(rows) as [string, string, string, string, string][])
      .filter(([, , , current]) => current === '1').map(([, , , , file]) => {
        const { period, rows: count, facts, sums, digest } = JSON.parse(file) as ArchiveFile
        return { period, count, facts, sums, digest }
      })
  }
  return content
}

/** Throws, with what it found, unless `verify` finds nothing. */
export async function verify(folder: string): Promise<void> {
  const program = start(['verify', '--now', NOW], folder)
  const { code } = await program.ended()
  if (code !== 0) throw new Error(`verify ended with ${code}: ${program.stdout.slice(0, 2000)} ${program.stderr}`)
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Random } from '../histories/random.ts'
import { killAfterFirstWrite, timeOf } from './program.ts'
import { contentOf, scratch, verify } from './project.ts'

/** Kills of each command; more before a release. */
export const KILLS = Number(process.env['TIDEMARK_KILLS'] ?? (process.env['TIDEMARK_LONG'] === '1' ? 60 : 6))
export const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)
export const KILLS_TIMEOUT_MS = 60_000 + KILLS * 60_000
/** A run that ends before it is killed does not count; so often it is tried for each kill. */
const TRIES = 20

export interface Killed {
  readonly name: string
  readonly words: readonly string[]
  /** Puts what the command needs into an empty folder. */
  prepare(folder: string): void
  /** The project, seen from that folder. */
  readonly project?: string
}

/** Kills a command again and again past its first write; given once more, it must leave what an undisturbed run leaves. */
export async function killAndRepeat({ name, words, prepare, project = '.' }: Killed): Promise<void> {
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
}

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Model } from '../oracle/model.ts'
import { Census } from './census.ts'
import { compare } from './compare.ts'
import { Engine } from './engine.ts'
import { generate } from './generate.ts'
import { Random } from './random.ts'
import { scratchRoot } from './scratch.ts'

/** Events that wait until they settle, by seed: none, some few, all those of a history. */
const INTAKES = [4, 0, 1, 12, 1_000] as const

export interface HistoriesReport {
  readonly census: Census
  readonly crashes: ReadonlyMap<string, number>
  /** One text a history that the two answered differently. */
  readonly differences: readonly string[]
}

/** Puts histories of consecutive seeds to the model and to the engine. Stops at the first difference unless told not to. */
export async function runHistories(first: number, count: number, { keepGoing = false } = {}): Promise<HistoriesReport> {
  const census = new Census()
  const crashes = new Map<string, number>()
  const differences: string[] = []
  const root = mkdtempSync(join(scratchRoot(), 'tidemark-histories-'))
  for (let seed = first; seed < first + count; seed++) {
    const model = new Model()
    const random = new Random(seed + 7_777_777)
    const engine = new Engine(join(root, String(seed)), () => random.next(), INTAKES[seed % INTAKES.length])
    const counting = census.history(model)
    const difference = await compare(generate(seed), model, engine, (step, answer) => counting.note(step, answer))
    counting.end()
    for (const [failpoint, times] of engine.crashes) crashes.set(failpoint, (crashes.get(failpoint) ?? 0) + times)
    await engine.close()
    if (difference === null) continue
    differences.push(difference.text)
    if (!keepGoing) break
  }
  rmSync(root, { recursive: true, force: true })
  return { census, crashes, differences }
}

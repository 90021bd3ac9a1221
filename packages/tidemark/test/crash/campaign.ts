import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { Base, SERIES } from './base.ts'
import { type Command, commandsOf } from './commands.ts'
import { archiveFiles, differences, type Dump, dumpOf } from './dump.ts'
import { failpointNames } from './failpoint-names.ts'
import { ledgerOf } from './ledger.ts'
import { Place } from './place.ts'

export interface CampaignReport {
  readonly seed: number
  readonly points: number
  /** By failpoint: how often the world was stopped there. */
  readonly reached: Readonly<Record<string, number>>
  readonly byCommand: Readonly<Record<string, number>>
  /** A text for each point after which something was lost, half done, or done twice. */
  readonly faults: readonly string[]
}

/** What a command does when nothing disturbs it. */
interface Undisturbed {
  readonly trace: readonly string[]
  /** For each failpoint of the trace, how many transactions had been committed when it was reached. */
  readonly commits: readonly number[]
  /** What the store held after so many commits; the first is what it held before. */
  readonly states: readonly Dump[]
  readonly end: Dump
  readonly files: ReadonlyMap<string, string>
}

interface Point {
  readonly index: number
  readonly failpoint: string
}

/** Points that are taken of one command on one base: the more, the cheaper each; the fewer, the more varied. */
const MOST_A_COMMAND = 10
const FEWEST_A_COMMAND = 2
/** Each failpoint is met at least so often in a campaign of full size, however rarely commands come by. */
const LEAST = 20

/**
 * Stops the world at seeded points of seeded commands. Each time the files are copied as they are at that instant, no
 * `finally` having run, and the copy must hold what was committed by then and no more; given the command once more,
 * it must come to hold what an undisturbed run leaves, to the last row and byte.
 */
export async function runCampaign(options: { readonly seed: number; readonly points: number; readonly stopAt?: number }): Promise<CampaignReport> {
  const { seed, points, stopAt = 5 } = options
  const random = new Random(seed)
  const tally = new Tally(failpointNames(), points)
  const faults: string[] = []
  const root = mkdtempSync(join(scratchRoot(), 'tidemark-crash-'))
  try {
    for (let round = 0; !tally.done && faults.length < stopAt; round++) {
      const folder = join(root, String(round))
      await runRound({ folder, random: new Random(random.whole(0, 2 ** 31)), tally, faults, stopAt, where: `seed ${seed}, round ${round}` })
      rmSync(folder, { recursive: true, force: true })
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return { seed, points: tally.points, reached: tally.reached, byCommand: tally.byCommand, faults }
}

/** How often each failpoint was met, so that the rare ones are chosen first. */
class Tally {
  readonly reached: Record<string, number> = {}
  readonly byCommand: Record<string, number> = {}
  readonly #wanted: number
  readonly #least: number
  points = 0

  constructor(names: readonly string[], wanted: number) {
    this.#wanted = wanted
    this.#least = Math.ceil((wanted * LEAST) / 2000)
    for (const name of names) this.reached[name] = 0
  }

  /** Enough points, and enough of each; what is rarer than that is not waited for for ever. */
  get done(): boolean {
    if (this.points < this.#wanted) return false
    return this.points >= this.#wanted * 1.5 || Object.values(this.reached).every((times) => times >= this.#least)
  }

  count(command: string, failpoint: string): void {
    this.points++
    this.reached[failpoint] = (this.reached[failpoint] ?? 0) + 1
    this.byCommand[command] = (this.byCommand[command] ?? 0) + 1
  }

  /** First where it has not been stopped often enough, each failpoint once; then anywhere. */
  choose(trace: readonly string[], random: Random): readonly Point[] {
    const all = trace.map((failpoint, index) => ({ index, failpoint }))
    const rare = all.filter(({ failpoint }) => (this.reached[failpoint] ?? 0) < this.#least)
    // Of several times that one is passed, any.
    const oneOfEach = [...Map.groupBy(rare, ({ failpoint }) => failpoint).values()].map((group) => random.pick(group))
      .sort((a, b) => (this.reached[a.failpoint] as number) - (this.reached[b.failpoint] as number)).slice(0, MOST_A_COMMAND)
    const chosen = new Map(oneOfEach.map((point) => [point.index, point]))
    for (const point of random.some(all, Math.max(1, FEWEST_A_COMMAND - chosen.size))) chosen.set(point.index, point)
    return [...chosen.values()].sort((a, b) => a.index - b.index)
  }
}

interface Round {
  readonly folder: string
  readonly random: Random
  readonly tally: Tally
  readonly faults: string[]
  readonly stopAt: number
  readonly where: string
}

async function runRound({ folder, random, tally, faults, stopAt, where }: Round): Promise<void> {
  const base = new Base(random)
  const origin = new Place(join(folder, 'base'))
  await base.build(origin)
  const nothing = new Place(join(folder, 'nothing'))
  const commands = commandsOf(base, random)
  // In another order each time: the last round may be cut short.
  for (const command of commands.map((command) => ({ command, weight: random.next() })).sort((a, b) => a.weight - b.weight).map(({ command }) => command)) {
    if (tally.done || faults.length >= stopAt) return
    const start = command.onNothing === true ? nothing : origin
    const prepared = start.copyTo(join(folder, 'prepared'))
    command.prepare?.(prepared)
    const undisturbed = await runUndisturbed(command, prepared.copyTo(join(folder, 'undisturbed')))
    const points = tally.choose(undisturbed.trace, random)
    const copies = await runStopped(command, prepared.copyTo(join(folder, 'stopped')), points, folder)
    for (const point of points) {
      tally.count(command.name, point.failpoint)
      const copy = copies.get(point.index)
      const found = copy === undefined ? ['the second run did not come by this point'] : await examine(command, copy, point, undisturbed)
      if (found.length > 0) faults.push(`${where}: ${command.name}, stopped at ${point.failpoint} (${point.index} of ${undisturbed.trace.length}):\n  ${found.join('\n  ')}`)
    }
    for (const name of ['prepared', 'undisturbed', 'stopped', 'copies']) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

async function runUndisturbed(command: Command, place: Place): Promise<Undisturbed> {
  const trace: string[] = []
  const commits: number[] = []
  const states: Dump[] = [dumpOf(place)]
  const reach = (failpoint: string): void => {
    if (failpoint.endsWith('.after-commit')) states.push(dumpOf(place))
    trace.push(failpoint)
    commits.push(states.length - 1)
  }
  await runOn(command, place, reach)
  return { trace, commits, states, end: dumpOf(place), files: archiveFiles(place) }
}

/** Runs the command once more and copies the files at each of the points. */
async function runStopped(command: Command, place: Place, points: readonly Point[], folder: string): Promise<ReadonlyMap<number, Place>> {
  const copies = new Map<number, Place>()
  const wanted = new Set(points.map(({ index }) => index))
  let index = 0
  await runOn(command, place, () => {
    if (wanted.has(index)) copies.set(index, place.copyTo(join(folder, 'copies', String(index))))
    index++
  })
  return copies
}

async function runOn(command: Command, place: Place, reach: (failpoint: string) => void): Promise<void> {
  const store = await place.open(reach)
  try {
    await command.run(store, place, reach)
  } finally {
    await store.close()
  }
}

/** What is wrong with a copy, first as the crash left it, then after the command was given again. */
async function examine(command: Command, copy: Place, point: Point, undisturbed: Undisturbed): Promise<string[]> {
  try {
    const committed = undisturbed.commits[point.index] as number
    const found = differences(undisturbed.states[committed] as Dump, dumpOf(copy, { check: true })).map((line) => `at once: ${line}`)
    if (committed > 0 && transactions(undisturbed.states[committed - 1]) === transactions(undisturbed.states[committed])) found.push('at once: a transaction was called committed, and it is not there')
    if (command.wrongBefore !== true) found.push(...await unbalanced(copy, 'at once'))
    await runOn(command, copy, () => {})
    found.push(...differences(undisturbed.end, dumpOf(copy, { check: true })).map((line) => `after it was repeated: ${line}`))
    found.push(...await unbalanced(copy, 'after it was repeated'), ...strayFiles(undisturbed.files, copy))
    return found
  } catch (error) {
    return [error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)]
  }
}

function transactions(state: Dump | undefined): string | undefined {
  return state?.get('tm_transaction')
}

/** Every fact that was acknowledged is in one row or one sound file. */
async function unbalanced(place: Place, when: string): Promise<string[]> {
  const { acknowledged, counted, files } = ledgerOf(place, SERIES)
  const lines = acknowledged === counted ? [] : [`${when}: ${acknowledged} facts were acknowledged, and ${counted} are counted`]
  const problems = (await checkArchive(place.archivePlace().folder, files)).filter(({ reason }) => reason !== 'unexpected')
  return [...lines, ...problems.map(({ path, detail }) => `${when}: ${path}: ${detail}`)]
}

/** The files that an undisturbed run leaves, to the byte; of older ones, which the next run sweeps, some may be gone. */
function strayFiles(expected: ReadonlyMap<string, string>, place: Place): string[] {
  const found = archiveFiles(place)
  const named = new Set(ledgerOf(place, SERIES).files.flatMap(({ path }) => [path, `${path}.json`]))
  const lines = [...found].filter(([path, hash]) => expected.get(path) !== hash).map(([path]) => `after it was repeated: ${path} is no file of an undisturbed run`)
  return [...lines, ...[...named].filter((path) => !found.has(path)).map((path) => `after it was repeated: ${path} is not there`)]
}

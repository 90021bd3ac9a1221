import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { Base, SERIES } from './base.ts'
import { toldIn } from './collected-commands.ts'
import { collectedFaults } from './collected-ledger.ts'
import { LEVELS, type Source } from './collected-world.ts'
import { type Command, commandsOf } from './commands.ts'
import { archiveFiles, differences, type Dump, dumpOf, dumpOn } from './dump.ts'
import { failpointNames } from './failpoint-names.ts'
import { ledgerOn } from './ledger.ts'
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
  /** The points at which it had just committed, one a state after the first. */
  readonly committed: readonly string[]
  readonly told: string
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
const MOST_A_COMMAND = 30
const FEWEST_A_COMMAND = 2
/** Each failpoint is met at least so often in a campaign of full size, however rarely commands come by. */
const LEAST = 20
/** Of what is wrong with one point, as much as can be read. */
const MOST_LINES = 12

/**
 * Stops the world at seeded points of seeded commands. Each time the files are copied as they are at that instant, no
 * `finally` having run, and the copy must hold what was committed by then and no more; given the command once more,
 * it must come to hold what an undisturbed run leaves, to the last row and byte.
 */
export async function runCampaign(options: { readonly seed: number; readonly points: number; readonly only?: string; readonly stopAt?: number }): Promise<CampaignReport> {
  const { seed, points, only = '', stopAt = 5 } = options
  const random = new Random(seed)
  const tally = new Tally(failpointNames(), points)
  const faults: string[] = []
  const root = mkdtempSync(join(scratchRoot(), 'tidemark-crash-'))
  try {
    for (let round = 0; !tally.done && faults.length < stopAt; round++) {
      const folder = join(root, String(round))
      const before = tally.points
      await runRound({ folder, random: new Random(random.whole(0, 2 ** 31)), tally, faults, only, stopAt, where: `seed ${seed}, round ${round}` })
      rmSync(folder, { recursive: true, force: true })
      // There are enough, and no command comes by what is still too rare.
      if (tally.points === before && tally.points >= points) break
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
  /** By command: the failpoints that it has come by so far. */
  readonly #passed = new Map<string, ReadonlySet<string>>()
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

  /** Whether a command may come by a failpoint that was met too seldom, or there are too few points anyway. */
  isWanted(command: string): boolean {
    const passed = this.#passed.get(command)
    return this.points < this.#wanted || passed === undefined || [...passed].some((name) => (this.reached[name] ?? 0) < this.#least)
  }

  count(command: string, failpoint: string): void {
    this.points++
    this.reached[failpoint] = (this.reached[failpoint] ?? 0) + 1
    this.byCommand[command] = (this.byCommand[command] ?? 0) + 1
  }

  /** First where it has not been stopped often enough, each failpoint once; then, until there are enough, anywhere. */
  choose(command: string, trace: readonly string[], random: Random): readonly Point[] {
    this.#passed.set(command, new Set([...this.#passed.get(command) ?? [], ...trace]))
    const all = trace.map((failpoint, index) => ({ index, failpoint }))
    const rare = all.filter(({ failpoint }) => (this.reached[failpoint] ?? 0) < this.#least)
    // Of several times that one is passed, any.
    const oneOfEach = [...Map.groupBy(rare, ({ failpoint }) => failpoint).values()].map((group) => random.pick(group))
      .sort((a, b) => (this.reached[a.failpoint] as number) - (this.reached[b.failpoint] as number)).slice(0, MOST_A_COMMAND)
    const chosen = new Map(oneOfEach.map((point) => [point.index, point]))
    const others = this.points < this.#wanted ? Math.max(1, FEWEST_A_COMMAND - chosen.size) : 0
    for (const point of random.some(all, others)) chosen.set(point.index, point)
    return [...chosen.values()].sort((a, b) => a.index - b.index)
  }
}

interface Round {
  readonly folder: string
  readonly random: Random
  readonly tally: Tally
  readonly faults: string[]
  /** Of the commands those whose name has this in it. */
  readonly only: string
  readonly stopAt: number
  readonly where: string
}

async function runRound({ folder, random, tally, faults, only, stopAt, where }: Round): Promise<void> {
  const base = new Base(random)
  const origin = new Place(join(folder, 'base'))
  const wrong = await built(base, origin)
  if (wrong.length > 0) {
    faults.push(`${where}, before anything was stopped: ${wrong.slice(0, MOST_LINES).join('\n  ')}`)
    return
  }
  const nothing = new Place(join(folder, 'nothing'))
  const commands = commandsOf(base, random).filter(({ name }) => name.includes(only))
  // In another order each time: the last round may be cut short.
  for (const command of commands.map((command) => ({ command, weight: random.next() })).sort((a, b) => a.weight - b.weight).map(({ command }) => command)) {
    if (tally.done || faults.length >= stopAt) return
    if (!tally.isWanted(command.name)) continue
    const start = command.onNothing === true ? nothing : origin
    const prepared = start.copyTo(join(folder, 'prepared'))
    command.prepare?.(prepared)
    const found = await runCommand({ command, prepared, folder, random, tally, source: base.source })
    faults.push(...found.map((text) => `${where}: ${command.name}, ${text}`))
    for (const name of ['prepared', 'undisturbed', 'stopped', 'copies']) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** What is wrong with a base that nothing disturbed. */
async function built(base: Base, place: Place): Promise<string[]> {
  try {
    await base.build(place)
    return await opened(place, (connection) => unbalanced(place, connection, base.source))
  } catch (error) {
    return [textOf(error)]
  }
}

interface Run {
  readonly command: Command
  readonly prepared: Place
  readonly folder: string
  readonly random: Random
  readonly tally: Tally
  readonly source: Source
}

/** A text for each point of a command after which something was wrong. */
async function runCommand({ command, prepared, folder, random, tally, source }: Run): Promise<string[]> {
  const place = prepared.copyTo(join(folder, 'undisturbed'))
  let undisturbed: Undisturbed
  try {
    undisturbed = await runUndisturbed(command, place)
  } catch (error) {
    return [`which nothing disturbed: ${textOf(error)}`]
  }
  const wrong = await opened(place, (connection) => unbalanced(place, connection, source))
  if (wrong.length > 0) return [`which nothing disturbed: ${wrong.slice(0, MOST_LINES).join('\n  ')}`]
  const points = tally.choose(command.name, undisturbed.trace, random)
  if (points.length === 0) return []
  const copies = await runStopped(command, prepared.copyTo(join(folder, 'stopped')), points, folder)
  const faults: string[] = []
  for (const point of points) {
    tally.count(command.name, point.failpoint)
    const copy = copies.get(point.index)
    const found = copy === undefined ? ['the second run did not come by this point'] : await examine(command, copy, point, undisturbed, source)
    if (found.length > 0) faults.push(`stopped at ${point.failpoint} (${point.index} of ${undisturbed.trace.length}):\n  ${found.slice(0, MOST_LINES).join('\n  ')}`)
  }
  return faults
}

async function runUndisturbed(command: Command, place: Place): Promise<Undisturbed> {
  const trace: string[] = []
  const committed: string[] = []
  const commits: number[] = []
  const states: Dump[] = [dumpOf(place)]
  const reach = (failpoint: string): void => {
    if (failpoint.endsWith('.after-commit')) {
      states.push(dumpOf(place))
      committed.push(failpoint)
    }
    trace.push(failpoint)
    commits.push(states.length - 1)
  }
  await runOn(command, place, reach)
  return { trace, committed, commits, states, end: dumpOf(place), files: archiveFiles(place), told: toldIn(place) }
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
async function examine(command: Command, copy: Place, point: Point, undisturbed: Undisturbed, source: Source): Promise<string[]> {
  try {
    const committed = undisturbed.commits[point.index] as number
    const found = await opened(copy, async (connection) => [
      ...differences(undisturbed.states[committed] as Dump, dumpOn(connection, { check: true }), command.again),
      ...command.wrongBefore === true ? [] : await unbalanced(copy, connection, source),
    ].map((line) => `at once: ${line}`))
    // Housekeeping has no transaction in the catalogue.
    const recorded = committed > 0 && undisturbed.committed[committed - 1] !== 'housekeeping.after-commit'
    if (recorded && transactions(undisturbed.states[committed - 1]) === transactions(undisturbed.states[committed])) found.push('at once: a transaction was called committed, and it is not there')
    if (command.clocked === true) copy.wait()
    await runOn(command, copy, () => {})
    const after = await opened(copy, async (connection) => [
      ...differences(undisturbed.end, dumpOn(connection, { check: true }), command.again), ...await unbalanced(copy, connection, source),
      ...strayFiles(undisturbed.files, copy, filesOn(connection)), ...toldIn(copy) === undisturbed.told ? [] : [`told were ${toldIn(copy)}, and should have been ${undisturbed.told}`],
    ].map((line) => `after it was repeated: ${line}`))
    return [...found, ...after]
  } catch (error) {
    return [textOf(error)]
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
}

function transactions(state: Dump | undefined): string | undefined {
  return state?.get('tm_transaction')
}

/** Every fact that was acknowledged, and every window that was captured, is in one row or one sound file. */
async function unbalanced(place: Place, connection: Database.Database, source: Source): Promise<string[]> {
  const { acknowledged, counted } = ledgerOn(connection, SERIES)
  const lines = acknowledged === counted ? [] : [`${acknowledged} facts were acknowledged, and ${counted} are counted`]
  const problems = (await checkArchive(place.archivePlace().folder, filesOn(connection))).filter(({ reason }) => reason !== 'unexpected')
  return [...lines, ...problems.map(({ path, detail }) => `${path}: ${detail}`), ...await collectedFaults(place, connection, source)]
}

function filesOn(connection: Database.Database): readonly ArchiveFile[] {
  return [SERIES, LEVELS].flatMap((series) => ledgerOn(connection, series).files)
}

/** Opens the files as a program after a crash would; of a store that is not there yet nothing is said. */
async function opened(place: Place, say: (connection: Database.Database) => Promise<string[]>): Promise<string[]> {
  const connection = new Database(place.database)
  try {
    return await say(connection)
  } finally {
    connection.close()
  }
}

/** The files that an undisturbed run leaves, to the byte; of older ones, which the next run sweeps, some may be gone. */
function strayFiles(expected: ReadonlyMap<string, string>, place: Place, files: readonly ArchiveFile[]): string[] {
  const found = archiveFiles(place)
  const named = new Set(files.flatMap(({ path }) => [path, `${path}.json`]))
  const lines = [...found].filter(([path, hash]) => expected.get(path) !== hash).map(([path]) => `${path} is no file of an undisturbed run`)
  return [...lines, ...[...named].filter((path) => !found.has(path)).map((path) => `${path} is not there`)]
}

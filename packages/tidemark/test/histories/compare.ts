import type { Subject } from '../oracle/subject.ts'
import type { History, Step } from './step.ts'

/** Told before each step which is to come, so that an adapter can die in the one after `crash`. */
export interface Crashable {
  crashInNextCommand?(): void | Promise<void>
}

export interface Difference {
  readonly seed: number
  readonly step: number
  readonly expected: unknown
  readonly actual: unknown
  readonly text: string
}

/** What a Subject answers to one step; a refusal is an answer too. */
export async function perform(subject: Subject & Crashable, step: Step): Promise<unknown> {
  try {
    switch (step.do) {
      case 'declare': return (await subject.declare(step.series, step.now)) ?? null
      case 'setZone': return (await subject.setZone(step.entity, step.zone, step.now)) ?? null
      case 'ingest': return await subject.ingest(step.stream, step.events, { now: step.now, onConflict: step.onConflict })
      case 'retract': return await subject.retract(step.stream, step.ids, step.now)
      case 'adjust': return await subject.adjust(step.series, step.adjustments, step.now)
      case 'capture': return await subject.capture(step.series, step.now)
      case 'runTiers': return (await subject.runTiers(step.series, step.now)) ?? null
      case 'query': return await subject.query(step.series, step.request, step.now)
      case 'window': return await subject.window(step.series, step.request, step.now)
      case 'checkpoints': return await subject.checkpoints(step.series, step.entity)
      case 'source': return (await subject.setSource(step.series, step.change)) ?? null
      case 'backfill': return await subject.backfill(step.series, step.from, step.to, step.now)
      case 'stateAt': return await subject.stateAt(step.series, step.entity, step.atMs, step.now)
      case 'hold': return (await subject.hold(step.name, step.hold, step.now)) ?? null
      case 'liftHold': return (await subject.liftHold(step.name, step.now)) ?? null
      case 'forget': return (await subject.forget(step.kind, step.entity, step.override, step.now)) ?? null
      case 'cascade': return await subject.cascade(step.kind, step.entities)
      case 'crash': return (await subject.crashInNextCommand?.()) ?? null
    }
  } catch (error) {
    return { refused: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  }
}

/** Puts a history to both; the first step that they answer differently, or null. `note` sees each step and the expected answer. */
export async function compare(
  history: History, expected: Subject & Crashable, actual: Subject & Crashable, note: (step: Step, answer: unknown) => void = () => {},
): Promise<Difference | null> {
  for (const [index, step] of history.steps.entries()) {
    const wanted = await perform(expected, step)
    const given = await perform(actual, step)
    // Sorting keys costs more than most answers; it is needed only where the plain texts differ.
    if (JSON.stringify(wanted) !== JSON.stringify(given) && canonical(wanted) !== canonical(given)) {
      return { seed: history.seed, step: index, expected: wanted, actual: given, text: describe(history.seed, index, step, wanted, given) }
    }
    note(step, wanted)
  }
  return null
}

/** JSON with sorted keys, so that the order of keys is no difference. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part)
}

const MOST_LINES = 40

function describe(seed: number, index: number, step: Step, expected: unknown, actual: unknown): string {
  const lines = [...differences('', expected, actual)]
  return [
    `seed ${seed}, step ${index}: ${step.do} at ${new Date(step.now).toISOString()}`,
    JSON.stringify(step),
    ...lines.slice(0, MOST_LINES),
    ...(lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more`] : []),
  ].join('\n')
}

type Row = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Rows are told apart by what they are about, so that one missing row does not shift all that follow. */
function rowName(value: unknown, index: number): string {
  if (!isRecord(value) || !('coverage' in value)) return String(index)
  return [value.tenant, value.entity, JSON.stringify(value.group), value.period ?? value.from].join(' ')
}

function* differences(path: string, expected: unknown, actual: unknown): Generator<string> {
  if (canonical(expected) === canonical(actual)) return
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const named = (rows: readonly unknown[]): Map<string, unknown> => new Map(rows.map((row, index) => [rowName(row, index), row]))
    const [wanted, given] = [named(expected), named(actual)]
    if ([...wanted.keys()].join() !== [...given.keys()].join() && wanted.size === given.size && [...wanted.keys()].every((key) => given.has(key))) {
      yield `${path}: the same rows in another order`
    }
    for (const key of new Set([...wanted.keys(), ...given.keys()])) yield* differences(`${path}[${key}]`, wanted.get(key), given.get(key))
  } else if (isRecord(expected) && isRecord(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) yield* differences(`${path}.${key}`, expected[key], actual[key])
  } else {
    yield `${path}: expected ${shown(expected)}, got ${shown(actual)}`
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

/** Both Subjects afresh. `done` releases what they hold. */
export interface Pair {
  readonly expected: Subject & Crashable
  readonly actual: Subject & Crashable
  done?(): void | Promise<void>
}

/**
 * A shorter history that still differs: drops stretches of steps, halving them, then single events of batches.
 * Gives up after `tries` runs with what it has.
 */
export async function shrink(history: History, pair: () => Pair | Promise<Pair>, tries = 300): Promise<History> {
  let left = tries
  let wanted: string | null = null
  // Another difference, where what it rests on has been dropped, is not the one that is looked for.
  const kindOf = (step: Step, text: string): string => `${step.do}${/^\.refused:/m.test(text) ? ', refused' : ''}`
  const differs = async (steps: readonly Step[]): Promise<number | null> => {
    left -= 1
    const subjects = await pair()
    try {
      const found = await compare({ seed: history.seed, steps }, subjects.expected, subjects.actual)
      if (found === null) return null
      const kind = kindOf(steps[found.step] as Step, found.text)
      wanted ??= kind
      return kind === wanted ? found.step : null
    } finally {
      await subjects.done?.()
    }
  }
  let steps = history.steps
  const first = await differs(steps)
  if (first === null) return history
  steps = steps.slice(0, first + 1)
  for (let size = Math.ceil(steps.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = steps.length - size; start > -size && left > 0; start -= size) {
      const candidate = steps.filter((step, index) => index < start || index >= start + size || (index === 0 && step.do === 'declare'))
      if (candidate.length === steps.length) continue
      const found = await differs(candidate)
      if (found !== null) steps = candidate.slice(0, found + 1)
    }
  }
  for (let index = steps.length - 1; index >= 0 && left > 0; index -= 1) {
    const batch = steps[index]
    if (batch?.do !== 'ingest') continue
    let events = batch.events
    for (let place = events.length - 1; place >= 0 && events.length > 1 && left > 0; place -= 1) {
      const fewer = events.filter((_, other) => other !== place)
      const candidate = steps.map((step, other) => (other === index ? { ...batch, events: fewer } : step))
      if ((await differs(candidate)) === null) continue
      events = fewer
      steps = candidate
    }
  }
  return { seed: history.seed, steps }
}

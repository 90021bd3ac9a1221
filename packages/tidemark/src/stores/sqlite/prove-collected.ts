import { tierEnd, tierStart } from '../../calendar/period.ts'
import { dayText } from '../../canonical/day-text.ts'
import type { Tier } from '../../definitions/keep.ts'
import { TidemarkError } from '../../errors.ts'
import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { mergeStates } from '../../measures/merge.ts'
import type { RollupStep } from '../contract/tiers.ts'
import type { StoredCollected } from './collected-series.ts'
import { rowTable } from './names.ts'
import { type ProofTexts, proofTexts } from './proof-texts.ts'
import type { NamedOwner } from './rows.ts'
import type { WriteSession } from './session.ts'

/**
 * Compares what an entity's rows were rolled up into with its source by what the database makes of it itself, not by
 * the merge: every source row stands in exactly one row of the target; facts, sums and extremes are those that SQL
 * tells of its rows; first and last values are read off them in the order of time; a row that stands for one other is
 * the same. Texts that no database can merge are merged the other way round. To be called while the source is there.
 *
 * @throws ROLLUP_PROOF_FAILED
 */
export function proveRollUp(session: WriteSession, series: StoredCollected, entity: NamedOwner, step: Pick<RollupStep, 'source' | 'target' | 'boundary'>): void {
  const { source, target, boundary } = step
  const texts = textsOf(series, source, target)
  const owner = { tenant: entity.tenantId, entity: entity.id, boundary }
  const [first, rows] = session.sql(texts.source).raw().get(owner) as [number | null, number]
  if (first === null) return
  const proof: Proof = {
    session, texts, target, range: { ...owner, from: tierStart(target, first) },
    fail(name, before, after, bucket) {
      throw new TidemarkError('ROLLUP_PROOF_FAILED', `rolling ${source} into ${target}: ${name} is ${String(before)} before and ${String(after)} after`, {
        where: `${series.definition.name}, ${entity.tenant}, ${entity.entity}, ${dayText(bucket)}`,
      })
    },
  }
  const windows = proveWindows(proof, rows)
  if (windows === rows) {
    proveInSql(proof, texts.alike)
    return
  }
  proveInSql(proof, texts.summed)
  if (texts.endColumns.length > 0) proveEnds(proof)
  if (texts.textColumns.length > 0) proveTexts(proof)
}

interface Proof {
  readonly session: WriteSession
  readonly texts: ProofTexts
  readonly target: Tier
  readonly range: { readonly tenant: number; readonly entity: number; readonly from: number; readonly boundary: number }
  fail(name: string, before: unknown, after: unknown, bucket: number): never
}

/** By layout, so that two hundred columns are put into words once and not for every entity. */
const known = new WeakMap<object, Map<string, ProofTexts>>()

function textsOf({ definition, layout }: StoredCollected, source: Tier, target: Tier): ProofTexts {
  const ofLayout = known.get(layout) ?? new Map<string, ProofTexts>()
  known.set(layout, ofLayout)
  const key = `${source} ${target}`
  let texts = ofLayout.get(key)
  if (texts === undefined) {
    texts = proofTexts({
      source: rowTable(definition.name, source), target: rowTable(definition.name, target), captured: source === 'captured', split: definition.dimensions.length > 0, columns: layout.columns,
    })
    ofLayout.set(key, texts)
  }
  return texts
}

/** Windows of the target are whole, each has a source, and together they have all of it. How many there are. */
function proveWindows({ session, texts, target, range, fail }: Proof, rows: number): number {
  const windows = session.sql(texts.windows).raw().all(range) as [number, number, number, number][]
  let told = 0
  for (const [bucket, days, , of] of windows) {
    const whole = tierEnd(target, bucket) - bucket
    if (tierStart(target, bucket) !== bucket || days !== whole) fail('days', whole, days, bucket)
    told += of
  }
  if (told !== rows) fail('the number of rows told', rows, told, range.from)
  const written = session.sql(texts.target).pluck().get(range) as number
  if (written !== windows.length) fail('the number of rows', windows.length, written, range.from)
  return windows.length
}

/** SQL compares, and tells only of what differs. */
function proveInSql({ session, texts, range, fail }: Proof, compare: string): void {
  const [found] = session.sql(compare).raw().all(range) as [number, number, number][]
  if (found === undefined) return
  const [bucket, cell, place] = found
  const [before, after] = session.sql(texts.values(place)).raw().get({ ...range, bucket, cell }) as unknown[]
  fail(texts.names[place] as string, before, after, bucket)
}

/** Of rows in the order of time the first or the last that has a value counts. */
function proveEnds({ session, texts, target, range, fail }: Proof): void {
  const firsts = texts.endColumns.map(({ merge }) => merge === 'first')
  const [source, made] = exactly((asBigints) => [texts.ends, texts.ended].map((text) => session.sql(text).raw().safeIntegers(asBigints).all(range) as unknown[][])) as [unknown[][], unknown[][]]
  const windows = new Map<string, unknown[]>()
  for (const [bucket, cell, ...values] of source) {
    const key = `${tierStart(target, Number(bucket))} ${String(cell)}`
    const ends = windows.get(key)
    if (ends === undefined) windows.set(key, values)
    else for (let at = 0; at < ends.length; at++) if (values[at] !== null && (ends[at] === null || firsts[at] === false)) ends[at] = values[at]
  }
  for (const [bucket, cell, ...values] of made) {
    const ends = windows.get(`${String(bucket)} ${String(cell)}`) as unknown[]
    const place = ends.findIndex((end, at) => end !== values[at])
    if (place !== -1) fail((texts.endColumns[place] as StateColumn).name, ends[place], values[place], Number(bucket))
  }
}

/** Reads as numbers, and again as bigints where one of them is past 2^53 and has been rounded. */
function exactly(read: (asBigints: boolean) => unknown[][][]): unknown[][][] {
  const plain = read(false)
  const rounded = plain.some((rows) => rows.some((row) => row.some((value) => typeof value === 'number' && !Number.isSafeInteger(value))))
  return rounded ? read(true) : plain
}

/** Merged from the last to the first: a set or a count does not know the difference. */
function proveTexts({ session, texts, target, range, fail }: Proof): void {
  const { textColumns: columns } = texts
  const windows = new Map<string, State[]>()
  for (const [bucket, cell, ...states] of session.sql(texts.texts).raw().all(range) as [number, number, ...State[]][]) {
    const key = `${tierStart(target, bucket)} ${cell}`
    const merged = windows.get(key)
    if (merged === undefined) windows.set(key, states)
    else mergeStates(columns, merged, states)
  }
  for (const [bucket, cell, ...states] of session.sql(texts.merged).raw().all(range) as [number, number, ...State[]][]) {
    const merged = windows.get(`${bucket} ${cell}`) as State[]
    const place = columns.findIndex((_, at) => merged[at] !== states[at])
    if (place !== -1) fail((columns[place] as StateColumn).name, merged[place], states[place], bucket)
  }
}

import type { HistogramDefinition } from '../definitions/measure.ts'
import { addTo, bucketOf, type Buckets, middleOf, parseBuckets, printBuckets, withOneMore } from './buckets.ts'
import { compilePredicate, compileValue } from './evaluate.ts'
import type { Int64 } from './int64.ts'
import type { Kind } from './kind.ts'
import { printInteger, printScaled } from './print.ts'

/** Quantiles by name, in hundredths of a percent: integers, so that a rank is the same everywhere. */
const QUANTILES: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 100 }, (_, percent): [string, number] => [`p${percent}`, percent * 100]),
  ['p99.9', 9990], ['p99.99', 9999], ['p100', 10_000],
])

const ANSWERS: readonly string[] = ['n', ...QUANTILES.keys()]

/** How values are distributed: how many of them in each bucket (see buckets.ts). */
export const histogram: Kind<HistogramDefinition> = {
  parts: () => [{ part: 'buckets', merge: 'histogram', holds: 'text' }],
  zero: () => [''],
  adder(definition, stream) {
    if (definition.value === null) throw new Error('a collected histogram is given events')
    const holds = compilePredicate(stream, definition.where)
    const read = compileValue(stream, definition.value)
    return (states, offset, event, _day, offsetAt) => {
      if (!holds(event, offsetAt)) return
      const value = read(event, offsetAt)
      if (value === null) return
      states[offset] = withOneMore(states[offset] as string, bucketOf(value))
    }
  },
  sample(_definition, sample) {
    const buckets: Buckets = new Map()
    for (const value of sample as readonly Int64[]) addTo(buckets, bucketOf(value), 1)
    return [printBuckets(buckets)]
  },
  answers: () => ANSWERS,
  valued: (_definition, states) => (states[0] === null ? 0 : null),
  onlyAcross: () => [],
  notAcross: () => [],
  notAsOf: [],
  answer({ shape }, answer, { states, windows }) {
    const buckets = bucketsOf(states[0] as string | null)
    if (states[0] === null && windows === 0) return null
    let n = 0
    for (const count of buckets.values()) n += count
    if (answer === 'n') return printInteger(n, 'integer')
    if (n === 0) return null
    const middle = middleOf(bucketAt(buckets, rankOf(QUANTILES.get(answer) as number, n)))
    return printScaled(shape.type === 'integer' ? Number(middle) : middle, shape)
  },
  across: null,
  fraction: () => null,
}

/** The buckets of both together. */
export function mergeHistograms(a: string, b: string): string {
  const buckets = parseBuckets(a)
  for (const [bucket, count] of parseBuckets(b)) addTo(buckets, bucket, count)
  return printBuckets(buckets)
}

function bucketsOf(text: string | null): Buckets {
  return text === null ? new Map() : parseBuckets(text)
}

/** ceil(Q/100 · n), at least 1. */
function rankOf(hundredths: number, n: number): number {
  const rank = (BigInt(hundredths) * BigInt(n) + 9999n) / 10_000n
  return rank === 0n ? 1 : Number(rank)
}

/** The bucket of the value at a rank, ascending. */
function bucketAt(buckets: Buckets, rank: number): number {
  let before = 0
  for (const [bucket, count] of [...buckets].sort(([a], [b]) => a - b)) {
    before += count
    if (before >= rank) return bucket
  }
  throw new Error(`there is no value at rank ${rank}`)
}

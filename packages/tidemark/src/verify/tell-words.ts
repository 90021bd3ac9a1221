import { createHash } from 'node:crypto'

/**
 * The state of a histogram of these values, told from scratch: the second opinion beside measures/histogram.ts, with
 * which it shares only the form of the text (docs/semantics.md).
 */
export function tellBuckets(values: readonly bigint[]): string {
  const counts = new Map<number, number>()
  for (const value of values) {
    const bucket = value < 0n ? -bucketOf(-value) : bucketOf(value)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  const entries: string[] = []
  let last = 0
  for (const bucket of [...counts.keys()].sort((a, b) => a - b)) {
    const count = counts.get(bucket) as number
    entries.push((bucket - last).toString(36) + (count > 1 ? `:${count.toString(36)}` : ''))
    last = bucket
  }
  return entries.join(' ')
}

/** Halved until what is left is below 128: sixty-four buckets for each halving. */
function bucketOf(size: bigint): number {
  let halvings = 0
  while (size >= 128n) {
    size /= 2n
    halvings++
  }
  return Number(size) + 64 * halvings
}

/** The state of a distinct count of these words, likewise beside measures/distinct.ts. */
export function tellDistinct(words: readonly string[], bound: number): string {
  const different = [...new Set(words)]
  // UTF-8 sorts by code points.
  if (different.length <= bound) return `${bound}=${JSON.stringify(different.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))}`
  const ranks = new Map<number, number>()
  for (const word of different) {
    const bits = [...createHash('sha256').update(word).digest().subarray(0, 8)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    const register = Number.parseInt(bits.slice(0, 12), 2)
    const one = bits.indexOf('1', 12)
    ranks.set(register, Math.max(ranks.get(register) ?? 0, (one === -1 ? 64 : one) - 12 + 1))
  }
  return `${bound}~${Array.from({ length: 4096 }, (_, register) => letterOf(ranks.get(register) ?? 0)).join('').replace(/0+/g, (run) => String(run.length))}`
}

/** 1 to 26 in small letters, to 52 in capital ones, then a plus. */
function letterOf(rank: number): string {
  if (rank === 0) return '0'
  return rank > 52 ? '+' : String.fromCharCode(rank > 26 ? rank - 27 + 65 : rank - 1 + 97)
}

import type { Int64 } from './int64.ts'

/**
 * Log-linear buckets of integers, numbered ascending by value: 0 is bucket 0; a size below 128 is its own bucket; from
 * there each doubling has 64 buckets of equal width, so that no value is further than 1/128 of its size from the middle
 * of its bucket. Negative values mirror: the bucket of −v is minus the bucket of v.
 */
export type Buckets = Map<number, number>

/** Sizes below it are kept as they are. */
const EXACT = 128
const TO_A_DOUBLING = 64
/** Bits of a size that say its bucket: 64 to 127. */
const BITS = 7

export function bucketOf(value: Int64): number {
  return value < 0 ? -bucketOfSize(-value) : bucketOfSize(value)
}

function bucketOfSize(size: Int64): number {
  if (size < EXACT) return Number(size)
  const bits = BigInt(size).toString(2)
  return Number.parseInt(bits.slice(0, BITS), 2) + (bits.length - BITS) * TO_A_DOUBLING
}

/** The middle of a bucket [a, a + width), rounded toward zero: a + width / 2. */
export function middleOf(bucket: number): bigint {
  const size = Math.abs(bucket)
  if (size < EXACT) return BigInt(bucket)
  const halvings = Math.floor(size / TO_A_DOUBLING) - 1
  const width = 1n << BigInt(halvings)
  const middle = BigInt(size - halvings * TO_A_DOUBLING) * width + width / 2n
  return bucket < 0 ? -middle : middle
}

/** Counts are numbers: as many values as would pass 2^53 cannot be counted in. */
export function addTo(buckets: Buckets, bucket: number, count: number): void {
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + count)
}

/**
 * One text for one set of counts: buckets ascending, parted by spaces, each as its distance from the one before (the
 * first from 0) and, unless it is 1, a colon and its count; both in base 36. `-1 1:a 3t` is bucket −1 once, 0 ten
 * times, 137 once; no text at all is no values.
 */
export function printBuckets(buckets: Buckets): string {
  let before = 0
  return [...buckets].sort(([a], [b]) => a - b).map(([bucket, count]) => {
    const distance = (bucket - before).toString(36)
    before = bucket
    return count === 1 ? distance : `${distance}:${count.toString(36)}`
  }).join(' ')
}

export function parseBuckets(text: string): Buckets {
  const buckets: Buckets = new Map()
  if (text === '') return buckets
  let bucket = 0
  for (const entry of text.split(' ')) {
    const [distance = '', count = '1'] = entry.split(':')
    bucket += Number.parseInt(distance, 36)
    buckets.set(bucket, Number.parseInt(count, 36))
  }
  return buckets
}

/**
 * The text with one more value in a bucket. Edited in place: an event is added to a row of many buckets several times
 * as fast as by reading and writing them all.
 */
export function withOneMore(text: string, bucket: number): string {
  let before = 0
  let start = 0
  while (start < text.length) {
    let colon = start
    let distance = 0
    for (let code = text.charCodeAt(colon); code >= ZERO && code !== COLON; code = text.charCodeAt(++colon)) distance = distance * 36 + (code < LETTER_A ? code - ZERO : code - LETTER_A + 10)
    // Only the first distance has a sign, and it stopped at that.
    if (colon === start) {
      colon = endOf(text, start, ':')
      distance = Number.parseInt(text.slice(start, colon), 36)
    }
    const at = before + distance
    if (at < bucket) {
      before = at
      start = endOf(text, colon, ' ') + 1
      continue
    }
    const head = text.slice(0, start)
    if (at > bucket) return `${head}${(bucket - before).toString(36)} ${(at - bucket).toString(36)}${text.slice(colon)}`
    const end = endOf(text, colon, ' ')
    const count = colon === end ? 1 : Number.parseInt(text.slice(colon + 1, end), 36)
    return `${text.slice(0, colon)}:${(count + 1).toString(36)}${text.slice(end)}`
  }
  const added = (bucket - before).toString(36)
  return text === '' ? added : `${text} ${added}`
}

const ZERO = 48
const COLON = 58
const LETTER_A = 97

/** Where the part from `start` on ends: at the sign, at a space, or with the text. */
function endOf(text: string, start: number, sign: ':' | ' '): number {
  for (let at = start; at < text.length; at++) if (text[at] === sign || text[at] === ' ') return at
  return text.length
}

import { createHash } from 'node:crypto'

/** The middle of the histogram bucket that a value lies in, toward zero. */
export function bucketMiddle(value: bigint): bigint {
  const size = value < 0n ? -value : value
  if (size < 128n) return value
  const doublings = size.toString(2).length - 1
  const width = 1n << BigInt(doublings - 6)
  const middle = size - (size % width) + width / 2n
  return value < 0n ? -middle : middle
}

/** `p99.9`: the value at rank ceil(Q / 100 · n), at least 1, as its bucket tells it; null of no values. */
export function quantile(answer: string, values: readonly bigint[]): bigint | null {
  if (values.length === 0) return null
  const [whole, digits = ''] = answer.slice(1).split('.') as [string, string?]
  const hundredths = BigInt(whole + digits.padEnd(2, '0'))
  const asked = Number((hundredths * BigInt(values.length) + 9_999n) / 10_000n)
  const ordered = [...values].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0))
  return bucketMiddle(ordered[Math.max(1, asked) - 1] as bigint)
}

const REGISTERS = 4096

/** How many different words there are: their number up to `exact`, else a HyperLogLog's estimate of it. */
export function estimateOf(words: ReadonlySet<string>, exact: number): { readonly estimate: number; readonly error: number } {
  if (words.size <= exact) return { estimate: words.size, error: 0 }
  const registers = new Array<number>(REGISTERS).fill(0)
  for (const word of words) {
    const hash = createHash('sha256').update(word, 'utf8').digest()
    const bits = [...hash.subarray(0, 8)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    const register = Number.parseInt(bits.slice(0, 12), 2)
    const rank = bits.slice(12).indexOf('1') === -1 ? 53 : bits.slice(12).indexOf('1') + 1
    registers[register] = Math.max(registers[register] as number, rank)
  }
  const harmonic = registers.reduce((sum, rank) => sum + 2 ** -rank, 0)
  const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / harmonic
  const empty = registers.filter((rank) => rank === 0).length
  const estimate = Math.floor((raw < 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw) + 0.5)
  return { estimate, error: Math.floor(estimate * 0.01625 + 0.5) }
}

import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/**
 * A HyperLogLog of 4,096 registers over the first 8 bytes of SHA-256 of a word's UTF-8: the first 12 bits choose the
 * register, which keeps the greatest rank (leading zeros of the other 52 bits, plus 1) that it has met; 0 is none.
 */
export type Sketch = Uint8Array

export const REGISTERS = 4096
const RANK_BITS = 52
/** The standard error of an estimate, 1.04 / √4096, in hundred-thousandths. */
const ERROR = 1625n

export function emptySketch(): Sketch {
  return new Uint8Array(REGISTERS)
}

/** Whether it changed the sketch. */
export function addWord(sketch: Sketch, word: string): boolean {
  const hash = sha256(utf8ToBytes(word))
  const view = new DataView(hash.buffer, hash.byteOffset, 8)
  const high = view.getUint32(0)
  const register = high >>> 20
  const upper = high & 0xfffff
  const zeros = upper !== 0 ? Math.clz32(upper) - 12 : 20 + Math.clz32(view.getUint32(4))
  if ((sketch[register] as number) > zeros) return false
  sketch[register] = zeros + 1
  return true
}

/** By the greater register. */
export function mergeSketch(into: Sketch, from: Sketch): void {
  for (let i = 0; i < REGISTERS; i++) if ((from[i] as number) > (into[i] as number)) into[i] = from[i] as number
}

/**
 * The standard estimate, rounded half up to an integer: α · 4096² / Σ 2^−rank, and linear counting, 4096 · ln(4096 /
 * registers at 0), while that is below 2.5 · 4096 and a register is 0.
 *
 * In integers: the last bit of Math.log and of a sum of doubles differs between machines, and a digest or a recorded
 * answer must not. α = 0.7213 / (1 + 1.079 / 4096) is a quotient of integers, and so is the sum of powers of two.
 */
export function estimateOf(sketch: Sketch): bigint {
  let sum = 0n
  let unused = 0
  const least = BigInt(RANK_BITS + 1)
  for (const [rank, count] of ranksOf(sketch)) {
    sum += BigInt(count) << (least - BigInt(rank))
    if (rank === 0) unused = count
  }
  const m = BigInt(REGISTERS)
  const over = 7213n * 1000n * m * m * m << least
  const under = 10_000n * 4_097_079n * sum
  if (unused > 0 && 2n * over < 5n * m * under) return linearCount(unused)
  return (2n * over + under) / (2n * under)
}

/** The standard error of an estimate, rounded half up. */
export function errorOf(estimate: bigint): bigint {
  return (2n * estimate * ERROR + 100_000n) / 200_000n
}

function ranksOf(sketch: Sketch): Map<number, number> {
  const ranks = new Map<number, number>()
  for (const rank of sketch) ranks.set(rank, (ranks.get(rank) ?? 0) + 1)
  return ranks
}

/** Of each of the 4,096 arguments the logarithm is needed to tell on which side of a half it lies; 96 bits are far more. */
const FRACTION_BITS = 96n
const ONE = 1n << FRACTION_BITS

/** 4096 · ln(4096 / unused), rounded half up. */
export function linearCount(unused: number): bigint {
  let doublings = 0
  while (unused << (doublings + 1) <= REGISTERS) doublings++
  // 4096 / unused = 2^doublings · r with r from 1 to 2, for which the series converges fast.
  const logarithm = BigInt(doublings) * logOf(2n, 1n) + logOf(BigInt(REGISTERS), BigInt(unused << doublings))
  return (2n * BigInt(REGISTERS) * logarithm + ONE) / (2n * ONE)
}

/** ln(a / b) = 2 · artanh((a − b) / (a + b)), in units of 2^−96; each term is cut, which costs some units of the last place. */
function logOf(a: bigint, b: bigint): bigint {
  const over = (a - b) * (a - b)
  const under = (a + b) * (a + b)
  let power = ((a - b) * ONE) / (a + b)
  let sum = 0n
  for (let odd = 1n; power > 0n; odd += 2n) {
    sum += power / odd
    power = (power * over) / under
  }
  return 2n * sum
}

const RANKS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+'

/** One text for one sketch: a letter for each register by its rank (`a` is 1), and a number for that many registers at 0. */
export function printSketch(sketch: Sketch): string {
  let text = ''
  let unused = 0
  for (const rank of sketch) {
    if (rank === 0) {
      unused++
      continue
    }
    text += unused === 0 ? RANKS[rank - 1] : `${unused}${RANKS[rank - 1]}`
    unused = 0
  }
  return unused === 0 ? text : `${text}${unused}`
}

export function parseSketch(text: string): Sketch {
  const sketch = emptySketch()
  let register = 0
  let unused = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 && code <= 57) {
      unused = unused * 10 + code - 48
      continue
    }
    register += unused
    unused = 0
    sketch[register++] = code >= 97 ? code - 96 : code >= 65 ? code - 38 : RANK_BITS + 1
  }
  return sketch
}

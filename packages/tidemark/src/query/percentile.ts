import { TidemarkError } from '../errors.ts'
import { printQuotient } from '../measures/print.ts'
import type { AnswerScalar } from './answer.ts'

const RANK_SCALE = 4

/**
 * The percentile rank of each value among all that are not null: (those below + half of the others that are equal) /
 * (n − 1), between 0 and 1, as a decimal of four digits rounded half to even. null for a null, and where there is nobody
 * to compare with. Throws REQUEST_INVALID for words, which have no order.
 */
export function percentileRanks(values: readonly AnswerScalar[]): readonly (string | null)[] {
  const scale = Math.max(0, ...values.map((value) => fractionOf(value).length))
  const numbers = values.map((value) => (value === null ? null : scaled(value, scale)))
  const ascending = numbers.filter((number) => number !== null).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const first = new Map<bigint, number>()
  const equal = new Map<bigint, number>()
  for (const [place, number] of ascending.entries()) {
    if (!first.has(number)) first.set(number, place)
    equal.set(number, (equal.get(number) ?? 0) + 1)
  }
  const others = ascending.length - 1
  return numbers.map((number) => {
    if (number === null || others === 0) return null
    const twice = 2 * (first.get(number) as number) + (equal.get(number) as number) - 1
    return printQuotient({ numerator: BigInt(twice), denominator: BigInt(2 * others) }, RANK_SCALE)
  })
}

function fractionOf(value: AnswerScalar): string {
  return typeof value === 'string' ? (value.split('.', 2)[1] ?? '') : ''
}

/** Answers of one key share their scale, or have none. */
function scaled(value: number | string | boolean, scale: number): bigint {
  if (typeof value === 'boolean') return value ? 10n ** BigInt(scale) : 0n
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value))
  if (match === null) throw new TidemarkError('REQUEST_INVALID', `${JSON.stringify(value)} is no number, and words have no rank`, { where: 'select' })
  const digits = BigInt((match[2] as string) + (match[3] ?? '').padEnd(scale, '0'))
  return match[1] === '-' ? -digits : digits
}

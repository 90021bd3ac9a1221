/**
 * A set of local days as text: the earliest day, a colon, and a hexadecimal mask whose bit i stands for that day + i.
 * One set has one text, so that equal states have equal digests.
 */
export type DaySet = string

export function daySetOf(day: number): DaySet {
  return `${day}:1`
}

export function unionOfDays(a: DaySet, b: DaySet): DaySet {
  if (a === b) return a
  const [baseA, maskA] = parse(a)
  const [baseB, maskB] = parse(b)
  const base = Math.min(baseA, baseB)
  const mask = (maskA << BigInt(baseA - base)) | (maskB << BigInt(baseB - base))
  return `${base}:${mask.toString(16)}`
}

export function countOfDays(set: DaySet): number {
  let count = 0
  for (const digit of set.slice(set.indexOf(':') + 1)) count += BITS[Number.parseInt(digit, 16)] as number
  return count
}

const BITS = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4]

function parse(set: DaySet): [base: number, mask: bigint] {
  const colon = set.indexOf(':')
  return [Number(set.slice(0, colon)), BigInt(`0x${set.slice(colon + 1)}`)]
}

/** An exact decimal: digits / 10^scale. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

/** Reads an integer or a decimal as answers are printed; null for anything else, floats and exponents included. */
export function readDecimal(value: unknown): Decimal | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { digits: BigInt(value), scale: 0 } : null
  if (typeof value !== 'string') return null
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(value)
  if (match === null) return null
  const fraction = match[2] ?? ''
  return { digits: BigInt(`${match[1]}${fraction}`), scale: fraction.length }
}

/** Below 0, 0 or above it, as a is less than, equal to or greater than b; 0.80 equals 0.8000. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b)
  return left < right ? -1 : left > right ? 1 : 0
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b)
  return { digits: left - right, scale }
}

export function printDecimal({ digits, scale }: Decimal): string {
  if (scale === 0) return String(digits)
  const size = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${size.slice(0, -scale)}.${size.slice(-scale)}`
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale)
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale), scale]
}

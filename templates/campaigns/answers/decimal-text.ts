/** Exact arithmetic on numbers as answers print them: integers as numbers, decimals as text. */
export type Amount = number | string

interface Scaled {
  readonly digits: bigint
  readonly scale: number
}

function scaled(amount: Amount): Scaled {
  const text = String(amount)
  const point = text.indexOf('.')
  return point < 0 ? { digits: BigInt(text), scale: 0 } : { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 }
}

function aligned(a: Amount, b: Amount): readonly [bigint, bigint, number] {
  const [one, other] = [scaled(a), scaled(b)]
  const scale = Math.max(one.scale, other.scale)
  return [one.digits * 10n ** BigInt(scale - one.scale), other.digits * 10n ** BigInt(scale - other.scale), scale]
}

function printed(digits: bigint, scale: number): string {
  const size = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${scale === 0 ? size : `${size.slice(0, -scale)}.${size.slice(-scale)}`}`
}

/** Less than 0, 0 or more, as the first is less than, equal to or more than the second. */
export function compareAmounts(a: Amount, b: Amount): number {
  const [one, other] = aligned(a, b)
  return one < other ? -1 : one > other ? 1 : 0
}

/** The difference, of the kind and scale that the amounts have. */
export function minus(a: Amount, b: Amount): Amount {
  const [one, other, scale] = aligned(a, b)
  return typeof a === 'number' && typeof b === 'number' ? Number(one - other) : printed(one - other, scale)
}

/** A whole multiple. */
export function times(amount: Amount, factor: number): Amount {
  const { digits, scale } = scaled(amount)
  return printed(digits * BigInt(factor), scale)
}

/** One amount over another with four digits, rounded half to even; null over 0. */
export function over(a: Amount, b: Amount, scale = 4): string | null {
  const [one, other] = aligned(a, b)
  if (other === 0n) return null
  const [part, whole] = other < 0n ? [-one, -other] : [one, other]
  const factor = part * 10n ** BigInt(scale)
  let floor = factor / whole
  if (factor < 0n && floor * whole !== factor) floor -= 1n
  const twice = (factor - floor * whole) * 2n
  return printed(twice > whole || (twice === whole && floor % 2n !== 0n) ? floor + 1n : floor, scale)
}

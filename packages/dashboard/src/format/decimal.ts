/**
 * Arithmetic on decimals as text. What people read never goes through a float, so that 0.10 stays 0.10 and
 * 9007199254740993 does not become …992; floats only place points on a chart.
 */
const NUMBER = /^-?\d+(?:\.\d+)?$/

export function isDecimal(text: string): boolean {
  return NUMBER.test(text)
}

interface Scaled {
  readonly digits: bigint
  readonly scale: number
}

function scaled(text: string): Scaled {
  const point = text.indexOf('.')
  return point < 0 ? { digits: BigInt(text), scale: 0 } : { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 }
}

function aligned(a: string, b: string): readonly [bigint, bigint, number] {
  const [one, other] = [scaled(a), scaled(b)]
  const scale = Math.max(one.scale, other.scale)
  return [one.digits * 10n ** BigInt(scale - one.scale), other.digits * 10n ** BigInt(scale - other.scale), scale]
}

function written(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : ''
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

/** Below zero, zero or above, as `sort` wants it. */
export function compareDecimals(a: string, b: string): number {
  const [one, other] = aligned(a, b)
  return one < other ? -1 : one > other ? 1 : 0
}

export function minusDecimal(a: string, b: string): string {
  const [one, other, scale] = aligned(a, b)
  return written(one - other, scale)
}

/** The quotient with so many digits, half away from zero; null of nothing. */
export function overDecimal(a: string, b: string, scale: number): string | null {
  const [one, other] = aligned(a, b)
  if (other === 0n) return null
  const twice = (one * 10n ** BigInt(scale) * 2n) / other
  return written((twice + (twice < 0n ? -1n : 1n)) / 2n, scale)
}

/** Moves the point to the right: a share of one in per cent. */
export function shiftDecimal(text: string, places: number): string {
  const { digits, scale } = scaled(text)
  return scale >= places ? written(digits, scale - places) : written(digits * 10n ** BigInt(places - scale), 0)
}

/** Commas between thousands, and a minus sign that is one. */
export function groupDecimal(text: string): string {
  const [whole = '', part] = text.replace('-', '').split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${text.startsWith('-') ? '−' : ''}${grouped}${part === undefined ? '' : `.${part}`}`
}

/** Exact decimals as text, from whole numbers: no float comes between a cent and its digits. */

/** A whole number of hundredths as `12.34`. */
export function hundredths(value: number): string {
  const size = Math.abs(value)
  return `${value < 0 ? '-' : ''}${Math.trunc(size / 100)}.${String(size % 100).padStart(2, '0')}`
}

/** One whole number over another, both not negative, rounded half to even; null over 0. Up to 2^53 when multiplied by 10^scale. */
export function quotient(part: number, whole: number, scale: number): string | null {
  if (whole === 0) return null
  const factor = 10 ** scale
  const scaled = part * factor
  const floor = Math.floor(scaled / whole)
  const twice = (scaled - floor * whole) * 2
  const rounded = twice > whole || (twice === whole && floor % 2 === 1) ? floor + 1 : floor
  return scale === 0 ? String(rounded) : `${Math.floor(rounded / factor)}.${String(rounded % factor).padStart(scale, '0')}`
}

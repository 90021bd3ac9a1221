/** A quotient of whole numbers; the denominator is never 0. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** A decimal text as a whole number of units of 10^−scale. Digits that the scale has no room for are an error. */
export function scaled(text: string, scale: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) throw new Error(`not a decimal: ${text}`)
  const digits = (match[3] ?? '').replace(/0+$/, '')
  if (digits.length > scale) throw new Error(`${text} has more than ${scale} digits after the point`)
  const units = BigInt((match[2] as string) + digits.padEnd(scale, '0'))
  return match[1] === '-' ? -units : units
}

export function decimalText(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const text = scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`
  return units < 0n ? `-${text}` : text
}

/** Rounded half to even at this many digits after the point. */
export function roundedText({ numerator, denominator }: Fraction, scale: number): string {
  const negative = numerator < 0n !== denominator < 0n
  const top = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(scale)
  const bottom = denominator < 0n ? -denominator : denominator
  let units = top / bottom
  const twiceRest = (top % bottom) * 2n
  if (twiceRest > bottom || (twiceRest === bottom && units % 2n === 1n)) units += 1n
  return decimalText(negative ? -units : units, scale)
}

import type { Unit } from '../../../tidemark/src/panels/panel.ts'
import { groupDecimal, isDecimal, shiftDecimal } from './decimal.ts'

/** What stands where nothing is known. */
export const MISSING = '–'

/** A value's own text: numbers as they are written, objects not at all. */
export function rawText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return null
}

/** A value as people read it: `1,234.50 EUR`, `45.31 %`, `yes`. */
export function amountText(value: unknown, unit: Unit | null = null): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = rawText(value)
  if (text === null || text === '') return MISSING
  if (!isDecimal(text)) return text
  if (unit === 'share') return `${groupDecimal(shiftDecimal(text, 2))} %`
  return unit === null || unit === 'score' ? groupDecimal(text) : `${groupDecimal(text)} ${unit}`
}

/** A difference, with its sign: `+12`, `−0.50 h`. */
export function changeText(value: unknown, unit: Unit | null = null): string {
  const text = rawText(value)
  if (text === null || !isDecimal(text)) return MISSING
  const told = unit === 'share' ? `${groupDecimal(shiftDecimal(text, 2))} points` : amountText(text, unit)
  return text.startsWith('-') || /^[0.]*$/.test(text) ? told : `+${told}`
}

/** Where a point lies on a chart. Only for drawing. */
export function placeOf(value: unknown): number | null {
  const text = typeof value === 'boolean' ? String(Number(value)) : rawText(value)
  return text === null || !isDecimal(text) ? null : Number(text)
}

/** A name of a declaration as words: `volunteersCurrent` is `Volunteers current`. */
export function wordsOf(name: string): string {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll(/[_-]+/g, ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

import type { Unit } from '../../../tidemark/src/panels/panel.ts'
import { bytesText } from './bytes.ts'
import { compareDecimals, groupDecimal, isDecimal, shiftDecimal } from './decimal.ts'

/** What stands where nothing is known. */
export const MISSING = '–'

/** Units that say how a number is written: nothing stands behind it. */
const WRITTEN: Readonly<Record<string, (text: string) => string>> = {
  share: (text) => `${groupDecimal(shiftDecimal(text, 2))} %`, score: groupDecimal, 'time of day': timeText, bytes: (text) => bytesText(Number(text)),
}

/** The unit that stands behind a number or in a heading; null where the number tells it itself. */
export function shownUnit(unit: Unit | null | undefined): string | null {
  return unit === null || unit === undefined || Object.hasOwn(WRITTEN, unit) ? null : unit
}

/** A value's own text: numbers as they are written, objects not at all. */
export function rawText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return null
}

/** A value as people read it: `1,234.50 EUR`, `45.31 %`, `09:30`, `yes`. */
export function amountText(value: unknown, unit: Unit | null = null): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = rawText(value)
  if (text === null || text === '') return MISSING
  if (!isDecimal(text)) return text
  const written = unit === null ? undefined : WRITTEN[unit]
  if (written !== undefined) return written(text)
  return unit === null ? groupDecimal(text) : `${groupDecimal(text)} ${unit}`
}

const DAY_SECONDS = 86_400

/** `09:30` of seconds since midnight; what is no time of a day as the number it is. */
export function timeText(text: string): string {
  const seconds = Number(text)
  if (seconds < 0 || seconds > DAY_SECONDS) return groupDecimal(text)
  const minutes = Math.floor(seconds / 60)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** A difference, with its sign: `+12`, `−0.50 h`, `+1 h 05 min`. */
export function changeText(value: unknown, unit: Unit | null = null): string {
  const text = rawText(value)
  if (text === null || !isDecimal(text)) return MISSING
  const told = differenceText(text, unit)
  return text.startsWith('-') || /^[0.]*$/.test(text) ? told : `+${told}`
}

function differenceText(text: string, unit: Unit | null): string {
  if (unit === 'share') return `${groupDecimal(shiftDecimal(text, 2))} points`
  if (unit !== 'time of day') return amountText(text, unit)
  const minutes = Math.floor(Math.abs(Number(text)) / 60)
  const hours = Math.floor(minutes / 60)
  return `${compareDecimals(text, '0') < 0 ? '−' : ''}${hours === 0 ? '' : `${hours} h `}${hours === 0 ? minutes : String(minutes % 60).padStart(2, '0')} min`
}

/** Where a point lies on a chart. Only for drawing. */
export function placeOf(value: unknown): number | null {
  const text = typeof value === 'boolean' ? String(Number(value)) : rawText(value)
  return text === null || !isDecimal(text) ? null : Number(text)
}

/** A name of a declaration as words: `volunteersCurrent` is `Volunteers current`. */
export function wordsOf(name: string): string {
  return headed(name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll(/[_-]+/g, ' ').toLowerCase())
}

/** With a capital, as headings have one. */
export function headed(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1)
}

/** `1 window`, `2 windows`. */
export function countText(count: number, one: string, more = `${one}s`): string {
  return `${groupDecimal(String(count))} ${count === 1 ? one : more}`
}

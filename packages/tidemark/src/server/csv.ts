/** A value of a cell. Numbers, decimals and digits stay what they are; only text can be taken for a formula. */
export type CsvCell = { readonly kind: 'number'; readonly value: number | string | null } | { readonly kind: 'text'; readonly value: string | boolean | null }

/** A line of CSV (RFC 4180) with its line end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

function cellText({ kind, value }: CsvCell): string {
  if (value === null) return ''
  if (kind === 'number' && (typeof value === 'number' || NUMBER.test(value as string))) return String(value)
  const text = typeof value === 'string' ? escapeFormula(value) : String(value)
  // Empty text in quotes, so that it is told from a value that is missing.
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const NUMBER = /^-?\d+(?:\.\d+)?$/

/**
 * Spreadsheets take text that begins with = + - @ for a formula, also behind blanks, and some of them each line of a
 * text by itself. Where the comma is the decimal sign they cut at semicolons, and some cut at tabs, quoted or not: what
 * stands behind one is as a line of its own. Full-width forms are folded to these by some. Such a line gets a quote mark in front, and so does
 * text that begins with a tab or a CR. What begins with a quote mark before all this gets one more, so that taking one
 * away gives the text back.
 */
export function escapeFormula(text: string): string {
  const lines = text.replace(LINES, (line) => (FORMULA.test(line) ? `'${line}` : line))
  return CONTROL.test(lines) ? `'${lines}` : lines
}

/** The text that `escapeFormula` was given. */
export function unescapeFormula(text: string): string {
  const lines = text.startsWith("'") && CONTROL.test(text) ? text.slice(1) : text
  return lines.replace(LINES, (line) => (line.startsWith("'") && FORMULA.test(line) ? line.slice(1) : line))
}

const LINES = /[^\r\n\u2028\u2029;\t]+/g
const FORMULA = /^[\s'\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]/
const CONTROL = /^'*[\t\r]/

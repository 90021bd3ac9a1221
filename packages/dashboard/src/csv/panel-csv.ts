import { type CsvCell, csvLine } from '../../../tidemark/src/server/csv.ts'
import { rawText } from '../format/amount.ts'
import { isDecimal } from '../format/decimal.ts'
import type { PanelRows } from '../panels/panel-rows.ts'

/** What is on screen as CSV, by the same rule as the server's: numbers stay numbers, text is never a formula. Beside an entity stands its name, where any has one. */
export function panelCsv(rows: PanelRows): string {
  const { columns, rows: named } = withNames(rows)
  const title = (text: string, unit: string | null): string => {
    const behind = unit === 'time of day' ? 'seconds after midnight' : unit
    return behind === null || behind === 'score' ? text : `${text} (${behind})`
  }
  return [
    csvLine(columns.map(({ title: text, unit }) => ({ kind: 'text', value: title(text, unit) }))),
    ...named.map((row) => csvLine(row.map((value, place) => cellOf(value, columns[place]?.holds === 'value')))),
  ].join('')
}

function withNames({ columns, rows, names }: PanelRows): PanelRows {
  const place = columns.findIndex(({ holds }) => holds === 'entity')
  if (place < 0 || names === undefined || names.size === 0) return { columns, rows }
  return {
    columns: columns.toSpliced(place + 1, 0, { title: 'Name', unit: null, holds: 'name' }),
    rows: rows.map((row) => row.toSpliced(place + 1, 0, names.get(rawText(row[place]) ?? '') ?? null)),
  }
}

function cellOf(value: unknown, isValue: boolean): CsvCell {
  const text = rawText(value)
  return isValue && text !== null && isDecimal(text) ? { kind: 'number', value: text } : { kind: 'text', value: text }
}

/** Hands a text to the browser as a file. */
export function saveText(name: string, text: string): void {
  // With its mark, so that spreadsheets read UTF-8.
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

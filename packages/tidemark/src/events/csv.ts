import type { StreamDefinition } from '../definitions/stream.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { RejectedEvent } from '../stores/contract/events.ts'
import { quoted } from './field-value.ts'

/** A record of the file: `line` is its first line, from 1. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
  /** As it stands in the file, without its line end. */
  readonly raw: string
}

export interface CsvRows {
  readonly rows: readonly CsvRow[]
  readonly rejects: readonly RejectedEvent[]
}

/** The longest record, in characters. */
export const MAX_RECORD_CHARACTERS = 1 << 20

/** Of a line that is too long, what quarantine keeps. */
export const KEPT_OF_LONG_LINE = 4096

/**
 * Splits RFC 4180 text (comma, double quote, LF or CRLF) into records, a piece of rows for each piece of text; the
 * first record is the header. Blank lines are skipped.
 *
 * - `wrong_field_count`: a record with more or fewer fields than the header.
 * - `bad_quote`: a quote inside an unquoted field, or text after a closing quote. Only its first line is rejected and
 *   reading goes on at the next, so that one stray quote costs one row.
 * - `line_too_long`: a line of more than 1 Mi characters.
 *
 * Throws FILE_TRUNCATED for a quote that is not closed before the file, or 1 Mi characters, end. All rows before the
 * place of an error (this one or one of reading the text) have been yielded when it is thrown.
 *
 * Written by hand, on measurement (1 M rows of 6 fields, with line and raw text, one core): csv-parse 7 reads 0.25 M
 * rows/s, this 2.2 M. And after one garbled quote csv-parse with `skip_records_with_error` stays inside the quote and
 * loses the good rows up to the next one. Papa Parse is as fast, but gives neither raw text nor lines. csv-parse is
 * the oracle in the tests.
 */
export async function* csvRows(text: AsyncIterable<string>, file: string): AsyncGenerator<CsvRows> {
  const reader = new CsvReader(file)
  for await (const piece of text) {
    const rows = reader.read(piece)
    yield rows
    if (reader.failure !== null) throw reader.failure
  }
  yield reader.end()
  if (reader.failure !== null) throw reader.failure
}

class CsvReader {
  /** What stops the reading; set rather than thrown, so that the rows before it can be handed out. */
  failure: TidemarkError | null = null
  private readonly file: string
  private rest = ''
  private line = 1
  /** The number of fields of the header. */
  private fields = 0
  /** Inside a line that is too long, waiting for its end. */
  private skipping = false
  private rows: CsvRow[] = []
  private rejects: RejectedEvent[] = []

  constructor(file: string) {
    this.file = file
  }

  read(piece: string): CsvRows {
    const text = this.rest + piece
    // Nothing is decided before a line ends; until then joining costs nothing, since strings are only linked.
    const undecided = !piece.includes('\n') && text.length <= MAX_RECORD_CHARACTERS
    this.rest = undecided ? text : text.slice(this.split(text, false))
    return this.take()
  }

  end(): CsvRows {
    if (this.rest !== '') this.split(this.rest, true)
    return this.take()
  }

  private take(): CsvRows {
    const { rows, rejects } = this
    this.rows = []
    this.rejects = []
    return { rows, rejects }
  }

  /** Reads the complete records of `text` and answers where the incomplete one starts; at the end of the file, none is incomplete. */
  private split(text: string, atEnd: boolean): number {
    let start = 0
    // The next quote at or after `start`: a line that ends before it is split at its commas, which is most of the speed.
    let quote = text.indexOf('"')
    while (start < text.length && this.failure === null) {
      const end = lineFeed(text, start, atEnd)
      if (quote !== -1 && quote < start) quote = text.indexOf('"', start)
      let next: number
      if (this.skipping) {
        next = this.skip(end)
      } else if (quote !== -1 && (end === -1 || quote < end)) {
        next = this.quotedRecord(text, start, end, atEnd)
      } else {
        next = this.plainRecord(text, start, end)
      }
      if (next === INCOMPLETE) return start
      if (next === REST) return text.length
      start = next
    }
    return text.length
  }

  private skip(end: number): number {
    if (end === -1) return REST
    this.skipping = false
    this.line += 1
    return end + 1
  }

  /** Reads the line at `start`, which has no quote. */
  private plainRecord(text: string, start: number, end: number): number {
    if (tooLong(text, start, end)) return this.rejectLong(text, start, end)
    if (end === -1) return INCOMPLETE
    const raw = text.slice(start, lineEnd(text, start, end))
    if (raw !== '') this.push(this.line, raw.split(','), raw)
    this.line += 1
    return end + 1
  }

  /** Reads the record at `start`, which has a quote in its first line; answers where the next one starts. */
  private quotedRecord(text: string, start: number, firstLineEnd: number, atEnd: boolean): number {
    const cells: string[] = []
    let at = start
    for (;;) {
      if (text.charCodeAt(at) === QUOTE) {
        if (tooLong(text, start, at)) return this.rejectLong(text, start, lineFeed(text, at, atEnd))
        let close = text.indexOf('"', at + 1)
        let doubled = false
        while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) {
          doubled = true
          close = text.indexOf('"', close + 2)
        }
        // A quote in the last place may be the first half of a doubled one, or come before CR LF.
        const undecided = !atEnd && (close === -1 || close + 2 >= text.length)
        if (close === -1 || close - start > MAX_RECORD_CHARACTERS) {
          if (undecided && text.length - start <= MAX_RECORD_CHARACTERS) return INCOMPLETE
          return this.neverClosed(text, start, at, close === -1 && text.length - start <= MAX_RECORD_CHARACTERS)
        }
        if (undecided) return INCOMPLETE
        const value = text.slice(at + 1, close)
        cells.push(doubled ? value.replaceAll('""', '"') : value)
        at = close + 1
        const after = text.charCodeAt(at)
        if (after === COMMA) {
          at += 1
          continue
        }
        const ends = at >= text.length || after === NEWLINE || (after === RETURN && (at + 1 >= text.length || text.charCodeAt(at + 1) === NEWLINE))
        if (!ends) return this.rejectQuote(text, start, firstLineEnd)
      } else {
        const comma = text.indexOf(',', at)
        const newline = lineFeed(text, at, atEnd)
        const more = comma !== -1 && (newline === -1 || comma < newline)
        const fieldEnd = more ? comma : newline
        if (tooLong(text, start, fieldEnd)) return this.rejectLong(text, start, newline)
        if (fieldEnd === -1) return INCOMPLETE
        const value = text.slice(at, more ? comma : lineEnd(text, at, newline))
        if (value.includes('"')) return this.rejectQuote(text, start, firstLineEnd)
        cells.push(value)
        at = more ? comma + 1 : newline
        if (more) continue
      }
      const end = text.charCodeAt(at) === RETURN ? at + 1 : at
      const raw = text.slice(start, lineEnd(text, start, at))
      this.push(this.line, cells, raw)
      this.line += 1 + newlines(raw)
      return end + 1
    }
  }

  private push(line: number, cells: readonly string[], raw: string): void {
    if (this.fields === 0) this.fields = cells.length
    if (cells.length === this.fields) this.rows.push({ line, cells, raw })
    else this.reject(line, 'wrong_field_count', `the row has ${cells.length} fields, the header ${this.fields}`, raw)
  }

  private reject(line: number, code: string, reason: string, raw: string): void {
    if (this.fields > 0) this.rejects.push({ line, code, reason, raw })
    // Nothing after a header that cannot be read has a meaning.
    else this.failure = new TidemarkError('FILE_HEADER', `the header cannot be read: ${reason}`, { where: `${this.file}:${line}` })
  }

  private rejectQuote(text: string, start: number, end: number): number {
    if (tooLong(text, start, end)) return this.rejectLong(text, start, end)
    if (end === -1) return INCOMPLETE
    const raw = text.slice(start, lineEnd(text, start, end))
    this.reject(this.line, 'bad_quote', `a field with a quote in it must be quoted as a whole, and each quote in it doubled: ${quoted(raw)}`, raw)
    this.line += 1
    return end + 1
  }

  /** `end` is where the last line of the record ends, −1 when that is not there yet. */
  private rejectLong(text: string, start: number, end: number): number {
    const kept = text.slice(start, start + KEPT_OF_LONG_LINE)
    this.reject(this.line, 'line_too_long', `the line has more than ${MAX_RECORD_CHARACTERS} characters: ${quoted(kept)}`, `${kept}…`)
    this.line += newlines(text.slice(start, end === -1 ? text.length : end))
    if (end === -1) {
      this.skipping = true
      return REST
    }
    this.line += 1
    return end + 1
  }

  private neverClosed(text: string, start: number, opened: number, atEnd: boolean): number {
    const line = this.line + newlines(text.slice(start, opened))
    this.failure = new TidemarkError('FILE_TRUNCATED', `the quote opened on line ${line} is never closed`, {
      where: `${this.file}:${line}`,
      why: `${atEnd ? 'Everything to the end of the file' : `More than ${MAX_RECORD_CHARACTERS} characters`} would be one record.`,
      hint: `Close the quote of line ${line}, or double it where it is meant as a character.`,
    })
    return REST
  }
}

const QUOTE = 34
const COMMA = 44
const NEWLINE = 10
const RETURN = 13
/** In place of where the next record starts: this one needs more text, or nothing of the text is left. */
const INCOMPLETE = -1
const REST = -2

/** Whether a record is too long, as far as can be seen; `end` −1: its end is not there yet. */
function tooLong(text: string, start: number, end: number): boolean {
  return (end === -1 ? text.length : end) - start > MAX_RECORD_CHARACTERS
}

/** Where the line ends that `at` is in; −1 when its end is not there yet. */
function lineFeed(text: string, at: number, atEnd: boolean): number {
  const found = text.indexOf('\n', at)
  return found === -1 && atEnd ? text.length : found
}

/** Where the content of a line ends that has its LF (or the end of the file) at `end`. */
function lineEnd(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end
}

function newlines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/**
 * The column of each declared field, −1 for an optional one that the file does not have; other columns are ignored.
 * Throws FILE_HEADER for a required field without a column, and for two columns of one declared name.
 */
export function headerColumns(header: CsvRow, stream: StreamDefinition, file: string): readonly number[] {
  const refuse = (message: string, hint?: string): TidemarkError => new TidemarkError('FILE_HEADER', message, {
    where: `${file}:${header.line}`, why: `The header is ${quoted(header.raw)}.`, ...(hint === undefined ? {} : { hint }),
  })
  if (header.raw.includes('\r') && !header.raw.includes('"')) {
    throw refuse('the lines end in a lone carriage return', 'Save the file with line ends LF or CRLF.')
  }
  const columns = Object.keys(stream.fields).map((name) => header.cells.indexOf(name))
  const absent = Object.entries(stream.fields).filter(([, field], i) => columns[i] === -1 && !field.optional).map(([name]) => name)
  if (absent.length > 0) {
    const separator = [';', '\t', '|'].find((candidate) => header.cells.length === 1 && header.raw.includes(candidate))
    throw refuse(`the header has no ${absent.length === 1 ? 'column' : 'columns'} ${absent.join(', ')}`,
      separator === undefined
        ? `The first line names the columns, exactly as ${stream.name} declares its fields. ${nearest(absent[0] as string, header.cells.slice(0, 30).map((cell) => JSON.stringify(cell.slice(0, 80)).slice(1, -1)))}`
        : `Columns are separated by commas; this file has ${JSON.stringify(separator)}.`)
  }
  Object.keys(stream.fields).forEach((name, i) => {
    if (header.cells.indexOf(name, (columns[i] as number) + 1) > -1 && columns[i] !== -1) {
      throw refuse(`two columns of the header are named ${name}`, 'Rename or remove one of the two.')
    }
  })
  return columns
}

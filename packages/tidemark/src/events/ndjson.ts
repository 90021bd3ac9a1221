import type { RejectedEvent } from '../stores/contract/events.ts'
import { KEPT_OF_LONG_LINE, MAX_RECORD_CHARACTERS } from './csv.ts'
import { NumberText, quoted } from './field-value.ts'

export interface JsonRow {
  readonly line: number
  readonly record: Readonly<Record<string, unknown>>
  /** As it stands in the file, without its line end. */
  readonly raw: string
}

export interface JsonRows {
  readonly rows: readonly JsonRow[]
  readonly rejects: readonly RejectedEvent[]
}

/** Nesting that a line may have; an event has 1, the rest is for fields that are ignored. */
export const MAX_DEPTH = 64

/**
 * Reads a JSON object a line, a piece of rows for each piece of text. Blank lines are skipped. Rejected:
 * `line_too_long` (more than 1 Mi characters), `too_deep`, `not_json`, `not_an_object`.
 *
 * Numbers that a double would change come as `NumberText`. Of a key that a line has twice, the last counts, as in
 * JSON.parse. All rows before an error of reading the text have been yielded when it is thrown.
 */
export async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<JsonRows> {
  const reader = new JsonReader()
  for await (const piece of text) yield reader.read(piece)
  yield reader.end()
}

class JsonReader {
  private rest = ''
  private line = 1
  /** Inside a line that is too long, waiting for its end. */
  private skipping = false

  read(piece: string): JsonRows {
    const out = { rows: [] as JsonRow[], rejects: [] as RejectedEvent[] }
    const text = this.rest + piece
    let start = 0
    // The rest has no line end: without one in the piece the two are only linked, not copied.
    for (let end = piece.includes('\n') ? text.indexOf('\n') : -1; end !== -1; end = text.indexOf('\n', start)) {
      if (this.skipping) this.skipping = false
      else this.add(out, text.slice(start, end))
      this.line += 1
      start = end + 1
    }
    this.rest = this.skipping ? '' : text.slice(start)
    // One more may be the CR of its end.
    if (this.rest.length > MAX_RECORD_CHARACTERS + 1) {
      this.add(out, this.rest)
      this.skipping = true
      this.rest = ''
    }
    return out
  }

  end(): JsonRows {
    const out = { rows: [] as JsonRow[], rejects: [] as RejectedEvent[] }
    if (this.rest !== '') this.add(out, this.rest)
    this.rest = ''
    return out
  }

  private add(out: { rows: JsonRow[]; rejects: RejectedEvent[] }, text: string): void {
    const line = this.line
    const raw = text.endsWith('\r') ? text.slice(0, -1) : text
    const parsed = raw.length > MAX_RECORD_CHARACTERS
      ? new Unreadable('line_too_long', `the line has more than ${MAX_RECORD_CHARACTERS} characters: ${quoted(raw)}`)
      : parseRecord(raw)
    if (parsed === null) return
    if (parsed instanceof Unreadable) {
      const kept = parsed.code === 'line_too_long' ? `${raw.slice(0, KEPT_OF_LONG_LINE)}…` : raw
      out.rejects.push({ line, code: parsed.code, reason: parsed.reason, raw: kept })
    } else {
      out.rows.push({ line, record: parsed, raw })
    }
  }
}

class Unreadable {
  readonly code: string
  readonly reason: string

  constructor(code: string, reason: string) {
    this.code = code
    this.reason = reason
  }
}

/** The object of a line, null for a blank one. */
function parseRecord(raw: string): Readonly<Record<string, unknown>> | Unreadable | null {
  if (deeperThan(raw, MAX_DEPTH)) return new Unreadable('too_deep', `the line is nested deeper than ${MAX_DEPTH}: ${quoted(raw)}`)
  let parsed: unknown
  try {
    parsed = LONG_NUMBER.test(raw) ? JSON.parse(raw, keepLongNumbers) : JSON.parse(raw)
  } catch {
    return raw.trim() === '' ? null : new Unreadable('not_json', `the line is not JSON: ${quoted(raw)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || parsed instanceof NumberText) {
    return new Unreadable('not_an_object', `the line is JSON, but not an object: ${quoted(raw)}`)
  }
  return parsed as Readonly<Record<string, unknown>>
}

/** Only a line that may hold a number of more digits than a double has pays for the reviver, which makes parsing several times as slow. */
const LONG_NUMBER = /[\d.]{16,}/

function keepLongNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  const digits = source.replace(/[eE].*$/, '').replace(/\D/g, '').replace(/^0+/, '').length
  if (digits <= 15 || (source === String(value) && (Number.isSafeInteger(value) || !Number.isInteger(value)))) return value
  return new NumberText(source)
}

/** Whether brackets nest deeper than `depth`; found without recursion, before anything that recurses sees the line. */
function deeperThan(text: string, depth: number): boolean {
  if (!hasMoreBrackets(text, depth)) return false
  let open = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === BACKSLASH) at += 1
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) {
      inText = true
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      open += 1
      if (open > depth) return true
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      open -= 1
    }
  }
  return false
}

/** Counts brackets, in texts too: cheap, and enough for almost every line. */
function hasMoreBrackets(text: string, limit: number): boolean {
  let count = 0
  for (let at = text.indexOf('{'); at !== -1 && count <= limit; at = text.indexOf('{', at + 1)) count += 1
  for (let at = text.indexOf('['); at !== -1 && count <= limit; at = text.indexOf('[', at + 1)) count += 1
  return count > limit
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { TidemarkError } from '../errors.ts'
import { quoted } from './field-value.ts'
import type { InputFormat } from './input-format.ts'

/** A file of events, opened. */
export interface EventInput {
  /** The file's name without its folder, or `stdin`. */
  readonly name: string
  readonly format: InputFormat
  /** Its text, once, in pieces that may end anywhere. */
  readonly text: AsyncIterable<string>
  /** Lets go of the file. Needed where the text is not read to its end; harmless elsewhere. */
  close(): void
}

export interface OpenInputOptions {
  /** Overrides what the name says. */
  readonly format?: InputFormat
  /** What `-` reads; default: the process's own. */
  readonly stdin?: AsyncIterable<Uint8Array>
}

/** Bytes are gathered to pieces of at least this size, so that a slow pipe does not have a long record scanned again for every write. */
const PIECE_BYTES = 1 << 15

/**
 * Opens a file by its path, or standard input by `-`. What is compressed is seen from its first bytes, the format from
 * the name; where a name has no ending (standard input, a pipe) a first character `{` means NDJSON.
 *
 * Throws FORMAT_UNKNOWN for another ending, FILE_UNREADABLE for what cannot be opened. The text throws FILE_ENCODING,
 * FILE_TRUNCATED (cut in its compression) and FILE_UNREADABLE, each after everything before the place.
 */
export async function openInput(path: string, options: OpenInputOptions = {}): Promise<EventInput> {
  const name = path === '-' ? 'stdin' : basename(path)
  const bytes = path === '-' ? (options.stdin ?? process.stdin as AsyncIterable<Uint8Array>) : await openFile(path)
  const named = options.format ?? (path === '-' ? null : formatOf(name, path, bytes))
  const text = decodeUtf8(unzipped(bytes, name), name)
  const close = (): void => { if (bytes instanceof Readable) bytes.destroy() }
  if (named !== null) return { name, format: named, text, close }
  const first = await text.next()
  return {
    name,
    format: first.done !== true && /^\s*\{/.test(first.value) ? 'ndjson' : 'csv',
    text: first.done === true ? text : resumed(first.value, text),
    close,
  }
}

const FORMATS = new Map<string, InputFormat>([['csv', 'csv'], ['ndjson', 'ndjson'], ['jsonl', 'ndjson']])

/** The format that a name tells; null when it has no ending. */
function formatOf(name: string, path: string, opened: AsyncIterable<Uint8Array>): InputFormat | null {
  const ending = /\.([^.]*)$/.exec(name.replace(/\.gz$/i, ''))?.[1]
  if (ending === undefined) return null
  const format = FORMATS.get(ending.toLowerCase())
  if (format === undefined) {
    if (opened instanceof Readable) opened.destroy()
    throw new TidemarkError('FORMAT_UNKNOWN', `the format of ${quoted(name)} is not known by its ending`, { where: path })
  }
  return format
}

async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    if ((await file.stat()).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
    return file.createReadStream({ highWaterMark: 2 * PIECE_BYTES })
  } catch (error) {
    await file?.close()
    throw unreadable(error, path)
  }
}

const WHY_UNREADABLE: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  ENOENT: ['There is no such file.', 'Check the path; it is relative to the current folder.'],
  ENOTDIR: ['A part of the path is a file, not a folder.', 'Check the path.'],
  EISDIR: ['It is a folder, not a file.', 'Name a file in it.'],
  EACCES: ['The permission to read it is missing.', 'Change its permissions, or run as a user who may read it.'],
  EPERM: ['The permission to read it is missing.', 'Change its permissions, or run as a user who may read it.'],
  EMFILE: ['The process has too many files open.', 'Raise the limit of open files (ulimit -n).'],
}

function unreadable(error: unknown, where: string): TidemarkError {
  const code = errorCode(error)
  const [why, hint] = WHY_UNREADABLE[code] ?? [`The operating system says ${code === '' ? String(error) : code}.`, undefined]
  return new TidemarkError('FILE_UNREADABLE', `${quoted(where)} cannot be read`, { where, why, cause: error, ...(hint === undefined ? {} : { hint }) })
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** The bytes as they were before compression, if the first ones are those of gzip; in pieces of at least PIECE_BYTES but for the last. */
async function* unzipped(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const bytes = gathered(source, name)
  const first = await bytes.next()
  if (first.done === true) return
  const all = resumed(first.value, bytes)
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    if (/\.gz$/i.test(name)) {
      await bytes.return(undefined)
      throw new TidemarkError('FILE_UNREADABLE', `${name} is not compressed`, {
        where: name, why: 'Its name ends in .gz, but its first bytes are not those of gzip.', hint: 'Rename it without .gz, or get the file again.',
      })
    }
    yield* all
    return
  }
  yield* gunzipped(all, name)
}

/** A slice of this many compressed bytes expands to 8 MB at the worst, since gzip reaches 1,029:1; three are held at a time. */
const SLICE_BYTES = 1 << 13

/**
 * Written slice by slice: a pipe would drop what it has decompressed but not handed out yet when it meets the damage,
 * more or less of it with the timing. The next slice is decompressed while the last is being read.
 */
async function* gunzipped(compressed: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 2 * PIECE_BYTES })
  let ready: Uint8Array[] = []
  let failure: Error | null = null
  gunzip.on('data', (piece: Uint8Array) => ready.push(piece))
  gunzip.on('error', (error) => { failure = error })
  const closed = new Promise<void>((done) => gunzip.once('close', done))
  const check = (): void => {
    if (failure === null) return
    throw new TidemarkError('FILE_TRUNCATED', `${name} is cut or damaged in its compression`, {
      where: name, why: `gzip says: ${failure.message}.`, cause: failure,
    })
  }
  try {
    let writing = Promise.resolve()
    for await (const piece of compressed) {
      for (let start = 0; start < piece.length; start += SLICE_BYTES) {
        await writing
        const pieces = ready
        ready = []
        // After its last byte gzip closes, and what follows (padding of tapes) is never called back for.
        writing = failure === null && gunzip.writable
          ? Promise.race([closed, new Promise<void>((done) => { gunzip.write(piece.subarray(start, start + SLICE_BYTES), () => done()) })])
          : Promise.resolve()
        yield* pieces
        check()
      }
    }
    await writing
    gunzip.end()
    await closed
    yield* ready
    check()
  } finally {
    gunzip.destroy()
  }
}

async function* gathered(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let size = 0
  try {
    for await (const piece of source) {
      pieces.push(piece)
      size += piece.length
      if (size < PIECE_BYTES) continue
      yield pieces.length === 1 ? piece : Buffer.concat(pieces)
      pieces = []
      size = 0
    }
  } catch (error) {
    throw error instanceof TidemarkError ? error : unreadable(error, name)
  }
  if (size > 0) yield Buffer.concat(pieces)
}

async function* resumed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/**
 * The text of bytes in UTF-8, without a byte order mark. Throws FILE_ENCODING for UTF-16 and for a byte that is not
 * UTF-8, naming its line; all lines before that one have been yielded.
 */
export async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  // ignoreBOM: a mark is taken off below; the decoder would take one off every piece.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let carried: Uint8Array = new Uint8Array(0)
  let lines = 0
  let started = false
  for await (const piece of bytes) {
    let all = carried.length === 0 ? piece : Buffer.concat([carried, piece])
    if (!started) {
      // Two bytes decide about UTF-16, three about a mark of UTF-8.
      if (all.length < 3) {
        carried = Uint8Array.from(all)
        continue
      }
      started = true
      all = afterMark(all, name)
    }
    const end = wholeCharacters(all)
    carried = Uint8Array.from(all.subarray(end))
    yield* decoded(all.subarray(0, end))
  }
  // What is left is the start of a character at most, or a file of one or two bytes.
  if (!started) carried = afterMark(carried, name)
  if (carried.length > 0) yield* decoded(carried)

  function* decoded(whole: Uint8Array): Generator<string> {
    let text: string
    try {
      text = decoder.decode(whole)
    } catch (error) {
      let start = 0
      for (let newline = whole.indexOf(10); newline !== -1 && isUtf8(whole.subarray(start, newline)); newline = whole.indexOf(10, start)) {
        start = newline + 1
        lines += 1
      }
      if (start > 0) yield decoder.decode(whole.subarray(0, start))
      throw notUtf8(whole, start, name, lines + 1, error)
    }
    for (let newline = whole.indexOf(10); newline !== -1; newline = whole.indexOf(10, newline + 1)) lines += 1
    if (text !== '') yield text
  }
}

function afterMark(bytes: Uint8Array, name: string): Uint8Array {
  const [a, b, c] = bytes
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new TidemarkError('FILE_ENCODING', `${name} is UTF-16, not UTF-8`, {
      where: `${name}:1`, why: `It starts with the byte order mark ${a === 0xff ? 'FF FE' : 'FE FF'}.`, hint: 'Save the file as UTF-8, for example with iconv -f UTF-16 -t UTF-8.',
    })
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes
}

/** Where the last character starts that is not complete, if one is not; at most three bytes from the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) break
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function notUtf8(bytes: Uint8Array, lineStart: number, name: string, line: number, cause: unknown): TidemarkError {
  let end = lineStart
  // The first byte that cannot go on: the longest prefix that is UTF-8, or could become it, ends before it.
  const newline = bytes.indexOf(10, lineStart)
  const stop = newline === -1 ? bytes.length : newline
  while (end < stop) {
    const lead = bytes[end] as number
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    if (end + size > stop || !isUtf8(bytes.subarray(end, end + size))) break
    end += size
  }
  const byte = (bytes[end] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  return new TidemarkError('FILE_ENCODING', `line ${line} of ${name} is not UTF-8`, {
    where: `${name}:${line}`,
    why: `The byte 0x${byte} is not part of a character.`,
    hint: 'Save the file as UTF-8; from an older Windows program for example with iconv -f WINDOWS-1252 -t UTF-8.',
    cause,
  })
}

import { createGunzip } from 'node:zlib'
import { TidemarkError } from '../errors.ts'
import type { Limits } from './limits.ts'

type Bounds = Pick<Limits, 'bodyBytes' | 'unpackedTimes' | 'depth'>

/** From here on a body that unpacks to many times its size is refused. */
const RATIO_FROM = 1 << 20
/** At most 1,029 times as large once unpacked. */
const SLICE_BYTES = 1 << 13

/**
 * The bytes of a body, unpacked where it says that it is packed. Bounded in all and in proportion, so that a small body
 * cannot become a large one. Throws BODY_TOO_LARGE, BODY_TYPE_UNKNOWN for another coding, FILE_TRUNCATED for damaged packing.
 */
export async function* bodyBytes(payload: AsyncIterable<Uint8Array>, coding: string | undefined, bounds: { readonly most: number; readonly times: number }): AsyncGenerator<Uint8Array> {
  let packed = 0
  let unpacked = 0
  const counted = (bytes: Uint8Array): Uint8Array => {
    unpacked += bytes.length
    if (unpacked > bounds.most) throw tooLarge(`it has more than ${bounds.most} bytes`)
    if (unpacked > RATIO_FROM && unpacked > packed * bounds.times) throw tooLarge(`it unpacks to more than ${bounds.times} times its size`)
    return bytes
  }
  switch (coding?.trim().toLowerCase()) {
    case undefined: case '': case 'identity':
      for await (const piece of payload) {
        packed += piece.length
        yield counted(piece)
      }
      return
    case 'gzip': case 'x-gzip':
      yield* unzipped(payload, (bytes) => { packed += bytes }, counted)
      return
    default:
      throw new TidemarkError('BODY_TYPE_UNKNOWN', `a body in the coding ${JSON.stringify(coding)} cannot be read`, { where: 'content-encoding', hint: 'Send it plain, or packed by gzip.' })
  }
}

/** Slice by slice, each wholly taken before the next is unpacked: no more than one slice's text is held. */
async function* unzipped(payload: AsyncIterable<Uint8Array>, took: (bytes: number) => void, counted: (bytes: Uint8Array) => Uint8Array): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const ready: Uint8Array[] = []
  let failure: Error | null = null
  gunzip.on('data', (piece: Uint8Array) => ready.push(piece))
  gunzip.on('error', (error) => { failure = error })
  const closed = new Promise<void>((done) => gunzip.once('close', done))
  const check = (): void => {
    if (failure !== null) throw new TidemarkError('FILE_TRUNCATED', 'the body is cut or damaged in its packing', { where: 'body', why: `gzip says: ${(failure as Error).message}.` })
  }
  try {
    for await (const piece of payload) {
      for (let start = 0; start < piece.length; start += SLICE_BYTES) {
        const slice = piece.subarray(start, start + SLICE_BYTES)
        took(slice.length)
        if (failure === null && gunzip.writable) await Promise.race([closed, new Promise<void>((done) => { gunzip.write(slice, () => done()) })])
        check()
        for (const bytes of ready.splice(0)) yield counted(bytes)
      }
    }
    gunzip.end()
    await closed
    check()
    for (const bytes of ready.splice(0)) yield counted(bytes)
  } finally {
    gunzip.destroy()
  }
}

function tooLarge(why: string): TidemarkError {
  return new TidemarkError('BODY_TOO_LARGE', `the body is too large: ${why}`, { where: 'body' })
}

/** The text of a JSON body, whole and not too deep. Throws BODY_INVALID, BODY_TOO_DEEP, and what `bodyBytes` throws. */
export async function checkedText(payload: AsyncIterable<Uint8Array>, coding: string | undefined, bounds: Bounds): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of bodyBytes(payload, coding, { most: bounds.bodyBytes, times: bounds.unpackedTimes })) pieces.push(piece)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
  } catch {
    throw new TidemarkError('BODY_INVALID', 'the body is not UTF-8', { where: 'body' })
  }
  if (text.trim() === '') throw new TidemarkError('BODY_INVALID', 'the body is empty', { where: 'body' })
  // Before anything that recurses sees it.
  if (isDeeperThan(text, bounds.depth)) throw new TidemarkError('BODY_TOO_DEEP', `the body is nested deeper than ${bounds.depth}`, { where: 'body' })
  return text
}

/** Throws BODY_INVALID. */
export function jsonOf(text: string, reviver?: (key: string, value: unknown, context?: { readonly source?: string }) => unknown): unknown {
  try {
    return JSON.parse(text, reviver)
  } catch (error) {
    throw new TidemarkError('BODY_INVALID', 'the body is not JSON', { where: 'body', why: `The parser says: ${(error as Error).message.slice(0, 120)}.` })
  }
}

/** Whether brackets nest deeper than `depth`, found without recursion. */
function isDeeperThan(text: string, depth: number): boolean {
  let open = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === 92) at += 1
      else if (code === 34) inText = false
    } else if (code === 34) inText = true
    else if (code === 123 || code === 91) {
      if (++open > depth) return true
    } else if (code === 125 || code === 93) open -= 1
  }
  return false
}

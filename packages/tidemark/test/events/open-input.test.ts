import fs from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TidemarkError } from '../../src/errors.ts'
import { decodeUtf8, openInput, type OpenInputOptions } from '../../src/events/open-input.ts'
import { readEvents } from '../../src/events/read-events.ts'
import { iterable, NOW, readAll, VISIT_HEADER, visitRow, visits } from './fixtures.ts'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'tidemark-input-')) })
afterAll(async () => { await rm(folder, { recursive: true }) })

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const CSV = `${VISIT_HEADER}\n${visitRow(1)}\n${visitRow(2)}\n`
const JSON_LINE = '{"client":"c","shop":"s","visit":"1","at":"2024-03-01T00:00:00Z"}\n'

async function textOf(source: AsyncIterable<string>): Promise<{ text: string; error: unknown }> {
  let text = ''
  try {
    for await (const piece of source) text += piece
  } catch (error) {
    return { text, error }
  }
  return { text, error: null }
}

const stdin = (...parts: readonly Uint8Array[]): OpenInputOptions => ({ stdin: iterable(parts) })

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function refusal(opening: Promise<unknown>): Promise<TidemarkError> {
  const error: unknown = await opening.then(() => null, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(TidemarkError)
  return error as TidemarkError
}

describe('the format', () => {
  const named: readonly (readonly [string, string | Uint8Array, 'csv' | 'ndjson'])[] = [
    ['a.csv', CSV, 'csv'], ['a.CSV', CSV, 'csv'], ['a.csv.gz', gzipSync(CSV), 'csv'], ['a.ndjson', JSON_LINE, 'ndjson'],
    ['a.jsonl', JSON_LINE, 'ndjson'], ['a.jsonl.gz', gzipSync(JSON_LINE), 'ndjson'], ['zipped.csv', gzipSync(CSV), 'csv'],
    ['plain', CSV, 'csv'], ['lines', JSON_LINE, 'ndjson'], ['zipped', gzipSync(JSON_LINE), 'ndjson'],
  ]
  test.each(named)('of %s', async (name, content, format) => {
    const input = await openInput(await file(name, content))
    expect([input.name, input.format]).toEqual([name, format])
    expect(await textOf(input.text)).toEqual({ text: format === 'csv' ? CSV : JSON_LINE, error: null })
  })

  test('of standard input is seen from its first character', async () => {
    expect(await openInput('-', stdin(utf8(CSV)))).toMatchObject({ name: 'stdin', format: 'csv' })
    expect(await openInput('-', stdin(utf8('\n\n  '), utf8('{'), utf8('}')))).toMatchObject({ format: 'ndjson' })
    expect(await openInput('-', stdin(gzipSync(JSON_LINE)))).toMatchObject({ format: 'ndjson' })
    expect(await openInput('-', stdin())).toMatchObject({ format: 'csv' })
    const { text } = await openInput('-', stdin(utf8(JSON_LINE), utf8(JSON_LINE)))
    expect((await textOf(text)).text).toBe(JSON_LINE + JSON_LINE)
  })

  test('is what is asked for, whatever the name', async () => {
    const input = await openInput(await file('a.txt', CSV), { format: 'csv' })
    expect(await textOf(input.text)).toEqual({ text: CSV, error: null })
    expect(await openInput('-', { ...stdin(utf8(CSV)), format: 'ndjson' })).toMatchObject({ format: 'ndjson' })
  })

  test.each(['a.txt', 'a.json', 'a.parquet', 'a.csv.zip', 'a.txt.gz'])('of %s is not known', async (name) => {
    expect(await refusal(openInput(await file(name, CSV)))).toMatchObject({ code: 'FORMAT_UNKNOWN', exitCode: 2, hint: expect.stringContaining('--format') })
  })
})

describe('what cannot be opened', () => {
  test('a file that is not there', async () => {
    const path = join(folder, 'missing.csv')
    expect(await refusal(openInput(path))).toMatchObject({ code: 'FILE_UNREADABLE', exitCode: 1, where: path, why: 'There is no such file.' })
    expect(await refusal(openInput(join(folder, 'missing.txt')))).toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  test.each(['folder', 'folder.csv', 'folder.d'])('a folder (%s)', async (name) => {
    await mkdir(join(folder, name))
    expect(await refusal(openInput(join(folder, name)))).toMatchObject({ code: 'FILE_UNREADABLE', why: 'It is a folder, not a file.' })
  })

  test('a file in a file', async () => {
    expect(await refusal(openInput(join(await file('b.csv', CSV), 'c.csv')))).toMatchObject({ code: 'FILE_UNREADABLE', why: expect.stringContaining('not a folder') })
  })

  test('a file without permission', async () => {
    const path = await file('closed.csv', CSV)
    await chmod(path, 0)
    // Root may read everything.
    const root = process.geteuid?.() === 0
    if (root) process.seteuid?.(65_534)
    try {
      expect(await refusal(openInput(path))).toMatchObject({ code: 'FILE_UNREADABLE', why: expect.stringContaining('permission') })
    } finally {
      if (root) process.seteuid?.(0)
    }
  })

  test('a name of .gz that is not compressed', async () => {
    const { text } = await openInput(await file('liar.csv.gz', CSV))
    expect((await textOf(text)).error).toMatchObject({ code: 'FILE_UNREADABLE', why: expect.stringContaining('gzip') })
  })

  test('an input that fails while it is read, after what came before', async () => {
    const failing = (async function* () {
      yield utf8(CSV.repeat(2000))
      throw Object.assign(new Error('input/output error'), { code: 'EIO' })
    })()
    const { text, error } = await textOf((await openInput('-', { format: 'csv', stdin: failing })).text)
    expect(text.length).toBe(CSV.length * 2000)
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', where: 'stdin', why: expect.stringContaining('EIO') })
  })
})

describe('UTF-8', () => {
  const decode = (...parts: readonly Uint8Array[]): Promise<{ text: string; error: unknown }> => textOf(decodeUtf8(iterable(parts), 'f'))
  const each = (content: Uint8Array): Uint8Array[] => Array.from(content, (byte) => Uint8Array.of(byte))

  const good = ['', 'a', 'é', 'ab', '€', '😀', 'aé€😀\r\n'.repeat(3), 'x\uFEFFy', '\uFFFD']
  test.each(good)('%j is read wherever its pieces end', async (text) => {
    const content = utf8(text)
    for (const bom of ['', '\uFEFF']) {
      const marked = utf8(bom + text)
      for (let cut = 0; cut <= marked.length; cut++) {
        expect(await decode(marked.subarray(0, cut), marked.subarray(cut))).toEqual({ text, error: null })
      }
      expect(await decode(...each(marked))).toEqual({ text, error: null })
    }
    expect(await decode(content)).toEqual({ text, error: null })
  })

  /** Bytes, the line that is at fault, and the text before it. */
  const bad: readonly (readonly [string, Uint8Array, number, RegExp])[] = [
    ['Latin-1', Buffer.from('a,b\nc,d\ncafé,x\ne,f\n', 'latin1'), 3, /0xE9/],
    ['Latin-1 in the first line', Buffer.from('é,b\nc,d\n', 'latin1'), 1, /0xE9/],
    ['Latin-1 as the last byte', Buffer.from('a,b\nc,é', 'latin1'), 2, /0xE9/],
    ['a lone continuation', Uint8Array.from([97, 10, 0x80, 10]), 2, /0x80/],
    ['an overlong form', Uint8Array.from([97, 10, 98, 0xc0, 0xaf, 10]), 2, /0xC0/],
    ['a surrogate', Uint8Array.from([97, 10, 10, 0xed, 0xa0, 0x80, 10]), 3, /0xED/],
    ['past the last character', Uint8Array.from([0xf5, 0x80, 0x80, 0x80]), 1, /0xF5/],
    ['a character cut by the end of the file', Uint8Array.from([97, 10, 0xe2, 0x82]), 2, /0xE2/],
    ['a character cut by the end of the line', Uint8Array.from([97, 10, 0xe2, 0x82, 10, 97]), 2, /0xE2/],
  ]
  test.each(bad)('is refused with its line: %s', async (_, content, line, byte) => {
    const before = content.subarray(0, content.length)
    const lines = Buffer.from(before).toString('latin1').split('\n').slice(0, line - 1).map((each_) => `${each_}\n`).join('')
    for (let cut = 0; cut <= content.length; cut++) {
      const { text, error } = await decode(content.subarray(0, cut), content.subarray(cut))
      expect(error).toMatchObject({ code: 'FILE_ENCODING', exitCode: 1, where: `f:${line}`, why: expect.stringMatching(byte) })
      // Of the line at fault, a start that came in an earlier piece may have been handed out.
      expect(text.startsWith(lines)).toBe(true)
      expect(text.slice(lines.length)).not.toMatch(/\n/)
    }
    expect((await decode(...each(content))).error).toMatchObject({ where: `f:${line}` })
  })

  test.each([['little', [0xff, 0xfe, 97, 0]], ['big', [0xfe, 0xff, 0, 97]], ['empty', [0xff, 0xfe]]])('is not UTF-16 (%s)', async (_, content) => {
    const { text, error } = await decode(...each(Uint8Array.from(content)))
    expect(text).toBe('')
    expect(error).toMatchObject({ code: 'FILE_ENCODING', where: 'f:1', message: expect.stringContaining('UTF-16'), hint: expect.stringContaining('iconv -f UTF-16') })
  })
})

describe('gzip', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => visitRow(i))
  const whole = gzipSync(`${VISIT_HEADER}\n${rows.join('\n')}\n`)

  test('is read wherever its pieces end, in several members, and with padding behind', async () => {
    const small = gzipSync(CSV)
    for (let cut = 1; cut < small.length; cut++) {
      const { text } = await openInput('-', stdin(small.subarray(0, cut), small.subarray(cut)))
      expect(await textOf(text)).toEqual({ text: CSV, error: null })
    }
    expect(await textOf((await openInput('-', stdin(small, small))).text)).toEqual({ text: CSV + CSV, error: null })
    for (const padding of [16, 100_000]) {
      expect(await textOf((await openInput('-', stdin(small, new Uint8Array(padding)))).text)).toEqual({ text: CSV, error: null })
    }
  })

  test('that is cut gives every whole row before the cut, each time the same, and an error', async () => {
    for (let cut = 20; cut < whole.length; cut += 2111) {
      const read = async () => readAll(await openInput('-', { format: 'csv', ...stdin(whole.subarray(0, cut)) }), visits)
      const { events, rejects, error } = await read()
      expect(error).toMatchObject({ code: 'FILE_TRUNCATED', exitCode: 1, where: 'stdin' })
      expect(rejects).toEqual([])
      expect(events.map((event) => event.raw)).toEqual(rows.slice(0, events.length))
      if (cut > whole.length * 0.8) expect(events.length).toBeGreaterThan(2500)
      expect((await read()).events.length).toBe(events.length)
    }
  })

  test('that is damaged is an error', async () => {
    for (let at = 12; at < whole.length; at += 1777) {
      const damaged = Uint8Array.from(whole)
      damaged[at] = (damaged[at] as number) ^ 0x55
      const { error } = await readAll(await openInput('-', { format: 'csv', ...stdin(damaged) }), visits)
      expect(error).toBeInstanceOf(TidemarkError)
    }
  })

})

describe('the file is let go', () => {
  const { readdirSync, readlinkSync } = fs
  /** How many of this process's open files are `path`. */
  const held = (path: string): number => readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false
    }
  }).length
  const settled = (): Promise<void> => new Promise((done) => { setTimeout(done, 50) })

  test.skipIf(process.platform !== 'linux').each(['given.csv', 'given.csv.gz', 'given'])('at the end, when reading is given up, and when it is never begun (%s)', async (name) => {
    const path = await file(name, name.endsWith('.gz') ? gzipSync(CSV.repeat(20_000)) : CSV.repeat(20_000))
    const whole = await openInput(path)
    expect(held(path)).toBe(1)
    await textOf(whole.text)
    await settled()
    expect(held(path)).toBe(0)

    for await (const batch of readEvents(await openInput(path), visits, { now: NOW })) {
      expect(batch.events.length).toBeGreaterThan(0)
      break
    }
    await settled()
    expect(held(path)).toBe(0)

    const unread = await openInput(path)
    unread.close()
    await settled()
    expect(held(path)).toBe(0)
  })
})

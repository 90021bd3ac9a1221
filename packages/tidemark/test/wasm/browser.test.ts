import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM } from '../../../dashboard/test/browser/chromium.ts'
import { type Plant, servePage } from './browser-page.ts'
import type { Task } from './browser-worker.ts'
import { toldInNode } from './node-story.ts'

if (CHROMIUM === null) console.log('Chromium is not installed: the store is NOT tested in a browser (apt-get install chromium)')

describe.skipIf(CHROMIUM === null)('in Chromium, on SQLite compiled to WebAssembly', { timeout: 120_000 }, () => {
  let browser: Browser
  let page: Page
  let server: Awaited<ReturnType<typeof servePage>>
  let expected: readonly string[] = []

  beforeAll(async () => {
    server = await servePage()
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
    page = await browser.newPage()
    await page.goto(server.url)
    expected = await toldInNode()
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    server.close()
  })

  const ask = async (task: Task): Promise<readonly string[]> => {
    const { lines, error } = await page.evaluate((one) => (globalThis as unknown as { ask(task: Task): Promise<{ lines?: string[]; error?: string }> }).ask(one), task)
    if (lines === undefined) throw new Error(`in the page: ${error}`)
    return lines
  }

  test('the story in memory is, byte for byte, the one that the library tells in Node', async () => {
    const told = await ask({ where: 'memory', part: 'tell', now: 0 })
    expect(told.slice(0, -1)).toEqual(expected)
  })

  test('the story in a file of the browser is so, too, and is still there when the page has been loaded anew', async () => {
    const told = await ask({ where: 'opfs', part: 'tell', now: 0 })
    expect(told.slice(0, -1)).toEqual(expected)
    const now = Number(told.at(-1)?.slice('clock: '.length))
    await page.reload()
    const again = await ask({ where: 'opfs', part: 'ask', now })
    expect(again).toEqual(expected.slice(expected.length - again.length))
    expect(again.filter((line) => line.startsWith('answer: ')).length).toBeGreaterThan(10)
    expect(again.some((line) => line.startsWith('tm_month_levels: '))).toBe(true)
  })

  test.each<Plant>([
    // A name of two spellings is one; an integer past 2^53 is rounded.
    { file: 'machine/portable-machine.ts', find: 'sha256: (text) => sha256(utf8ToBytes(text))', put: 'sha256: (text) => sha256(utf8ToBytes(text.normalize()))' },
    { file: 'stores/sqlite/wasm-statement.ts', find: 'capi.sqlite3_bind_int64(statement, place, whole(value))', put: 'capi.sqlite3_bind_double(statement, place, Number(value))' },
  ])('a defect of the platform is told: $put', async (plant) => {
    const other = await servePage(plant)
    try {
      await page.goto(other.url)
      // It may also come to nothing at all.
      const told = await ask({ where: 'memory', part: 'tell', now: 0 }).catch((error: unknown) => [String(error), ''])
      expect(told.slice(0, -1)).not.toEqual(expected)
    } finally {
      other.close()
    }
  })
})

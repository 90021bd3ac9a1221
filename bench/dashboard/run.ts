// How long the dashboard takes to say something, and to redraw 100,000 points. node bench/dashboard/run.ts, after npm run build
/// <reference lib="dom" />
import { loadavg } from 'node:os'
import { chromium, type Page } from 'playwright-core'
import { CHROMIUM } from '../../packages/dashboard/test/browser/chromium.ts'
import { demoProject } from '../../packages/dashboard/test/browser/demo-project.ts'
import { startServer } from '../../packages/dashboard/test/browser/running-server.ts'
import { log, median, round } from '../measure.ts'

const TIMES = 7
const POINTS = 100_000
const DAY_MS = 86_400_000

/** One line of 100,000 days, and a short one that is switched off and on. */
const LINE = { rows: Array.from({ length: POINTS }, (_, day) => ({ day: new Date(Date.UTC(1800, 0, 1) + day * DAY_MS).toISOString().slice(0, 10), value: String(1000 + Math.round(400 * Math.sin(day / 3000)) + (day * 7919) % 97), few: day % 50_000 === 0 ? '500' : null })) }
const trace = (title: string, y: string) => ({ title, rows: 'rows', x: 'day', y, as: 'line', axis: 'left' })
const TOLD = {
  name: 'line', title: 'Line', summary: '100,000 points', words: [], coverage: { path: 'coverage' }, place: { row: 0, column: 0, width: 'whole' },
  panel: { draw: 'chart', left: { title: '', unit: null }, right: null, traces: [trace('Many', 'value'), trace('Few', 'few')], lines: [], marks: [], facts: [] },
}

/** When something that stands for the page's content first came, by the page's own clock. */
function noteFirst(selector: string): void {
  const told = globalThis as unknown as { firstAt?: number }
  new MutationObserver(() => {
    if (told.firstAt === undefined && document.querySelector(selector) !== null) requestAnimationFrame(() => { told.firstAt ??= performance.now() })
  }).observe(document, { childList: true, subtree: true, attributes: true })
}

async function firstAt(page: Page, go: () => Promise<unknown>): Promise<number> {
  await go()
  await page.waitForFunction(() => (globalThis as unknown as { firstAt?: number }).firstAt !== undefined)
  return page.evaluate(() => (globalThis as unknown as { firstAt: number }).firstAt)
}

if (CHROMIUM === null) throw new Error('Chromium is not installed (apt-get install chromium)')
const server = await startServer(demoProject('contributions'))
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const opened = await browser.newContext()
  await (await opened.newPage()).goto(server.link)
  const cookies = await opened.cookies()
  const page = async (selector: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    await context.addCookies(cookies)
    const made = await context.newPage()
    await made.addInitScript(noteFirst, selector)
    return made
  }
  const taken: Record<'cold' | 'warm' | 'draw' | 'redraw', number[]> = { cold: [], warm: [], draw: [], redraw: [] }
  for (let time = 0; time < TIMES; time++) {
    const overview = await page('[data-card] [data-value]')
    taken.cold.push(await firstAt(overview, () => overview.goto(server.url)))
    taken.warm.push(await firstAt(overview, () => overview.reload()))
    await overview.context().close()
    const chart = await page('[data-drawn=true] canvas')
    await chart.route('**/v1/answers', (route) => route.fulfill({ json: { answers: [TOLD] } }))
    await chart.route('**/v1/answers/line', (route) => route.fulfill({ json: LINE }))
    taken.draw.push(await firstAt(chart, () => chart.goto(server.url)))
    taken.redraw.push(await chart.evaluate(async () => {
      const started = performance.now()
      document.querySelector<HTMLElement>('[data-trace=Few]')?.click()
      // Behind the frame that was drawn.
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      return performance.now() - started
    }))
    await chart.context().close()
    log(`${time + 1} of ${TIMES}`)
  }
  const line = (title: string, values: readonly number[]): string => `| ${title} | ${round(median([...values]))} | ${round(Math.min(...values))}–${round(Math.max(...values))} |`
  process.stdout.write([
    `Medians of ${TIMES}, load average ${round(loadavg()[0] as number, 1)}.`, '', '| | ms | least–greatest |', '|---|---|---|',
    line('overview, nothing cached: numbers are there', taken.cold), line('overview again, files cached', taken.warm), line(`a page with a chart of ${POINTS.toLocaleString('en-US')} points: drawn`, taken.draw), line('that chart redrawn, a line switched off', taken.redraw), '',
  ].join('\n'))
} finally {
  await browser.close()
  await server.stop()
}

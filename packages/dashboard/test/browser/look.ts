import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { CHROMIUM } from './chromium.ts'
import type { ProjectName } from './demo-project.ts'
import type { Campaign, Served, Stage } from './set-up.ts'

export const THEMES = ['light', 'dark'] as const
export const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const

export interface Look {
  readonly project: ProjectName
  /** The path with its search, from the slash on. */
  readonly path: string
  readonly theme?: (typeof THEMES)[number]
  readonly size?: keyof typeof SIZES
  /** Another server than the one that all share: of a store that the test changes. */
  readonly served?: () => Pick<Served, 'url' | 'cookies'>
  /** Without the session that the link opened. */
  readonly signedOut?: boolean
  /** What is set before the page is gone to: routes that fail, for one. */
  readonly prepare?: (page: Page) => Promise<unknown>
  /** Answers that are no fault here. */
  readonly expected?: (status: number, url: string) => boolean
}

/** A page of the dashboard, and what it should not have said. */
export interface Looked {
  readonly page: Page
  readonly faults: readonly string[]
  close(): Promise<void>
}

let connected: Browser | null = null

/** The campaign that tests look at; without a browser there is none to look at. */
export const CAMPAIGN: Campaign = inject('stage')?.campaign ?? { tenant: '', entity: '', name: '' }

export function stage(): Stage {
  const given = inject('stage')
  if (given === null) throw new Error('there is no browser')
  return given
}

/** A suite that needs a browser: skipped, and said so, where there is none. */
export function describeInBrowser(title: string, suite: () => void): void {
  describe.skipIf(CHROMIUM === null)(title, () => {
    beforeAll(async () => {
      connected = await chromium.connect(stage().browser)
    })
    afterAll(async () => {
      await connected?.close()
      connected = null
    })
    suite()
  })
}

export async function look({ project, path, theme = 'light', size = 'desktop', served = () => stage().served[project], signedOut = false, prepare, expected = () => false }: Look): Promise<Looked> {
  const { url, cookies } = served()
  if (connected === null) throw new Error('look() outside of describeInBrowser()')
  const context = await connected.newContext({ colorScheme: theme, viewport: SIZES[size], reducedMotion: 'reduce', hasTouch: size === 'phone', acceptDownloads: true })
  if (!signedOut) await context.addCookies([...cookies])
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    // Chromium's own line about a status that is judged below.
    if ((message.type() === 'error' || message.type() === 'warning') && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('response', (response) => {
    if (response.status() >= 400 && !expected(response.status(), response.url())) faults.push(`${response.status()} ${response.url()}`)
  })
  await prepare?.(page)
  await page.goto(`${url}${path}`)
  await settled(page)
  return { page, faults, close: () => context.close() }
}

/** Until nothing loads any more, and every chart that is in sight is drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => document.querySelector('[role=status][aria-label^=Loading], [aria-busy=true], [data-drawn=false]') === null)
}

/** What axe finds against WCAG 2.2 A and AA, one line each. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help} — ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

/** A picture of the whole page, in the ignored folder. */
export async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(stage().screenshots, `${name}.png`), fullPage: true })
}

/** What the API answers to whoever the page is signed in as. */
export async function api(project: ProjectName, path: string): Promise<unknown> {
  const { url, cookies } = stage().served[project]
  const response = await fetch(`${url}${path}`, { headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

/** The states of the panels on a page, by name. */
export function panelStates(page: Page): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(() => Object.fromEntries([...document.querySelectorAll<HTMLElement>('[data-panel]')].map((panel) => [panel.dataset['panel'] ?? '', panel.dataset['state'] ?? ''])))
}

type Asked = Pick<Look, 'project' | 'path' | 'prepare' | 'expected' | 'served' | 'signedOut'>

/** What every page must pass, in both themes, on a desk and on a phone: nothing said to the console, nothing that axe finds, nothing wider than the screen. A picture of each is kept. */
export function testEveryLook(name: string, asked: Asked): void {
  testLooks(name, asked, () => true)
}

/** The same for another state of a page: each theme and each size once. */
export function testBothLooks(name: string, asked: Asked): void {
  testLooks(name, asked, (theme, size) => (theme === 'light') === (size === 'desktop'))
}

function testLooks(name: string, asked: Asked, looked: (theme: (typeof THEMES)[number], size: keyof typeof SIZES) => boolean): void {
  for (const theme of THEMES) {
    for (const size of (Object.keys(SIZES) as (keyof typeof SIZES)[]).filter((one) => looked(theme, one))) {
      test(`${name} is in order in the ${theme} theme on a ${size}`, async () => {
        const { page, faults, close } = await look({ ...asked, theme, size })
        await shot(page, `${name.replaceAll(/[^a-z\d]+/gi, '-')}-${theme}-${size}`)
        expect(faults).toEqual([])
        expect(await axeFaults(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0)
        await close()
      })
    }
  }
}

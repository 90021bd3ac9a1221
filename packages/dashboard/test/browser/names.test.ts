import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser, look, settled, shot, stage } from './look.ts'
import { MANY, startManyServer } from './many-server.ts'

const NAMES = MANY.map(({ name }) => name).toSorted()
const LAST = MANY.at(-1) as (typeof MANY)[number]
const RANGE = 'tenant=acme&from=2026-10-19&to=2026-10-21'

/** What the links to entities of a panel say. */
const linked = (page: Page, panel: string): Promise<readonly (string | null)[]> => page.$$eval(`[data-panel="${panel}"] tbody a`, (links) => links.map((link) => link.textContent))

async function saved(page: Page, title: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[aria-label="Save ${title} as CSV"]`)])
  const file = join(stage().screenshots, 'names.csv')
  await download.saveAs(file)
  return parse(await readFile(file, 'utf8'), { columns: true, bom: true }) as Record<string, string>[]
}

describeInBrowser('names of more entities than a list of choices has', () => {
  let many: Awaited<ReturnType<typeof startManyServer>> | null = null
  beforeAll(async () => { many = await startManyServer() })
  afterAll(async () => { await many?.stop() })
  const at = (path: string) => look({ project: 'campaigns', path, served: () => (many as NonNullable<typeof many>).served })

  test.each([
    ['compare', `/compare/?${RANGE}`, 'compared', 'Every shop'], ['explore', `/explore/?${RANGE}&whose=each&rows=range`, 'rows', 'Every row'],
    ['the overview of a series', `/?${RANGE}&series=stock`, 'entities', 'Every shop'], ['an answer of the project', '/?tenant=acme', 'levels', 'Levels'],
  ])('all of them stand on %s, and in its CSV', async (what, path, panel, title) => {
    const { page, faults, close } = await at(path)
    await page.waitForFunction(([name, count]) => document.querySelectorAll(`[data-panel="${name}"] tbody a`).length === count, [panel, MANY.length] as const)
    await settled(page)
    expect((await linked(page, panel)).toSorted()).toEqual(NAMES)
    const rows = await saved(page, title)
    expect(rows.map((row) => [row['Shop'] ?? row['shop'], row['Name']]).toSorted()).toEqual(MANY.map(({ entity, name }) => [entity, name]))
    await shot(page, `names-${what.replaceAll(' ', '-')}`)
    expect(faults).toEqual([])
    await close()
  })

  test('the last one is called by its name on its own page, among the choices and in a chart', async () => {
    const { page, faults, close } = await at(`/entity/?${RANGE}&entity=${LAST.entity}`)
    expect(await page.textContent('h1')).toBe(LAST.name)
    await page.goto(page.url().replace('/entity/', '/explore/').concat('&whose=one'))
    await settled(page)
    expect(await page.getByLabel('Shop', { exact: true }).evaluate((choice) => (choice as HTMLSelectElement).selectedOptions[0]?.textContent)).toBe(LAST.name)
    expect(await page.innerText('[data-panel="chart-1"]')).toContain(LAST.name)
    await page.goto(page.url().replace('/explore/', '/compare/').concat(`&pick=${LAST.entity}`))
    await settled(page)
    expect(await page.getByLabel(`Draw the line of ${LAST.name}`, { exact: true }).isChecked()).toBe(true)
    expect(faults).toEqual([])
    await close()
  })

  test('alerts say whose they are, and their CSV does', async () => {
    const { page, faults, close } = await at('/alerts/')
    expect((await page.$$eval('[data-alert] h3', (titles) => titles.map((title) => title.textContent))).toSorted()).toEqual(['Shop number 0', 'Shop number 1'])
    expect((await saved(page, 'The fullest first')).map((row) => row['Name']).toSorted()).toEqual(['Shop number 0', 'Shop number 1'])
    expect(faults).toEqual([])
    await close()
  })
})

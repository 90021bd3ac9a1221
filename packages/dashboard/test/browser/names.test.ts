import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFaults, describeInBrowser, look, settled, shot, SIZES, stage, THEMES } from './look.ts'
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
    expect(await page.getByLabel('Shop', { exact: true }).inputValue()).toBe(LAST.name)
    expect(await page.innerText('[data-panel="chart-1"]')).toContain(LAST.name)
    await page.goto(page.url().replace('/explore/', '/compare/').concat(`&pick=${LAST.entity}`))
    await settled(page)
    expect(await page.getByLabel(`Draw the line of ${LAST.name}`, { exact: true }).isChecked()).toBe(true)
    expect(faults).toEqual([])
    await close()
  })

  const listed = (page: Page): Promise<readonly (string | null)[]> => page.$$eval('[role=option]', (options) => options.map((option) => option.firstChild?.textContent ?? null))
  /** Until the list is of these words. */
  const found = async (page: Page, said: string): Promise<void> => { await page.waitForFunction((wanted) => [...document.querySelectorAll('[role=status]')].some(({ textContent }) => textContent === wanted), said) }
  const chosen = (page: Page): string | null => new URL(page.url()).searchParams.get('entity')

  test('one of them is sought by a part of its name or id, and chosen by keys alone', async () => {
    const { page, faults, close } = await at(`/entity/?${RANGE}&entity=${(MANY[3] as (typeof MANY)[number]).entity}`)
    const field = page.getByRole('combobox', { name: 'Shop', exact: true })
    await field.focus()
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('ArrowDown')
    await found(page, '50 or more found')
    expect([await field.getAttribute('aria-expanded'), await listed(page)]).toEqual(['true', MANY.slice(0, 50).map(({ name }) => name)])
    // Further down the next page comes, and what is active stays in sight.
    for (let press = 0; press < 7; press++) await page.keyboard.press('PageDown')
    await found(page, '100 or more found')
    const active = page.locator(`[id="${await field.getAttribute('aria-activedescendant')}"]`)
    expect([await active.getAttribute('aria-selected'), await page.locator('[role=option][aria-selected=true]').count(), await active.isVisible()]).toEqual(['true', 1, true])
    await page.keyboard.type('NUMBER 25')
    await found(page, '11 found')
    expect(await listed(page)).toEqual(MANY.filter(({ name }) => name.includes('number 25')).map(({ name }) => name))
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await settled(page)
    expect([chosen(page), await page.textContent('h1'), await field.inputValue()]).toEqual([LAST.entity, LAST.name, LAST.name])
    expect(await field.evaluate((one) => one === document.activeElement)).toBe(true)
    // By its id; and what is only looked at changes nothing.
    await field.fill('00000204-')
    await found(page, '1 found')
    expect(await listed(page)).toEqual(['Shop number 204'])
    await page.keyboard.press('Escape')
    expect([await field.getAttribute('aria-expanded'), await field.inputValue(), chosen(page)]).toEqual(['false', LAST.name, LAST.entity])
    await field.fill('number 7')
    await found(page, '11 found')
    await page.keyboard.press('Tab')
    expect([await field.getAttribute('aria-expanded'), await field.inputValue(), chosen(page)]).toEqual(['false', LAST.name, LAST.entity])
    await field.fill('no such shop')
    await found(page, '0 found')
    await page.keyboard.press('Enter')
    expect([chosen(page), await page.isVisible('text=Nothing has “no such shop” in its name or id')]).toEqual([LAST.entity, true])
    expect(faults).toEqual([])
    await close()
  })

  test.each(THEMES.flatMap((theme) => (Object.keys(SIZES) as (keyof typeof SIZES)[]).map((size) => [theme, size] as const)))('the open list is in order in the %s theme on a %s, and taken from by a press', async (theme, size) => {
    const { page, faults, close } = await look({ project: 'campaigns', path: `/entity/?${RANGE}&entity=${LAST.entity}`, served: () => (many as NonNullable<typeof many>).served, theme, size })
    const field = page.getByRole('combobox', { name: 'Shop', exact: true })
    await field.click()
    await found(page, '50 or more found')
    await page.locator('[role=option]').nth(2).hover()
    await shot(page, `names-choice-${theme}-${size}`)
    expect(await axeFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0)
    await page.locator('[role=listbox]').evaluate((list) => { list.scrollTop = list.scrollHeight })
    await found(page, '100 or more found')
    await page.getByRole('option', { name: 'Shop number 77' }).click()
    await settled(page)
    expect([chosen(page), await field.inputValue()]).toEqual([MANY[77]?.entity, 'Shop number 77'])
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

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser, look, settled } from './look.ts'

const focused = (page: Page): Promise<string> => page.evaluate(() => {
  const { activeElement: one } = document
  return one === null ? '' : `${one.tagName.toLowerCase()} ${(one.getAttribute('aria-label') ?? one.textContent ?? '').trim()}`
})

/** Tab until something has the focus; its name, and every one before it must be visible. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let press = 0; press < 120; press++) {
    await page.keyboard.press('Tab')
    if (wanted.test(await focused(page))) return
  }
  throw new Error(`${wanted} is not reached by Tab`)
}

describeInBrowser('by keyboard alone', () => {
  test('one skips to the content, opens a table, sorts it, goes to another page and comes back', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: '/?tenant=northwind-foods' })
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('a Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await tabTo(page, /button Show Impact as a table/)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-panel="impact"] table')
    await tabTo(page, /^button Hours/)
    await page.keyboard.press('Enter')
    expect(await page.getAttribute('[data-panel="impact"] th:has-text("Hours")', 'aria-sort')).toBe('descending')
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.reload()
    await settled(page)
    expect(await page.$('[data-panel="impact"] table')).not.toBeNull()
    await tabTo(page, /^a Alerts/)
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("Alerts")')
    expect(await focused(page)).toBe('h1 Alerts')
    expect(new URL(page.url()).searchParams.get('tenant')).toBe('northwind-foods')
    await page.goBack()
    await page.waitForSelector('h1:has-text("Overview")')
    expect(faults).toEqual([])
    await close()
  })

  test('the choice of tenant, range and grain is in the address, and comes back with it', async () => {
    const { page, close } = await look({ project: 'campaigns', path: '/?series=campaign_metrics' })
    await page.selectOption('label:has-text("Company") >> xpath=../.. >> select', 'reef-logistics').catch(() => page.getByLabel('Company').selectOption('reef-logistics'))
    await page.getByLabel('Range').selectOption('6m')
    await page.getByLabel('Grain').selectOption('month')
    await settled(page)
    const { searchParams } = new URL(page.url())
    expect(Object.fromEntries(searchParams)).toEqual({ series: 'campaign_metrics', tenant: 'reef-logistics', range: '6m', grain: 'month' })
    await page.reload()
    await settled(page)
    expect(await page.getByLabel('Company').inputValue()).toBe('reef-logistics')
    await close()
  })
})

import type { Page } from 'playwright-core'

/** What has the focus, by its element and name. */
export const focused = (page: Page): Promise<string> => page.evaluate(() => {
  const { activeElement: one } = document
  return one === null ? '' : `${one.tagName.toLowerCase()} ${(one.getAttribute('aria-label') ?? one.textContent ?? '').trim()}`
})

/** Tab until something has the focus; its name, and every one before it must be visible. */
export async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let press = 0; press < 120; press++) {
    await page.keyboard.press('Tab')
    if (wanted.test(await focused(page))) return
  }
  throw new Error(`${wanted} is not reached by Tab`)
}

import type { Page } from 'playwright-core'

/** What has the focus: its element, and what a screen reader would call it. */
export const focused = (page: Page): Promise<string> => page.evaluate(() => {
  const { activeElement: one } = document
  if (one === null) return ''
  const labels = [...((one as HTMLInputElement).labels ?? [])].map((label) => label.textContent ?? '').join(' ')
  return `${one.tagName.toLowerCase()} ${(one.getAttribute('aria-label') ?? (labels === '' ? one.textContent ?? '' : labels)).trim()}`
})

/** Tab until something has the focus. */
export async function tabTo(page: Page, wanted: RegExp, most = 160): Promise<void> {
  for (let press = 0; press < most; press++) {
    await page.keyboard.press('Tab')
    if (wanted.test(await focused(page))) return
  }
  throw new Error(`${wanted} is not reached by Tab`)
}

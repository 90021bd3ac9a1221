import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, axeFaults, describeInBrowser, look, settled, shot, stage } from './look.ts'

const PATH = '/?tenant=northwind-foods'
const words = (page: Page): Record<string, string> => Object.fromEntries(new URL(page.url()).searchParams)
const focusedPanel = (page: Page): Promise<string | undefined> => page.evaluate(() => (document.activeElement as HTMLElement).dataset['panel'])

async function savedText(download: Download): Promise<string> {
  const path = join(stage().screenshots, download.suggestedFilename())
  await download.saveAs(path)
  return readFile(path, 'utf8')
}

/** What a press of a button saves. */
async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)])
  return { name: download.suggestedFilename(), text: await savedText(download) }
}

describeInBrowser('interactions of panels', () => {
  test('a card opens its trend and a gauge the forecast, by click and by Enter', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    await page.click('[data-card="hours"]')
    expect(await focusedPanel(page)).toBe('impact')
    await page.focus('[data-gauge="volunteers"]')
    await page.keyboard.press('Enter')
    expect(await focusedPanel(page)).toBe('forecast')
    expect(faults).toEqual([])
    await close()
  })

  test('a generic card opens the chart of its measure', async () => {
    const { page, close } = await look({ project: 'contributions', path: '/' })
    await page.click('[data-card="contributions.sum"]')
    expect(await focusedPanel(page)).toBe('contributions.sum')
    expect(await page.innerText('[data-panel="entities"] tbody')).toMatch(/\d\d:\d\d/)
    await close()
  })

  test('a line that is switched off and a part that is zoomed to are in the address, by the keyboard too', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    await page.focus('[data-panel="impact"] [data-trace]')
    await page.keyboard.press('Enter')
    const line = await page.getAttribute('[data-panel="impact"] [data-trace]', 'data-trace')
    expect(words(page)['hide']).toBe(`impact:${line}`)
    await page.focus('[data-panel="forecast"] button[aria-label^="Zoom in"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-panel="forecast"] button:has-text("Show all")')
    expect(words(page)['zoom']).toMatch(/^forecast:\d{4}-\d\d-\d\d~\d{4}-\d\d-\d\d$/)
    await page.reload()
    await settled(page)
    expect(await page.getAttribute('[data-panel="impact"] [data-trace]', 'aria-pressed')).toBe('false')
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'interactions-zoomed')
    await page.click('[data-panel="forecast"] button:has-text("Show all")')
    expect(words(page)['zoom']).toBeUndefined()
    expect(faults).toEqual([])
    await close()
  })

  test('dragging over a chart zooms to what was dragged over', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    const chart = page.locator('[data-panel="budget"] [data-drawn=true]')
    await chart.scrollIntoViewIfNeeded()
    const box = await chart.boundingBox()
    if (box === null) throw new Error('there is no chart')
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2 + 10, { steps: 5 })
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2 + 20, { steps: 5 })
    await page.mouse.up()
    await page.waitForSelector('[data-panel="budget"] button:has-text("Show all")')
    expect(words(page)['zoom']).toMatch(/^budget:/)
    expect(faults).toEqual([])
    await close()
  })

  test('a cell of the heat map narrows the impact to it, and says so', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    await page.getByLabel('Weekday').selectOption('tue')
    await page.getByLabel('Hour').selectOption('14')
    expect(words(page)['cell']).toBe('heat:tue:14')
    await page.waitForSelector('[data-narrowed="impact"]:has-text("Tue")')
    await settled(page)
    const told = await page.innerText('[data-narrowed="impact"]')
    expect(told).toContain('weekday Tue, hour 14 only')
    await shot(page, 'interactions-narrowed')
    await page.click('[data-narrowed="impact"] button')
    expect(words(page)['cell']).toBeUndefined()
    const cells = page.locator('[data-panel="heat"] [data-drawn=true]')
    const box = await cells.boundingBox()
    if (box === null) throw new Error('there is no heat map')
    await cells.click({ position: { x: box.width * 0.62, y: box.height * 0.3 } })
    await page.waitForSelector('[data-narrowed="impact"]')
    expect(await focusedPanel(page)).toBe('impact')
    expect(faults).toEqual([])
    await close()
  })

  test('threshold and horizon of the forecast are asked for, and kept in the address', async () => {
    const { page, close } = await look({ project: 'campaigns', path: PATH })
    const asked = page.waitForRequest((request) => request.url().includes('/v1/answers/forecast') && request.url().includes('threshold=0.75'))
    await page.locator('[data-panel="forecast"]').getByLabel('Looks ahead').selectOption('60')
    await page.locator('[data-panel="forecast"]').getByLabel('Threshold, %').fill('75')
    await page.keyboard.press('Enter')
    const { searchParams } = new URL((await asked).url())
    expect([searchParams.get('horizon'), searchParams.get('threshold')]).toEqual(['60', '0.75'])
    expect([words(page)['horizon'], words(page)['threshold']]).toEqual(['60', '0.75'])
    await close()
  })

  test('CSV is what is on screen: with its mark, the digits of the answer, lines by RFC 4180', async () => {
    const { page, close } = await look({ project: 'campaigns', path: PATH })
    const { name, text } = await saved(page, '[data-panel="comparison"] button[aria-label*="CSV"]')
    expect(name).toBe('comparison.csv')
    expect(text.startsWith('\ufeff')).toBe(true)
    const [head, ...lines] = text.slice(1).trimEnd().split('\r\n')
    const { rows } = await api('campaigns', '/v1/answers/comparison?tenant=northwind-foods') as { readonly rows: readonly { readonly campaign: string; readonly values: { readonly volunteersUtilization: string | null } }[] }
    expect(head?.split(',')[0]?.toLowerCase()).toBe('campaign')
    expect(lines.map((line) => line.split(',')[0])).toEqual(rows.map(({ campaign }) => campaign))
    for (const { campaign, values } of rows) expect(lines.find((line) => line.startsWith(campaign)), campaign).toContain(String(values.volunteersUtilization))
    await close()
  })
})

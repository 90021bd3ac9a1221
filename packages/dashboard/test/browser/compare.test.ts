import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rankText, rankWords } from '../../src/compare/rank-words.ts'
import { amountText } from '../../src/format/amount.ts'
import { compareCells } from '../../src/panels/panel-rows.ts'
import { api, describeInBrowser, look, panelStates, settled, shot, stage, testBothLooks, testEveryLook } from './look.ts'
import { tabTo } from './keys.ts'

interface Ranked {
  readonly rows: readonly { readonly entity: string; readonly value: unknown; readonly rank: string | null }[]
}

const PLACE = 'tenant=northwind-foods&series=campaign_metrics&from=2026-09-07&to=2026-11-02&grain=week'
const rank = (key: string): Promise<Ranked> => api('campaigns', `/v1/series/campaign_metrics/rank?select=${key}&tenant=northwind-foods&from=2026-09-07&to=2026-11-02`) as Promise<Ranked>

describeInBrowser('compare', () => {
  testEveryLook('compare', { project: 'campaigns', path: '/compare/?tenant=northwind-foods' })
  testBothLooks('compare contributions', { project: 'contributions', path: '/compare/?range=12m' })

  test('every value and rank on screen is that of the HTTP answer', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: `/compare/?${PLACE}&select=volunteersCurrent.last&select=budgetUtilization.value&select=sroiScore.mean` })
    for (const [key, unit] of [['volunteersCurrent.last', null], ['budgetUtilization.value', 'share'], ['sroiScore.mean', null]] as const) {
      const { rows } = await rank(key)
      expect(rows.length).toBeGreaterThan(5)
      for (const row of rows) {
        const cell = page.locator(`[data-cell="${row.entity} ${key}"]`)
        expect(await cell.locator('[data-value]').textContent(), `${row.entity} ${key}`).toBe(amountText(row.value, unit))
        expect(await cell.locator('[data-rank]').getAttribute('data-rank')).toBe(row.rank ?? '')
        if (row.rank !== null) expect(await cell.locator('[data-rank]').textContent()).toBe(`${rankWords(row.rank)?.mark} ${rankText(row.rank)}, ${rankWords(row.rank)?.word}`)
      }
    }
    expect(faults).toEqual([])
    await close()
  })

  test('by keyboard alone one sorts, picks up to five, changes what the lines show; the address and the CSV have it', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: `/compare/?${PLACE}&select=volunteersCurrent.last&select=budgetSpent.last` })
    const { rows } = await rank('budgetSpent.last')
    await tabTo(page, /^button Budget spent, last/)
    await page.keyboard.press('Enter')
    const order = await page.$$eval('[data-panel="compared"] [data-pick]', (marks) => marks.map((mark) => mark.getAttribute('data-pick')))
    const values = order.map((entity) => rows.find((row) => row.entity === entity)?.value ?? null)
    expect(values.filter((value) => value !== null)).toEqual(values.filter((value) => value !== null).toSorted((a, b) => compareCells(b, a)))
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-budgetSpent.last')
    for (let pick = 0; pick < 5; pick++) {
      await tabTo(page, /^input Draw the line of/)
      await page.keyboard.press('Space')
    }
    await settled(page)
    expect(new URL(page.url()).searchParams.getAll('pick')).toEqual(order.slice(0, 5))
    expect(await page.isDisabled(`[data-pick="${order[5]}"]`)).toBe(true)
    expect(await page.innerText('[data-panel="compared"]')).toContain('5 of 5 lines are picked: leave one out')
    expect((await panelStates(page))['overlay']).toBe('ready')
    await page.getByLabel('The lines show').selectOption('budgetSpent.last')
    await settled(page)
    await page.waitForSelector('[data-panel="overlay"] [data-drawn]')
    await page.click('[aria-label^="Show Budget spent, last over time as a table"]')
    await page.waitForSelector('[data-panel="overlay"] tbody tr')
    const { rows: periods } = await api('campaigns', `/v1/series/campaign_metrics/query?select=budgetSpent.last&${PLACE.replace('&series=campaign_metrics', '')}&${order.slice(0, 5).map((entity) => `entity=${entity}`).join('&')}`) as { readonly rows: readonly Readonly<Record<string, unknown>>[] }
    const shown = await page.$$eval('[data-panel="overlay"] tbody tr', (lines) => lines.map((line) => [...line.children].slice(1).map((cell) => cell.textContent)))
    const weeks = [...new Set(periods.map(({ period }) => String(period)))].sort()
    expect(shown).toEqual(weeks.map((week) => order.slice(0, 5).map((entity) => amountText(periods.find((row) => row['period'] === week && row['entity'] === entity)?.['budgetSpent.last']))))
    await page.click('[aria-label^="Show Budget spent, last over time as a table"]')
    await page.reload()
    await settled(page)
    expect(await page.$$eval('[data-pick]:checked', (marks) => marks.length)).toBe(5)
    await page.waitForSelector('[data-panel="overlay"] [data-drawn]')
    await shot(page, 'compare-picked')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[aria-label^="Save Every"]')])
    const file = join(stage().screenshots, 'compare.csv')
    await download.saveAs(file)
    const csv = await readFile(file, 'utf8')
    expect(csv.split('\n').filter((line) => line.trim() !== '')).toHaveLength(rows.length + 1)
    for (const row of rows) if (row.value !== null) expect(csv).toContain(String(row.value))
    expect(faults).toEqual([])
    await close()
  })
})

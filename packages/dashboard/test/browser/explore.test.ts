import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { amountText } from '../../src/format/amount.ts'
import { PROGRAM } from './demo-project.ts'
import { api, axeFaults, describeInBrowser, look, panelStates, settled, shot, stage, testBothLooks, testEveryLook } from './look.ts'
import { tabTo } from './keys.ts'
import { rawSessionMonths } from './raw-sessions.ts'

interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const HELD = '/explore/?tenant=northwind-foods&series=sessions_held&select=sessions.sum&select=hours.sum'
const SOME = '/explore/?tenant=northwind-foods&series=campaign_metrics&select=volunteersCurrent.last&select=budgetSpent.last&from=2026-08-03&to=2026-11-02&grain=week'

/** The cells of every row of the table but the first (the period). */
const cellsOf = (page: Page): Promise<string[][]> => page.$$eval('[data-panel="rows"] tbody tr', (lines) => lines.map((line) => [...line.children].slice(1).map((cell) => cell.textContent ?? '')))

const words = (page: Page): Record<string, string[]> => {
  const { searchParams } = new URL(page.url())
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]))
}

describeInBrowser('explore', () => {
  testEveryLook('explore', { project: 'campaigns', path: '/explore/?tenant=northwind-foods' })
  testBothLooks('explore as of', { project: 'campaigns', path: `${SOME}&asOf=2026-10-15T00:00:00Z` })
  testBothLooks('explore each by dimension', { project: 'campaigns', path: `${HELD}&by=weekday&compare=previous&rows=range&range=28d` })
  testBothLooks('explore a row', { project: 'contributions', path: '/explore/?whose=one&grain=day&range=28d' })

  test('every value on screen is that of the HTTP answer, and the link, the command and the call ask the same', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: `${SOME}&compare=previous` })
    const { rows } = await api('campaigns', '/v1/series/campaign_metrics/query?select=volunteersCurrent.last,budgetSpent.last&tenant=northwind-foods&total=true&from=2026-08-03&to=2026-11-02&grain=week&compare=previous') as Rows
    const expected = rows.map((row) => ['volunteersCurrent.last', 'volunteersCurrent.last@previous', 'budgetSpent.last', 'budgetSpent.last@previous'].map((key) => amountText(row[key])))
    expect(expected.length).toBeGreaterThan(10)
    expect((await cellsOf(page)).map((cells) => cells.slice(0, 4))).toEqual(expected)
    const linked = await api('campaigns', await page.getAttribute('a:has-text("as JSON")', 'href') ?? '') as Rows
    expect(linked.rows).toEqual(rows)
    const command = await page.innerText('[data-same="command"]')
    expect(command.startsWith('tidemark query campaign_metrics ')).toBe(true)
    const run = command.replace(/^tidemark/, `"$NODE" "$PROGRAM"`)
    const told = JSON.parse(execFileSync('/bin/sh', ['-c', `${run} --json`], { cwd: stage().served.campaigns.folder, encoding: 'utf8', env: { ...process.env, NODE: process.execPath, PROGRAM }, stdio: ['ignore', 'pipe', 'pipe'] })) as Rows
    expect(told.rows).toEqual(rows)
    expect(await page.innerText('[data-same="call"]')).toContain(`/v1/series/campaign_metrics/query?select=`)
    expect(faults).toEqual([])
    await close()
  })

  test('the months on screen are those that DuckDB counts in the raw tables of the application', async () => {
    const { page, close } = await look({ project: 'campaigns', path: `${HELD}&from=2026-01-01&to=2026-11-01&grain=month` })
    const months = await rawSessionMonths(stage().served.campaigns.folder, 'northwind-foods', '2026-01-01', '2026-11-01')
    expect(months.length).toBe(10)
    expect(months.every(({ sessions }) => sessions > 0)).toBe(true)
    expect((await cellsOf(page)).map((cells) => cells.slice(0, 2))).toEqual(months.map(({ sessions, hours }) => [amountText(sessions), amountText(hours)]))
    await close()
  })

  test('an earlier belief stands beside the one of now, every difference marked', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: `${SOME}&asOf=2026-10-15T00:00:00Z` })
    const ask = (asOf: string) => api('campaigns', `/v1/series/campaign_metrics/query?select=volunteersCurrent.last,budgetSpent.last&tenant=northwind-foods&total=true&from=2026-08-03&to=2026-11-02&grain=week${asOf}`) as Promise<Rows>
    const [now, then] = [(await ask('')).rows, (await ask('&asOf=2026-10-15T00:00:00Z')).rows]
    const shown = await cellsOf(page)
    let differing = 0
    for (const [place, row] of now.entries()) {
      for (const [index, key] of ['volunteersCurrent.last', 'budgetSpent.last'].entries()) {
        const cells = shown[place]?.slice(index * 3, index * 3 + 3) ?? []
        const before = then.find(({ period }) => period === row['period'])?.[key]
        expect(cells.slice(0, 2)).toEqual([amountText(before), amountText(row[key])])
        const same = (before ?? null) === (row[key] ?? null)
        if (!same) differing++
        expect(cells[2]).toMatch(same ? /^as now$/ : /^◆ (?:changed|known since|no longer known)/)
      }
    }
    expect(differing).toBeGreaterThan(2)
    expect(await page.$$eval('[data-panel="rows"] [data-differs]', (marks) => marks.length)).toBe(differing)
    expect(await page.innerText('[data-differences]')).toContain('15 Oct 2026')
    expect(faults).toEqual([])
    await close()
  })

  test('what a declaration rules out is greyed out, with the reason', async () => {
    const { page, close } = await look({ project: 'campaigns', path: '/explore/?tenant=northwind-foods&series=campaign_metrics&select=sroiScore.last&select=volunteersCurrent.last' })
    expect(await page.isDisabled('[data-answer="sroiScore.mean"]')).toBe(true)
    expect(await page.isDisabled('[data-answer="volunteersCurrent.min"]')).toBe(true)
    expect(await page.isDisabled('[data-answer="volunteersCurrent.mean"]')).toBe(false)
    expect(await page.innerText('[data-why="sroiScore"]')).toContain('across: none')
    expect(await page.innerText('[data-refused-answer="sroiScore.last"]')).toContain('not asked')
    expect(await page.innerText('fieldset:has-text("Split by")')).toContain('without dimensions')
    const captured = page.locator('main option[value="captured"]')
    expect(await captured.isDisabled()).toBe(true)
    expect(await captured.textContent()).toContain('one entity')
    await page.getByLabel('Rows of').selectOption('each')
    await settled(page)
    expect(await page.isDisabled('[data-answer="sroiScore.mean"]')).toBe(false)
    expect(await page.isDisabled('[data-answer="status.count:active"]')).toBe(true)
    expect(await captured.isDisabled()).toBe(false)
    await close()
  })

  test('a series of events has no captured windows, is split by its dimensions, and filtered', async () => {
    const { page, close } = await look({ project: 'campaigns', path: `${HELD}&range=28d&rows=range&by=weekday` })
    const { rows } = await api('campaigns', new URL(await page.getAttribute('a:has-text("as JSON")', 'href') ?? '', 'http://x').href.slice('http://x'.length)) as Rows
    expect(rows.length).toBe(7)
    expect((await cellsOf(page)).map((cells) => cells.slice(0, 2))).toEqual(rows.map((row) => [amountText(row['sessions.sum']), amountText(row['hours.sum'])]))
    expect(await page.locator('main option[value="captured"]').textContent()).toContain('fed by events')
    await page.getByLabel('Only where hour is').selectOption('14')
    await settled(page)
    expect(words(page)['where']).toEqual(['hour=14'])
    await close()
  })

  test('whoever may see totals of now only is told so, and asks for nothing else', async () => {
    const { page, faults, close } = await look({
      project: 'campaigns', path: `${SOME}&whose=each&asOf=2026-10-15T00:00:00Z`,
      prepare: (one) => one.route('**/v1/me', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, json: { ...(await response.json() as object), role: 'viewer', actions: ['summary'] } })
      }),
    })
    expect((await panelStates(page))['rows']).toBe('ready')
    expect(await page.locator('main option[value="each"]').textContent()).toContain('totals of now only')
    expect(await page.getByLabel('Believed as of').isDisabled()).toBe(true)
    expect(await page.innerText('[data-same="command"]')).toMatch(/--total(?!.*--as-of)/)
    await page.click('a:has-text("Compare")')
    await page.waitForSelector('text=Your role sees totals')
    expect(faults).toEqual([])
    await close()
  })

  test('by keyboard alone one finds a measure, asks for each, goes back in belief, explains a row, and the address brings it all back', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: '/explore/?tenant=northwind-foods&series=campaign_metrics&select=volunteersCurrent.last&from=2026-10-12&to=2026-10-26&grain=day' })
    await tabTo(page, /^select Rows of/)
    await page.keyboard.press('o')
    await settled(page)
    expect(words(page)['whose']).toEqual(['one'])
    await page.reload()
    await settled(page)
    await tabTo(page, /^input Find among/)
    await page.keyboard.type('sroi')
    await tabTo(page, /^input last/)
    await page.keyboard.press('Space')
    await tabTo(page, /^input Believed as of/)
    for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowLeft')
    await page.waitForSelector('[data-differences]')
    await settled(page)
    expect(words(page)).toMatchObject({ select: ['volunteersCurrent.last', 'sroiScore.last'], whose: ['one'], asOf: ['2026-10-21T00:00:00Z'] })
    await tabTo(page, /^button Explain/)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-panel="why"][data-state="ready"]')
    expect(await page.innerText('[data-panel="why"]')).toMatch(/Kept as.*transaction \d+/s)
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['panel'])).toBe('why')
    const results = (): Promise<string> => page.$$eval('[data-panel], [data-same]', (parts) => parts.map((part) => part.textContent?.replace(/--now \S+/, '')).join('\n'))
    const before = await results()
    await page.reload()
    await settled(page)
    expect(await results()).toBe(before)
    expect((await panelStates(page))['why']).toBe('ready')
    await shot(page, 'explore-explained')
    expect(await axeFaults(page)).toEqual([])
    expect(faults).toEqual([])
    await close()
  })
})

import { expect, test } from 'vitest'
import type { ChartPanel, ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import { amountText } from '../../src/format/amount.ts'
import { coverageText } from '../../src/format/coverage.ts'
import { inPlace } from '../../src/panels/in-place.ts'
import { at } from '../../src/panels/path.ts'
import { api, describeInBrowser, look, panelStates, testBothLooks, testEveryLook } from './look.ts'

interface Rows {
  readonly rows: readonly Record<string, unknown>[]
}

const toldAnswers = async (): Promise<readonly ToldAnswer[]> => ((await api('campaigns', '/v1/answers')) as { readonly answers: readonly ToldAnswer[] }).answers
const answer = (name: string, entity?: string): Promise<unknown> => api('campaigns', `/v1/answers/${name}?tenant=northwind-foods${entity === undefined ? '' : `&entity=${entity}`}`)

describeInBrowser('overview of declared panels', () => {
  testEveryLook('overview of campaigns', { project: 'campaigns', path: '/?tenant=northwind-foods' })

  test('every declared panel is there, in its place, with data', async () => {
    const { page, close } = await look({ project: 'campaigns', path: '/?tenant=northwind-foods' })
    const states = await panelStates(page)
    expect(Object.keys(states)).toEqual(inPlace(await toldAnswers()).map(({ name }) => name))
    expect(new Set(Object.values(states))).toEqual(new Set(['ready']))
    expect(await page.$$eval('[data-card]', (cards) => cards.map((card) => card.querySelector('svg') !== null))).toEqual(Array.from({ length: 8 }, () => true))
    await close()
  })

  test('cards and gauges show the digits of the answer', async () => {
    const { page, close } = await look({ project: 'campaigns', path: '/?tenant=northwind-foods' })
    const { cards } = await answer('overview') as { readonly cards: readonly { readonly name: string; readonly value: unknown }[] }
    for (const { name, value } of cards) expect(await page.getAttribute(`[data-card="${name}"] [data-value]`, 'data-value'), name).toBe(String(value))
    const { gauges } = await answer('gauges') as { readonly gauges: readonly { readonly name: string; readonly utilization: string }[] }
    for (const { name, utilization } of gauges) expect(await page.innerText(`[data-gauge="${name}"] [data-value]`), name).toBe(amountText(utilization, 'share'))
    await close()
  })

  test('the table behind a chart has every value of its answer, and the address keeps it open', async () => {
    const { page, close } = await look({ project: 'campaigns', path: '/?tenant=northwind-foods' })
    await page.click('[data-panel="impact"] button[aria-pressed]:not([data-trace])[aria-label*="table"]')
    await page.waitForSelector('[data-panel="impact"] table')
    expect(new URL(page.url()).searchParams.getAll('table')).toEqual(['impact'])
    const impact = (await toldAnswers()).find(({ name }) => name === 'impact') as ToldAnswer & { readonly panel: ChartPanel }
    const { rows } = await answer('impact', await page.getByLabel('Panels of one campaign show').getAttribute('data-value') ?? '') as Rows
    expect(rows.length).toBeGreaterThan(10)
    const shown = await page.$$eval('[data-panel="impact"] tbody tr', (lines) => lines.map((line) => [...line.children].slice(1).map((cell) => cell.textContent)))
    expect(shown).toEqual(rows.map((row) => impact.panel.traces.map(({ y }) => amountText(at(row, y)))))
    await close()
  })
})

describeInBrowser('overview of a series by its declaration', () => {
  testBothLooks('overview of contributions', { project: 'contributions', path: '/?range=12w' })

  test('its numbers are those of the API', async () => {
    const { page, close } = await look({ project: 'contributions', path: '/?from=2020-01-01&to=2030-01-01&grain=year' })
    const { tenants } = await api('contributions', '/v1/tenants') as { readonly tenants: readonly string[] }
    const { rows: [row] } = await api('contributions', `/v1/series/activity/query?select=contributions.sum,fix.sum,fixShare.value&tenant=${tenants[0]}&from=2020-01-01&to=2030-01-01&grain=range&total=true`) as Rows
    for (const key of ['contributions.sum', 'fix.sum', 'fixShare.value']) expect(await page.getAttribute(`[data-card="${key}"] [data-value]`, 'data-value'), key).toBe(String(row?.[key]))
    expect(await page.innerText('[data-coverage="numbers"]')).toBe(coverageText(row?.['coverage'] as never))
    expect(Number(row?.['contributions.sum'])).toBeGreaterThan(0)
    await close()
  })

  test('a chosen series of a project with panels is shown by its declaration', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: '/?tenant=northwind-foods&series=campaign_metrics' })
    const states = await panelStates(page)
    expect(states['numbers']).toBe('ready')
    expect(states['entities']).toBe('ready')
    expect(faults).toEqual([])
    await close()
  })
})

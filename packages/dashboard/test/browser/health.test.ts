import { expect, test } from 'vitest'
import { amountText } from '../../src/format/amount.ts'
import { coverageText } from '../../src/format/coverage.ts'
import { instantText } from '../../src/format/instant.ts'
import { api, axeFaults, CAMPAIGN, describeInBrowser, look, panelStates, shot, testEveryLook } from './look.ts'

const PATH = '/health/?tenant=northwind-foods'
interface Report {
  readonly series: readonly { readonly series: string; readonly files: readonly object[]; readonly failures: object; readonly standing: { readonly tiers: readonly { readonly rows: number }[] } }[]
  readonly alerts: { readonly open: number }
}

/** Of a story in which nothing fails in the end, and nothing is old enough for a file. */
const FAILURES = [{ tenant: CAMPAIGN.tenant, entity: CAMPAIGN.entity, day: '2026-10-29', from: '2026-10-29T02:00:00Z', to: '2026-10-29T03:00:00Z', message: 'the source gave no answer within 30 seconds' }]

describeInBrowser('health', () => {
  testEveryLook('health', { project: 'campaigns', path: PATH })

  test('tells the digits of the report and of the answers by day', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    const report = await api('campaigns', '/v1/health-report') as Report
    expect(await page.getAttribute('[data-card="open"] [data-value]', 'data-value')).toBe(String(report.alerts.open))
    expect(await page.locator('[data-series]').count()).toBe(report.series.length)
    const rows = report.series[0]?.standing.tiers.map(({ rows: count }) => count.toLocaleString('en-US'))
    expect(await page.locator('[data-panel="tiers"] tbody tr > :nth-child(2)').allInnerTexts()).toEqual(rows)
    const { rows: days } = await api('campaigns', '/v1/series/campaign_metrics/query?select=volunteersCurrent.last&tenant=northwind-foods&from=2025-12-01&to=2026-12-01&grain=day&total=true') as { readonly rows: readonly { readonly period: string; readonly coverage: never }[] }
    for (const day of ['2025-12-24', '2026-07-15', '2026-10-20', '2026-11-01']) {
      const coverage = days.find(({ period }) => period === day)?.coverage
      expect(await page.getAttribute(`[data-day="${day}"]`, 'aria-label'), day).toContain(coverage === undefined ? 'nothing expected' : coverageText(coverage))
    }
    expect(await page.getAttribute('[data-day="2026-11-02"]', 'data-state')).toBe('later')
    const { runs } = await api('campaigns', '/v1/runs?series=campaign_metrics&limit=100') as { readonly runs: readonly { readonly at: string; readonly rows: number }[] }
    expect(runs.length).toBeGreaterThan(50)
    expect(await page.$$eval('[data-panel="runs"] tbody tr', (lines) => lines.map((line) => [line.children[0]?.textContent, line.children[2]?.textContent]))).toEqual(runs.map(({ at, rows: count }) => [instantText(at), amountText(count)]))
    expect(faults).toEqual([])
    await close()
  })

  test('the calendar is read by the keyboard, and has a table behind it', async () => {
    const { page, close } = await look({ project: 'campaigns', path: PATH })
    const told = (): Promise<string | null> => page.getAttribute('[data-told-day]', 'data-told-day')
    await page.focus('[role=grid]')
    expect(await told()).toBe('2026-11-01')
    for (const [key, day] of [['ArrowLeft', '2026-10-31'], ['ArrowUp', '2026-10-24'], ['PageUp', '2026-09-24'], ['Home', '2026-09-01'], ['End', '2026-09-30'], ['ArrowRight', '2026-10-01']] as const) {
      await page.keyboard.press(key)
      expect(await told(), key).toBe(day)
    }
    const active = await page.evaluate(() => document.getElementById(document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label'))
    expect(active).toContain('Thu 1 Oct 2026')
    await page.click('[data-panel="coverage"] button[aria-label*="table"]')
    await page.waitForSelector('[data-panel="coverage"] table')
    expect(new URL(page.url()).searchParams.getAll('table')).toEqual(['coverage'])
    await close()
  })

  test('a series is chosen by its freshness, and the address keeps it', async () => {
    const { page, close } = await look({ project: 'campaigns', path: PATH })
    await page.click('[data-series="sessions_held"]')
    await page.waitForSelector('[data-series="sessions_held"][aria-current=true]')
    expect(new URL(page.url()).searchParams.get('series')).toBe('sessions_held')
    expect(await page.innerText('[data-panel="coverage"] h2')).toBe('Coverage of sessions held')
    await close()
  })

  test('failures, archive files and their proofs are told', async () => {
    const { page, faults, close } = await look({
      project: 'campaigns', path: `/health/?tenant=${CAMPAIGN.tenant}&series=campaign_metrics`,
      prepare: async (one) => {
        await one.route('**/v1/series/*/failures?*', (route) => route.fulfill({ status: 200, json: { failures: FAILURES, next: null } }))
        await one.route('**/v1/health-report', async (route) => {
          const response = await route.fetch()
          const report = await response.json() as Report
          const files = ['2025-01-01', '2025-04-01'].map((period, place) => ({ path: `campaign_metrics/${period}-1.parquet`, period, generation: 1, rows: 137 + place, bytes: 81_234, sha256: 'ab', provenAt: place === 0 ? '2026-10-26T03:00:00Z' : null }))
          await route.fulfill({ response, json: { ...report, series: report.series.map((series) => ({ ...series, files, failures: { windows: 1, latest: [{ window: '2026-10-29T02:00:00Z', message: 'late' }] } })) } })
        })
      },
    })
    expect(await page.innerText('[data-panel="files"] table')).toMatch(/Q2 2025.*138.*81\.2 KB.*never.*Q1 2025.*137.*26 Oct 2026, 03:00 UTC/s)
    expect(await page.innerText('[data-series="campaign_metrics"]')).toContain('1 window failed')
    expect(await page.innerText('[data-panel="failures"] table')).toMatch(/29 Oct 2026, 02:00 UTC.*Orchard Mentoring 20.*no answer within 30 seconds/s)
    expect(await axeFaults(page)).toEqual([])
    expect(faults).toEqual([])
    await shot(page, 'health-failures-and-files')
    await close()
  })

  test('what a role may not see is said, and the days are shown all the same', async () => {
    const body = JSON.stringify({ type: 'about:blank', title: 'Not allowed', status: 403, code: 'FORBIDDEN', detail: 'a viewer may not read', hint: 'Ask an admin.' })
    const { page, close } = await look({
      project: 'campaigns', path: PATH, expected: (status) => status === 403,
      prepare: (one) => one.route('**/v1/health-report', (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body })),
    })
    const states = await panelStates(page)
    expect(states).toEqual({ 'not-seen': 'wants', coverage: 'ready' })
    expect(await page.innerText('[data-panel="not-seen"]')).toContain('a viewer may not read')
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'health-not-seen')
    await close()
  })
})

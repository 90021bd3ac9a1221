import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entityLabel } from '../../src/format/entity.ts'
import { type AlertServer, startAlertServer } from './alert-server.ts'
import { focused, tabTo } from './keys.ts'
import { axeFaults, describeInBrowser, look, settled, shot, stage, testEveryLook } from './look.ts'

interface Alert {
  readonly id: number
  readonly rule: string
  readonly tenant: string
  readonly entity: string
  readonly state: string
  readonly value: string
  readonly bound: string
  readonly action: string
  readonly acknowledged: { readonly by: string; readonly note: string | null } | null
  readonly silencedUntil: string | null
}

const CONFLICT = { type: 'docs/errors.md#erasure_pending', title: 'An erasure is under way', status: 409, code: 'ERASURE_PENDING', detail: 'the history of this campaign is being erased', hint: 'Wait until the erasure is done.' }

/** It stands above every other of its rule. */
function fullestBudget(alerts: readonly Alert[]): Alert {
  return alerts.filter(({ rule, state }) => rule === 'budget' && state === 'open').toSorted((a, b) => Number(b.value) - Number(a.value))[0] as Alert
}

describeInBrowser('alerts', () => {
  let server: AlertServer
  const served = (): AlertServer['served'] => server.served
  const listed = async (): Promise<readonly Alert[]> => ((await server.ask('/v1/alerts?state=open&state=acknowledged&state=resolved')) as { readonly alerts: readonly Alert[] }).alerts
  const one = async (id: number): Promise<Alert> => (await listed()).find((alert) => alert.id === id) as Alert
  const open = (path = '/alerts/', prepare?: (page: Page) => Promise<unknown>) => look({ project: 'campaigns', path, served, ...(prepare === undefined ? {} : { prepare }), expected: (status) => status === 409 })
  const item = (id: number, inside = ''): string => `[data-alert="${id}"] ${inside}`
  const asRole = async (role: 'analyst' | 'developer' | 'viewer', path = '/alerts/') => {
    const token = await server.token(role)
    return look({ project: 'campaigns', path, served: () => ({ url: server.served.url, cookies: [] }), prepare: (page) => page.setExtraHTTPHeaders({ authorization: `Bearer ${token}` }) })
  }

  beforeAll(async () => {
    server = await startAlertServer(stage().served.campaigns.folder)
  })
  afterAll(async () => {
    await server?.stop()
  })

  testEveryLook('alerts', { project: 'campaigns', path: '/alerts/', served })

  test('are those of the HTTP answer, digit by digit, the fullest first', async () => {
    const { page, faults, close } = await open()
    const alerts = (await listed()).filter(({ state }) => state !== 'resolved')
    const shown = await page.$$eval('[data-alert]', (items) => items.map((one) => ({ id: Number(one.getAttribute('data-alert')), value: one.querySelector('[data-value]')?.getAttribute('data-value') })))
    expect(shown.map(({ value }) => value)).toEqual(alerts.map(({ value }) => value).toSorted((a, b) => Number(b) - Number(a)))
    expect(new Map(shown.map(({ id, value }) => [id, value]))).toEqual(new Map(alerts.toSorted((a, b) => shown.findIndex(({ id }) => id === a.id) - shown.findIndex(({ id }) => id === b.id)).map(({ id, value }) => [id, value])))
    for (const { id, action, tenant } of alerts) expect(await page.innerText(item(id))).toMatch(new RegExp(`${tenant}[^]*${action.slice(0, 20)}`))
    const budget = fullestBudget(alerts)
    expect(await page.innerText(item(budget.id, 'p[data-value]'))).toBe(`${(Number(budget.value) * 100).toFixed(2)} %`)
    expect(await page.innerText(item(budget.id))).toContain('alert when at least 90 %')
    expect(faults).toEqual([])
    await close()
  })

  test('by keyboard alone one finds an alert, acknowledges it with a note, silences it, and opens its entity', async () => {
    const { page, faults, close } = await open()
    const { id, entity, tenant } = fullestBudget(await listed())
    await tabTo(page, /^select/)
    await tabTo(page, /button Acknowledge: Budget of /)
    await page.keyboard.press('Enter')
    expect(await focused(page)).toMatch(/^input/)
    await page.keyboard.type('Ana talks to the company')
    await shot(page, 'alerts-acknowledging')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.startsWith('Acknowledged: Budget of'))
    expect(await focused(page)).toMatch(/^button Acknowledged: Budget of /)
    expect(await page.innerText(item(id))).toContain('Acknowledged by owner')
    expect((await one(id)).acknowledged).toMatchObject({ by: 'owner', note: 'Ana talks to the company' })
    await tabTo(page, /^button Silence: Budget of /)
    await page.keyboard.press('Enter')
    expect(await focused(page)).toMatch(/^select/)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Tab')
    await page.keyboard.type('until the review')
    const until = await page.getAttribute('[data-until]', 'data-until')
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'alerts-silencing')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.startsWith('Silenced: Budget of'))
    expect(await focused(page)).toMatch(/^button Silence: Budget of /)
    expect((await one(id)).silencedUntil).toBe(until)
    expect(await page.getAttribute(item(id, '[data-silenced]'), 'data-silenced')).toBe(until)
    while (!/^a /.test(await focused(page))) await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/entity/')
    // The address is there before the page that it is of.
    await page.waitForFunction(() => document.querySelector('[data-alert]') === null)
    await settled(page)
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ tenant, entity })
    expect(await focused(page)).toMatch(/^h1 /)
    expect(faults).toEqual([])
    await close()
  })

  test('a silence can be ended, and until a time of one’s own be chosen', async () => {
    const { page, close } = await open('/alerts/?rule=volunteer_places')
    const { id } = (await listed()).find(({ rule }) => rule === 'volunteer_places') as Alert
    await page.click(item(id, '[data-does="silence"]'))
    await page.getByLabel('For', { exact: true }).selectOption('own')
    expect(await page.getAttribute('[data-until]', 'data-until')).toBe('')
    await page.getByLabel(/^Until/).fill('2026-11-20T08:30')
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await page.waitForSelector(item(id, '[data-silenced]'))
    await page.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.startsWith('Silenced'))
    expect(Date.parse((await one(id)).silencedUntil ?? '')).toBe(await page.evaluate(() => Date.parse('2026-11-20T08:30')))
    await page.getByRole('button', { name: /^End silence: / }).click()
    await page.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.includes('has ended'))
    expect((await one(id)).silencedUntil).toBeNull()
    await close()
  })

  test('what the server refuses is taken back, says why, and keeps what was written', async () => {
    const held: Route[] = []
    const { page, close } = await open('/alerts/?tenant=northwind-foods', (one) => one.route('**/v1/alerts/*/acknowledge', (route) => { held.push(route) }))
    const { id } = (await listed()).find(({ rule, tenant }) => rule === 'beneficiary_places' && tenant === 'northwind-foods') as Alert
    await page.click(item(id, '[data-does="acknowledge"]'))
    await page.getByLabel(/^Note/).fill('I know of it')
    await page.keyboard.press('Enter')
    // At once, before the server has said anything.
    await page.waitForSelector(`[data-alert="${id}"][data-state="acknowledged"]`)
    expect((await one(id)).state).toBe('open')
    await held[0]?.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(CONFLICT) })
    await page.waitForSelector(`[data-alert="${id}"][data-state="open"]`)
    const refused = await page.innerText(`[data-refused="${id}"]`)
    for (const word of ['being erased', 'Wait until', 'ERASURE_PENDING']) expect(refused).toContain(word)
    expect(await page.innerText('[data-said]')).toContain('Not done: Beneficiary places')
    expect(await page.getByLabel(/^Note/).inputValue()).toBe('I know of it')
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'alerts-refused')
    await close()
  })

  test('offline nothing is lost: it is taken back, and sent when somebody tries again', async () => {
    const { page, close } = await open('/alerts/?tenant=northwind-foods')
    const { id } = (await listed()).find(({ rule, tenant }) => rule === 'beneficiary_places' && tenant === 'northwind-foods') as Alert
    await page.click(item(id, '[data-does="acknowledge"]'))
    await page.getByLabel(/^Note/).fill('written on the train')
    await page.context().setOffline(true)
    await page.keyboard.press('Enter')
    // Whoever has gone on meanwhile is not called back by the focus.
    await page.getByLabel('Rule').focus()
    await page.waitForSelector(`[data-refused="${id}"]`)
    expect(await page.innerText(`[data-refused="${id}"]`)).toContain('cannot be reached')
    expect(await page.getAttribute(`[data-alert="${id}"]`, 'data-state')).toBe('open')
    expect(await page.getByLabel(/^Note/).inputValue()).toBe('written on the train')
    expect(await page.getByLabel('Rule').evaluate((rule) => rule === document.activeElement)).toBe(true)
    await page.context().setOffline(false)
    await page.getByLabel(/^Note/).press('Enter')
    await page.waitForFunction(() => document.querySelector('[data-said]')?.textContent?.startsWith('Acknowledged'))
    expect((await one(id)).acknowledged?.note).toBe('written on the train')
    expect(await page.$(`[data-refused="${id}"]`)).toBeNull()
    await close()
  })

  test('are filtered by state, rule and tenant, in the address', async () => {
    const { page, close } = await open()
    const all = await listed()
    await page.getByLabel('Rule').selectOption('volunteer_places')
    await page.getByLabel('Alerts of').selectOption('northwind-foods')
    const shown = (): Promise<readonly number[]> => page.$$eval('[data-alert]', (items) => items.map((one) => Number(one.getAttribute('data-alert'))))
    await page.waitForFunction(() => document.querySelectorAll('[data-alert]').length === 1)
    expect(await shown()).toEqual(all.filter(({ rule, tenant }) => rule === 'volunteer_places' && tenant === 'northwind-foods').map(({ id }) => id))
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ rule: 'volunteer_places', tenant: 'northwind-foods' })
    await page.getByLabel('Alerts of').selectOption('')
    await page.getByLabel('Rule').selectOption('')
    await page.getByLabel('State').selectOption('acknowledged')
    await page.waitForFunction(() => new URL(location.href).searchParams.get('show') === 'acknowledged')
    await settled(page)
    expect((await shown()).toSorted()).toEqual(all.filter(({ state }) => state === 'acknowledged').map(({ id }) => id).toSorted())
    await page.getByLabel('State').selectOption('resolved')
    await page.waitForSelector('text=No alert is here')
    await shot(page, 'alerts-none')
    await close()
  })

  test('whoever may look but not write sees why the buttons are off; a viewer, why there are none', async () => {
    const { page, faults, close } = await asRole('developer')
    const button = page.locator('[data-does="silence"]').first()
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    expect(await page.innerText(`#${escapedId((await button.getAttribute('aria-describedby')) ?? '')}`)).toMatch(/developer.*needs the right to write/)
    await button.click({ force: true })
    expect(await page.$('form')).toBeNull()
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'alerts-developer')
    expect(faults).toEqual([])
    await close()
    const viewer = await asRole('viewer')
    expect(await viewer.page.innerText('main')).toContain('A viewer sees totals only')
    expect(viewer.faults).toEqual([])
    await shot(viewer.page, 'alerts-viewer')
    await viewer.close()
  })

  test('an entity is called by its name, or the beginning of its id', async () => {
    const { page, close } = await open()
    const { id, entity, tenant } = (await listed())[0] as Alert
    const { entities } = await server.ask(`/v1/series/campaign_metrics/entities?tenant=${tenant}`) as { readonly entities: readonly { readonly entity: string; readonly name?: string | null }[] }
    expect(await page.innerText(item(id, 'h3'))).toBe(entityLabel(entities.find((known) => known.entity === entity) ?? { entity }))
    await close()
  })
})

function escapedId(id: string): string {
  return id.replaceAll(/([^\w-])/g, '\\$1')
}

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { answerTitle } from '../../src/entity/inspection.ts'
import { api, axeFaults, CAMPAIGN, describeInBrowser, look, panelStates, settled, shot, stage, testBothLooks, testEveryLook } from './look.ts'

const { tenant: TENANT, entity: ENTITY } = CAMPAIGN
const PATH = `/entity/?tenant=${TENANT}&series=campaign_metrics&entity=${ENTITY}`
const QUESTION = `tenant=${TENANT}&entity=${ENTITY}`

interface State {
  readonly window: { readonly from: string }
  readonly values: Readonly<Record<string, unknown>>
  readonly payload: unknown
}

interface Inspection {
  readonly answers: Readonly<Record<string, unknown>>
  readonly part: { readonly transaction: number }
  readonly decision: { readonly status: string }
  readonly earlier: readonly unknown[]
}

const stateAt = async (at?: string): Promise<State> => ((await api('campaigns', `/v1/series/campaign_metrics/states?${QUESTION}${at === undefined ? '' : `&at=${at}`}`)) as { readonly states: readonly State[] }).states[0] as State
const inspected = async (moment: string): Promise<Inspection> => await api('campaigns', `/v1/series/campaign_metrics/inspect?${QUESTION}&${moment.includes('T') ? 'at' : 'day'}=${moment}`) as Inspection

function leaves(value: unknown): readonly string[] {
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(leaves) : [String(value)]
}

async function shownState(page: Page): Promise<Readonly<Record<string, string>>> {
  return page.$$eval('[data-panel="state"] [data-measure]', (all) => Object.fromEntries(all.map((one) => [one.getAttribute('data-measure') ?? '', one.getAttribute('data-value') ?? ''])))
}

describeInBrowser('one entity', () => {
  testEveryLook('entity', { project: 'campaigns', path: PATH })
  testBothLooks('entity with a row', { project: 'campaigns', path: `${PATH}&at=2026-10-31T05:00:00Z&row=2026-10-31T05:00:00Z` })
  testBothLooks('entity of events', { project: 'campaigns', path: `/entity/?tenant=${TENANT}&series=sessions_held&entity=${ENTITY}&row=2026-10-20` })

  test('its state is that of the HTTP answer, its payload too', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    const { values, payload, window } = await stateAt()
    const shown = await shownState(page)
    const words = ['businessModel', 'status']
    expect(shown).toEqual(Object.fromEntries(Object.entries(values).filter(([measure]) => !words.includes(measure)).map(([measure, value]) => [measure, String(value)])))
    for (const word of words) expect(await page.innerText(`[data-word="${word}"] b`)).toBe(values[word])
    expect((await page.$$eval('[data-panel="state"] [data-leaf]', (all) => all.map((one) => one.getAttribute('data-leaf') ?? ''))).toSorted()).toEqual(leaves({ ...payload as object, alerts: undefined }).filter((leaf) => leaf !== 'undefined').toSorted())
    expect(await page.getAttribute('[data-state-of]', 'data-state-of')).toBe(window.from)
    expect(faults).toEqual([])
    await close()
  })

  test('a moment of the timeline shows the state then, and what produced its row', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: PATH })
    const moments = await page.$$eval('[data-entry^="captured"] [data-moment]', (all) => all.map((one) => one.getAttribute('data-moment') ?? ''))
    const moment = moments.at(7) as string
    await page.click(`[data-entry^="captured"] [data-moment="${moment}"]`)
    await page.waitForSelector('[data-panel="row"][data-state="ready"]')
    await settled(page)
    expect(new URL(page.url()).searchParams.get('at')).toBe(moment)
    expect(await page.innerText('[data-said]')).toContain('are shown')
    const then = await stateAt(moment)
    expect(then.window.from).toBe(moment)
    expect(await page.getAttribute('[data-state-of]', 'data-state-of')).toBe(moment)
    expect((await shownState(page))['hoursLogged']).toBe(String(then.values['hoursLogged']))
    const { answers, part, decision } = await inspected(moment)
    const shown = await page.$$eval('[data-panel="row"] [data-answer]', (all) => all.map((one) => [one.getAttribute('data-answer') ?? '', one.getAttribute('data-value') ?? '']))
    expect(shown.length).toBeGreaterThan(20)
    for (const [key, value] of shown) expect(value, key).toBe(String(answers[key as string]))
    expect(await page.innerText('[data-panel="row"]')).toContain(`transaction ${part.transaction}`)
    expect(await page.innerText('[data-decision]')).toContain(`status ${decision.status}`)
    await page.click('[data-panel="state"] button:has-text("Back to now")')
    await page.waitForFunction(() => new URL(location.href).searchParams.get('at') === null)
    expect(faults).toEqual([])
    await close()
  })

  test('the timeline says why each snapshot was taken, and is told by kind', async () => {
    const { page, close } = await look({ project: 'campaigns', path: PATH })
    expect(await page.innerText('[data-entry^="captured"]')).toMatch(/as scheduled; every (hour|six hours|day) since \d+ \w+ 20\d\d, /)
    await page.getByLabel('Timeline of').selectOption('decisions')
    await page.waitForFunction(() => document.querySelector('[data-entry^="captured"]') === null)
    expect(new URL(page.url()).searchParams.get('told')).toBe('decisions')
    await close()
  })

  test('a row by its day, all its answers in the table behind it', async () => {
    const { page, close } = await look({ project: 'campaigns', path: `${PATH}&row=2026-10-01&table=row` })
    const { answers } = await inspected('2026-10-01')
    const text = await page.innerText('[data-panel="row"] table')
    for (const key of Object.keys(answers)) expect(text).toContain(answerTitle(key))
    await close()
  })

  test('the project’s answers that take an entity are of this one; every measure can be shown', async () => {
    const { page, close } = await look({ project: 'campaigns', path: PATH })
    const states = await panelStates(page)
    for (const name of ['impact', 'budget', 'forecast', 'outcomes']) expect(states[name], name).toBe('ready')
    const before = Object.keys(states).length
    await page.getByRole('button', { name: /^Show all \d+ measures/ }).click()
    await page.waitForFunction((count) => document.querySelectorAll('[data-panel]').length > count, before)
    await settled(page)
    expect(new Set(Object.values(await panelStates(page)))).toEqual(new Set(['ready', 'wants']))
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'entity-all-measures')
    await close()
  })

  test('a series of another project has a page as well', async () => {
    const { page, faults, close } = await look({ project: 'contributions', path: '/entity/' })
    const states = await panelStates(page)
    expect(Object.keys(states)).toContain('timeline')
    expect(faults).toEqual([])
    await shot(page, 'entity-contributions')
    await close()
  })

  test('a series that is not there, or no server, says so and stays usable', async () => {
    const { page, close } = await look({
      project: 'campaigns', path: PATH, expected: (status) => status === 503,
      prepare: (one) => one.route('**/v1/series/*/states?*entity=*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'The store is busy', status: 503, code: 'STORE_BUSY', detail: 'another process writes', hint: 'Ask again.' }) })),
    })
    expect((await panelStates(page))['state']).toBe('error')
    expect(await page.innerText('[data-panel="state"]')).toContain('STORE_BUSY')
    expect((await panelStates(page))['timeline']).toBe('ready')
    expect(stage().served.campaigns.url).toContain('127.0.0.1')
    await close()
  })
})

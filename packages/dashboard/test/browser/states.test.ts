import { expect, test } from 'vitest'
import { axeFaults, describeInBrowser, look, panelStates, shot, testEveryLook } from './look.ts'

const PROBLEM = { type: 'about:blank', title: 'The store is busy', status: 503, code: 'STORE_BUSY', detail: 'another process writes', hint: 'Ask again.' }

describeInBrowser('states', () => {
  testEveryLook('signed out', { project: 'campaigns', path: '/', signedOut: true, expected: (status) => status === 401 })

  test('without a session a page says how to get a new link', async () => {
    const { page, close } = await look({ project: 'campaigns', path: '/alerts/', signedOut: true, expected: (status) => status === 401 })
    expect(await page.innerText('main')).toMatch(/tidemark serve.*prints one/s)
    await close()
  })

  test('a problem is told with its code, why, and what to do, in the panel that has it', async () => {
    const { page, close } = await look({
      project: 'contributions', path: '/', expected: (status) => status === 503,
      prepare: (one) => one.route('**/v1/series/*/query*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(PROBLEM) })),
    })
    expect((await panelStates(page))['numbers']).toBe('error')
    const text = await page.innerText('[data-panel="numbers"]')
    for (const word of ['STORE_BUSY', 'another process writes', 'Ask again.', 'Try again']) expect(text).toContain(word)
    expect(await axeFaults(page)).toEqual([])
    await shot(page, 'state-problem')
    await close()
  })

  test('a range in which nothing was is empty, and says why', async () => {
    const { page, faults, close } = await look({ project: 'campaigns', path: '/?tenant=northwind-foods&series=campaign_metrics&from=2019-01-01&to=2019-02-01' })
    expect((await panelStates(page))['numbers']).toBe('empty')
    expect(await page.innerText('[data-panel="numbers"]')).toContain('before enrolment')
    expect(faults).toEqual([])
    await shot(page, 'state-empty')
    await close()
  })

  test('a server that is gone leaves what was known, and says so', async () => {
    const { page, close } = await look({ project: 'contributions', path: '/', expected: () => true })
    await page.context().setOffline(true)
    await page.waitForSelector('text=This device is offline')
    expect((await panelStates(page))['numbers']).toBe('ready')
    await shot(page, 'state-offline')
    await close()
  })

  test('an address that is no page is answered by the server, one that the router does not know by the dashboard', async () => {
    const { page, close } = await look({ project: 'contributions', path: '/health/?tenant=nobody&grain=wrong&range=99z&from=x', expected: () => true })
    expect(await page.innerText('h1')).toBe('Health')
    await close()
  })
})

import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Channel, consoleChannel, type Notification, open, webhookChannel, type WebhookOptions } from '../../src/index.ts'
import { metrics } from './declarations.ts'
import { Watched } from './place.ts'
import { type Behaviour, isSigned, Receiver } from './receiver.ts'

const SECRET = 'a secret of thirty-two characters'
const LOOPBACK = ['127.0.0.1/32']

let place: Watched
let receiver: Receiver
beforeEach(async () => {
  place = new Watched()
  receiver = await new Receiver().listen()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await place.remove()
  await receiver.close()
})

const hook = (options: Partial<WebhookOptions> = {}): Channel => webhookChannel({ name: 'hook', url: receiver.url, secret: SECRET, allow: LOOPBACK, timeoutMs: 9_000, ...options })
const day = (date: number, time = '12:00'): string => `2026-03-${String(date).padStart(2, '0')}T${time}:00Z`

const NOTIFICATION: Notification = {
  key: 'alert-7', alert: 7, rule: 'capacity', severity: 'warning', tenant: 'acme', entity: 'c1', measure: 'utilization.value', value: '0.8000', period: '2026-03-02',
  bound: 'at least 0.80', openedAt: '2026-03-02T12:00:00Z', action: 'Offer more seats – „now“', note: null,
}
const send = (channel: Channel): Promise<void> => channel.send(NOTIFICATION, new AbortController().signal)

describe('what is sent', () => {
  test('is the notification as JSON, with its key and a signature that an independent computation finds again', async () => {
    await send(webhookChannel({ name: 'hook', url: receiver.url, secret: SECRET, allow: LOOPBACK }, { clock: () => Date.parse('2026-03-02T12:00:01.999Z') }))
    const [received] = receiver.received
    expect(received).toMatchObject({ method: 'POST', path: '/hook?token=in-the-address', headers: { 'content-type': 'application/json', 'tidemark-key': 'alert-7', connection: 'close' } })
    expect(JSON.parse(received?.body ?? '')).toEqual({ type: 'alert.opened', version: 1, ...NOTIFICATION })
    expect(isSigned(received!, SECRET)).toBe(true)
    expect(isSigned(received!, `${SECRET}.`)).toBe(false)
    expect(isSigned({ ...received!, body: received!.body.replace('0.8000', '0.8001') }, SECRET)).toBe(false)
    expect(received?.headers['tidemark-signature']).toMatch(new RegExp(`^t=${Date.parse('2026-03-02T12:00:01Z') / 1000},v1=`))
  })

  test('may have the form that its receiver asks for', async () => {
    await send(hook({ body: ({ rule, entity, value }) => ({ text: `${rule}: ${entity} is ${value}` }) }))
    expect(receiver.received.map(({ body }) => body)).toEqual(['{"text":"capacity: c1 is 0.8000"}'])
    expect(isSigned(receiver.received[0]!, SECRET)).toBe(true)
  })

  test('reads the secret and the address from the environment when it sends, and says which variable is missing', async () => {
    const channel = hook({ secret: { env: 'TEST_HOOK_SECRET' }, url: { env: 'TEST_HOOK_URL' } })
    vi.stubEnv('TEST_HOOK_URL', receiver.url)
    await expect(send(channel)).rejects.toMatchObject({ code: 'CHANNEL_SECRET_MISSING', message: expect.stringContaining('TEST_HOOK_SECRET') })
    vi.stubEnv('TEST_HOOK_SECRET', 'short')
    await expect(send(channel)).rejects.toMatchObject({ code: 'CHANNEL_SECRET_MISSING', message: expect.not.stringContaining('short') })
    vi.stubEnv('TEST_HOOK_SECRET', SECRET)
    vi.stubEnv('TEST_HOOK_URL', 'ftp://127.0.0.1')
    await expect(send(channel)).rejects.toMatchObject({ code: 'CHANNEL_SECRET_MISSING', message: expect.stringContaining('TEST_HOOK_URL') })
    vi.stubEnv('TEST_HOOK_URL', receiver.url)
    await send(channel)
    expect(isSigned(receiver.received[0]!, SECRET)).toBe(true)
  })

  test('and no secret is in what a channel shows or what fails', async () => {
    const channel = hook()
    receiver.willThen(500)
    const error = await send(channel).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CHANNEL_FAILED' })
    for (const shown of [inspect(channel, { depth: 9, showHidden: true }), JSON.stringify(channel), inspect(error, { depth: 9 })]) {
      expect(shown).not.toContain(SECRET)
      expect(shown).not.toContain('in-the-address')
    }
  })
})

describe('a receiver that', () => {
  test.each<[string, Behaviour, RegExp | null]>([
    ['answers 200', 200, null], ['answers 204', 204, null], ['answers 299', 299, null], ['says more than anybody reads', 'says much', null],
    ['answers 400', 400, /answered 400 Bad Request$/], ['answers 500', 500, /answered 500/], ['answers 304', 304, /answered 304 .*redirects are not followed/],
    ['hangs', 'hangs', /no answer within 400 ms/], ['answers too late', 'answers late', /no answer within 400 ms/], ['drips without an end', 'drips', /no answer within 400 ms/],
    ['closes the connection', 'closes', /could not be told: ECONNRESET/], ['breaks off in the middle of its answer', 'breaks off', /broke off in the middle/],
  ])('%s', async (_, behaviour, message) => {
    receiver.willThen(behaviour)
    const patient = ['hangs', 'answers late', 'drips'].includes(String(behaviour)) ? { timeoutMs: 400 } : {}
    const outcome = await send(hook(patient)).then(() => null, (thrown: Error) => thrown)
    if (message === null) expect(outcome).toBeNull()
    else expect(outcome).toMatchObject({ code: 'CHANNEL_FAILED', message: expect.stringMatching(message) })
    expect(receiver.received).toHaveLength(1)
  })

  test('is not there', async () => {
    const gone = await new Receiver().listen()
    const { url } = gone
    await gone.close()
    await expect(send(hook({ url }))).rejects.toMatchObject({ code: 'CHANNEL_FAILED', message: expect.stringMatching(/could not be told: ECONNREFUSED/) })
  })

  test('redirects elsewhere is not followed, by whatever status', async () => {
    const other = await new Receiver().listen()
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.willThen({ status, location: other.url })
      await expect(send(hook())).rejects.toMatchObject({ code: 'CHANNEL_FAILED', message: expect.stringContaining('redirects are not followed') })
    }
    expect({ here: receiver.received.length, there: other.received.length }).toEqual({ here: 5, there: 0 })
    await other.close()
  })

  test('is given up when the delivery gives it up', async () => {
    receiver.willThen('hangs')
    const controller = new AbortController()
    const sending = hook({ timeoutMs: 9_000 }).send(NOTIFICATION, controller.signal)
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1))
    controller.abort()
    await expect(sending).rejects.toMatchObject({ code: 'CHANNEL_FAILED' })
  })
})

describe('alerts on a webhook', () => {
  test('are tried again with the same key until the receiver has them, and then no more', async () => {
    await place.open(day(2, '08:00'), undefined, [hook({ timeoutMs: 3_000 })])
    receiver.willThen(500, 'hangs', { status: 302, location: receiver.url }, 'breaks off', 'answers late')
    await place.tell(day(2), 80, 100)
    const codes: unknown[] = []
    for (const time of ['12:00', '12:01', '12:03', '12:07', '12:15']) codes.push((await place.check(day(2, time))).failed.map(({ code }) => code))
    expect(codes).toEqual(Array(5).fill(['CHANNEL_FAILED']))
    expect(await place.check(day(2, '12:31'))).toMatchObject({ notified: 1, failed: [] })
    expect(await place.check(day(3))).toMatchObject({ notified: 0 })
    expect(receiver.keys).toEqual(Array(6).fill('alert-1'))
    // Every attempt is signed, and says the same.
    expect(receiver.received.every((received) => isSigned(received, SECRET))).toBe(true)
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
  })

  test('a week of flutter about 80 %: opened once, told once, acknowledged, resolved', async () => {
    await place.open(day(2, '08:00'), undefined, [hook()])
    const opened: number[] = []
    const resolved: number[] = []
    const look = async (at: string) => {
      const report = await place.check(at)
      opened.push(...report.opened.map(({ id }) => id))
      resolved.push(...report.resolved.map(({ id }) => id))
      return report
    }
    // Every six hours for a week, each time on another side of the bound.
    for (let hour = 0; hour < 7 * 24; hour += 6) {
      const at = new Date(Date.parse(day(2, '00:00')) + hour * 3_600_000).toISOString()
      await place.tell(at, hour % 12 === 0 ? 81 : 79, 100)
      await look(at)
      if (hour === 60) expect(await place.tm.alerts.acknowledge(1, 'ann', 'more seats are ordered')).toMatchObject({ state: 'acknowledged' })
    }
    expect({ opened, resolved, keys: receiver.keys }).toEqual({ opened: [1], resolved: [], keys: ['alert-1'] })
    await place.tell(day(9), 70, 100)
    expect(await look(day(9))).toMatchObject({ open: [], notified: 0, resolved: [{ id: 1, acknowledged: { by: 'ann' }, resolved: { value: '0.7000' } }] })
    await place.tell(day(10), 85, 100)
    expect(await look(day(10))).toMatchObject({ notified: 1 })
    expect({ opened, resolved, keys: receiver.keys }).toEqual({ opened: [1, 2], resolved: [1], keys: ['alert-1', 'alert-2'] })
  })

  test('what is silenced reaches no receiver until the silence is over', async () => {
    await place.open(day(2, '08:00'), undefined, [hook()])
    await place.tm.alerts.silence({ rule: 'capacity' }, new Date(day(4)), 'ann')
    await place.tell(day(2), 80, 100)
    await place.check()
    expect(receiver.received).toEqual([])
    await place.check(day(4))
    expect(receiver.keys).toEqual(['alert-1'])
  })

  test('a receiver that fails keeps no other channel waiting', async () => {
    const lines: string[] = []
    receiver.willThen('hangs')
    await place.open(day(2, '08:00'), undefined, [hook({ timeoutMs: 400 }), consoleChannel((line) => { lines.push(line) })])
    await place.tell(day(2), 80, 100)
    expect(await place.check()).toMatchObject({ notified: 1, failed: [{ channel: 'hook', code: 'CHANNEL_FAILED' }] })
    expect(lines).toHaveLength(1)
    expect(await place.tm.alerts.list()).toMatchObject([{ notified: { hook: null, console: day(2) } }])
  })
})

describe('refused when it is declared', () => {
  test.each<[string, object]>([
    ['no name', { name: '' }], ['no URL', { url: 'ops' }], ['an URL of another kind', { url: 'file:///etc/passwd' }], ['a user in the URL', { url: 'https://ann@example.org' }],
    ['a password in the URL', { url: 'https://ann:secret@example.org/' }], ['a zone in the address', { url: 'https://[fe80::1%25eth0]/' }], ['nothing for a URL', { url: undefined }],
    ['no secret', { secret: undefined }], ['an empty secret', { secret: '' }], ['a short secret', { secret: 'x'.repeat(15) }], ['an environment without a name', { secret: { env: '' } }],
    ['no range', { allow: ['here'] }], ['too long a prefix', { allow: ['10.0.0.0/33'] }], ['an octal range', { allow: ['0177.0.0.1'] }], ['no list', { allow: '127.0.0.1/32' }],
    ['a time of nothing', { timeoutMs: 0 }], ['more time than a delivery has', { timeoutMs: 10_000 }],
  ])('%s', (_, options) => {
    expect(() => hook(options as Partial<WebhookOptions>)).toThrow(expect.objectContaining({ code: 'CHANNEL_INVALID' }))
  })

  test('channels that are none, or share a name, before the store is touched', async () => {
    const opened = (channels: readonly unknown[]) => open({ store: place.url, series: [metrics], channels: channels as Channel[] })
    for (const channels of [[hook(), hook()], [{ name: 'x' }], [null], [{ name: '', send: () => Promise.resolve() }]]) {
      await expect(opened(channels)).rejects.toMatchObject({ code: 'CHANNEL_INVALID' })
    }
  })
})

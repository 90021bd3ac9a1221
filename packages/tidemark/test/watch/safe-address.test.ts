import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Channel, type Notification, webhookChannel, type WebhookOptions } from '../../src/index.ts'
import { readRange } from '../../src/watch/address-range.ts'
import { isWithin, whyNotPublic } from '../../src/watch/safe-address.ts'
import type { Resolve } from '../../src/watch/post.ts'
import { Receiver } from './receiver.ts'

const SECRET = 'a secret of thirty-two characters'
const SOURCE = fileURLToPath(new URL('../../src', import.meta.url))
const PROBE = fileURLToPath(new URL('./probe-main.ts', import.meta.url))

let receiver: Receiver
beforeEach(async () => { receiver = await new Receiver().listen() })
afterEach(() => receiver.close())

function hook(url: string, resolve?: Resolve, options: Partial<WebhookOptions> = {}): Channel {
  return webhookChannel({ name: 'hook', url, secret: SECRET, timeoutMs: 9_000, ...options }, resolve === undefined ? {} : { resolve })
}
const send = (channel: Channel): Promise<void> => channel.send({ key: 'alert-1' } as Notification, new AbortController().signal)

describe('an address', () => {
  test.each([
    ['127.0.0.1', 'loopback'], ['127.255.255.254', 'loopback'], ['0.0.0.0', 'unspecified'], ['0.1.2.3', 'unspecified'], ['10.0.0.1', 'private'], ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'], ['192.168.1.1', 'private'], ['169.254.169.254', 'linkLocal'], ['169.254.0.1', 'linkLocal'], ['100.64.0.1', 'carrierGradeNat'],
    ['100.100.100.200', 'carrierGradeNat'], ['192.0.0.192', 'reserved'], ['192.0.2.1', 'reserved'], ['198.18.0.1', 'reserved'], ['198.51.100.1', 'reserved'], ['203.0.113.1', 'reserved'],
    ['192.88.99.1', 'reserved'], ['224.0.0.1', 'multicast'], ['239.255.255.255', 'multicast'], ['240.0.0.1', 'reserved'], ['255.255.255.255', 'broadcast'],
    ['168.63.129.16', 'the host of a virtual machine'],
    ['::', 'unspecified'], ['::1', 'loopback'], ['::127.0.0.1', 'ipv4Mapped'], ['::ffff:127.0.0.1', 'ipv4Mapped'], ['::ffff:8.8.8.8', 'ipv4Mapped'], ['::ffff:7f00:1', 'ipv4Mapped'],
    ['::ffff:0:127.0.0.1', 'rfc6145'], ['64:ff9b::7f00:1', 'rfc6052'], ['64:ff9b:1::a00:1', 'rfc6052'], ['2002:7f00:1::1', '6to4'], ['2002:a9fe:a9fe::', '6to4'], ['2001:0:7f00:1::', 'teredo'],
    ['fe80::1', 'linkLocal'], ['fe80::1%eth0', 'linkLocal'], ['fe80::1%25eth0', 'linkLocal'], ['fec0::1', 'deprecatedSiteLocal'], ['fc00::1', 'uniqueLocal'], ['fd00:ec2::254', 'uniqueLocal'],
    ['ff02::1', 'multicast'], ['100::1', 'discard'], ['2001:db8::1', 'reserved'], ['4000::1', 'reserved'], ['5f00::1', 'segmentRouting'],
    // What is no address in the usual form is none at all.
    ['0177.0.0.1', 'no address'], ['2130706433', 'no address'], ['0x7f000001', 'no address'], ['127.1', 'no address'], ['', 'no address'], ['localhost', 'no address'], ['[::1]', 'no address'],
  ])('%s is not public: %s', (address, why) => {
    expect(whyNotPublic(address)).toBe(why)
  })

  test.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '169.255.0.1', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])('%s is public', (address) => {
    expect(whyNotPublic(address)).toBeNull()
  })

  test('out of a hundred thousand is public only where the special-purpose registries name none of it', () => {
    // The registries of IANA as a list of their own, judged by Node.
    const special = new BlockList()
    for (const range of ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4']) {
      const [net = '', bits] = range.split('/')
      special.addSubnet(net, Number(bits), 'ipv4')
    }
    let state = 1
    const wrong: string[] = []
    let met = 0
    for (let index = 0; index < 100_000; index++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      // Half of them have a first byte that some range begins with.
      const first = index % 2 === 0 ? state >>> 24 : [10, 100, 127, 169, 172, 192, 198, 203][(state >>> 24) % 8] as number
      const second = [0, 18, 51, 64, 88, 168, 254][(state >>> 8) % 14] ?? (state >>> 16) & 255
      const address = `${first}.${second}.${(state >>> 12) & 3}.${state & 255}`
      if (special.check(address, 'ipv4')) met++
      if (special.check(address, 'ipv4') && whyNotPublic(address) === null) wrong.push(address)
    }
    expect({ wrong, metEnough: met > 10_000 }).toEqual({ wrong: [], metEnough: true })
  })

  test('is within the ranges that name it, and no other form of it is', () => {
    const ranges = ['10.1.2.0/24', '127.0.0.1', 'fd00::/8'].map((text) => readRange(text)!)
    const within = (address: string): boolean => isWithin(address, ranges)
    expect(['10.1.2.7', '127.0.0.1', 'fd12::1'].map(within)).toEqual([true, true, true])
    expect(['10.1.3.7', '127.0.0.2', '::ffff:10.1.2.7', 'fe80::1', '0177.0.0.1', ''].map(within)).toEqual(Array(6).fill(false))
    expect([readRange('10.0.0.0/33'), readRange('::/129'), readRange('0177.0.0.1'), readRange('10.0.0.0/'), readRange('fe80::1%eth0'), readRange(7)]).toEqual(Array(6).fill(null))
  })
})

/** Every way of writing this machine and its neighbours, as a URL with the port of a listener. */
const WAYS = (port: number): readonly string[] => [
  `http://127.0.0.1:${port}/`, `http://2130706433:${port}/`, `http://0177.0.0.1:${port}/`, `http://0x7f.0.0.1:${port}/`, `http://0x7f000001:${port}/`, `http://017700000001:${port}/`,
  `http://127.1:${port}/`, `http://127.0.0.1.:${port}/`, `http://0:${port}/`, `http://0.0.0.0:${port}/`, `http://①②⑦.0.0.1:${port}/`, `http://localhost:${port}/`, `http://LOCALHOST:${port}/`,
  `http://[::1]:${port}/`, `http://[::]:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `http://[::ffff:7f00:1]:${port}/`, `http://[0:0:0:0:0:ffff:7f00:0001]:${port}/`,
]
/** Places that no listener of a test can take. */
const ELSEWHERE: readonly string[] = [
  'http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://2852039166/', 'http://[::ffff:169.254.169.254]/', 'https://10.0.0.1/', 'https://192.168.0.1/', 'https://100.100.100.200/',
  'https://[64:ff9b::7f00:1]/', 'https://[2002:7f00:1::]/', 'https://[fe80::1]/', 'https://[ff02::1]/', 'https://224.0.0.1/', 'https://255.255.255.255/',
  // Public, and not encrypted.
  'http://93.184.216.34/',
]

describe('a probe', () => {
  test.each(WAYS(1))('%s is refused before anything is sent', async (way) => {
    await expect(send(hook(way.replace(':1/', `:${receiver.port}/`)))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(receiver.received).toEqual([])
  })

  test.each(ELSEWHERE)('%s is refused before anything is sent', async (url) => {
    await expect(send(hook(url))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
  })

  test('with a zone, or with a user in it, is no address of a webhook at all', () => {
    for (const url of ['http://[fe80::1%25eth0]/', 'http://[fe80::1%eth0]/', 'https://user:pass@93.184.216.34/', 'https://93.184.216.34@127.0.0.1/']) {
      expect(() => hook(url)).toThrow(expect.objectContaining({ code: 'CHANNEL_INVALID' }))
    }
  })

  test.each([
    ['loopback', ['127.0.0.1']], ['a zone', ['fe80::1%lo']], ['a mapped address', ['::ffff:127.0.0.1']], ['one public address and one that is not', ['93.184.216.34', '127.0.0.1']],
    ['a number', ['2130706433']], ['an octal form', ['0177.0.0.1']], ['no text of an address', ['127.0.0.1\u0000.example.org']],
  ])('by a name that leads to %s is refused', async (_, addresses) => {
    await expect(send(hook(`https://innocent.example.org:${receiver.port}/`, async () => addresses))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED', where: `https://innocent.example.org:${receiver.port}` })
    expect(receiver.received).toEqual([])
  })

  test('by a name without an address, or that nobody knows, fails', async () => {
    await expect(send(hook('https://nobody.example.org/', async () => []))).rejects.toMatchObject({ code: 'CHANNEL_FAILED' })
    await expect(send(hook('https://nobody.example.org/', async () => { throw Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }))).rejects.toMatchObject({ code: 'CHANNEL_FAILED', message: expect.stringContaining('ENOTFOUND') })
    await expect(send(hook('https://nobody.example.org/', () => new Promise(() => {}), { timeoutMs: 100 }))).rejects.toMatchObject({ code: 'CHANNEL_FAILED', message: expect.stringContaining('no answer within 100 ms') })
  })

  test('is refused where a range is named and the address lies beside it', async () => {
    await expect(send(hook(receiver.url, undefined, { allow: ['127.0.0.2/32', '10.0.0.0/8'] }))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    await send(hook(receiver.url, undefined, { allow: ['127.0.0.0/8'] }))
    expect(receiver.received).toHaveLength(1)
  })
})

test('a name that leads elsewhere once it has been judged is asked no second time', async () => {
  // The second address is another listener on the same port, which no range names.
  const inner = await new Receiver().listen('127.0.0.2', receiver.port)
  const answers: string[] = []
  const rebinding: Resolve = async () => {
    answers.push(answers.length === 0 ? '127.0.0.1' : '127.0.0.2')
    return [answers.at(-1) as string]
  }
  const channel = hook(`http://rebinding.example.org:${receiver.port}/`, rebinding, { allow: ['127.0.0.1/32'] })
  await send(channel)
  expect({ asked: answers.length, outer: receiver.received.length, inner: inner.received.length }).toEqual({ asked: 1, outer: 1, inner: 0 })
  expect(receiver.received[0]?.headers.host).toBe(`rebinding.example.org:${receiver.port}`)
  // The next request judges anew.
  await expect(send(channel)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
  expect({ asked: answers.length, outer: receiver.received.length, inner: inner.received.length }).toEqual({ asked: 2, outer: 1, inner: 0 })
  // Whoever judges one answer and connects by the next one lands there.
  const landed = Promise.withResolvers<void>()
  get(`http://rebinding.example.org:${receiver.port}/`, { agent: false, lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.2', family: 4 }]) }, (answer) => { answer.resume().on('end', landed.resolve) })
  await landed.promise
  expect(inner.received).toHaveLength(1)
  await inner.close()
})

describe('with the check planted away', () => {
  const trees = fileURLToPath(new URL('../../../../.tmp/planted', import.meta.url))
  mkdirSync(trees, { recursive: true })
  const root = mkdtempSync(join(trees, 'webhook-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** A copy of the sources in which one line says something else; that of the real ones when none is given. */
  async function outcomes(urls: readonly string[], plant?: { readonly find: string; readonly replace: string }): Promise<readonly (string | null)[]> {
    let source = SOURCE
    if (plant !== undefined) {
      source = mkdtempSync(join(root, 'src-'))
      cpSync(SOURCE, source, { recursive: true })
      const file = join(source, 'watch', 'post.ts')
      const pieces = readFileSync(file, 'utf8').split(plant.find)
      expect(pieces).toHaveLength(2)
      writeFileSync(file, pieces.join(plant.replace))
    }
    return JSON.parse((await promisify(execFile)(process.execPath, [PROBE, source, JSON.stringify(urls)])).stdout) as (string | null)[]
  }

  test('every probe of this machine reaches the listener, so that it is the check that keeps it out', async () => {
    const hasIpv6 = Object.values(networkInterfaces()).flat().some((one) => one?.address === '::1')
    const everywhere = await new Receiver().listen(hasIpv6 ? '::' : '0.0.0.0')
    const ways = WAYS(everywhere.port).filter((url) => hasIpv6 || !url.includes('['))
    expect(await outcomes(ways)).toEqual(ways.map(() => 'ADDRESS_REFUSED'))
    expect(everywhere.received).toHaveLength(0)
    expect(await outcomes(ways, { find: 'if (isWithin(address, allow)) continue', replace: 'continue' })).toEqual(ways.map(() => null))
    expect(everywhere.received).toHaveLength(ways.length)
    await everywhere.close()
  })
})

test('the addresses of the tests are what they seem', () => {
  expect(['127.0.0.1', '::1', 'fe80::1%lo', '0177.0.0.1', '2130706433'].map(isIP)).toEqual([4, 6, 6, 0, 0])
})

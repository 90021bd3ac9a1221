import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { errorOf, project, scratch, tidemark, watching } from '../cli/cli.ts'
import { isSigned, Receiver } from './receiver.ts'

const SECRET = 'a secret that only the environment has'
/** 10 January 2026: c1 of kysely fixes half of its two commits. */
const THEN = ['--now', '2026-01-11T18:00:00Z']

let receiver: Receiver
beforeEach(async () => { receiver = await new Receiver().listen() })
afterEach(() => receiver.close())

/** A project that tells its alerts to the listener; `channels` as it stands in the configuration. */
function telling(channels: string): string {
  const folder = watching(project(scratch()))
  const file = join(folder, 'tidemark.config.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replace('import { alert,', 'import { alert, webhookChannel,').replace('alerts: [alert', `channels: ${channels}, alerts: [alert`))
  return folder
}

const HOOK = "[webhookChannel({ name: 'ops', url: { env: 'OPS_URL' }, secret: { env: 'OPS_SECRET' }, allow: ['127.0.0.1/32'], timeoutMs: 9_000 })]"

test('tidemark alerts check tells through the webhook of the configuration, and shows no secret', async () => {
  const cwd = telling(HOOK)
  const env = { OPS_URL: receiver.url, OPS_SECRET: SECRET }
  for (const words of [['migrate'], ['ingest', 'contributions', 'commits.csv']]) expect(await tidemark(words, { cwd })).toMatchObject({ code: 0 })
  // Without its variables only the telling fails, and says which is missing.
  const without = await tidemark(['alerts', 'check', '--json', ...THEN], { cwd })
  expect(without.code).toBe(3)
  expect(JSON.parse(without.stdout)).toMatchObject({ notified: 0, opened: [{ id: 1 }], failed: [{ channel: 'ops', code: 'CHANNEL_SECRET_MISSING', error: expect.stringContaining('OPS_URL') as unknown }] })
  receiver.willThen(503)
  const failing = await tidemark(['alerts', 'check', '--now', '2026-01-11T18:01:00Z'], { cwd, env })
  expect(failing.stdout).toContain(`ops failed for 1: CHANNEL_FAILED: http://127.0.0.1:${receiver.port} answered 503 Service Unavailable; tried again from 2026-01-11T18:03:00Z`)
  const told = await tidemark(['alerts', 'check', '--json', '--now', '2026-01-11T18:03:00Z'], { cwd, env })
  expect(JSON.parse(told.stdout)).toMatchObject({ notified: 1, open: [{ id: 1, notified: { ops: '2026-01-11T18:03:00Z' } }] })
  expect(await tidemark(['alerts', 'check', '--json', '--now', '2026-01-12T18:03:00Z'], { cwd, env })).toMatchObject({ code: 3 })
  expect(receiver.keys).toEqual(['alert-1', 'alert-1'])
  expect(receiver.received.every((received) => isSigned(received, SECRET))).toBe(true)
  expect(JSON.parse(receiver.received[1]?.body ?? '')).toMatchObject({ type: 'alert.opened', rule: 'fixing', tenant: 'kysely', entity: 'c1', value: '0.5000' })
  for (const { stdout, stderr } of [without, failing, told]) for (const hidden of [SECRET, 'in-the-address']) expect(stdout + stderr).not.toContain(hidden)
  expect(readFileSync(join(cwd, 'history.db')).includes(SECRET)).toBe(false)
})

test.each([
  ["[webhookChannel({ name: 'ops', url: 'ops', secret: { env: 'OPS_SECRET' } })]"], ["[webhookChannel({ name: 'ops', url: 'https://example.org', secret: process.env.NOT_THERE as string })]"],
  [`[...${HOOK}, ...${HOOK}]`], ["[{ name: 'ops' } as never]"],
])('channels: %s is a fault of the configuration, with its line', async (channels) => {
  const ran = await tidemark(['alerts', 'list', '--json'], { cwd: telling(channels) })
  expect(ran.code).toBe(1)
  expect(errorOf(ran)).toMatchObject({ code: 'CHANNEL_INVALID', where: expect.stringMatching(/^tidemark\.config\.ts:\d+/) as unknown })
})

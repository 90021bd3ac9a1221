import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Watched } from './place.ts'
import { isSigned, Receiver } from './receiver.ts'

const CHECKER = fileURLToPath(new URL('./webhook-checker.ts', import.meta.url))
const NOW = '2026-03-02T12:00:00Z'
const SECRET = 'a secret of the environment alone'

/** Looks at the alerts in a process of its own; see webhook-checker.ts. */
function look(dies = 'never'): Promise<{ readonly signal: NodeJS.Signals | null; readonly output: string }> {
  const child = spawn(process.execPath, [CHECKER, place.folder, NOW, receiver.url, dies], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TEST_HOOK_SECRET: SECRET } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => { output += piece })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => (code === 0 || signal === 'SIGKILL' ? resolve({ signal, output }) : reject(new Error(`ended with ${code}: ${output}`))))
  })
}

let place: Watched
let receiver: Receiver
beforeEach(async () => {
  receiver = await new Receiver().listen()
  place = await new Watched().open('2026-03-02T08:00:00Z')
  await place.tell(NOW, 80, 100)
})
afterEach(async () => {
  await place.remove()
  await receiver.close()
})

test('killed between the receiver and the record: told again under the same key, and then no more', async () => {
  await place.close()
  expect(await look('after-send')).toMatchObject({ signal: 'SIGKILL' })
  expect(receiver.keys).toEqual(['alert-1'])
  // Until its claim has run out, it might still be sending.
  await look()
  expect(receiver.keys).toEqual(['alert-1'])
  const database = new Database(join(place.folder, 'history.db'))
  database.exec('UPDATE tm_notification SET claimed_until = claimed_until - 30000')
  database.close()
  for (let again = 0; again < 3; again++) await look()
  expect(receiver.keys).toEqual(['alert-1', 'alert-1'])
  expect(receiver.received.every((received) => isSigned(received, SECRET))).toBe(true)
})

test('four processes at once tell each opening under a key of its own, once, and none shows the secret', async () => {
  for (let campaign = 2; campaign <= 8; campaign++) await place.tell(NOW, 90, 100, { campaign: `c${campaign}` })
  await place.close()
  const looks = await Promise.all([1, 2, 3, 4].map(() => look()))
  expect([...receiver.keys].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((id) => `alert-${id}`))
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { entity: string }).entity).sort()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'])
  for (const { output } of looks) expect(output).not.toContain(SECRET)
})

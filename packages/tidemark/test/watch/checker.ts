import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { consoleChannel, open } from '../../src/index.ts'
import { parseStoreUrl } from '../../src/store-url.ts'
import { openStore } from '../../src/tidemark.ts'
import { Alerts } from '../../src/watch/desk.ts'
import { capacity, metrics, overspent } from './declarations.ts'

/**
 * One look at the alerts of a folder, in a process of its own, told on standard error. It may die on the way:
 * `before-claim` once the opening is durable, `before-send` with the claim in its hand, `after-send` once it was told.
 */
const [folder = '', now = '', dies = 'never', claimMs = '30000'] = process.argv.slice(2)
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

const url = `sqlite:${join(folder, 'history.db')}`
const clock = (): number => Date.parse(now)
const tm = await open({ store: url, series: [metrics], now: clock })
const store = await openStore(parseStoreUrl(url, '/', 'store'))
const told = consoleChannel((line) => { writeSync(2, line) })
const alerts = new Alerts({
  store: {
    ...store.alerts,
    claim: (channel, at) => (dies === 'before-claim' ? die() : store.alerts.claim(channel, at, Number(claimMs))),
  },
  rules: [capacity, overspent], clock, kinds: new Map([['metrics', 'campaign']]), ask: (name, request) => tm.ask(name, request),
  channels: [{
    name: told.name,
    async send(notification, signal) {
      if (dies === 'before-send') await die()
      await told.send(notification, signal)
      if (dies === 'after-send') await die()
    },
  }],
})
const { opened, notified } = await alerts.check()
process.stdout.write(JSON.stringify({ opened: opened.length, notified }))
await store.close()
await tm.close()

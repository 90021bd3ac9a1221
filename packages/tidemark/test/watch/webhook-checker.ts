import { open, webhookChannel } from '../../src/index.ts'
import { capacity, metrics, overspent } from './declarations.ts'
import { join } from 'node:path'

/** One look at the alerts of a folder, told to a URL, in a process of its own, which may die once the receiver has answered. */
const [folder = '', now = '', url = '', dies = 'never'] = process.argv.slice(2)
const hook = webhookChannel({ name: 'hook', url, secret: { env: 'TEST_HOOK_SECRET' }, allow: ['127.0.0.1/32'] })
const tm = await open({
  store: `sqlite:${join(folder, 'history.db')}`, series: [metrics], alerts: [capacity, overspent], now: () => Date.parse(now),
  channels: [{
    name: hook.name,
    async send(notification, signal) {
      await hook.send(notification, signal)
      if (dies === 'after-send') {
        process.kill(process.pid, 'SIGKILL')
        await new Promise(() => {})
      }
    },
  }],
})
const { opened, notified } = await tm.alerts.check()
process.stdout.write(JSON.stringify({ opened: opened.length, notified }))
await tm.close()

/** A worker on a clock by which an hour is a second, until SIGTERM: `FOLDER NAME HEARTBEAT_MS STARTED_MS`. Says what it does, a line each. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LIT, openLight } from './beacons.ts'

const [folder = '', name = '', heartbeat = '', started = ''] = process.argv.slice(2)
const history = await openLight(folder, () => LIT + (Date.now() - Number(started)) * 3_600)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const say = (event: object): void => { process.stdout.write(`${JSON.stringify(event)}\n`) }
say({ event: 'ready' })
const report = await history.work.run({
  holder: name, heartbeatMs: Number(heartbeat), stop: stop.signal, report: say,
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
})
await history.close()
say({ event: 'ended', ...report })

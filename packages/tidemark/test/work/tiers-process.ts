/**
 * A worker a hundred days after forty lamps were captured, until SIGTERM: `FOLDER NAME HEARTBEAT_MS`. Says what it does,
 * and after each piece of a tiers run waits while there is a file `gate` in the folder.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Collectors } from '../../src/collectors.ts'
import { Declared } from '../../src/declared.ts'
import { parseStoreUrl } from '../../src/store-url.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { openStore, Tidemark } from '../../src/tidemark.ts'
import { lamps, LATER } from './lamps.ts'

const [folder = '', name = '', heartbeat = ''] = process.argv.slice(2)
const say = (event: object): void => { process.stdout.write(`${JSON.stringify(event)}\n`) }
const gated = (store: Store): Store => ({
  ...store,
  under: (fence) => gated(store.under(fence)),
  async rollUp(step) {
    const done = await store.rollUp(step)
    say({ event: 'piece', entities: step.entities.length })
    while (existsSync(join(folder, 'gate'))) await sleep(20)
    return done
  },
})
const storePath = join(folder, 'lamps.db')
const store = gated(await openStore(parseStoreUrl(`sqlite:${storePath}`, '/', 'store'), { clockConfirmed: true }))
const history = new Tidemark({
  store, storePath, archive: join(folder, 'archive'), declared: new Declared([lamps.definition]), collectors: new Collectors([lamps]),
  clock: () => LATER, clockConfirmed: true,
})
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const report = await history.work.run({
  holder: name, heartbeatMs: Number(heartbeat), stop: stop.signal, report: say,
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
})
await store.close()
say({ event: 'ended', ...report })

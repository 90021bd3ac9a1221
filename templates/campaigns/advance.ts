// node advance.ts
// Lets the application live up to now, captures what is due, and ingests the sessions held since the last time.
import { fileURLToPath } from 'node:url'
import { open } from 'tidemark'
import { DAY_MS } from './app/clock-face.ts'
import { World } from './app/world.ts'
import { handOn } from './history/hand-on.ts'
import config, { campaignMetrics, sessionsHeld } from './tidemark.config.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const now = Date.now()
const world = World.open(at('app.db'), { seed: 1, scale: 'small', lastDay: Math.floor(now / DAY_MS) })
const happened = world.advance(now)
const tm = await open({ ...config, store: `sqlite:${at('history.db')}`, archive: at('archive'), sources: { app: `sqlite:${at('app.db')}` } })
try {
  const { created } = await tm.capture(campaignMetrics)
  const sessions = await handOn(tm, world)
  await tm.capture(sessionsHeld)
  process.stdout.write(`${happened} things happened, ${created} snapshots captured, ${sessions.accepted} sessions ingested${sessions.erased === 0 ? '' : `, ${sessions.erased} of erased campaigns left out`}\n`)
} finally {
  await tm.close()
  world.close()
}

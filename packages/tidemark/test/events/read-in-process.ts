// Run by read-events.test.ts: reads the file named and prints what came of it, and the most memory it took.
import { TidemarkError } from '../../src/errors.ts'
import { openInput } from '../../src/events/open-input.ts'
import { readEvents } from '../../src/events/read-events.ts'
import { NOW, visits } from './fixtures.ts'

let events = 0
let rejects = 0
let error: string | null = null
try {
  for await (const batch of readEvents(await openInput(process.argv[2] as string), visits, { now: NOW })) {
    events += batch.events.length
    rejects += batch.rejects.length
  }
} catch (thrown) {
  if (!(thrown instanceof TidemarkError)) throw thrown
  error = thrown.code
}
process.stdout.write(JSON.stringify({ events, rejects, error, maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024) }))

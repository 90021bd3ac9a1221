/** Captures the beacons at the beginning of each of so many hours, one after the other: `FOLDER HOURS`. */
import { LIT, openLight } from './beacons.ts'

const [folder = '', hours = '0'] = process.argv.slice(2)
let now = LIT
const history = await openLight(folder, () => now)
const counts = { created: 0, failed: 0, restated: 0 }
for (let hour = 0; hour < Number(hours); hour++) {
  now = LIT + hour * 3_600_000 + 60_000
  const report = await history.capture('light')
  counts.created += report.created
  counts.failed += report.failed
  counts.restated += report.restated
}
await history.close()
process.stdout.write(JSON.stringify(counts))

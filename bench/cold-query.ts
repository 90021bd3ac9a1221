// One question in a new process: node cold-query.ts tidemark|sqlite PATH PLACE DAY. Prints the milliseconds that it took.
import { dayMs, dayText, entityName, tenantName, tenantOf } from './workload.ts'

const [engine, path, place, day] = process.argv.slice(2) as [string, string, string, string]
const from = Date.UTC(2025, 0, 1) / dayMs
const to = Date.UTC(2026, 0, 1) / dayMs
const entity = Number(place)
const started = performance.now()
if (engine === 'tidemark') {
  const { openHistory } = await import('./history.ts')
  const history = await openHistory(path, Number(day) * dayMs)
  await history.ask('usage', { select: ['amount.sum', 'active.count'], tenant: tenantName(tenantOf(entity)), entity: entityName(entity), grain: 'month', from: dayText(from), to: dayText(to) })
  console.log(performance.now() - started)
  await history.close()
} else {
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(path, { readonly: true })
  db.prepare('SELECT c.month, sum(d.amount), count(*) FROM day d CROSS JOIN calendar c WHERE c.day = d.day AND d.tenant_id = ? AND d.entity_id = ? AND d.day >= ? AND d.day < ? GROUP BY c.month')
    .all(tenantOf(entity), entity, from, to)
  console.log(performance.now() - started)
  db.close()
}

// Day rows older than the policy become month rows, proven, and their source and events go: beside bare SQL on the same rows.
import { copyFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { at, type Bench, type Case, type CaseResult } from '../case.ts'
import { loadHistory, openHistory, usageKept } from '../history.ts'
import { log, median, mustAgree, round, timed } from '../measure.ts'
import { filling, openSqlite } from '../sqlite.ts'
import { byEntity, dayMs, dayOf, dayRows, dayText, firstDay, makeWorkload, tenantOf } from '../workload.ts'

/** About one event an entity and day, over ten months, so that a month row stands for some twenty day rows. */
const spanDays = 304
const policy = usageKept({ day: '60d', month: '5y', quarter: 'forever' })
const filed = usageKept({ day: '60d', quarter: 'archive' })

/** Calendar months and their first days, to join with: by hand at its best no row needs a date function. */
function monthsSql(from: number, to: number): string {
  const rows: string[] = []
  for (let day = from; day < to; day++) {
    const date = new Date(day * dayMs)
    rows.push(`(${day}, ${Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / dayMs})`)
  }
  return `CREATE TABLE calendar (day INTEGER PRIMARY KEY, month INTEGER); INSERT INTO calendar VALUES ${rows.join(', ')}`
}

export const tiers: Case = {
  name: 'tiers',
  async run(bench: Bench): Promise<CaseResult> {
    const entities = at(bench.scale, 100, 1_000, 4_000)
    const repeats = at(bench.scale, 1, 3, 3)
    const set = makeWorkload({ count: entities * spanDays, spanDays, entities })
    const order = byEntity(set)
    const loaded = (firstDay + spanDays) * dayMs
    // Every month that ended two months before the last event is due.
    const now = loaded
    const base = join(bench.folder, 'tiers-base.db')
    await loadHistory(base, set, loaded, policy)
    const handBase = join(bench.folder, 'tiers-hand.db')
    const making = openSqlite(handBase)
    filling(making, () => {
      making.exec('CREATE TABLE day (tenant_id INTEGER, entity_id INTEGER, day INTEGER, n INTEGER, fixes INTEGER, amount INTEGER, PRIMARY KEY (tenant_id, entity_id, day)) WITHOUT ROWID')
      making.exec('CREATE TABLE month (tenant_id INTEGER, entity_id INTEGER, month INTEGER, days INTEGER, n INTEGER, fixes INTEGER, amount INTEGER, PRIMARY KEY (tenant_id, entity_id, month)) WITHOUT ROWID')
      making.exec('CREATE TABLE events (tenant_id INTEGER, entity_id INTEGER, day INTEGER, seq INTEGER, at INTEGER, kind TEXT, value INTEGER, id TEXT, PRIMARY KEY (tenant_id, entity_id, day, seq)) WITHOUT ROWID')
      making.exec(monthsSql(firstDay, firstDay + spanDays))
      const add = making.prepare('INSERT INTO day VALUES (?, ?, ?, ?, ?, ?)')
      for (const row of dayRows(set, order)) add.run(row.tenant, row.entity, row.day, row.n, row.fixes, row.amount)
      const addEvent = making.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      for (const k of order) addEvent.run(tenantOf(set.entity[k]), set.entity[k], dayOf(set.at[k]), k, set.at[k], String(set.kind[k]), set.value[k], `e${k}`)
    })
    making.close()

    const seconds: Record<string, number[]> = { ours: [], rows: [], events: [] }
    const cpus: Record<string, number[]> = { ours: [], rows: [], events: [] }
    let moved = { retired: 0, rolledUp: 0, events: 0, longest: 0 }
    let boundary = 0
    for (let n = 0; n < repeats; n++) {
      const path = join(bench.folder, 'tiers-run.db')
      copyFileSync(base, path)
      const history = await openHistory(path, now, policy)
      const plan = await history.tiers.plan('usage')
      boundary = Math.max(...plan.steps.filter((step) => step.source === 'day').map((step) => step.boundary))
      const run = await timed(() => history.tiers.run('usage'))
      seconds['ours']?.push(run.ms / 1000)
      cpus['ours']?.push(run.cpuMs / 1000)
      const report = run.value as Awaited<ReturnType<typeof history.tiers.run>>
      moved = { ...moved, retired: report.retired, rolledUp: report.rolledUp, events: report.steps.reduce((sum, step) => sum + (step.step === 'rollUp' ? step.eventsRetired : 0), 0) }
      const { rows } = await history.ask('usage', { select: ['n.sum', 'amount.sum', 'active.count'], allTenants: true, total: true, grain: 'range', from: dayText(firstDay), to: dayText(boundary) })
      const sum = (key: string): number => rows.reduce((total, row) => total + Number((row as unknown as Record<string, unknown>)[key]), 0)
      await history.close()
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })

      for (const withEvents of [false, true]) {
        copyFileSync(handBase, path)
        const hand = openSqlite(path)
        const work = hand.transaction(() => {
          hand.prepare('INSERT INTO month SELECT d.tenant_id, d.entity_id, c.month, count(*), sum(d.n), sum(d.fixes), sum(d.amount) FROM day d JOIN calendar c ON c.day = d.day WHERE d.day < ? GROUP BY 1, 2, 3').run(boundary)
          hand.prepare('DELETE FROM day WHERE day < ?').run(boundary)
          if (withEvents) hand.prepare('DELETE FROM events WHERE day < ?').run(boundary)
        })
        const took = await timed(() => work.immediate())
        seconds[withEvents ? 'events' : 'rows']?.push(took.ms / 1000)
        cpus[withEvents ? 'events' : 'rows']?.push(took.cpuMs / 1000)
        const [n2, amount, days] = hand.prepare('SELECT sum(n), sum(amount), sum(days) FROM month').raw().get() as number[]
        mustAgree('tiers', { tidemark: [sum('n.sum'), sum('amount.sum'), sum('active.count')], hand: [n2, amount, days] })
        hand.close()
        for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
      }
    }
    const cpu = (name: string): number => median(cpus[name] as number[])
    const rate = (name: string): number => moved.retired / median(seconds[name] as number[])
    log(`  ${JSON.stringify(seconds)}`)

    const path = join(bench.folder, 'tiers-filed.db')
    await loadHistory(path, makeWorkload({ count: (entities / 4) * spanDays, spanDays, entities: entities / 4 }), loaded, filed)
    const history = await openHistory(path, now, filed)
    const run = await timed(() => history.tiers.run('usage'))
    const report = run.value as Awaited<ReturnType<typeof history.tiers.run>>
    await history.close()
    const folder = `${path}-archive`
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile() && file.name.endsWith('.parquet'))
    const archiveBytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)

    const ratios = [rate('ours') / rate('rows'), rate('ours') / rate('events')]
    return {
      tables: [
        {
          title: `Day rows into month rows: ${moved.retired.toLocaleString('en-US')} day rows and ${moved.events.toLocaleString('en-US')} events of ${entities.toLocaleString('en-US')} entities into ${moved.rolledUp.toLocaleString('en-US')} month rows`,
          columns: ['', 's', 'day rows/s', 'Tidemark / it', 'CPU s', 'Tidemark / it by CPU'],
          rows: [
            ['Tidemark: rolled up, proven, retired, events with them, in pieces of at most 50 ms', round(median(seconds['ours'] as number[]), 2), round(rate('ours')), 1, round(cpu('ours'), 2), 1],
            ['SQLite by hand: INSERT … SELECT … GROUP BY, DELETE, one transaction', round(median(seconds['rows'] as number[]), 2), round(rate('rows')), round(ratios[0] as number, 2), round(cpu('rows'), 2), round(cpu('rows') / cpu('ours'), 2)],
            ['the same, and the events deleted as Tidemark does', round(median(seconds['events'] as number[]), 2), round(rate('events')), round(ratios[1] as number, 2), round(cpu('events'), 2), round(cpu('events') / cpu('ours'), 2)],
          ],
        },
        {
          title: 'Day rows into quarters, into Parquet with manifest, read back and proven',
          columns: ['s', 'day rows', 'day rows/s', 'quarter rows archived', 'files', 'bytes a quarter row'],
          rows: [[round(run.ms / 1000, 2), report.retired, round(report.retired / run.ms * 1000), report.archived, files.length, round(archiveBytes / report.archived, 1)]],
        },
      ],
      goals: [{ goal: 'at least 0.5 of a bare INSERT … SELECT … GROUP BY plus DELETE', measured: `${round(ratios[0] as number, 2)} of rows only; ${round(ratios[1] as number, 2)} with the events deleted too`, met: (ratios[0] as number) >= 0.5 }],
    }
  },
}

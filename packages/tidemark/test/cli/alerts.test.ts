import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { errorOf, project, scratch, shell, tidemark, watching } from './cli.ts'

let folder = ''
const json = async (...words: string[]) => {
  const ran = await tidemark([...words, '--json'], { cwd: folder })
  return { code: ran.code, stderr: ran.stderr, document: ran.stdout === '' ? null : JSON.parse(ran.stdout) as Record<string, unknown>, ran }
}

beforeEach(async () => {
  folder = watching(project(scratch()))
  for (const line of ['tidemark migrate', 'tidemark ingest contributions commits.csv']) expect(await shell(line, { cwd: folder })).toMatchObject({ code: 0 })
})

/** 10 January 2026: c1 of kysely fixes half of its two commits, c1 of drizzle-orm none of one. */
const THEN = '2026-01-11T18:00:00Z'

describe('tidemark alerts', () => {
  test('check opens, tells on standard error and exits 3; acknowledged it exits 0', async () => {
    const dry = await json('alerts', 'check', '--dry-run', '--now', THEN)
    expect(dry).toMatchObject({ code: 0, stderr: '', document: { dryRun: true, open: [{ rule: 'fixing', tenant: 'kysely', entity: 'c1', value: '0.5000' }] } })
    expect((await json('alerts', 'list')).document).toEqual({ alerts: [] })

    const first = await json('alerts', 'check', '--now', THEN)
    expect(first).toMatchObject({ code: 3, document: { opened: [{ id: 1, rule: 'fixing', value: '0.5000', period: '2026-01-10' }], notified: 1, open: [{ id: 1 }] } })
    expect(first.stderr).toBe('ALERT fixing (warning): kysely/c1 fixShare.value is 0.5000 (2026-01-10), at least 0.5. Ask what keeps breaking\n')
    expect(await json('alerts', 'check', '--now', THEN)).toMatchObject({ code: 3, stderr: '', document: { opened: [], notified: 0, open: [{ id: 1 }] } })

    expect(await json('alerts', 'explain', '1', '--now', THEN)).toMatchObject({ code: 0, document: { alert: { id: 1 }, rule: { name: 'fixing', clear: '0.475' }, values: expect.arrayContaining([expect.objectContaining({ period: '2026-01-10', value: '0.5000' })]) } })
    expect(await json('alerts', 'acknowledge', '1', '--by', 'ann', '--note', 'known', '--now', THEN)).toMatchObject({ code: 0, document: { state: 'acknowledged', acknowledged: { by: 'ann', note: 'known' } } })
    expect(await json('alerts', 'check', '--now', THEN)).toMatchObject({ code: 0, document: { open: [] } })
    expect(await json('alerts', 'list', '--state', 'acknowledged')).toMatchObject({ document: { alerts: [{ id: 1 }] } })
  })

  test('what a silence covers is neither told nor found', async () => {
    expect(await json('alerts', 'silence', '--rule', 'fixing', '--until', '2026-01-20T00:00:00Z', '--by', 'ann', '--now', THEN)).toMatchObject({ code: 0, document: { rule: 'fixing', until: '2026-01-20T00:00:00.000Z' } })
    expect(await json('alerts', 'check', '--now', THEN)).toMatchObject({ code: 0, stderr: '', document: { opened: [{ id: 1, silencedUntil: '2026-01-20T00:00:00Z' }], open: [] } })
  })

  test('faults name the word', async () => {
    const fault = async (...words: string[]) => { const { code, ran } = await json('alerts', ...words); return { code, ...errorOf(ran) } }
    expect(await fault('acknowledge', '9')).toMatchObject({ code: 'ALERT_UNKNOWN', where: '9' })
    expect(await fault('explain', 'one')).toMatchObject({ code: 'OPTION_INVALID' })
    expect(await fault('list', '--state', 'loud')).toMatchObject({ code: 'OPTION_INVALID', where: '--state' })
    expect(await fault('silence', '--rule', 'fixing')).toMatchObject({ code: 'ARGUMENT_MISSING', where: '--until' })
    expect(await fault('silence', '--rule', 'fixng', '--until', '2026-01-20T00:00:00Z')).toMatchObject({ code: 'ALERT_UNKNOWN' })
  })

  test('a rule of a series that is not declared is a fault of the configuration, with its line', async () => {
    const file = join(folder, 'tidemark.config.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace("alerts: [alert('fixing'", "alerts: [{ ...alert('fixing', { of: activity, measure: 'fixShare.value', atLeast: 1, action: 'x' }), series: 'other' }, alert('fixing'"))
    const { ran } = await json('alerts', 'list')
    expect(ran.code).toBe(1)
    expect(errorOf(ran)).toMatchObject({ code: 'ALERT_INVALID', where: expect.stringMatching(/^tidemark\.config\.ts:\d+, alert\("fixing"\)$/) })
  })
})

describe('tidemark forecast', () => {
  test('of eight days of one commit each says one; of too few it says so', async () => {
    const days = Array.from({ length: 8 }, (_, index) => `kysely,steady,2026-01-0${index + 1}T09:00:00Z,2026-01-0${index + 1}T09:00:00Z,fix,s${index}`)
    const header = 'client_id,contributor_id,authored_at,committed_at,kind,commit_id'
    expect(await tidemark(['ingest', 'contributions', '-'], { cwd: folder, stdin: [header, ...days, ''].join('\n') })).toMatchObject({ code: 0 })
    expect(await shell(`tidemark capture activity --now 2026-01-09T13:00:00Z`, { cwd: folder })).toMatchObject({ code: 0 })
    const words = ['forecast', 'activity', '--measure', 'contributions.sum', '--tenant', 'kysely', '--now', '2026-01-09T13:00:00Z']
    expect(await json(...words, '--entity', 'steady', '--horizon', '2', '--at-least', '1')).toMatchObject({ code: 0, document: {
      method: 'linear', points: 8, steps: [{ period: '2026-01-09', value: '1.00', low95: '1.00', high95: '1.00' }, { period: '2026-01-10', value: '1.00' }], threshold: { state: 'already_reached' },
    } })
    const text = await tidemark([...words, '--entity', 'steady', '--horizon', '2'], { cwd: folder })
    expect(text.stdout).toContain('8 values of contributions.sum from 2026-01-01 to 2026-01-09, 0 gaps')
    expect(text.stdout).toMatch(/linear +0\.00 +– +chosen: least_squares/)
    expect(await json(...words, '--entity', 'c1')).toMatchObject({ code: 0, document: { reason: 'too_little_data' } })
  })

  test('faults name the flag', async () => {
    const fault = async (...words: string[]) => { const { ran } = await json('forecast', 'activity', ...words); return errorOf(ran) }
    expect(await fault('--tenant', 'kysely')).toMatchObject({ code: 'ARGUMENT_MISSING', where: '--measure' })
    const named = ['--measure', 'contributions.sum', '--tenant', 'kysely', '--entity', 'c1']
    expect(await fault(...named, '--horizon', '0')).toMatchObject({ code: 'FORECAST_INVALID', where: '--horizon' })
    expect(await fault(...named, '--grain', 'range')).toMatchObject({ code: 'FORECAST_INVALID', where: '--grain' })
    expect(await fault(...named, '--at-least', 'much')).toMatchObject({ code: 'FORECAST_INVALID', where: '--at-least' })
    expect(await fault('--measure', 'contributions.median', '--tenant', 'kysely', '--entity', 'c1')).toMatchObject({ code: 'ANSWER_UNKNOWN', where: 'contributions.median' })
  })
})

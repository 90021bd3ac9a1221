import { describe, expect, test } from 'vitest'
import { errorOf, project, type Ran, tidemark } from './cli.ts'

const NOW = ['--now', '2026-06-01T12:00:00Z']

function documentOf(ran: Ran): Record<string, unknown> {
  expect(ran).toMatchObject({ code: 0 })
  return JSON.parse(ran.stdout) as Record<string, unknown>
}

async function filled(): Promise<string> {
  const cwd = project()
  documentOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd }))
  documentOf(await tidemark(['capture', 'activity', '--json', ...NOW], { cwd }))
  return cwd
}

async function tokenFor(cwd: string, role: string, ...more: readonly string[]): Promise<string> {
  return documentOf(await tidemark(['token', 'create', '--name', `a ${role}`, '--role', role, ...more, '--json', ...NOW], { cwd }))['token'] as string
}

const QUESTION = ['query', 'activity', '--tenant', 'kysely', '--measure', 'contributions.sum', '--grain', 'year', '--json', ...NOW]

describe('token', () => {
  test('is shown once, listed without its text, and revoked', async () => {
    const cwd = await filled()
    const made = await tidemark(['token', 'create', '--name', 'dash', '--role', 'viewer', '--tenant', 'kysely', '--expires', '90', '--by', 'ann', ...NOW], { cwd })
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^token 1 for dash: viewer of kysely, made 2026-06-01T12:00:00Z by ann, until 2026-08-30T12:00:00Z\n\ntide_[0-9A-Za-z]{46}\n\nIt is not shown again\.\n$/)
    const listed = await tidemark(['token', 'list', '--json', ...NOW], { cwd })
    expect(documentOf(listed)).toEqual({ tokens: [{ id: 1, name: 'dash', role: 'viewer', tenants: ['kysely'], createdAt: '2026-06-01T12:00:00Z', createdBy: 'ann', expiresAt: '2026-08-30T12:00:00Z', revoked: null }] })
    expect(listed.stdout).not.toContain('tide_')
    expect(documentOf(await tidemark(['token', 'revoke', '1', '--by', 'bob', '--json', ...NOW], { cwd }))).toMatchObject({ id: 1, revoked: { at: '2026-06-01T12:00:00Z', by: 'bob' } })
    expect(errorOf(await tidemark(['token', 'revoke', '7', '--json', ...NOW], { cwd }))).toMatchObject({ code: 'TOKEN_UNKNOWN' })
    expect((await tidemark(['token', 'list', ...NOW], { cwd })).stdout).toContain('revoked 2026-06-01T12:00:00Z by bob')
  })

  test('with --dry-run makes none', async () => {
    const cwd = await filled()
    expect(documentOf(await tidemark(['token', 'create', '--name', 'x', '--role', 'admin', '--dry-run', '--json', ...NOW], { cwd }))).toEqual({ name: 'x', role: 'admin', dryRun: true })
    expect(documentOf(await tidemark(['token', 'list', '--json', ...NOW], { cwd }))).toEqual({ tokens: [] })
    expect(errorOf(await tidemark(['token', 'create', '--name', 'x', '--role', 'admin', '--expires', '9000', '--dry-run', '--json', ...NOW], { cwd }))).toMatchObject({ code: 'TOKEN_INVALID' })
    expect(errorOf(await tidemark(['token', 'revoke', '1', '--dry-run', '--json', ...NOW], { cwd }))).toMatchObject({ code: 'TOKEN_UNKNOWN', where: '1' })
    await tidemark(['token', 'create', '--name', 'x', '--role', 'admin', ...NOW], { cwd })
    expect(documentOf(await tidemark(['token', 'revoke', '1', '--dry-run', '--json', ...NOW], { cwd }))).toEqual({ id: 1, dryRun: true })
    expect(documentOf(await tidemark(['token', 'list', '--json', ...NOW], { cwd }))).toMatchObject({ tokens: [{ id: 1, revoked: null }] })
  })

  test.each([
    [['--role', 'viewer'], '--name'], [['--name', 'x'], '--role'], [['--name', 'x', '--role', 'boss'], '--role'], [['--name', 'x', '--role', 'viewer', '--expires', 'soon'], '--expires'],
  ])('is refused without what it needs: %j', async (words, where) => {
    const cwd = await filled()
    const ran = await tidemark(['token', 'create', ...words, '--json', ...NOW], { cwd })
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject({ code: 'OPTION_INVALID', where })
  })
})

describe('a call with a token', () => {
  test('does what its role may, by variable or by option; the option wins', async () => {
    const cwd = await filled()
    const [viewer, developer] = [await tokenFor(cwd, 'viewer'), await tokenFor(cwd, 'developer')]
    const asViewer = await tidemark(QUESTION, { cwd, env: { TIDEMARK_TOKEN: viewer } })
    expect(asViewer.code).toBe(1)
    expect(errorOf(asViewer)).toMatchObject({ code: 'FORBIDDEN', where: 'total' })
    expect(documentOf(await tidemark([...QUESTION, '--token', developer], { cwd, env: { TIDEMARK_TOKEN: viewer } }))).toEqual(documentOf(await tidemark(QUESTION, { cwd })))
    const rows = documentOf(await tidemark([...QUESTION, '--total'], { cwd, env: { TIDEMARK_TOKEN: viewer } }))['rows'] as { suppressed?: boolean }[]
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every(({ suppressed }) => suppressed === true)).toBe(true)
    expect(errorOf(await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd, env: { TIDEMARK_TOKEN: developer } }))).toMatchObject({ code: 'FORBIDDEN' })
  })

  test('of a bound token has no other tenant', async () => {
    const cwd = await filled()
    const token = await tokenFor(cwd, 'developer', '--tenant', 'kysely')
    const ask = (tenant: string): Promise<Ran> => tidemark(['query', 'activity', '--tenant', tenant, '--measure', 'contributions.sum', '--grain', 'year', '--json', ...NOW], { cwd, env: { TIDEMARK_TOKEN: token } })
    expect((documentOf(await ask('kysely'))['rows'] as unknown[]).length).toBeGreaterThan(0)
    expect((await ask('drizzle-orm')).stdout).toBe((await ask('nowhere')).stdout)
    expect(documentOf(await tidemark(['query', 'activity', '--measure', 'contributions.sum', '--grain', 'year', '--json', ...NOW], { cwd, env: { TIDEMARK_TOKEN: token } }))).toEqual(documentOf(await ask('kysely')))
  })

  test('is refused for what only the holder of the file does, and for a --by beside it', async () => {
    const cwd = await filled()
    const env = { TIDEMARK_TOKEN: await tokenFor(cwd, 'admin') }
    for (const words of [['verify'], ['migrate'], ['run', '--once']]) expect(errorOf(await tidemark([...words, '--json', ...NOW], { cwd, env }))).toMatchObject({ code: 'FORBIDDEN', where: 'TIDEMARK_TOKEN' })
    expect(errorOf(await tidemark(['hold', 'place', '--tenant', 'kysely', '--reason', 'x', '--by', 'legal', '--json', ...NOW], { cwd, env }))).toMatchObject({ code: 'OPTION_INVALID', where: '--by' })
    expect(documentOf(await tidemark(['hold', 'place', '--tenant', 'kysely', '--reason', 'x', '--json', ...NOW], { cwd, env }))).toMatchObject({ placedBy: 'a admin (token 1)' })
  })

  test.each([['hello', 'TOKEN_MALFORMED'], [`tide_${'0'.repeat(46)}`, 'TOKEN_MALFORMED']])('that is none is refused: %s', async (token, code) => {
    const cwd = await filled()
    const ran = await tidemark(QUESTION, { cwd, env: { TIDEMARK_TOKEN: token } })
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code })
    expect(ran.stderr).not.toContain(token)
  })

  test('an empty variable is none', async () => {
    const cwd = await filled()
    expect((await tidemark(QUESTION, { cwd, env: { TIDEMARK_TOKEN: '' } })).code).toBe(0)
  })
})

describe('audit list', () => {
  test('says who did what, page by page', async () => {
    const cwd = await filled()
    await tokenFor(cwd, 'viewer')
    documentOf(await tidemark(['hold', 'place', '--tenant', 'kysely', '--entity', 'c1', '--reason', 'case', '--by', 'legal', '--json', ...NOW], { cwd }))
    documentOf(await tidemark(['quarantine', 'list', '--json', ...NOW], { cwd }))
    const { entries } = documentOf(await tidemark(['audit', 'list', '--json', ...NOW], { cwd })) as { entries: { actor: string; action: string }[] }
    expect(entries.map(({ action }) => action)).toEqual(['migrate', 'token.create', 'hold.place', 'quarantine.read'])
    expect(entries[2]).toMatchObject({ actor: 'legal', target: 'hold 1', tenants: ['kysely'] })
    expect(documentOf(await tidemark(['audit', 'list', '--after', '2', '--limit', '1', '--json', ...NOW], { cwd }))).toMatchObject({ entries: [{ id: 3 }] })
    expect((await tidemark(['audit', 'list', ...NOW], { cwd })).stdout).toContain('hold.place')
    expect(errorOf(await tidemark(['audit', 'list', '--limit', 'all', '--json', ...NOW], { cwd }))).toMatchObject({ code: 'OPTION_INVALID' })
  })
})

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorOf, project, scratch, shell, tidemark } from './cli.ts'

const ERRORS = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')

interface Fault {
  readonly args: readonly string[]
  readonly code: string
  readonly exit: 1 | 2
  /** What the hint names. */
  readonly hint?: string
}

/** What docs/errors.md says that a code ends with: of a call, and of a configuration. */
function documentedExits(code: string): { readonly call: number; readonly configuration: number } {
  const section = ERRORS.split(/^## /m).find((text) => text.startsWith(`${code}\n`)) ?? ''
  const [, call, configuration = call] = /\*Exit code:\* (\d)(?:, or (\d) where it stands in the configuration)?\.\n/.exec(section) ?? []
  return { call: Number(call), configuration: Number(configuration) }
}

/** Calls whose words are wrong, in a project that was migrated. */
const FAULTS: readonly Fault[] = [
  { args: [], code: 'ARGUMENT_MISSING', exit: 2, hint: 'tidemark demo' },
  { args: ['qurey', 'activity'], code: 'COMMAND_UNKNOWN', exit: 2, hint: 'Did you mean query?' },
  { args: ['tiers'], code: 'ARGUMENT_MISSING', exit: 2, hint: 'plan, run, status, pack, unpack, policy' },
  { args: ['tiers', 'stats'], code: 'COMMAND_UNKNOWN', exit: 2, hint: 'Did you mean status?' },
  { args: ['query'], code: 'ARGUMENT_MISSING', exit: 2, hint: 'tidemark query --help' },
  { args: ['query', 'activity', 'again'], code: 'ARGUMENT_EXCESS', exit: 2 },
  { args: ['query', 'activity', '--tenat', 'kysely'], code: 'OPTION_UNKNOWN', exit: 2, hint: 'Did you mean --tenant?' },
  { args: ['query', 'activity', '--tenant'], code: 'OPTION_INVALID', exit: 2 },
  { args: ['query', 'activty', '--tenant', 'kysely'], code: 'SERIES_UNKNOWN', exit: 2, hint: 'Did you mean activity?' },
  { args: ['query', 'activity', '--tenant', 'kysely', '--measure', 'fixx.sum'], code: 'MEASURE_UNKNOWN', exit: 2, hint: 'Did you mean fix?' },
  { args: ['query', 'activity', '--tenant', 'kysely', '--measure', 'fix.quantile'], code: 'ANSWER_UNKNOWN', exit: 2, hint: 'fix.sum' },
  { args: ['query', 'activity', '--tenant', 'kysely', '--measure', 'active.any', '--total'], code: 'ANSWER_NOT_ACROSS', exit: 2, hint: 'active.count' },
  { args: ['query', 'activity', '--tenant', 'kysely', '--grain', 'moth'], code: 'GRAIN_UNKNOWN', exit: 2, hint: 'Did you mean month?' },
  { args: ['query', 'activity', '--tenant', 'kysely', '--from', '2024-02-30'], code: 'DATE_INVALID', exit: 2 },
  { args: ['query', 'activity', '--tenant', 'kysely', '--from', '2024-02-02', '--to', '2024-02-01'], code: 'RANGE_INVALID', exit: 2 },
  { args: ['query', 'activity', '--tenant', 'kysely', '--by', 'kind'], code: 'DIMENSION_UNKNOWN', exit: 2 },
  { args: ['query', 'activity', '--tenant', 'kysely', '--where', 'kind'], code: 'OPTION_INVALID', exit: 2 },
  { args: ['query', 'activity', '--tenant', 'kysely', '--as-of', 'yesterday'], code: 'INSTANT_INVALID', exit: 2 },
  { args: ['query', 'activity', '--tenant', 'kysely', '--as-of', '2001-01-01T00:00:00Z'], code: 'AS_OF_BEYOND_HORIZON', exit: 2 },
  { args: ['query', 'activity', '--now', 'today'], code: 'INSTANT_INVALID', exit: 2 },
  { args: ['query', 'activity', '--store', 'mysql:x'], code: 'STORE_URL_INVALID', exit: 2 },
  { args: ['query', 'activity', '--config', 'nowhere.ts'], code: 'CONFIG_MISSING', exit: 1 },
  { args: ['window', 'activity', '--tenant', 'kysely', '--window', 'fiveMonths'], code: 'WINDOW_UNKNOWN', exit: 2, hint: 'fourMonths' },
  { args: ['window', 'activity', '--tenant', 'kysely', '--anchor', '2024-01-01', '--length', '4m'], code: 'WINDOW_INVALID', exit: 2 },
  { args: ['ingest', 'contribution', 'commits.csv'], code: 'STREAM_UNKNOWN', exit: 2, hint: 'Did you mean contributions?' },
  { args: ['ingest', 'contributions', 'nowhere.csv'], code: 'FILE_UNREADABLE', exit: 1 },
  { args: ['ingest', 'contributions', '.'], code: 'FILE_UNREADABLE', exit: 1 },
  { args: ['ingest', 'contributions', 'commits.csv', '--on-conflict', 'ignore'], code: 'OPTION_INVALID', exit: 2 },
  { args: ['capture', 'activity', '--backfill', '2024-01-01'], code: 'OPTION_INVALID', exit: 2 },
  { args: ['capture', 'activity', '--backfill', '2024-01-01..2024-13-01'], code: 'DATE_INVALID', exit: 2 },
  { args: ['quarantine', 'show', '999'], code: 'QUARANTINE_UNKNOWN', exit: 2, hint: 'tidemark quarantine list' },
  { args: ['quarantine', 'show', 'first'], code: 'OPTION_INVALID', exit: 2 },
  { args: ['migrate', '--to', '99'], code: 'MIGRATION_VERSION_UNKNOWN', exit: 2 },
  { args: ['retract', 'contributions', 'a', 'b'], code: 'OPTION_INVALID', exit: 2, hint: '--tenant' },
  { args: ['adjust', 'activity', '--tenant', 'kysely'], code: 'ARGUMENT_MISSING', exit: 2 },
  { args: ['init', '.'], code: 'PROJECT_EXISTS', exit: 1 },
  { args: ['init', 'other', '--template', 'contribution'], code: 'TEMPLATE_UNKNOWN', exit: 2, hint: 'Did you mean contributions?' },
  { args: ['demo', '--dir', '.'], code: 'FOLDER_TAKEN', exit: 1 },
  { args: ['demo', '--seed', 'x'], code: 'OPTION_INVALID', exit: 2 },
  { args: ['demo', '--dir', 'demo-git', '--git', 'nowhere'], code: 'GIT_UNREADABLE', exit: 1 },
]

describe('a call that fails', () => {
  test('says what, where, why and how to mend it, with its exit code, and nothing on standard output', async () => {
    const cwd = project()
    expect(await tidemark(['ingest', 'contributions', 'commits.csv'], { cwd })).toMatchObject({ code: 0 })
    for (const { args, code, exit, hint } of FAULTS) {
      const ran = await tidemark([...args, '--json'], { cwd })
      const label = `tidemark ${args.join(' ')}`
      expect({ label, code: ran.code, stdout: ran.stdout }).toEqual({ label, code: exit, stdout: '' })
      expect({ label, exit: documentedExits(code).call }).toEqual({ label, exit })
      const error = errorOf(ran)
      expect({ label, code: error['code'] }).toEqual({ label, code })
      expect(Object.keys(error)).toEqual(['code', 'message', 'where', 'why', 'hint', 'docs'])
      expect(ran.stderr).not.toMatch(/^\s+at /m)
      if (hint !== undefined) expect(error['hint']).toContain(hint)
    }
    expect(existsSync(join(cwd, 'other'))).toBe(false)
  })

  test('is written for people without --json', async () => {
    const ran = await tidemark(['query', 'activty'], { cwd: project() })
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toMatch(/^error SERIES_UNKNOWN: .*\n {2}where activty\n {2}why {3}.*\n {2}mend {2}Did you mean activity\?.*\n {2}docs {2}docs\/errors\.md#series_unknown\n$/)
  })
})

const GOOD = "import { defineConfig, entity, instant, series, stream, text } from 'tidemark'\n"
  + "const who = entity('who', { tenant: 'client' })\n"
  + "const events = stream('events', { of: who, tenant: 't', entity: 'e', id: 'i', at: 'a', fields: { t: text(), e: text(), i: text(), a: instant() } })\n"
  + "const s = series('s', { of: who, grain: 'day' }).from(events, (_e, { count }) => ({ n: count() }))\n"

const work = (options: string): string => `${GOOD}export default {\n  store: 'sqlite:h.db', series: [s],\n  work: ${options} }\n`

/** A configuration, the code of its fault, and the line it is on. */
const CONFIGS: readonly (readonly [name: string, text: string, code: string, line: number | null])[] = [
  ['has a syntax error', 'const a = 1\nexport default {,}\n', 'CONFIG_SYNTAX', 2],
  ['is not closed', 'export default {\n', 'CONFIG_SYNTAX', null],
  ['uses what cannot be stripped', '\nenum A { B }\nexport default A\n', 'CONFIG_SYNTAX', 2],
  ['throws', "const a = 1\n\nthrow new Error(String(a))\n", 'CONFIG_THREW', 3],
  ['throws what is no error', 'throw null\n', 'CONFIG_THREW', null],
  ['rejects', '\nawait Promise.reject(new Error("no"))\n', 'CONFIG_THREW', 2],
  ['reads what is undefined', 'const a = undefined as unknown as { b: { c: number } }\nexport default a.b.c\n', 'CONFIG_THREW', 2],
  ['imports a file that is not there', "const a = 1\nimport { b } from './b.ts'\nexport default { a, b }\n", 'CONFIG_IMPORT', 2],
  ['imports a package that is not there', "import b from 'no-such-package'\nexport default b\n", 'CONFIG_IMPORT', 1],
  ['imports a name that tidemark does not have', "import { sereis } from 'tidemark'\nexport default sereis\n", 'CONFIG_IMPORT', 1],
  ['exports nothing', 'export const a = 1\n', 'CONFIG_INVALID', 1],
  ['is a list', 'export default []\n', 'CONFIG_INVALID', 1],
  ['has a store that is a number', `${GOOD}export default defineConfig({\n  store: 5 as never, series: [s] })\n`, 'CONFIG_INVALID', 6],
  ['has a store of an engine that is not there', `${GOOD}export default defineConfig({\n  store: 'mysql:x', series: [s] })\n`, 'STORE_URL_INVALID', 6],
  ['has no series', `${GOOD}export default {\n  store: 'sqlite:h.db' }\n`, 'CONFIG_INVALID', null],
  ['has a series that is no list', `${GOOD}export default {\n  store: 'sqlite:h.db',\n  series: s }\n`, 'CONFIG_INVALID', 7],
  ['has a series that is none', `${GOOD}export default { store: 'sqlite:h.db', series: [{ name: 's' }] }\n`, 'CONFIG_INVALID', 5],
  ['has an unknown setting', `${GOOD}export default { store: 'sqlite:h.db', serie: [s] }\n`, 'CONFIG_INVALID', 5],
  ['declares one name twice', `${GOOD}export default { store: 'sqlite:h.db', series: [s, s] }\n`, 'NAME_TAKEN', 5],
  ['declares what is refused', `${GOOD}const kept = s.keep({ day: '10d', month: 'forever', asOfDays: 35 })\nexport default { store: 'sqlite:h.db', series: [kept] }\n`, 'KEEP_TOO_SHORT', 5],
  ['misspells a condition', `${GOOD}const t = series('t', { of: who, grain: 'day' }).from(events, (e, { count }) => ({\n  n: count(),\n  k: count((e as never as { kk: never }).kk) }))\nexport default { store: 'sqlite:h.db', series: [t] }\n`, 'FIELD_UNKNOWN', 7],
  ['misspells an option', `${GOOD}const zoned = {\n  tenant: 'client', zoen: 'Europe/Berlin' }\nconst other = entity(\n  'other', zoned)\nexport default { store: 'sqlite:h.db', series: [s], other }\n`, 'DECLARATION_INVALID', 7],
  ['lets tiers move at no time', work("{ tiers: { at: '99:00', zone: 'UTC' } }"), 'CONFIG_INVALID', 7],
  ['lets tiers move at no time at all', work("{ tiers: { zone: 'UTC' } }"), 'CONFIG_INVALID', 7],
  ['lets tiers move in no zone', work("{ tiers: { at: '03:00', zone: 'Europe/Berlni' } }"), 'CONFIG_INVALID', 7],
  ['lets tiers move in no zone at all', work("{ tiers: { at: '03:00' } }"), 'CONFIG_INVALID', 7],
  ['has captures of no series wait', work("{ after: { nope: 'imported' } }"), 'CONFIG_INVALID', 7],
  ['has captures wait for nothing', work('{ after: null }'), 'CONFIG_INVALID', 7],
  ['has captures wait for what is no object', work("{ after: 'imported' }"), 'CONFIG_INVALID', 7],
  ['has captures wait for what is no signal', work("{ after: { s: 'a b' } }"), 'SIGNAL_INVALID', 7],
  ['misspells an option of the work', work("{ teirs: { at: '03:00', zone: 'UTC' } }"), 'CONFIG_INVALID', 7],
  ['counts a source that it does not name', `${GOOD}const c = series('c', { of: who, grain: 'day' }).measures(({ count }) => ({ n: count() }))\n  .collect({ source: 'app', sql: 'SELECT 1' }, { entities: { source: 'app', sql: 'SELECT 1' } })\nexport default { store: 'sqlite:h.db', series: [c] }\n`, 'SOURCE_UNKNOWN', null],
  ['has a zone that is none', "import { entity } from 'tidemark'\nconst where = 'Mars/Base'\n" + GOOD.replace("import { defineConfig, entity,", 'import { defineConfig,').replace("{ tenant: 'client' }", "{ tenant: 'client', zone: where }") + "export default { store: 'sqlite:h.db', series: [s] }\n", 'ZONE_UNKNOWN', 7],
  ['watches a measure that is not there', `${GOOD}const rule = alert('busy', { of: s, measure: 'm.sum' as never, atLeast: 5, action: 'Look.' })\nexport default { store: 'sqlite:h.db', series: [s], alerts: [rule] }\n`.replace('import { ', 'import { alert, '), 'MEASURE_UNKNOWN', 5],
  ['watches an answer that is not there', `${GOOD}const rule = alert('busy', { of: s, measure: 'n.mean' as never, atLeast: 5, action: 'Look.' })\nexport default { store: 'sqlite:h.db', series: [s], alerts: [rule] }\n`.replace('import { ', 'import { alert, '), 'ANSWER_UNKNOWN', 5],
  ['has an alert without a bound', `${GOOD}const rule = alert('busy', { of: s, measure: 'n.sum', action: 'Look.' } as never)\nexport default { store: 'sqlite:h.db', series: [s], alerts: [rule] }\n`.replace('import { ', 'import { alert, '), 'ALERT_INVALID', 5],
  ['has a window of no months', `${GOOD}const t = s.window('w', { anchor: 'firstEvent', months: 0 })\nexport default { store: 'sqlite:h.db', series: [t] }\n`, 'WINDOW_INVALID', 5],
  ['gives a series a name that SQL cannot carry', `${GOOD}series('a b', { of: who, grain: 'day' })\nexport default { store: 'sqlite:h.db', series: [s] }\n`, 'NAME_UNUSABLE', 5],
  ['never ends', 'await new Promise(() => {})\n', 'UNEXPECTED', null],
]

describe('a configuration', () => {
  test.each(CONFIGS)('that %s is told with its line', async (_name, text, code, line) => {
    const cwd = scratch()
    writeFileSync(join(cwd, 'tidemark.config.ts'), text)
    const ran = await tidemark(['doctor', '--json'], { cwd })
    const error = errorOf(ran)
    expect({ code: error['code'], exit: ran.code, stdout: ran.stdout }).toEqual({ code, exit: 1, stdout: '' })
    expect(documentedExits(code).configuration).toBe(1)
    expect(ran.stderr).not.toMatch(/^\s+at /m)
    if (line !== null) expect(error['where']).toMatch(new RegExp(`^tidemark\\.config\\.ts:${line}\\b`))
  })

  test.each([
    ['random bytes', Buffer.from([0x9c, 0x00, 0xff, 0x1b, 0x0a, 0x22, 0xe2, 0x28, 0xa1, 0x0a, 0x7f]), 'CONFIG_SYNTAX'],
    ['a program', Buffer.from('\u007fELF\u0002\u0001\u0001\u0000\n\u0000'), 'CONFIG_SYNTAX'],
    ['a slip of the pen', Buffer.from('export default {,}\n'), 'CONFIG_SYNTAX'],
    ['nothing', Buffer.alloc(0), 'CONFIG_INVALID'],
    ['a table', Buffer.from('day,amount\n1,5\n'), 'CONFIG_THREW'],
  ])('that is no module but %s is told by its own name', async (_what, bytes, code) => {
    const cwd = scratch()
    for (const name of ['bin.csv', 'tidemark.config.mjs', 'tidemark.config.ts']) {
      writeFileSync(join(cwd, name), bytes)
      const ran = await tidemark(['doctor', '--json', '--config', name], { cwd })
      expect(ran).toMatchObject({ code: 1, stdout: '' })
      expect(errorOf(ran)).toMatchObject({ code, where: expect.stringMatching(new RegExp(`^${name.replaceAll('.', '\\.')}(:\\d+)?$`)) })
    }
  })

  test('that is a folder, that may not be read, or that is not there', async () => {
    const cwd = scratch()
    expect(errorOf(await tidemark(['doctor', '--json'], { cwd }))).toMatchObject({ code: 'CONFIG_MISSING' })
    mkdirSync(join(cwd, 'tidemark.config.ts'))
    expect(errorOf(await tidemark(['doctor', '--json'], { cwd }))).toMatchObject({ code: 'CONFIG_UNREADABLE' })
    const other = project()
    chmodSync(join(other, 'tidemark.config.ts'), 0)
    // As root every permission is granted.
    const ran = process.getuid?.() === 0
      ? await shell(`chmod 755 . && setpriv --reuid=65534 --regid=65534 --clear-groups tidemark doctor --json`, { cwd: other, env: { HOME: '/nonexistent' } })
      : await tidemark(['doctor', '--json'], { cwd: other })
    expect(ran.code).toBe(1)
    expect(errorOf(ran)).toMatchObject({ code: 'CONFIG_UNREADABLE' })
  })

  test('is found from a folder below it, and its paths are relative to it', async () => {
    const cwd = project()
    mkdirSync(join(cwd, 'deep', 'er'), { recursive: true })
    expect(await tidemark(['migrate'], { cwd: join(cwd, 'deep', 'er') })).toMatchObject({ code: 0 })
    expect(existsSync(join(cwd, 'history.db'))).toBe(true)
  })

  test('may print what it likes: standard output is for the answer', async () => {
    const cwd = scratch()
    writeFileSync(join(cwd, 'tidemark.config.ts'), `${GOOD}console.log('noise')\nexport default { store: 'sqlite:h.db', series: [s] }\n`)
    const ran = await tidemark(['migrate', '--json'], { cwd })
    expect(() => JSON.parse(ran.stdout) as unknown).not.toThrow()
    expect(ran.stderr).toContain('noise')
  })
})

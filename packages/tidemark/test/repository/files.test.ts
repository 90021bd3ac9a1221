import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closure, importGraph } from './imports.ts'
import { repositoryTexts, sources, type Texts, withPlanted } from './tree.ts'

const MOST_LINES = 400

/** Longer files, each with the reason why it holds one noun all the same. */
const LONG: Readonly<Record<string, string>> = {
  'packages/tidemark/src/error-catalogue.ts': 'one table: an entry a code',
}

/** What the program starts with: the public entries, the command line, and the thread of the writer. */
const ENTRIES = ['index.ts', 'core.ts', 'sqlite.ts', 'client.ts', 'cli/main.ts']

/** Reached by tests alone, each for a reason. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  'erasure/failpoints.ts': 'the list that crash tests go through; the program names its points one by one',
  'tiers/failpoints.ts': 'the list that crash tests go through; the program names its points one by one',
}

const isCode = (path: string): boolean => /\.(ts|js)$/.test(path)

function tooLong(texts: Texts): readonly string[] {
  return [...texts].filter(([path]) => isCode(path) && LONG[path] === undefined)
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path} has ${lines} lines: what is its second noun?`)
}

function badlyNamed(texts: Texts): readonly string[] {
  return [...texts.keys()].filter((path) => isCode(path)
    && !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?\.(ts|js)$/.test(posix.basename(path)))
}

/** Folders whose name says nothing about what they hold. */
function vague(texts: Texts): readonly string[] {
  return [...texts.keys()].filter((path) => isCode(path) && /(^|\/)(utils?|helpers?|common|misc|lib|shared|types|index)(\.ts|\/)/.test(path)
    && path !== 'packages/tidemark/src/index.ts' && !path.includes('/test/types/'))
}

function dead(texts: Texts): readonly string[] {
  const reached = closure(importGraph(texts), ENTRIES)
  return [...texts.keys()].filter((path) => !reached.has(path) && FOR_TESTS[path] === undefined)
}

/** Paths of one machine, and hosts of a registry, in any file. */
function placeNames(texts: Texts): readonly string[] {
  const local = new RegExp(['/(?:home|Users)/[a-z]', '/root/', '/work/(?:main|shared|\\.)', 'C:\\\\+Users', '/tmp/bash_jobs'].join('|'))
  const registry = /https?:\/\/(?:registry\.|npm\.|[\w.-]*(?:artifactory|verdaccio|nexus))|_authToken/
  return [...texts].flatMap(([path, text]) => text.split('\n').flatMap((line, index) =>
    path !== 'packages/tidemark/test/repository/files.test.ts' && (local.test(line) || registry.test(line)) ? [`${path}:${index + 1}`] : []))
}

/** What a program left behind: logs and profiles. */
function leftBehind(texts: Texts): readonly string[] {
  return [...texts.keys()].filter((path) => /\.(log|cpuprofile|heapsnapshot|tsbuildinfo)$/.test(path))
}

describe('files', () => {
  test('are none that a program left behind', () => {
    expect(leftBehind(repositoryTexts())).toEqual([])
    expect(leftBehind(withPlanted(repositoryTexts(), 'isolate-0x7-v8.log', ''))).toEqual(['isolate-0x7-v8.log'])
  })

  test(`are at most ${MOST_LINES} lines long, but for those with a reason`, () => {
    expect(tooLong(repositoryTexts())).toEqual([])
    expect(tooLong(withPlanted(repositoryTexts(), 'planted.ts', '\n'.repeat(MOST_LINES + 1)))).toEqual(['planted.ts has 401 lines: what is its second noun?'])
  })

  test('with a reason for their length still need it', () => {
    const texts = repositoryTexts()
    for (const path of Object.keys(LONG)) expect((texts.get(path) ?? '').split('\n').length - 1, path).toBeGreaterThan(MOST_LINES)
  })

  test('have names in kebab-case', () => {
    expect(badlyNamed(repositoryTexts())).toEqual([])
    expect(badlyNamed(new Map([['src/rowWindow.ts', ''], ['src/Row.ts', ''], ['src/row_window.ts', ''], ['src/row-window.ts', '']]))).toHaveLength(3)
  })

  test('have names that say what they hold', () => {
    expect(vague(repositoryTexts())).toEqual([])
    expect(vague(new Map([['src/utils.ts', ''], ['src/helpers/day.ts', ''], ['src/common/day.ts', '']]))).toHaveLength(3)
  })

  test('of the package are all reached from what it starts with', () => {
    expect(dead(sources())).toEqual([])
    expect(dead(withPlanted(sources(), 'query/planted.ts', "import { x } from './frame.ts'\n"))).toContain('query/planted.ts')
  })

  test('name no folder of one machine and no registry', () => {
    expect(placeNames(repositoryTexts())).toEqual([])
    const planted = new Map([['a.md', 'see /home/someone/notes'], ['b.ts', "const path = '/root/x'"], ['c.json', '"https://registry.npmjs.org/x"'], ['d.ts', "import '/v1/home'"]])
    expect(placeNames(planted)).toEqual(['a.md:1', 'b.ts:1', 'c.json:1'])
  })
})

import { expect, test } from 'vitest'
import { sources, type Texts, withPlanted } from './tree.ts'

/** Where a pattern stands in code; comment lines are passed over. */
function places(texts: Texts, pattern: RegExp, except: readonly string[] = []): readonly string[] {
  return [...texts].filter(([path]) => !except.includes(path)).flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => (!/^\s*(\/\/|\*|\/\*)/.test(line) && pattern.test(line) ? [`${path}:${index + 1}`] : [])))
}

const planted = (text: string): Texts => withPlanted(sources(), 'tiers/planted.ts', text)

test('only the clock reads the wall clock', () => {
  const clock = /\bDate\.now\(|\bnew Date\(\)|\bTemporal\.Now\b|\bnew Date\b(?!\()/
  expect(places(sources(), clock, ['clock.ts'])).toEqual([])
  expect(places(planted('const now = Date.now()'), clock, ['clock.ts'])).toEqual(['tiers/planted.ts:1'])
})

test('nothing asks which engine it runs on', () => {
  const question = /\bengine\s*[!=]==?|[!=]==?\s*'(sqlite|postgres|citus|duckdb)'|case '(sqlite|postgres|citus)'/
  expect(places(sources(), question)).toEqual([])
  expect(places(planted("if (store.capabilities.engine === 'sqlite') {}"), question)).toEqual(['tiers/planted.ts:1'])
})

test('nothing is left to chance: no random numbers outside file names and locks', () => {
  const chance = /\bMath\.random\(/
  expect(places(sources(), chance)).toEqual([])
  expect(places(planted('const r = Math.random()'), chance)).toEqual(['tiers/planted.ts:1'])
})

test('only the edge of the process writes to standard output or ends it', () => {
  const edge = /\bprocess\.(stdout\.write|exit)\(|\bconsole\.\w+\(/
  expect(places(sources(), edge, ['cli/main.ts'])).toEqual([])
  expect(places(planted("console.log('x')\nprocess.exit(1)"), edge, ['cli/main.ts'])).toEqual(['tiers/planted.ts:1', 'tiers/planted.ts:2'])
})

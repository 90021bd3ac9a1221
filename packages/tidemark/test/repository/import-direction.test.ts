import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importGraph, specifiersOf } from './imports.ts'
import { layerOf, LAYERS, wrongImports } from './layers.ts'
import { read, run, sources, withPlanted } from './tree.ts'

describe('imports', () => {
  test('point one way, from the readers to the definitions', () => {
    expect(wrongImports(importGraph(sources()))).toEqual([])
  })

  test.each([
    ['definitions/entity.ts', "import { kindOf } from '../measures/kinds.ts'", 'definitions/entity.ts (definitions) imports measures/kinds.ts (measures)'],
    ['measures/count.ts', "import type { Store } from '../stores/contract/store.ts'", 'measures/count.ts (measures) imports stores/contract/store.ts (contract)'],
    ['stores/sqlite/read.ts', "import { x } from '../../query/frame.ts'", 'stores/sqlite/read.ts (sqlite) imports query/frame.ts (query)'],
    ['query/frame.ts', "import Database from 'better-sqlite3'", 'query/frame.ts (query) imports better-sqlite3'],
    ['query/frame.ts', "const { x } = await import('../stores/sqlite/read.ts')", 'query/frame.ts (query) imports stores/sqlite/read.ts (sqlite)'],
    ['calendar/civil.ts', "import { readFile } from 'node:fs/promises'", 'calendar/civil.ts (calendar) imports node:fs/promises'],
    ['surprise.ts', '', 'surprise.ts has no layer: give it one in layers.ts'],
  ])('planted in %s: %s is found', (path, text, problem) => {
    expect(wrongImports(importGraph(withPlanted(sources(), path, text)))).toContain(problem)
  })

  test('are all seen: what is read from the text is what the compiler resolves', () => {
    const texts = sources()
    const { output } = run('tsc', ['-p', join('packages', 'tidemark', 'tsconfig.build.json'), '--noEmit', '--explainFiles'])
    const lines = [...output.matchAll(/^ +Imported via '([^']+)' from file '(?:.*\/)?packages\/tidemark\/src\/([^']+)'/gm)]
    const compiler = new Set(lines.map((match) => `${match[2]} → ${match[1]}`).filter((line) => !line.includes('→ node:')))
    expect(compiler.size).toBeGreaterThan(100)
    const seen = new Set([...texts].flatMap(([path, text]) => specifiersOf(text).map((specifier) => `${path} → ${specifier}`)))
    expect([...compiler].filter((line) => !seen.has(line))).toEqual([])
  })
})

test('every layer has files, every layer stands in ARCHITECTURE.md, and layers do not import each other in a circle', () => {
  const files = [...sources().keys()]
  const architecture = read('ARCHITECTURE.md')
  for (const [name, { paths }] of Object.entries(LAYERS)) {
    expect(files.some((path) => layerOf(path) === name), `layer ${name}`).toBe(true)
    for (const path of paths.filter((place) => place.endsWith('/'))) expect(architecture, `ARCHITECTURE.md on ${path}`).toContain(`${path}`)
  }
  const below = (name: string, path: readonly string[]): void => {
    expect(path).not.toContain(name)
    for (const other of LAYERS[name]?.layers ?? []) below(other, [...path, name])
  }
  for (const name of Object.keys(LAYERS)) below(name, [])
})

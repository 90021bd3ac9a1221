import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { closure, importGraph } from './imports.ts'
import { PACKAGE, run, sources, type Texts, withPlanted, workFolder } from './tree.ts'

const PACKAGES = ['@noble/hashes', 'canonicalize', 'temporal-polyfill', 'temporal-spec', 'temporal-utils']

const folder = workFolder('core')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a bundler for browsers puts into a bundle of this entry: packages, and whatever cannot go into one. */
async function bundled(entry: string): Promise<{ readonly packages: readonly string[]; readonly problems: readonly string[]; readonly bytes: number }> {
  const result = await build({ entryPoints: [entry], bundle: true, minify: true, platform: 'browser', format: 'esm', metafile: true, write: false, logLevel: 'silent', absWorkingDir: PACKAGE })
    .catch((error: unknown) => error as { readonly errors: readonly { readonly text: string }[] })
  if (!('metafile' in result) || result.metafile === undefined) {
    return { packages: [], bytes: 0, problems: ('errors' in result ? result.errors : []).map((error) => error.text) }
  }
  const packages = new Set(Object.keys(result.metafile.inputs).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))
  const external = Object.values(result.metafile.outputs).flatMap((output) => output.imports.filter((one) => one.external).map((one) => one.path))
  return { packages: [...packages].sort(), problems: external, bytes: result.outputFiles.reduce((sum, file) => sum + gzipSync(file.contents).length, 0) }
}

function entryOf(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('tidemark/sqlite', () => {
  test('bundles for a browser with the store, and with no driver and no Node built-in', async () => {
    const { packages, problems, bytes } = await bundled(join(PACKAGE, 'src', 'sqlite.ts'))
    expect(problems).toEqual([])
    expect(packages.filter((name) => ![...PACKAGES, 'fflate'].includes(name))).toEqual([])
    // Compressed, as it is sent. SQLite itself is 0.4 MB beside it.
    expect(bytes).toBeLessThan(150_000)
  })

  test('reaches no file that imports a driver or a built-in, types included', () => {
    const graph = importGraph(sources())
    const files = [...closure(graph, ['sqlite.ts'])]
    expect(files).toContain('stores/sqlite/core.ts')
    const drivers = (paths: Iterable<string>, of: typeof graph): readonly string[] => [...paths].filter((path) => of.get(path)?.packages.some((name) => name.startsWith('node:') || name === 'better-sqlite3'))
    expect(drivers(files, graph)).toEqual([])
    const planted = importGraph(withPlanted(sources(), 'stores/sqlite/rows.ts', "import { hash } from 'node:crypto'\n"))
    expect(drivers(closure(planted, ['sqlite.ts']), planted)).toEqual(['stores/sqlite/rows.ts'])
  })
})

describe('tidemark/core', () => {
  test('bundles for a browser with no driver, no server and no Node built-in', async () => {
    const { packages, problems } = await bundled(join(PACKAGE, 'src', 'core.ts'))
    expect(problems).toEqual([])
    expect(packages.filter((name) => !PACKAGES.includes(name))).toEqual([])
  })

  test.each([
    ['node.ts', "import { readFileSync } from 'node:fs'\nexport const text = readFileSync('x')", 'node:fs'],
    ['driver.ts', "import Database from 'better-sqlite3'\nexport const database = new Database('x')", ''],
    ['server.ts', "import { Command } from 'commander'\nexport const command = new Command()", ''],
  ])('with %s planted in it is refused', async (name, text, expected) => {
    const { packages, problems } = await bundled(entryOf(name, text))
    expect([...problems, ...packages.filter((one) => !PACKAGES.includes(one))].join('\n')).toMatch(expected === '' ? /./ : expected)
  })

  test('compiles without the types of Node or of a browser', () => {
    expect(run('tsc', ['-p', join('packages', 'tidemark', 'tsconfig.portable.json')]).output).toBe('')
  })

  test('would not compile with a Node built-in or a browser global in it', () => {
    const planted = entryOf('planted.ts', [
      "import { readFileSync } from 'node:fs'", "export const text = readFileSync('x')",
      'export const here = process.cwd()', 'export const bytes = Buffer.alloc(1)', 'export const page = document.title', '',
    ].join('\n'))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(PACKAGE, 'tsconfig.portable.json'), include: [planted] }))
    const { output } = run('tsc', ['-p', folder])
    for (const line of [1, 3, 4, 5]) expect(output).toMatch(new RegExp(`planted\\.ts\\(${line},\\d+\\): error`))
  })

  const nodeFiles = (texts: Texts): readonly string[] => {
    const graph = importGraph(texts)
    const portable = [...texts.keys()].filter((path) => /^(definitions|calendar|measures|canonical|stores\/contract)\/|^(core|capture\/decide)\.ts$/.test(path))
    return [...closure(graph, portable)].filter((path) => graph.get(path)?.packages.some((name) => name.startsWith('node:')))
  }

  test('and all that its folders need, types included, import nothing of Node', () => {
    expect(nodeFiles(sources())).toEqual([])
    expect(nodeFiles(withPlanted(sources(), 'nearest.ts', "import { inspect } from 'node:util'\n"))).toEqual(['nearest.ts'])
  })
})

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM_VERSION } from '../../src/program.ts'
import { importGraph } from './imports.ts'
import { PACKAGE, REPOSITORY, run, sources, workFolder } from './tree.ts'

const folder = workFolder('package')
let tarball = ''

/** The package as it would be published, built away from the `dist` that other tests run. */
beforeAll(() => {
  for (const name of ['package.json', 'bin', 'templates']) {
    if (existsSync(join(PACKAGE, name))) cpSync(join(PACKAGE, name), join(folder, name), { recursive: true })
  }
  // The build copies these from the root; a tree that was never built has them only there.
  for (const name of ['README.md', 'LICENSE']) cpSync(join(REPOSITORY, name), join(folder, name))
  const built = run('tsc', ['-p', join(PACKAGE, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')])
  expect(built.output).toBe('')
  tarball = pack(folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function pack(from: string): string {
  const { ok, output } = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], from)
  expect(ok, output).toBe(true)
  return join(folder, output.trim().split('\n').at(-1) as string)
}

async function lint(pkgDir: string): Promise<readonly string[]> {
  const manifest = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8')) as Record<string, unknown>
  const { messages } = await publint({ pkgDir, strict: true, pack: false })
  return messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code)
}

/** Packages imported and not declared, or declared and not imported. */
function mismatched(imported: readonly string[], declared: readonly string[]): readonly string[] {
  return [...imported.filter((name) => !declared.includes(name)).map((name) => `${name} is imported, and no dependency`),
    ...declared.filter((name) => !imported.includes(name)).map((name) => `${name} is a dependency, and not imported`)]
}

/** The same package with its manifest changed. */
function changed(name: string, change: (manifest: { exports: Record<string, unknown> }) => void): string {
  const copy = join(folder, name)
  cpSync(join(folder, 'dist'), join(copy, 'dist'), { recursive: true })
  cpSync(join(folder, 'bin'), join(copy, 'bin'), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: Record<string, unknown> }
  change(manifest)
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, name: `tidemark-${name}` }))
  return copy
}

describe('the published package', () => {
  test('has a manifest that holds', async () => {
    expect(await lint(folder)).toEqual([])
  })

  test('gives every importer the types of what it imports', () => {
    const { ok, output } = run('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'table-flipped'])
    expect(ok, output).toBe(true)
    for (const entry of ['tidemark', 'tidemark/core', 'tidemark/sqlite', 'tidemark/server', 'tidemark/client']) expect(output).toMatch(new RegExp(`"${entry}" +│ OK \\(ESM\\) +│ OK `))
  })

  test('holds the program, the library, and nothing of the repository', () => {
    const { output } = run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], folder)
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }]
    const paths = files.map((file) => file.path)
    for (const needed of ['bin/tidemark.js', 'dist/index.js', 'dist/index.d.ts', 'dist/core.js', 'dist/cli/main.js', 'package.json', 'README.md', 'LICENSE']) expect(paths).toContain(needed)
    expect(paths.filter((path) => !/^(bin|dist|templates)\/|^(package\.json|README\.md|LICENSE)$/.test(path))).toEqual([])
    expect(readdirSync(join(folder, 'dist')).filter((name) => name.includes('test'))).toEqual([])
  })

  test('is of the version that the program says it is', () => {
    const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { readonly version: string }
    expect(PROGRAM_VERSION).toBe(version)
  })

  test('depends on what it imports, and on nothing else', () => {
    const imported = [...new Set([...importGraph(sources()).values()].flatMap(({ packages }) => packages))].filter((name) => !name.startsWith('node:'))
    const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> }
    expect(mismatched(imported, Object.keys(dependencies))).toEqual([])
    for (const [name, version] of Object.entries(dependencies)) expect(version, name).toMatch(/^\d/)
    expect(mismatched(['a', 'b'], ['b', 'c'])).toEqual(['a is imported, and no dependency', 'c is a dependency, and not imported'])
  })

  test('is found wanting when an entry is missing or its types are', async () => {
    const missing = changed('missing', (manifest) => { manifest.exports['./gone'] = './dist/gone.js' })
    expect((await lint(missing)).join('\n')).toContain('gone')
    const untyped = changed('untyped', (manifest) => { manifest.exports['./core'] = { types: './dist/gone.d.ts', default: './dist/core.js' } })
    expect(run('attw', [pack(untyped), '--profile', 'esm-only', '--no-emoji', '--no-color']).ok).toBe(false)
  })
})

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { PACKAGE, REPOSITORY, repositoryTexts, run, type Texts, workFolder } from './tree.ts'

const folder = workFolder('documents')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pages = (): readonly (readonly [string, string])[] => [...repositoryTexts()].filter(([path]) => path.endsWith('.md'))

/** What a page takes as given. */
const GIVEN: Readonly<Record<string, string>> = {
  'README.md': "declare const commit: import('tidemark').InferInput<typeof contributions>\ndeclare const commits: (typeof commit)[]\n",
}

/**
 * The TypeScript of a page as one module: a reader goes through its blocks in order. A block that stands for itself
 * begins a new one with `// file:`.
 */
function modulesOf(page: string): readonly string[] {
  const modules: string[] = []
  for (const [, code = ''] of page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    if (modules.length === 0 || code.startsWith('// file:')) modules.push(code)
    else modules[modules.length - 1] += code
  }
  return modules
}

/** What the compiler says of the examples of a page, by page. */
function exampleErrors(texts: readonly (readonly [string, string])[], name: string): string {
  const at = join(folder, name)
  for (const [path, text] of texts) {
    for (const [index, module] of modulesOf(text).entries()) {
      const file = join(at, `${path.replaceAll(/[^\w-]/g, '-')}-${index}.ts`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, module + (GIVEN[path] ?? ''))
    }
  }
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify({
    extends: join(PACKAGE, 'tsconfig.json'),
    compilerOptions: {
      types: ['node'], noUnusedLocals: false, noUnusedParameters: false,
      paths: { tidemark: [join(PACKAGE, 'src', 'index.ts')], 'tidemark/core': [join(PACKAGE, 'src', 'core.ts')], 'tidemark/sqlite': [join(PACKAGE, 'src', 'sqlite.ts')], 'tidemark/server': [join(PACKAGE, 'src', 'server', 'server.ts')], 'tidemark/client': [join(PACKAGE, 'src', 'client.ts')] },
    },
    include: ['*.ts'],
  }))
  // What is wrong in the sources is told by the check of their types.
  return run('tsc', ['-p', at]).output.split('\n').filter((line) => !/^(\.\.\/)*packages\/tidemark\/src\/|^\s/.test(line)).join('\n').trim()
}

function brokenLinks(texts: readonly (readonly [string, string])[], exists: (path: string) => boolean): readonly string[] {
  return texts.flatMap(([path, text]) => [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string)
    .filter((target) => !/^[a-z]+:/.test(target) && !exists(posix.join(posix.dirname(path), target)))
    .map((target) => `${path} links to ${target}`))
}

describe('the documents', () => {
  test('have examples that compile', () => {
    const withExamples = pages().filter(([, text]) => modulesOf(text).length > 0)
    expect(withExamples.map(([path]) => path)).toContain('docs/declarations.md')
    expect(exampleErrors(withExamples, 'real')).toBe('')
  })

  test('with a planted example that does not compile are found', () => {
    expect(exampleErrors([['planted.md', "```ts\nimport { entity } from 'tidemark'\nentity('x', { tenant: 1 })\n```\n"]], 'planted')).toContain('error TS')
  })

  test('link to what exists', () => {
    expect(brokenLinks(pages(), (path) => existsSync(join(REPOSITORY, path)))).toEqual([])
    expect(brokenLinks([['docs/a.md', '[b](b.md) [c](https://example.org)']], () => false)).toEqual(['docs/a.md links to b.md'])
  })

  test('of decisions are numbered without a gap or a double', () => {
    const numbers = [...repositoryTexts().keys()].flatMap((path) => /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1] ?? []).map(Number)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })
})

/** Words that the glossary has another word for, also at the start of a sentence. */
function strayWords(texts: Texts, glossary: string): readonly string[] {
  const banned = [...glossary.matchAll(/^\| [^|]+\|[^|]+\| ([^|]+?) *\|$/gm)].flatMap((match) => (match[1] as string).split(',').map((word) => word.trim()))
    .filter((word) => word !== '' && !/^(Not|-+)$/.test(word))
  return [...texts].filter(([path]) => /\.(md|ts)$/.test(path) && path !== 'GLOSSARY.md').flatMap(([path, text]) =>
    banned.flatMap((word) => (new RegExp(`\\b${word}s?\\b`).test(text.replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())) ? [`${path} says ${word}`] : [])))
}

describe('the glossary', () => {
  const glossary = (texts: Texts): string => texts.get('GLOSSARY.md') ?? ''

  test('is obeyed', () => {
    const texts = repositoryTexts()
    expect(glossary(texts)).toContain('| Not |')
    const own = new Map([...texts].filter(([path]) => !path.includes('/test/repository/')))
    expect(strayWords(own, glossary(texts))).toEqual([])
  })

  test('finds a planted word', () => {
    expect(strayWords(new Map([['a.md', 'a datapoint']]), '| Term | Meaning | Not |\n|---|---|---|\n| row | what | datapoint, KPI |\n')).toEqual(['a.md says datapoint'])
  })
})

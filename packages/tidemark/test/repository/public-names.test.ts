import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryTexts, sources, type Texts, withPlanted } from './tree.ts'

interface Exported {
  readonly name: string
  readonly local: string
  readonly file: string
  readonly isType: boolean
}

/** The names that a file exports by `export { … } from '…'`. */
function exportsOf(texts: Texts, path: string): readonly Exported[] {
  return [...(texts.get(path) ?? '').matchAll(/^export (type )?\{([^}]*)\} from '([^']+)'/gm)].flatMap(([, type, names = '', from = '']) =>
    names.split(',').map((name) => name.trim()).filter((name) => name !== '').map((name) => {
      const [, own, local = '', renamed] = /^(type )?(\w+)(?: as (\w+))?$/.exec(name) ?? []
      return { name: renamed ?? local, local, file: posix.join(posix.dirname(path), from), isType: type !== undefined || own !== undefined }
    }))
}

/** What is wrong with the public names of an entry: not there, or without a word of what they are. */
function undocumented(texts: Texts, entry: string): readonly string[] {
  const said = (name: string, local: string, file: string): string | null => {
    const text = texts.get(file) ?? ''
    const declared = new RegExp(`^export (?:declare )?(?:async )?(?:abstract )?(?:function|const|class|interface|type|enum) ${local}\\b`, 'm').exec(text)
    if (declared === null) {
      const further = exportsOf(texts, file).find((one) => one.name === local)
      return further === undefined ? `${name} is not in ${file}` : said(name, further.local, further.file)
    }
    if (text.slice(0, declared.index).trimEnd().endsWith('*/')) return null
    // `type Grain = (typeof GRAINS)[number]` stands below the list that says what they are.
    const list = new RegExp(`type ${local} = \\(typeof (\\w+)\\)`).exec(text)?.[1]
    return list === undefined ? `${name} has no docstring in ${file}` : said(name, list, file)
  }
  return exportsOf(texts, entry).flatMap(({ name, local, file }) => said(name, local, file) ?? [])
}

function wildcards(texts: Texts): readonly string[] {
  return [...texts].flatMap(([path, text]) => (/^export \* /m.test(text) ? [path] : []))
}

describe.each(['index.ts', 'core.ts', 'sqlite.ts'])('%s', (entry) => {
  test('names only what exists and is documented', () => {
    expect(exportsOf(sources(), entry).length).toBeGreaterThan(entry === 'sqlite.ts' ? 5 : 10)
    expect(undocumented(sources(), entry)).toEqual([])
  })

  test('exports nothing but by name from another file', () => {
    const rest = (sources().get(entry) ?? '').replace(/\/\*[\s\S]*?\*\//g, '').replace(/^export (type )?\{[^}]*\} from '[^']+'$/gm, '')
    expect(rest.trim()).toBe('')
  })
})

test('a planted name that is missing or undocumented is found', () => {
  const planted = withPlanted(withPlanted(sources(), 'planted.ts', '/** Said. */\nexport const said = 1\nexport const unsaid = 2\n'),
    'index.ts', "export { said, unsaid, missing as other } from './planted.ts'\n")
  expect(undocumented(planted, 'index.ts')).toEqual(['unsaid has no docstring in planted.ts', 'other is not in planted.ts'])
})

test('no file exports everything of another', () => {
  expect(wildcards(sources())).toEqual([])
  expect(wildcards(withPlanted(sources(), 'planted.ts', "export * from './errors.ts'\n"))).toEqual(['planted.ts'])
})

test('every function and class of index.ts is spoken of in the documents', () => {
  const pages = [...repositoryTexts()].filter(([path]) => path === 'README.md' || /^docs\/[^/]+\.md$/.test(path)).map(([, text]) => text).join('\n')
  const values = exportsOf(sources(), 'index.ts').filter((one) => !one.isType).map((one) => one.name)
  expect(values.filter((name) => !new RegExp(`\\b${name}\\b`).test(pages))).toEqual([])
})

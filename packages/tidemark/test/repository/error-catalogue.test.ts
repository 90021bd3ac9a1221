import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { documentedCodes, errorDocs } from '../../../../scripts/error-docs.ts'
import { CATALOGUE, type CatalogueEntry } from '../../src/error-catalogue.ts'
import { PACKAGE, read, sources, type Texts, withPlanted } from './tree.ts'

const PAGE = read('docs/errors.md')

describe('docs/errors.md', () => {
  test('has a section for each code of the catalogue, and no other, as generated', () => {
    expect(documentedCodes(PAGE)).toEqual(Object.keys(CATALOGUE))
    expect(PAGE, 'run node scripts/error-docs.ts').toBe(errorDocs(CATALOGUE, PAGE))
  })

  test('is found out of date when a code comes, goes, or says something else', () => {
    const entry: CatalogueEntry = { exit: 1, why: 'Why.', hint: 'Mend.' }
    const { NAME_TAKEN: _gone, ...fewer } = CATALOGUE
    expect(errorDocs({ ...CATALOGUE, PLANTED: entry }, PAGE)).not.toBe(PAGE)
    expect(errorDocs(fewer, PAGE)).not.toBe(PAGE)
    expect(errorDocs({ ...CATALOGUE, NAME_TAKEN: entry }, PAGE)).not.toBe(PAGE)
  })

  test('keeps what was written by hand, and refuses to lose it with its code', () => {
    const entry: CatalogueEntry = { exit: 2, why: 'Why.', hint: 'Mend.' }
    const first = errorDocs({ ONE: entry, TWO: entry }, '')
    const written = first.replace('<!-- by hand -->', '<!-- by hand -->\n\nAn example.')
    expect(errorDocs({ ONE: entry, TWO: { ...entry, why: 'Other.' } }, written)).toContain('<!-- by hand -->\n\nAn example.\n\n## TWO')
    expect(() => errorDocs({ TWO: entry }, written)).toThrow('ONE')
  })
})

/** Codes that nothing raises, and codes raised that the catalogue lacks, by the text of the sources. */
function unraised(texts: Texts, codes: readonly string[]): readonly string[] {
  const rest = [...texts].filter(([path]) => path !== 'error-catalogue.ts').map(([, text]) => text).join('\n')
  return codes.filter((code) => !rest.includes(`'${code}'`))
}

describe('every code', () => {
  test('is raised somewhere', () => {
    // The launcher is plain JavaScript beside the sources.
    const texts = withPlanted(sources(), 'bin', readFileSync(join(PACKAGE, 'bin', 'tidemark.js'), 'utf8'))
    expect(unraised(texts, Object.keys(CATALOGUE))).toEqual([])
    expect(unraised(texts, ['NEVER_RAISED'])).toEqual(['NEVER_RAISED'])
  })

  test('that the launcher raises by itself is in the catalogue', () => {
    const launcher = readFileSync(join(PACKAGE, 'bin', 'tidemark.js'), 'utf8')
    const raised = [...launcher.matchAll(/fail\('([A-Z_]+)'/g)].map((match) => match[1] as string)
    expect(raised.length).toBeGreaterThan(0)
    for (const code of raised) expect(Object.keys(CATALOGUE)).toContain(code)
  })
})

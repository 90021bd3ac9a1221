// node scripts/error-docs.ts: writes docs/errors.md from src/error-catalogue.ts. What stands after a section's
// `by hand` mark is kept.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CATALOGUE, type CatalogueEntry } from '../packages/tidemark/src/error-catalogue.ts'

const HEAD = `# Errors

Every failure that Tidemark foresees has a stable code. On a terminal it prints what, where, why and how to mend it; with \`--json\` the last line of stderr is \`{code, message, where, why, hint, docs}\`, and \`docs\` leads here. In the library it is a \`TidemarkError\` with the same fields. The message names the value; the sentences below hold for every error of the code, and one that knows more says more.

Exit codes: 1 failed, 2 wrong words in the call (3, a check found something, is no error). What is wrong in the configuration is 1: the words of the call were right. Codes of single events, such as \`from_the_future\`, are reasons of the quarantine and not errors; they are listed in [semantics](semantics.md).
`

const BY_HAND = '<!-- by hand -->'

/** The page for a catalogue, with what was written by hand on the existing one. Throws when that would be lost. */
export function errorDocs(catalogue: Readonly<Record<string, CatalogueEntry>>, existing: string): string {
  const written = new Map(existing.split(/^(?=## )/m).slice(1).map((section) => {
    const [heading = '', prose = ''] = section.split(BY_HAND)
    return [/^## (\w+)/.exec(heading)?.[1] ?? '', prose.trim()]
  }))
  for (const [code, prose] of written) {
    if (prose !== '' && !Object.hasOwn(catalogue, code)) throw new Error(`docs/errors.md says something of ${code}, which is no code any more: ${prose}`)
  }
  const sections = Object.entries(catalogue).map(([code, { exit, inConfiguration, why, hint }]) => {
    const prose = written.get(code) ?? ''
    return `## ${code}\n${why}\n\n*Mend:* ${hint} *Exit code:* ${exit}${inConfiguration === undefined ? '' : `, or ${inConfiguration} where it stands in the configuration`}.\n${BY_HAND}\n${prose === '' ? '' : `\n${prose}\n`}`
  })
  return [HEAD, ...sections].join('\n')
}

export function documentedCodes(page: string): readonly string[] {
  return [...page.matchAll(/^## (\w+)$/gm)].map((match) => match[1] as string)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = fileURLToPath(new URL('../docs/errors.md', import.meta.url))
  writeFileSync(page, errorDocs(CATALOGUE, existsSync(page) ? readFileSync(page, 'utf8') : ''))
}

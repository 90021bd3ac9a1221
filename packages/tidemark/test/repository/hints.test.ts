import { describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/cli/command-spec.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/invocation.ts'
import { repositoryTexts, sources } from './tree.ts'

/** Every command by its whole name (`tiers run`), with the options it takes. A group stands with those of its commands. */
async function commandLine(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const known = new Map<string, ReadonlySet<string>>()
  const common = [...GLOBAL_OPTIONS.map((option) => option.flags), '--help', '--version']
  const optionsOf = (spec: CommandSpec) => new Set([...common, ...(spec.options ?? []).map((option) => option.flags)].map((flags) => /--[a-z-]+/.exec(flags)?.[0] ?? ''))
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const spec = await entry.load()
    if (!('commands' in spec)) {
      known.set(name, optionsOf(spec))
      continue
    }
    for (const [inner, one] of Object.entries(spec.commands)) known.set(`${name} ${inner}`, optionsOf(one))
    known.set(name, new Set(Object.values(spec.commands).flatMap((one) => [...optionsOf(one)])))
  }
  return known
}

/** Options of programs that ours speaks to. */
const FOREIGN = new Set(['--heap-growing-percent', '--semi-space-growth-factor'])

/** Words that follow the program's name in a sentence that is no call of it. */
const PROSE = new Set(['to', 'needs', 'is', 'was', 'has', 'in', 'and', 'or', 'that', 'itself', 'made', 'the', 'yet', 'a'])

/** The commands and options that a text names and that do not exist. */
function unknownCalls(text: string, known: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const every = new Set([...known.values()].flatMap((options) => [...options]))
  const problems: string[] = []
  for (const [call, words = ''] of text.matchAll(/\btidemark((?: (?:--[a-z-]+|[a-zA-Z][\w.:/-]*))+)/g)) {
    const [first = '', second = ''] = words.trim().split(' ').map((word) => word.replace(/[.,:;]$/, ''))
    if (first.startsWith('--') || PROSE.has(first)) continue
    const isGroup = [...known.keys()].some((name) => name.startsWith(`${first} `))
    const name = isGroup && /^[a-z]/.test(second) && !PROSE.has(second) ? `${first} ${second}` : first
    const options = known.get(name)
    if (options === undefined) problems.push(call)
    else for (const [option] of words.matchAll(/--[a-z-]+/g)) if (!options.has(option)) problems.push(`${name} ${option}`)
  }
  for (const [option] of text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) if (!every.has(option) && !FOREIGN.has(option)) problems.push(option)
  return [...new Set(problems)]
}

/** What the sources say to people: texts in quotes that name the program or an option. */
function spoken(): readonly string[] {
  return [...sources()].flatMap(([path, text]) => [...text.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`/g)].map(([quoted]) => `${path}: ${quoted}`))
    .filter((quoted) => /tidemark [a-z-]|--[a-z]/.test(quoted) && !/[a-z]:\/\//.test(quoted))
}

describe('commands and options', () => {
  test('that an error, a help or a hint names exist', async () => {
    const known = await commandLine()
    expect(spoken().length).toBeGreaterThan(10)
    expect(spoken().flatMap((text) => unknownCalls(text, known).map((problem) => `${problem} in ${text}`))).toEqual([])
  })

  test('that the documents call exist', async () => {
    const known = await commandLine()
    const pages = [...repositoryTexts()].filter(([path]) => path === 'README.md' || path === 'ARCHITECTURE.md' || /^docs\/[^/]+\.md$/.test(path))
    // Only calls: what stands in code, after the program's name.
    const calls = pages.flatMap(([path, text]) => [...text.matchAll(/(?:^|`|\$ )((?:npx )?tidemark [^`\n]*)/gm)].map((match) => [path, match[1] as string] as const))
    expect(calls.flatMap(([path, call]) => unknownCalls(call, known).map((problem) => `${problem} in ${path}: ${call}`))).toEqual([])
  })

  test.each([
    ['Run tidemark migraet.', 'tidemark migraet'],
    ['Run tidemark verify --deeep.', 'verify --deeep'],
    ['See tidemark tiers policies.', 'tiers policies'],
    ['Give --tenants NAME.', '--tenants'],
  ])('planted: %s is found', async (text, problem) => {
    const problems = unknownCalls(text, await commandLine())
    expect(problems.length).toBeGreaterThan(0)
    expect(text).toContain(problem)
  })
})

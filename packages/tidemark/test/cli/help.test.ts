import { beforeAll, describe, expect, test } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import type { CommandSpec } from '../../src/cli/command-spec.ts'
import { project, shell, tidemark, watching } from './cli.ts'

/** Commands whose own part of the library is not wired yet; take one out when it is. */

const folder = mkdtempSync(join(tmpdir(), 'tidemark-help-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every command, those of groups by both words. */
async function everyCommand(): Promise<readonly (readonly [string, CommandSpec])[]> {
  const all: [string, CommandSpec][] = []
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const spec = await entry.load()
    if ('commands' in spec) all.push(...Object.entries(spec.commands).map(([inner, one]): [string, CommandSpec] => [`${name} ${inner}`, one]))
    else all.push([name, spec])
  }
  return all
}

const COMMANDS_AND_SPECS = await everyCommand()

beforeAll(async () => {
  watching(project(folder))
  for (const line of ['tidemark migrate', 'tidemark ingest contributions commits.csv', 'tidemark capture activity']) {
    expect(await shell(line, { cwd: folder })).toMatchObject({ code: 0 })
  }
  // An alert for the examples to speak of: it is found, so the call ends with 3.
  expect(await shell('tidemark alerts check --now 2026-01-11T18:00:00Z', { cwd: folder })).toMatchObject({ code: 3 })
})

describe('help', () => {
  test('lists every command', async () => {
    const { code, stdout, stderr } = await tidemark(['--help'], { cwd: folder })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of Object.keys(COMMANDS)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test.each(COMMANDS_AND_SPECS)('of %s shows its options and at least one example', async (name, spec) => {
    const { code, stdout, stderr } = await tidemark([...name.split(' '), '--help'], { cwd: folder })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const option of spec.options ?? []) expect(stdout).toContain(option.flags.split(' ', 1)[0])
    expect(spec.examples.length).toBeGreaterThan(0)
    for (const example of spec.examples) expect(stdout).toContain(example)
  })

  test('as JSON is one document', async () => {
    const { stdout } = await tidemark(['query', '--help', '--json'], { cwd: folder })
    expect(JSON.parse(stdout)).toHaveProperty('help')
  })

  test('--version is that of the package', async () => {
    expect((await tidemark(['--version'], { cwd: folder })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(JSON.parse((await tidemark(['--version', '--json'], { cwd: folder })).stdout)).toEqual({ version: expect.stringMatching(/^\d/) })
  })
})

describe('the examples of the help, one after the other in one project', () => {
  // In this order, because some change what the next ones see.
  const examples = COMMANDS_AND_SPECS.flatMap(([name, spec]) => spec.examples.map((example) => [example, name] as const))

  test.each(examples)('%s', async (example, name) => {
    expect(example.startsWith(`tidemark ${name}`)).toBe(true)
    const ran = await shell(example, { cwd: folder })
    expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' })
    expect(ran.stdout.trim()).not.toBe('')
    if (example.includes('--json')) expect(() => JSON.parse(ran.stdout) as unknown).not.toThrow()
  })
})

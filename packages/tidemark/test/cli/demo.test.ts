import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BIN, errorOf, project, scratch, tidemark } from './cli.ts'
import { served } from './served.ts'

interface DemoDocument {
  readonly made: boolean
  readonly unchanged: boolean
  readonly ingest: { readonly accepted: number; readonly duplicate: number; readonly rejected: number }
  readonly answers: readonly { readonly title: string; readonly call: string; readonly answer: { readonly rows?: readonly Record<string, unknown>[] } }[]
}

describe('demo', () => {
  test('makes, fills and answers; again, everything is unchanged', async () => {
    const cwd = scratch()
    const first = await tidemark(['demo', '--no-serve', '--scale', 'small', '--json'], { cwd })
    expect(first).toMatchObject({ code: 0 })
    const document = JSON.parse(first.stdout) as DemoDocument
    expect(document).toMatchObject({ made: true, unchanged: false, ingest: { accepted: 4000, duplicate: 0, rejected: 0 } })
    expect(document.answers).toHaveLength(4)
    for (const { answer } of document.answers.slice(0, 3)) for (const row of answer.rows ?? []) expect(row).toHaveProperty('coverage')
    expect(first.stderr).toMatch(/accepted[\s\S]*covered[\s\S]*tiers/)
    const again = JSON.parse((await tidemark(['demo', '--no-serve', '--scale', 'small', '--json'], { cwd })).stdout) as DemoDocument
    expect(again).toMatchObject({ made: false, unchanged: true, ingest: { accepted: 0, duplicate: 4000 } })
  })

  test('shows calls that work as they stand', async () => {
    const cwd = scratch()
    const { answers } = JSON.parse((await tidemark(['demo', '--no-serve', '--scale', 'small', '--json'], { cwd })).stdout) as DemoDocument
    for (const { call, answer } of answers) {
      const ran = await tidemark([...call.split(' '), '--json'], { cwd: join(cwd, 'tidemark-demo') })
      expect({ call, code: ran.code }).toEqual({ call, code: 0 })
      if (answer.rows !== undefined) expect(JSON.parse(ran.stdout)).toEqual(answer)
    }
  })

  test('the same seed is the same history, another seed another', async () => {
    const cwd = scratch()
    const answers = async (seed: string, dir: string) => (JSON.parse((await tidemark(['demo', '--no-serve', '--scale', 'small', '--seed', seed, '--dir', dir, '--now', '2026-07-01T00:00:00Z', '--json'], { cwd })).stdout) as DemoDocument).answers.slice(0, 3)
    const one = await answers('1', 'a')
    expect(await answers('1', 'b')).toEqual(one)
    expect(await answers('2', 'c')).not.toEqual(one)
  })

  test('reads a file, and the history of a git repository under pseudonyms', async () => {
    const cwd = project()
    expect(JSON.parse((await tidemark(['demo', '--no-serve', '--file', 'commits.csv', '--json'], { cwd })).stdout)).toMatchObject({ ingest: { accepted: 7, rejected: 1 } })
    const repository = join(cwd, 'some-repository')
    mkdirSync(repository)
    const git = (...args: string[]) => execFileSync('git', ['-C', repository, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { env: { ...process.env, GIT_AUTHOR_DATE: '2025-05-05T05:05:05+0900', GIT_COMMITTER_DATE: '2025-05-06T05:05:05+0200' } })
    git('init', '--quiet')
    for (const subject of ['first', 'fix: a bug', 'docs: readme', 'test: more', 'v1.2.0']) git('commit', '--quiet', '--allow-empty', '-m', subject)
    const ran = await tidemark(['demo', '--no-serve', '--git', 'some-repository', '--dir', 'from-git', '--json'], { cwd })
    expect(JSON.parse(ran.stdout)).toMatchObject({ ingest: { accepted: 5, rejected: 0 } })
    const rows = (JSON.parse((await tidemark(['query', 'activity', '--grain', 'range', '--json'], { cwd: join(cwd, 'from-git') })).stdout) as { rows: Record<string, unknown>[] }).rows
    expect(rows).toMatchObject([{ tenant: 'some-repository', entity: expect.stringMatching(/^[0-9a-f]{16}$/) as string, 'contributions.sum': 5, 'change.sum': 1, 'fix.sum': 1, 'docs.sum': 1, 'test.sum': 1, 'release.sum': 1 }])
    expect(ran.stdout).not.toContain('ada')
  })

  test('refuses every folder that it did not make, and changes nothing in it', async () => {
    const cwd = scratch()
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'file'), '')
    for (const dir of ['mine', 'file', '.']) expect(errorOf(await tidemark(['demo', '--no-serve', '--dir', dir, '--json'], { cwd }))).toMatchObject({ code: 'FOLDER_TAKEN' })
    expect(existsSync(join(cwd, 'mine', 'tidemark.config.ts'))).toBe(false)
  })

  test('with --dry-run says what it would make, and makes nothing', async () => {
    const cwd = scratch()
    const dry = async (...words: string[]) => JSON.parse((await tidemark(['demo', '--no-serve', ...words, '--dry-run', '--json'], { cwd })).stdout) as Record<string, unknown>
    expect(await dry('--scale', 'small', '--seed', '3')).toMatchObject({ dryRun: true, made: true, folder: join(cwd, 'tidemark-demo'), source: 'made-up commits (seed 3)', files: expect.arrayContaining(['tidemark.config.ts']) as unknown })
    expect(await dry('campaigns', '--seed', '3', '--now', '2026-11-01T09:00:00Z')).toMatchObject({ dryRun: true, made: true, template: 'campaigns', seed: 3, scale: 'full', until: '2026-11-01' })
    expect((await tidemark(['demo', '--no-serve', 'campaigns', '--dry-run'], { cwd })).stdout).toMatch(/^would make .*tidemark-demo \(\d+ files\), and let its application \(seed 1, full\) live up to \d{4}-\d{2}-\d{2}\n$/)
    expect(readdirSync(cwd)).toEqual([])
    mkdirSync(join(cwd, 'tidemark-demo'))
    expect(errorOf(await tidemark(['demo', '--no-serve', '--dry-run', '--json'], { cwd }))).toMatchObject({ code: 'FOLDER_TAKEN' })
  })

  test.each([['--config', '.'], ['--store', 'sqlite:other.db']])('refuses %s, which it would not heed', async (option, value) => {
    const cwd = scratch()
    expect(errorOf(await tidemark(['demo', '--no-serve', option, value, '--json'], { cwd }))).toMatchObject({ code: 'OPTION_INVALID', where: option })
    expect(readdirSync(cwd)).toEqual([])
  })

  test('two at once in one folder: the second says that the first is there, and an application has one story', async () => {
    const cwd = scratch()
    const args = ['demo', '--no-serve', 'campaigns', '--scale', 'small', '--dir', 'f', '--now', '2026-11-01T00:00:00Z', '--json']
    const first = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      let told = ''
      await new Promise<void>((resolve) => first.stderr.on('data', (piece) => { if ((told += String(piece)).includes('an application with')) resolve() }))
      const second = await tidemark(args, { cwd })
      expect([second.code, second.stdout, errorOf(second)]).toMatchObject([1, '', { code: 'FOLDER_BUSY', where: join(cwd, 'f') }])
    } finally {
      first.kill('SIGKILL')
      await new Promise((resolve) => first.on('close', resolve))
    }
    // What was killed has let go. Its story stays the one that was begun.
    for (const [option, value] of [['--seed', '2'], ['--scale', 'full'], ['--now', '2026-12-01T00:00:00Z']] as const) {
      expect(errorOf(await tidemark(['demo', '--no-serve', 'campaigns', '--dir', 'f', option, value, '--json'], { cwd }))).toMatchObject({ code: 'FOLDER_TAKEN', where: option })
    }
    expect(JSON.parse((await tidemark(['demo', '--no-serve', 'campaigns', '--dir', 'f', '--dry-run', '--json'], { cwd })).stdout)).toMatchObject({ made: false, seed: 1, scale: 'small', until: '2026-11-01', dryRun: true })
    const third = spawn(process.execPath, [BIN, 'demo', '--no-serve', 'campaigns', '--dir', 'f', '--json'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    await new Promise<void>((resolve) => third.stderr.on('data', (piece) => { if (/an application with|error|"code"/.test(told += String(piece))) resolve() }))
    third.kill('SIGKILL')
    await new Promise((resolve) => third.on('close', resolve))
    expect(told).toMatch(/is there already \(seed 1, small, up to 2026-11-01\)[\s\S]*20 campaigns, from 2025-07-01 to 2026-11-01/)
  }, 60_000)

  test('two at once make one history, or one is told to wait', async () => {
    const cwd = scratch()
    const args = ['demo', '--no-serve', '--scale', 'small', '--now', '2026-07-01T00:00:00Z', '--json']
    const both = await Promise.all([tidemark(args, { cwd }), tidemark(args, { cwd })])
    const busy = both.filter(({ code }) => code !== 0)
    for (const ran of busy) expect(errorOf(ran)).toMatchObject({ code: 'FOLDER_BUSY' })
    expect(busy.length).toBeLessThan(2)
    expect(JSON.parse((await tidemark(args, { cwd })).stdout)).toMatchObject({ made: false, unchanged: true })
  })

  test('killed at any time, the next run ends where an undisturbed one would', async () => {
    const cwd = scratch()
    const args = ['demo', '--no-serve', '--scale', 'small', '--now', '2026-07-01T00:00:00Z', '--json']
    for (const delayMs of [60, 250, 450, 700]) {
      const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: 'ignore' })
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      child.kill('SIGKILL')
      await new Promise((resolve) => child.on('close', resolve))
    }
    const survived = JSON.parse((await tidemark(args, { cwd })).stdout) as DemoDocument
    const undisturbed = JSON.parse((await tidemark(args, { cwd: scratch() })).stdout) as DemoDocument
    expect(survived.answers.slice(0, 3)).toEqual(undisturbed.answers.slice(0, 3))
  })
})

describe('the demo serves in the end', () => {
  test('on the clock that was given, which goes on, until it is told to stop', async () => {
    const { child, link, url, stdout, ended } = await served(scratch(), ['--scale', 'small', '--now', '2026-07-01T00:00:00Z'])
    // What it has to say it has said before.
    expect(JSON.parse(stdout())).toMatchObject({ made: true, ingest: { accepted: 4000 } })
    const cookie = ((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie') as string).split(';', 1)[0] as string
    const { now, clockSet } = await (await fetch(`${url}/v1/me`, { headers: { cookie } })).json() as { now: string; clockSet: boolean }
    expect([now.slice(0, 16), clockSet]).toEqual(['2026-07-01T00:00', true])
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  test('not where nobody is at a terminal, and says how', async () => {
    const cwd = scratch()
    const { code, stdout } = await tidemark(['demo', '--scale', 'small', '--now', '2026-07-01T00:00:00Z'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/nothing is served\. Serve it with:\n {2}cd tidemark-demo\n {2}tidemark serve --now 2026-07-01T00:00:00\.000Z\n$/)
  })
})

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { BIN, errorOf, project, scratch, shell, tidemark } from './cli.ts'

let folder = ''
beforeEach(async () => {
  folder = project(scratch())
  for (const line of ['tidemark migrate', 'tidemark ingest contributions commits.csv --now 2026-01-12T00:00:00Z']) expect(await shell(line, { cwd: folder })).toMatchObject({ code: 0 })
})

const json = async (...words: string[]) => {
  const ran = await tidemark([...words, '--json'], { cwd: folder })
  return { code: ran.code, lines: ran.stderr.trim().split('\n'), document: ran.stdout === '' ? null : JSON.parse(ran.stdout) as unknown, ran }
}

/** Puts a setting into the project's configuration. */
function configure(setting: string): void {
  const file = join(folder, 'tidemark.config.ts')
  const source = readFileSync(file, 'utf8')
  const changed = source.replace(/defineConfig\(\{/, `defineConfig({ ${setting},`)
  expect(changed).not.toBe(source)
  writeFileSync(file, changed)
}

describe('tidemark run', () => {
  test('does once what is due, then finds nothing due, and the next day both again', async () => {
    const dry = await json('run', '--dry-run', '--now', '2026-01-12T12:00:00Z')
    expect(dry).toMatchObject({ code: 0, document: { due: [{ job: 'capture:activity', reason: 'schedule' }, { job: 'tiers:activity', reason: 'schedule' }], dryRun: true } })
    const first = await json('run', '--now', '2026-01-12T12:00:00Z')
    expect(first).toMatchObject({ code: 0, document: { finished: 2, failed: 0, lost: 0 } })
    expect(first.lines).toEqual([
      'capture:activity started (schedule)', 'capture:activity done: 0 created, 0 restated, 0 failed, 3 covered',
      'tiers:activity started (schedule)', expect.stringMatching(/^tiers:activity done: \d+ rolled up, \d+ archived, 0 held, 0 refused$/),
    ])
    expect((await json('run', '--now', '2026-01-12T12:10:00Z')).document).toEqual({ finished: 0, failed: 0, lost: 0 })
    const later = await json('run', '--now', '2026-01-13T12:00:00Z')
    expect(later).toMatchObject({ document: { finished: 2 } })
    expect(later.lines[0]).toBe('capture:activity started (catch_up)')
    expect(later.lines[2]).toBe('tiers:activity started (schedule)')
  })

  test('a series that waits for a signal is captured when it comes, and once', async () => {
    configure("work: { after: { activity: 'import-finished' } }")
    const at = ['--now', '2026-01-12T12:00:00Z']
    expect((await json('run', '--dry-run', ...at)).document).toMatchObject({ due: [{ job: 'tiers:activity' }] })
    expect(await json('signal', 'import-finished', ...at)).toMatchObject({ code: 0, document: { name: 'import-finished', waiting: ['activity'], at: '2026-01-12T12:00:00Z' } })
    expect((await tidemark(['signal', 'import-finished', ...at], { cwd: folder })).stdout).toBe('sent import-finished: activity will be captured by the next worker that looks\n')
    const ran = await json('run', ...at)
    expect(ran.lines.filter((line) => line.includes('started'))).toEqual(['capture:activity started (signal)', 'tiers:activity started (schedule)'])
    expect((await json('run', ...at)).document).toEqual({ finished: 0, failed: 0, lost: 0 })
  })

  test('a job that fails says why, ends it with 1, is tried again later, and holds up no other', async () => {
    // A clock far ahead, not confirmed by --now: nothing may be deleted.
    expect(await json('capture', 'activity', '--now', '2029-01-01T00:00:00Z')).toMatchObject({ code: 0 })
    const ran = await json('run', '--once')
    expect(ran.code).toBe(1)
    expect(errorOf(ran.ran)).toMatchObject({ code: 'WORK_FAILED' })
    expect(ran.lines).toContainEqual(expect.stringMatching(/^tiers:activity failed: CLOCK_JUMPED: /))
    expect(ran.lines).toContainEqual(expect.stringMatching(/^capture:activity done: /))
    // The retry is five seconds off.
    expect((await json('run', '--once', '--dry-run')).document).toMatchObject({ due: [] })
  })

  test('works until it is told to stop, and ends with 0', async () => {
    const child = spawn(process.execPath, [BIN, 'run', '--heartbeat', '0.2'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let told = false
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (told || !said.includes('capture:activity done') || !said.includes('tiers:activity')) return
      // A second signal would end it at once.
      told = true
      child.kill('SIGTERM')
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    expect(said).toMatch(/stopping when what is under way is done\n/)
  })

  test('faults name the word', async () => {
    const fault = async (...words: string[]) => { const { code, ran } = await json(...words); return { exit: code, ...errorOf(ran) } }
    expect(await fault('run', '--heartbeat', 'often')).toMatchObject({ exit: 2, code: 'OPTION_INVALID', where: '--heartbeat' })
    expect(await fault('signal', 'no spaces')).toMatchObject({ exit: 2, code: 'SIGNAL_INVALID' })
    configure("work: { after: { activty: 'import-finished' } }")
    expect(await fault('run', '--once')).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('activty'), hint: expect.stringContaining('activity') })
  })
})

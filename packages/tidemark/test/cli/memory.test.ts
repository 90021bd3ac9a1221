import { readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HEADER, project, scratch, tidemark } from './cli.ts'

const MOST_MIB = 256
const ROWS = process.env['TIDEMARK_LONG'] === '1' ? 2_000_000 : 300_000
const CONTRIBUTORS = 10_007
const KINDS = ['change', 'fix', 'docs', 'test', 'merge', 'release']

/**
 * Loaded into the program, it notes the most memory that was resident. Not `maxRSS`: Linux starts that at what the
 * parent had when it started the child, which is vitest's here; other systems have nothing else.
 */
const WITNESS = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
const STATUS = '/proc/self/status'
if (isMainThread) process.on('exit', () => {
  const kib = existsSync(STATUS) ? Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))[1]) : process.resourceUsage().maxRSS
  writeFileSync(process.env.PEAK_FILE, String(kib / 1024))
})
`

/** Commits of half a year, in the order of time. */
async function writeCommits(path: string): Promise<void> {
  const file = await open(path, 'w')
  const start = Date.parse('2026-01-01T00:00:00Z')
  let piece = `${HEADER}\n`
  for (let row = 0; row < ROWS; row++) {
    const at = `${new Date(start + Math.floor(row / ROWS * 15_552_000) * 1000).toISOString().slice(0, 19)}Z`
    // 7,919 has no factor in common with the number of contributors: all of them come before one comes again.
    const contributor = row * 7919 % CONTRIBUTORS
    piece += `client${contributor % 20},c${contributor},${at},${at},${KINDS[row % 6]},commit${row}\n`
    if (piece.length < 1 << 20) continue
    await file.write(piece)
    piece = ''
  }
  await file.write(piece)
  await file.close()
}

// A millisecond a row is ten times what an idle machine needs.
test(`ingesting ${ROWS.toLocaleString('en')} rows takes at most ${MOST_MIB} MiB`, { timeout: ROWS }, async () => {
  const folder = project()
  const file = join(folder, 'many.csv')
  await writeCommits(file)
  const side = scratch()
  const peak = join(side, 'peak')
  writeFileSync(join(side, 'witness.mjs'), WITNESS)
  const ran = await tidemark(['ingest', 'contributions', file, '--json', '--now', '2026-08-01T00:00:00Z'], {
    cwd: folder, env: { NODE_OPTIONS: `--import=${join(side, 'witness.mjs')}`, PEAK_FILE: peak },
  })
  expect(ran.stderr.replace(/^many\.csv: [\d,]+ events\n/gm, '')).toBe('')
  expect(JSON.parse(ran.stdout)).toMatchObject({ accepted: ROWS, duplicate: 0, rejected: 0 })
  const mib = Number(readFileSync(peak, 'utf8'))
  expect(mib).toBeGreaterThan(50)
  expect(mib).toBeLessThanOrEqual(MOST_MIB)
})

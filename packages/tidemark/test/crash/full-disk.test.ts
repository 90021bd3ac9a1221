import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { BIN, errorOf } from '../cli/cli.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { dumpOf } from './dump.ts'
import { Place } from './place.ts'
import { Program, start } from './program.ts'
import { contentOf, copyOf, makeProject, NOW, run, scratch } from './project.ts'

/** A file system of our own, as small as we want it, that nobody else sees. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', tmpdir()]).status === 0
if (!canMount) console.log('no file system can be mounted here (unshare -rm): a full disk is NOT tested')
const canBeNobody = process.getuid?.() === 0 && spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '-e', '0']).status === 0
if (!canBeNobody) console.log('no other user can be taken on here (setpriv as root): a folder without permission is NOT tested')

const COMMITS = 500
let stages = ''

beforeAll(async () => {
  stages = mkdtempSync(join(scratchRoot(), 'tidemark-full-'))
  let stage = makeProject(join(stages, 'empty'), COMMITS)
  for (const [name, ...words] of [['migrated', 'migrate'], ['filled', 'ingest', 'contributions', 'commits.csv'], ['captured', 'capture', 'activity'], ['tiered', 'tiers', 'run']] as const) {
    stage = copyOf(stage, join(stages, name))
    await run(stage, ...words)
  }
  return () => rmSync(stages, { recursive: true, force: true })
}, 120_000)

interface OnSmallDisk {
  readonly code: number
  readonly error: string
  /** Of `verify` and of the command itself, once there is room. */
  readonly verified: number
  readonly again: number
}

/** Runs a command on a disk with so much room beside the project, then once more when there is enough; leaves the files in `to`. */
function onSmallDisk(stage: string, words: readonly string[], roomKiB: number, to: string): OnSmallDisk {
  mkdirSync(to)
  const usedKiB = Number(spawnSync('du', ['-sk', '--apparent-size', stage], { encoding: 'utf8' }).stdout.split('\t')[0])
  const program = `"${process.execPath}" "${BIN}"`
  const script = `
    mount -t tmpfs -o size=${usedKiB + 64 + roomKiB}k none "${to}" && cp -r "${stage}/." "${to}" && cd "${to}" || exit 9
    ${program} ${words.join(' ')} --now ${NOW} --json >/dev/null 2>"${to}.stderr"; code=$?
    error=$(tail -n 1 "${to}.stderr" | sed -E 's/.*"code":"([A-Z_]+)".*/\\1/')
    mount -o remount,size=64m "${to}"
    ${program} verify --now ${NOW} >/dev/null 2>&1; verified=$?
    ${program} ${words.join(' ')} --now ${NOW} >/dev/null 2>&1; again=$?
    cp -r "${to}" "${to}.after"
    echo "{\\"code\\": $code, \\"error\\": \\"$error\\", \\"verified\\": $verified, \\"again\\": $again}"`
  const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as OnSmallDisk
}

describe.skipIf(!canMount)('a disk that is full', () => {
  for (const { name, from, to, words, roomsKiB } of [
    { name: 'ingest', from: 'migrated', to: 'filled', words: ['ingest', 'contributions', 'commits.csv'], roomsKiB: [4, 40, 80] },
    { name: 'tiers run', from: 'captured', to: 'tiered', words: ['tiers', 'run'], roomsKiB: [40, 240, 340, 370, 400, 430] },
  ]) {
    test(`stops ${name} with a code wherever it fills up; with more room the same again succeeds`, { timeout: 180_000 }, () => {
      const root = scratch()
      const expected = contentOf(join(stages, to))
      const told: string[] = []
      for (const roomKiB of roomsKiB) {
        const folder = join(root, String(roomKiB))
        const { code, error, verified, again } = onSmallDisk(join(stages, from), words, roomKiB, folder)
        told.push(`${roomKiB} KiB: ${code === 0 ? 'enough' : error}`)
        if (code !== 0) expect(['STORE_FULL', 'STORE_IO', 'ARCHIVE_FOLDER'], `${roomKiB} KiB`).toContain(error)
        // A file that was published and not yet named by the catalogue is named by verify, which is no fault here.
        expect(name === 'tiers run' && code !== 0 ? [0, 3] : [0], `${roomKiB} KiB: verify`).toContain(verified)
        expect(again, `${roomKiB} KiB: again`).toBe(0)
        expect(contentOf(`${folder}.after`), `${roomKiB} KiB`).toEqual(expected)
      }
      console.log(`${name}: ${told.join(', ')}`)
      expect(told.filter((line) => !line.endsWith('enough')).length).toBeGreaterThan(1)
    })
  }
})

describe.skipIf(!canBeNobody)('a place without permission', () => {
  test('an archive folder that may not be written to stops a tiers run with a code, and the rows stay', { timeout: 60_000 }, async () => {
    // Below a folder that another user may enter.
    const root = scratch()
    chmodSync(root, 0o755)
    const folder = join(root, 'project')
    cpSync(join(stages, 'captured'), folder, { recursive: true })
    for (const path of ['.', ...readdirSync(folder)]) chownSync(join(folder, path), 65_534, 65_534)
    mkdirSync(join(folder, 'archive'), { mode: 0o555 })
    const program = new Program(['tiers', 'run', '--now', NOW, '--json'], folder, ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'])
    expect((await program.ended()).code).toBe(1)
    expect(errorOf({ code: 1, stdout: program.stdout, stderr: program.stderr })).toMatchObject({ code: 'ARCHIVE_FOLDER' })
    expect(dumpOf(new Place(folder)).get('tm_archive')).toBe('[]')
    chmodSync(join(folder, 'archive'), 0o755)
    await start(['tiers', 'run', '--now', NOW], folder).document()
    expect(contentOf(folder)).toEqual(contentOf(join(stages, 'tiered')))
  })
})

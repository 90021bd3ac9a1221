import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url))
const TIDEMARK = join(REPOSITORY, 'packages', 'tidemark')
export const PROGRAM = join(TIDEMARK, 'bin', 'tidemark.js')

/** Where the story of the campaigns ends, and their server's clock stands. */
export const STORY_END = '2026-11-01T00:00:00Z'

export type ProjectName = 'campaigns' | 'contributions'

/** With TIDEMARK_LONG the campaigns are all 500, and their demo takes minutes. */
const SCALE = process.env['TIDEMARK_LONG'] === undefined ? 'small' : 'full'

const MADE_BY: Readonly<Record<ProjectName, readonly string[]>> = {
  campaigns: [PROGRAM, 'demo', 'campaigns', '--scale', SCALE, '--seed', '1', '--now', STORY_END, '--no-serve'],
  contributions: [join(REPOSITORY, 'scripts', 'demo.ts'), '--no-serve', '--git', REPOSITORY],
}

/** The project of a demo, made once for each build of the program: that of the campaigns takes half a minute, or minutes. */
export function demoProject(name: ProjectName): string {
  const parent = join(REPOSITORY, '.tmp', 'browser')
  const folder = join(parent, `${name}-${name === 'campaigns' ? `${SCALE}-` : ''}${programDigest(name)}`)
  if (existsSync(folder)) return folder
  mkdirSync(parent, { recursive: true })
  for (const old of readdirSync(parent)) if (old.startsWith(`${name}-`)) rmSync(join(parent, old), { recursive: true, force: true })
  const making = `${folder}.making`
  execFileSync(process.execPath, [...MADE_BY[name], '--dir', making], { stdio: ['ignore', 'ignore', 'pipe'] })
  renameSync(making, folder)
  return folder
}

/** Of what makes a demo: the built program but its dashboard, and of the contributions the history they are read from. */
function programDigest(name: ProjectName): string {
  const hash = createHash('sha256')
  const dist = join(TIDEMARK, 'dist')
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.startsWith('dashboard') && statSync(join(dist, file)).isFile()) hash.update(file).update(readFileSync(join(dist, file)))
  }
  if (name === 'contributions') hash.update(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: REPOSITORY }))
  return hash.digest('hex').slice(0, 12)
}

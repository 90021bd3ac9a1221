import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url))
export const PACKAGE = join(REPOSITORY, 'packages', 'tidemark')

/** Texts by path, relative to some folder, with forward slashes. A check reads this, so that a violation can be planted. */
export type Texts = ReadonlyMap<string, string>

/** What git tracks, or would track once added. */
function files(folder: string): readonly string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: folder, encoding: 'utf8' })
    .split('\0').filter((path) => path !== '' && existsSync(join(folder, path))).sort()
}

function textsOf(folder: string, wanted: (path: string) => boolean): Texts {
  return new Map(files(folder).filter(wanted).map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

/** Every text file of the repository but the lock file. */
export function repositoryTexts(): Texts {
  return textsOf(REPOSITORY, (path) => path !== 'package-lock.json' && !/\.(png|ico|woff2|parquet|gz)$/.test(path))
}

/** The package's sources, relative to `src`. */
export function sources(): Texts {
  return textsOf(join(PACKAGE, 'src'), (path) => path.endsWith('.ts'))
}

/** The same texts with one more, or another in its place. */
export function withPlanted(texts: Texts, path: string, text: string): Texts {
  return new Map([...texts, [path, text]])
}

export function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8')
}

/** A new folder inside the repository, so that what is compiled in it finds the installed packages. */
export function workFolder(name: string): string {
  const parent = join(REPOSITORY, '.tmp')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, `${name}-`))
}

/** Runs an installed program; what it printed, and whether it succeeded. */
export function run(program: string, words: readonly string[], cwd = REPOSITORY): { readonly ok: boolean; readonly output: string } {
  const binary = program === 'npm' ? program : join(REPOSITORY, 'node_modules', '.bin', program)
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`
  try {
    return { ok: true, output: execFileSync(binary, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH: path }, maxBuffer: 2 ** 28 }) }
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return { ok: false, output: `${stdout ?? ''}${stderr ?? ''}${error instanceof Error && stdout === undefined ? error.message : ''}` }
  }
}

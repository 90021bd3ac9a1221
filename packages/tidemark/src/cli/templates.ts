import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** A file that a template puts into a project. */
export interface TemplateFile {
  /** Relative to the project. */
  readonly path: string
  readonly content: string
}

export const TEMPLATES = ['contributions', 'campaigns'] as const
export const DEFAULT_TEMPLATE = 'contributions'

/** Copied into the package by the build; in the repository they lie at its root. */
const PLACES = [new URL('../templates/', import.meta.url), new URL('../../../../templates/', import.meta.url)]

/** What a project keeps to itself: history is not source code. */
const GITIGNORE = 'history.db*\napp.db*\narchive/\nnode_modules/\n.tidemark-demo.lock*\n'

const DATABASE = /\.db(?:-wal|-shm)?$/

/** The files of a new project. Throws TEMPLATE_UNKNOWN. */
export async function templateFiles(name: string): Promise<readonly TemplateFile[]> {
  if (!(TEMPLATES as readonly string[]).includes(name)) {
    throw new TidemarkError('TEMPLATE_UNKNOWN', `there is no template ${JSON.stringify(name)}`, { where: name, hint: nearest(name, TEMPLATES) })
  }
  const place = PLACES.map((url) => fileURLToPath(new URL(`${name}/`, url))).find((path) => existsSync(path))
  if (place === undefined) throw new TidemarkError('BUILD_MISSING', `the template ${name} is not in the package`)
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => relative(place, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).some((part) => part.startsWith('.') || part === 'node_modules' || DATABASE.test(part))).sort()
  const files = await Promise.all(names.map(async (path) => ({ path, content: await readFile(`${place}/${path}`, 'utf8') })))
  return [...files, { path: '.gitignore', content: GITIGNORE }]
}

import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** A file that a template puts into a project. */
export interface TemplateFile {
  /** Relative to the project. */
  readonly path: string
  readonly content: string
}

export const TEMPLATES = ['contributions'] as const
export const DEFAULT_TEMPLATE = 'contributions'

/** Copied into the package by the build; in the repository they lie at its root. */
const PLACES = [new URL('../templates/', import.meta.url), new URL('../../../../templates/', import.meta.url)]

/** What a project keeps to itself: history is not source code. */
const GITIGNORE = 'history.db*\narchive/\nnode_modules/\n'

/** The files of a new project. Throws TEMPLATE_UNKNOWN. */
export async function templateFiles(name: string): Promise<readonly TemplateFile[]> {
  if (!(TEMPLATES as readonly string[]).includes(name)) {
    throw new TidemarkError('TEMPLATE_UNKNOWN', `there is no template ${JSON.stringify(name)}`, { where: name, hint: nearest(name, TEMPLATES) })
  }
  const place = PLACES.map((url) => fileURLToPath(new URL(`${name}/`, url))).find((path) => existsSync(path))
  if (place === undefined) throw new TidemarkError('BUILD_MISSING', `the template ${name} is not in the package`)
  const names = (await readdir(place)).filter((file) => !file.startsWith('.') && file !== 'node_modules').sort()
  const files = await Promise.all(names.map(async (path) => ({ path, content: await readFile(`${place}/${path}`, 'utf8') })))
  return [...files, { path: '.gitignore', content: GITIGNORE }]
}

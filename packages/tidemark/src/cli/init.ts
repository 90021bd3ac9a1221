import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { CONFIG_NAMES } from '../config-file.ts'
import { TidemarkError } from '../errors.ts'
import { textOf, type CommandSpec } from './command-spec.ts'
import { examineFolder } from './doctor.ts'
import { DEFAULT_TEMPLATE, templateFiles, TEMPLATES } from './templates.ts'

/** What gives the new project something to measure. A script of the project's own finds the package only where it is installed. */
const FIRST_STEPS: Readonly<Record<string, readonly string[]>> = {
  contributions: ['tidemark migrate', 'tidemark ingest contributions FILE.csv'],
  campaigns: ['npm install', 'npx tidemark migrate', 'node advance.ts', 'node answers.ts overview'],
}

export const init: CommandSpec = {
  arguments: [{ name: '[dir]', text: 'the folder, made when it is not there (default: this one)' }],
  options: [{ flags: '--template <name>', text: `${TEMPLATES.join(', ')} (default: ${DEFAULT_TEMPLATE})` }],
  examples: ['tidemark init my-history', 'tidemark init my-other-history --template contributions --json'],
  details: 'Writes files that are not there yet, overwrites none, migrates nothing, and shows tidemark doctor.',
  run: async (invocation, [dir], options) => {
    const folder = resolve(invocation.cwd, dir ?? '.')
    const template = textOf(options, 'template') ?? DEFAULT_TEMPLATE
    const files = await templateFiles(template)
    const taken = CONFIG_NAMES.find((name) => existsSync(join(folder, name)))
    if (taken !== undefined) throw new TidemarkError('PROJECT_EXISTS', `${folder} is a project already: it has a ${taken}`, { where: join(folder, taken) })
    const missing = files.filter(({ path }) => !existsSync(join(folder, path)))
    if (invocation.dryRun) {
      return { document: { folder, files: missing.map(({ path }) => path), dryRun: true }, text: `would write into ${folder}: ${missing.map(({ path }) => path).join(', ')}` }
    }
    await writeProject(folder, missing)
    const doctor = await examineFolder(invocation, folder)
    const shown = relative(invocation.cwd, folder)
    return {
      document: { folder, files: missing.map(({ path }) => path), doctor: doctor.document },
      text: [
        `wrote ${missing.map(({ path }) => path).join(', ')} into ${folder}`, '', doctor.text, '',
        'Next:', ...(shown === '' ? [] : [`  cd ${shown}`]), ...(FIRST_STEPS[template] ?? []).map((call) => `  ${call}`),
      ].join('\n'),
    }
  },
}

/** Writes the files of a template; the package is named as its folder. */
export async function writeProject(folder: string, files: readonly { readonly path: string; readonly content: string }[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    // The configuration is the last: with it, the folder is a project.
    for (const { path, content } of files.toSorted((a, b) => Number(a.path.startsWith('tidemark.config')) - Number(b.path.startsWith('tidemark.config')))) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), path === 'package.json' ? namedPackage(content, folder) : content, { flag: 'wx' })
    }
  } catch (cause) {
    throw new TidemarkError('FOLDER_UNWRITABLE', `${folder} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, { where: folder, cause })
  }
}

function namedPackage(content: string, folder: string): string {
  const name = basename(folder).toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+/, '') || 'tidemark-project'
  return `${JSON.stringify({ ...JSON.parse(content) as object, name }, null, 2)}\n`
}

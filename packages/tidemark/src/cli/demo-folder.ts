import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TidemarkError } from '../errors.ts'
import { writeProject } from './init.ts'
import { templateFiles } from './templates.ts'

const MARK = '.tidemark-demo.json'

/** What the folder's application is made of, for good: it lives through one story. */
export interface DemoStart {
  readonly seed: number
  readonly scale: 'small' | 'full'
  /** The day that its story ends on, `YYYY-MM-DD`. */
  readonly until: string
}

/** What of it a call names; all else is as it is there already, or by default. */
export type AskedStart = { readonly [K in keyof DemoStart]: DemoStart[K] | null }

export interface DemoFolder {
  readonly made: boolean
  /** null: the template has no application of its own. */
  readonly start: DemoStart | null
}

/** What would be made: nothing is written. Throws as `makeDemoFolder`. */
export async function planDemoFolder(folder: string, template: string, start: DemoStart | null, asked: AskedStart | null): Promise<DemoFolder & { readonly files: readonly string[] }> {
  const files = await templateFiles(template)
  if (existsSync(folder)) return { ...await checkOwn(folder, template, start, asked), files: [] }
  return { made: true, start, files: files.map(({ path }) => path) }
}

/**
 * Makes the demo's folder, whole or not at all: it is put together beside its place and then given its name, so that
 * what is killed half-way leaves no folder that the next run would refuse. Says whether it was there already.
 *
 * Throws FOLDER_TAKEN for a folder that no demo made, or one whose application is of another start than was asked for.
 */
export async function makeDemoFolder(folder: string, template: string, start: DemoStart | null = null, asked: AskedStart | null = null): Promise<DemoFolder> {
  const files = await templateFiles(template)
  if (existsSync(folder)) return checkOwn(folder, template, start, asked)
  let staged: string | null = null
  try {
    await mkdir(dirname(folder), { recursive: true })
    staged = await mkdtemp(join(dirname(folder), `.${basename(folder)}.`))
    const project = join(staged, basename(folder))
    await writeProject(project, files)
    await writeFile(join(project, MARK), `${JSON.stringify({ template, ...start })}\n`)
    await rename(project, folder)
    return { made: true, start }
  } catch (cause) {
    if (cause instanceof TidemarkError) throw cause
    // Another demo may have been faster.
    if (existsSync(folder)) return checkOwn(folder, template, start, asked)
    throw new TidemarkError('FOLDER_UNWRITABLE', `${folder} cannot be made: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, { where: folder, cause })
  } finally {
    if (staged !== null) await rm(staged, { recursive: true, force: true })
  }
}

async function checkOwn(folder: string, template: string, start: DemoStart | null, asked: AskedStart | null): Promise<DemoFolder> {
  const mark = await readFile(join(folder, MARK), 'utf8').catch(() => null)
  if (mark === null) throw new TidemarkError('FOLDER_TAKEN', `${folder} is there already, and no demo made it`, { where: folder })
  const made = read(mark)
  if (made['template'] !== template) throw new TidemarkError('FOLDER_TAKEN', `${folder} is a demo of ${String(made['template'] ?? 'something else')}, not of ${template}`, { where: folder })
  if (start === null) return { made: false, start }
  // Folders of earlier versions do not say what they were made of.
  const own = { ...start, ...Object.fromEntries(Object.keys(start).flatMap((name) => (made[name] === undefined ? [] : [[name, made[name]]]))) } as DemoStart
  for (const name of ['seed', 'scale', 'until'] as const) {
    const wanted = asked?.[name] ?? null
    if (wanted === null || wanted === own[name] || made[name] === undefined) continue
    const told = { seed: `its application is of seed ${own.seed}, not ${wanted}`, scale: `its application is ${own.scale}, not ${wanted}`, until: `its story ends on ${own.until}, not ${wanted}` }[name]
    throw new TidemarkError('FOLDER_TAKEN', `${folder} is a demo already: ${told}`, {
      where: { seed: '--seed', scale: '--scale', until: '--now' }[name], why: 'An application lives through one story, which is settled when it is made.',
      hint: 'Leave out the option to go on with what is there, or name another folder with --dir.',
    })
  }
  return { made: false, start: own }
}

function read(mark: string): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(mark)
    return typeof said === 'object' && said !== null ? said as Record<string, unknown> : {}
  } catch {
    return {}
  }
}

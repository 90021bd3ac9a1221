import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TidemarkError } from '../errors.ts'
import { writeProject } from './init.ts'
import { templateFiles } from './templates.ts'

const MARK = '.tidemark-demo.json'

/**
 * Makes the demo's folder, whole or not at all: it is put together beside its place and then given its name, so that
 * what is killed half-way leaves no folder that the next run would refuse. Says whether it was there already.
 *
 * Throws FOLDER_TAKEN for a folder that no demo made.
 */
export async function makeDemoFolder(folder: string, template: string): Promise<'made' | 'there'> {
  const files = await templateFiles(template)
  if (existsSync(folder)) return checkOwn(folder, template)
  let staged: string | null = null
  try {
    await mkdir(dirname(folder), { recursive: true })
    staged = await mkdtemp(join(dirname(folder), `.${basename(folder)}.`))
    const project = join(staged, basename(folder))
    await writeProject(project, files)
    await writeFile(join(project, MARK), `${JSON.stringify({ template })}\n`)
    await rename(project, folder)
    return 'made'
  } catch (cause) {
    if (cause instanceof TidemarkError) throw cause
    // Another demo may have been faster.
    if (existsSync(folder)) return checkOwn(folder, template)
    throw new TidemarkError('FOLDER_UNWRITABLE', `${folder} cannot be made: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, { where: folder, cause })
  } finally {
    if (staged !== null) await rm(staged, { recursive: true, force: true })
  }
}

async function checkOwn(folder: string, template: string): Promise<'there'> {
  const mark = await readFile(join(folder, MARK), 'utf8').catch(() => null)
  if (mark === null) throw new TidemarkError('FOLDER_TAKEN', `${folder} is there already, and no demo made it`, { where: folder })
  const made = templateOf(mark)
  if (made === template) return 'there'
  throw new TidemarkError('FOLDER_TAKEN', `${folder} is a demo of ${made ?? 'something else'}, not of ${template}`, { where: folder })
}

function templateOf(mark: string): string | null {
  try {
    const { template } = JSON.parse(mark) as { template?: unknown }
    return typeof template === 'string' ? template : null
  } catch {
    return null
  }
}

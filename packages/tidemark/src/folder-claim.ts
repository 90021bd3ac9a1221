import { join } from 'node:path'
import { TidemarkError } from './errors.ts'

const LOCK = '.tidemark-demo.lock'

/**
 * Takes a demo's folder for this process alone while it works; one that is killed lets go of it by that.
 *
 * Throws FOLDER_BUSY when another process works in it, FOLDER_UNWRITABLE.
 */
export async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { claimFile } = await import('./stores/sqlite/claimed-file.ts')
  const release = claimed()
  try {
    return await work()
  } finally {
    release()
  }

  function claimed(): () => void {
    let release: (() => void) | null
    try {
      release = claimFile(join(folder, LOCK))
    } catch (cause) {
      throw new TidemarkError('FOLDER_UNWRITABLE', `${folder} cannot be taken: ${cause instanceof Error ? cause.message : String(cause)}`, { where: folder, cause })
    }
    if (release === null) throw new TidemarkError('FOLDER_BUSY', `another demo works in ${folder}`, { where: folder })
    return release
  }
}

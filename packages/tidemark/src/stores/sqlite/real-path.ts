import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/**
 * A file's own absolute path, by whatever symbolic links it was named; of one that is not there yet, where it would be
 * made. Another hard link is another file to it. What cannot be resolved comes back as it is.
 */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    if (!isMissing(error)) return path
  }
  try {
    const folder = realpathSync.native(dirname(path))
    const target = targetOf(path)
    return target === null ? join(folder, basename(path)) : realPath(resolve(folder, target))
  } catch {
    return path
  }
}

/** Null: no symbolic link. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

import { isAbsolute, resolve } from 'node:path'
import { TidemarkError } from '../errors.ts'

/** Where a source lies. */
export interface SourceLocation {
  readonly name: string
  /** Absolute. */
  readonly path: string
}

/**
 * Reads `sqlite:PATH`; a relative path is taken from `folder`. Throws SOURCE_INVALID.
 * @param where what named the source, for the error
 */
export function parseSourceUrl(name: string, url: unknown, folder: string, where: string): SourceLocation {
  const path = typeof url === 'string' ? /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1] : undefined
  if (path === undefined || path.includes('\0') || path === ':memory:') {
    throw new TidemarkError('SOURCE_INVALID', `the source ${name} is ${typeof url === 'string' ? JSON.stringify(url) : `a ${typeof url}`}`, { where })
  }
  return { name, path: isAbsolute(path) ? path : resolve(folder, path) }
}

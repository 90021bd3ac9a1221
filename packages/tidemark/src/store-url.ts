import { isAbsolute, resolve } from 'node:path'
import { TidemarkError } from './errors.ts'

/** Where a store lies. */
export interface StoreLocation {
  readonly engine: 'sqlite'
  /** Absolute. */
  readonly path: string
  /** As it is shown: `sqlite:/srv/app/history.db`. */
  readonly url: string
}

/**
 * Reads `sqlite:PATH`; a relative path is taken from `folder`. Throws STORE_URL_INVALID.
 *
 * @param where what named the store, for the error: `--store`, `tidemark.config.ts:4`
 */
export function parseStoreUrl(url: string, folder: string, where: string): StoreLocation {
  const match = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)
  const path = match?.[1]
  if (path === undefined || path.includes('\0')) {
    const scheme = /^(postgres(?:ql)?):/.exec(url)?.[1]
    throw new TidemarkError('STORE_URL_INVALID', `${JSON.stringify(url)} names no store`, {
      where,
      ...(scheme === undefined ? {} : { why: 'This version keeps its history in SQLite; PostgreSQL is not in it yet.' }),
    })
  }
  const absolute = isAbsolute(path) ? path : resolve(folder, path)
  return { engine: 'sqlite', path: absolute, url: `sqlite:${absolute}` }
}

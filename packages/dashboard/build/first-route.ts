import { gzipSync } from 'node:zlib'

/** What a page needs before it shows anything, gzipped. */
export const MOST_FIRST_ROUTE_BYTES = 200 * 1024

/** A file of the build: what it imports at once, and the styles that come with it. */
export interface BuiltFile {
  readonly name: string
  readonly bytes: Uint8Array | string
  readonly imports: readonly string[]
  readonly styles: readonly string[]
}

/** The files that the entry and all it imports at once are made of. What is imported later does not count. */
export function firstRoute(files: ReadonlyMap<string, BuiltFile>, entry: string): readonly string[] {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const file = files.get(name)
    if (file === undefined || found.has(name)) return
    found.add(name)
    for (const one of [...file.imports, ...file.styles]) visit(one)
  }
  visit(entry)
  return [...found]
}

export function gzippedBytes(files: ReadonlyMap<string, BuiltFile>, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + gzipSync(files.get(name)?.bytes ?? '', { level: 9 }).length, 0)
}

/**
 * What stands at a path of a document. Keys may hold points themselves (`hours.sum` of a row): the longest key that is
 * there is taken first.
 */
export function at(document: unknown, path: string): unknown {
  if (path === '') return document
  if (document === null || typeof document !== 'object') return undefined
  const own = document as Readonly<Record<string, unknown>>
  if (Object.hasOwn(own, path)) return own[path]
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) {
    const key = path.slice(0, end)
    if (Object.hasOwn(own, key)) return at(own[key], path.slice(end + 1))
  }
  return undefined
}

/** The rows at a path; none where there is no list. */
export function rowsAt(document: unknown, path: string): readonly unknown[] {
  const rows = at(document, path)
  return Array.isArray(rows) ? rows : []
}

export function textAt(row: unknown, path: string): string | null {
  const value = at(row, path)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

import canonicalize from 'canonicalize'

/**
 * The canonical form (RFC 8785) of plain data: keys in order of their code units, no space, one way to write each value.
 * Throws a TypeError for what has no canonical form: bigints, NaN, infinities, lone surrogates, cycles, undefined.
 */
export function canonicalJson(value: unknown): string {
  try {
    const text = canonicalize(value)
    if (text !== undefined) return text
  } catch (cause) {
    throw new TypeError(`no canonical form: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  throw new TypeError(`no canonical form: ${typeof value}`)
}

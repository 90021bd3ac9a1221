/** Objects and lists within one another. */
const MOST_DEPTH = 100

/** A value that is not plain JSON; the message begins with the place in it: `.alerts[2].message: a text with a NUL`. */
export class NotPlain extends Error {}

/**
 * The canonical form (RFC 8785) of a value that is plain JSON. Throws NotPlain.
 *
 * Stricter than `JSON.stringify`, which drops what it does not know and asks objects how they like to be written: what
 * was given and what is kept must be the same. Checked and written in one pass, because a capture has hundreds of
 * payloads; to check first and then call `canonicalJson` took half as long again.
 * @param most characters in all; more cannot fit in as many bytes
 */
export function plainJson(value: unknown, most: number): string {
  const path: (string | number)[] = []
  let rest = most
  const refuse = (why: string, whole = false): never => {
    const place = whole ? '' : path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
    throw new NotPlain(`${place}: ${why}`)
  }
  const spend = (characters: number): void => {
    rest -= characters
    if (rest < 0) refuse(`more than ${most} bytes`, true)
  }
  const text = (part: string): string => {
    spend(part.length)
    if (part.includes('\0')) refuse('a text with a NUL')
    if (!part.isWellFormed()) refuse('a text with a lone surrogate')
    return JSON.stringify(part)
  }
  // Objects of a list have the same keys.
  const names = new Map<string, string>()
  const named = (key: string): string => {
    const known = names.get(key)
    if (known !== undefined) {
      spend(key.length)
      return known
    }
    const name = `${text(key)}:`
    names.set(key, name)
    return name
  }
  const write = (part: unknown): string => {
    spend(1)
    switch (typeof part) {
      case 'boolean': return part ? 'true' : 'false'
      case 'number': return Number.isFinite(part) ? JSON.stringify(part) : refuse(`${part} is no number that JSON has`)
      case 'string': return text(part)
      case 'undefined': return refuse('undefined is nothing that JSON has')
      case 'object': break
      default: return refuse(`a ${typeof part} is nothing that JSON has`)
    }
    if (part === null) return 'null'
    if (path.length >= MOST_DEPTH) refuse(`nested more than ${MOST_DEPTH} deep`, true)
    return Array.isArray(part) ? list(part) : members(part as object)
  }
  const list = (parts: readonly unknown[]): string => {
    let written = ''
    for (let index = 0; index < parts.length; index++) {
      path.push(index)
      written += `${index === 0 ? '' : ','}${write(parts[index])}`
      path.pop()
    }
    return `[${written}]`
  }
  const members = (part: object): string => {
    const prototype: unknown = Object.getPrototypeOf(part)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) refuse(`a ${part.constructor?.name ?? 'class'} is nothing that JSON has`)
    let written = ''
    for (const key of Object.keys(part).sort()) {
      const member = (part as Record<string, unknown>)[key]
      // What a schema leaves out it may leave as undefined; that is the same as not there.
      if (member === undefined) continue
      const name = named(key)
      path.push(key)
      written += `${written === '' ? '' : ','}${name}${write(member)}`
      path.pop()
    }
    return `{${written}}`
  }
  return write(value)
}

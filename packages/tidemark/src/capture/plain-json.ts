import { isPlain } from '../canonical/quoted.ts'

/** Objects and lists within one another. */
const MOST_DEPTH = 100

/** A value that is not plain JSON; the message begins with the place in it: `.alerts[2].message: a text with a NUL`. */
export class NotPlain extends Error {}

/**
 * The canonical form (RFC 8785) of a value that is plain JSON. Throws NotPlain.
 *
 * Stricter than `JSON.stringify`, which drops what it does not know and asks objects how they like to be written: what
 * was given and what is kept must be the same. Checked and written in one pass, because a capture has hundreds of
 * payloads; to check first and then call `canonicalJson` took three times as long.
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
    if (isPlain(part)) return `"${part}"`
    if (part.includes('\0')) refuse('a text with a NUL')
    if (!part.isWellFormed()) refuse('a text with a lone surrogate')
    return JSON.stringify(part)
  }
  /** @param under the member that the part is, or is in the list of */
  const write = (part: unknown, under: string): string => {
    spend(1)
    switch (typeof part) {
      case 'boolean': return part ? 'true' : 'false'
      case 'number': return Number.isFinite(part) ? String(part) : refuse(`${part} is no number that JSON has`)
      case 'string': return text(part)
      case 'undefined': return refuse('undefined is nothing that JSON has')
      case 'object': break
      default: return refuse(`a ${typeof part} is nothing that JSON has`)
    }
    if (part === null) return 'null'
    if (path.length >= MOST_DEPTH) refuse(`nested more than ${MOST_DEPTH} deep`, true)
    return Array.isArray(part) ? list(part, under) : members(part as Readonly<Record<string, unknown>>, under)
  }
  const list = (parts: readonly unknown[], under: string): string => {
    let written = ''
    for (let index = 0; index < parts.length; index++) {
      path.push(index)
      written += `${index === 0 ? '' : ','}${write(parts[index], under)}`
      path.pop()
    }
    return `[${written}]`
  }
  const members = (part: Readonly<Record<string, unknown>>, under: string): string => {
    const prototype: unknown = Object.getPrototypeOf(part)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) refuse(`a ${part.constructor?.name ?? 'class'} is nothing that JSON has`)
    let written = ''
    for (const key of inOrder(Object.keys(part), under)) {
      const member = part[key]
      // What a schema leaves out it may leave as undefined; that is the same as not there.
      if (member === undefined) continue
      const name = text(key)
      path.push(key)
      written += `${written === '' ? '' : ','}${name}:${write(member, key)}`
      path.pop()
    }
    return `{${written}}`
  }
  return write(value, '')
}

interface Order {
  readonly keys: readonly string[]
  readonly sorted: readonly string[]
}

/** By the member that an object is: one payload after another has the same keys there, and to sort them takes longer than to compare them. */
const orders = new Map<string, Order>()
const MOST_ORDERS = 1_000
/** An object of more is rather a table, whose keys are its data. */
const MOST_KEYS = 100

/** The keys of an object by their UTF-16 code units. */
function inOrder(keys: string[], under: string): readonly string[] {
  const known = orders.get(under)
  if (known !== undefined && known.keys.length === keys.length && keys.every((key, place) => key === known.keys[place])) return known.sorted
  const sorted = keys.toSorted()
  if (keys.length > MOST_KEYS) return sorted
  if (orders.size >= MOST_ORDERS) orders.clear()
  orders.set(under, { keys, sorted })
  return sorted
}

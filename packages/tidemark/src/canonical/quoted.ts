/** Printable ASCII without quote and backslash: JSON writes it as it is, and the test is cheaper than the serialiser. */
const PLAIN = /^[ !#-[\]-~]*$/

/** Whether JSON writes a text as it is. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text)
}

/** A text as JSON writes it. */
export function quoted(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text)
}

/** What stands behind a question mark, as plain text: `tenant=acme&table=hours&table=heat`. */
export type SearchWords = Record<string, string | readonly string[] | undefined>

/** The router's own way writes JSON, with quotes about every text that looks like a number. */
export function parseSearch(text: string): SearchWords {
  const words: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const before = words[name]
    words[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return words
}

export function writeSearch(words: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(words)) {
    for (const one of Array.isArray(value) ? value : [value]) if (typeof one === 'string' && one !== '') parameters.append(name, one)
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** The last of a word that may have been given several times. */
export function oneWord(value: unknown): string | undefined {
  const last = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'string' && last !== '' ? last : undefined
}

export function wordList(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  const word = oneWord(value)
  return allowed.find((one) => one === word)
}

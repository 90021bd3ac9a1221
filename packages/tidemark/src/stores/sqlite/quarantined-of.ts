import type { StreamDefinition } from '../../definitions/stream.ts'
import type { ErasureSubject } from '../contract/hold.ts'

/**
 * Whether something in quarantine, as it was sent, is of an entity. What can be read is judged by its fields; what
 * cannot is the entity's when the name stands in it as a word: of two mistakes the one that forgets too much.
 */
export function isOfEntity(raw: string, stream: Pick<StreamDefinition, 'tenant' | 'entity'>, { tenant, entity }: ErasureSubject): boolean {
  const record = recordOf(raw)
  const said = (names: readonly string[]): string | null => {
    const value = names.map((name) => record?.[name]).find((found) => typeof found === 'string' || typeof found === 'number')
    return value === undefined ? null : String(value)
  }
  const ownTenant = said([stream.tenant, 'tenant'])
  if (ownTenant !== null && ownTenant !== tenant) return false
  const ownEntity = said([stream.entity, 'entity'])
  return ownEntity === null ? hasWord(raw, entity) : ownEntity === entity
}

/** JSON, or one line of CSV under its header; null for anything else. */
function recordOf(raw: string): Readonly<Record<string, unknown>> | null {
  if (raw.trimStart().startsWith('{')) {
    try {
      return JSON.parse(raw) as Readonly<Record<string, unknown>>
    } catch {
      return null
    }
  }
  const [header, line, ...more] = raw.split(/\r?\n/).filter((one) => one !== '')
  if (header === undefined || line === undefined || more.length > 0 || raw.includes('"')) return null
  const [names, cells] = [header.split(','), line.split(',')]
  return names.length === cells.length ? Object.fromEntries(names.map((name, place) => [name, cells[place]])) : null
}

const WORD = /[\p{L}\p{N}_-]/u

function hasWord(text: string, word: string): boolean {
  const whole = (at: number): boolean => !WORD.test(text[at - 1] ?? ' ') && !WORD.test(text[at + word.length] ?? ' ')
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) if (whole(at)) return true
  return false
}

import { canonicalJson } from '../../canonical/json.ts'
import { TidemarkError } from '../../errors.ts'

/** Plain declarations are the same when their canonical forms are: the order of keys says nothing. */
export function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

/** What a stored name means cannot change under it: names the thing and the mend. */
export function incompatible(what: string, message: string, hint: string): TidemarkError {
  return new TidemarkError('MIGRATION_INCOMPATIBLE', message, { where: what, hint })
}

/** What became of the values of a list in which places have meaning: the added ones, or why it is another list. */
export function appended(stored: readonly string[], declared: readonly string[]): { readonly added: readonly string[] } | { readonly broken: string } {
  const gone = stored.filter((value) => !declared.includes(value))
  if (gone.length > 0) return { broken: `no longer has ${gone.join(', ')}` }
  if (stored.some((value, place) => declared[place] !== value)) return { broken: 'has its values in another order' }
  return { added: declared.slice(stored.length) }
}

/** Throws NAME_TAKEN when a declared name differs from a stored one in letter case only, which SQL cannot see. */
export function checkCase(what: string, stored: readonly string[], declared: readonly string[], where: string): void {
  for (const name of declared) {
    const other = stored.find((known) => known !== name && known.toLowerCase() === name.toLowerCase())
    if (other === undefined || stored.includes(name)) continue
    throw new TidemarkError('NAME_TAKEN', `${what} ${name} is in the store as ${other}; letter case alone does not tell two names apart`, {
      where, hint: `Write it ${other}, or choose another name.`,
    })
  }
}

const MAX_TEXT_CHARACTERS = 4096

/** What is wrong with a text: a code, and a sentence that follows its name; null where nothing is. */
export function textFault(value: string): readonly [code: string, why: string] | null {
  // Surrogate pairs count once; nothing shorter needs the count.
  if (value.length > MAX_TEXT_CHARACTERS && (value.length > 2 * MAX_TEXT_CHARACTERS || [...value].length > MAX_TEXT_CHARACTERS)) {
    return ['text_too_long', `has more than ${MAX_TEXT_CHARACTERS} characters`]
  }
  if (value.includes('\0')) return ['text_has_nul', 'contains a NUL character']
  if (!value.isWellFormed()) return ['text_not_well_formed', 'contains half of a surrogate pair']
  return null
}

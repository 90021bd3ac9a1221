import type { ErrorCode } from '../error-catalogue.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/**
 * Refuses options that a declaration does not know: a configuration is loaded without its types, and a misspelt option
 * would be as good as none. One that is there but undefined is as good as left out.
 *
 * @param where the declaration; or, by the name of an option, the place where it stands
 * @throws `code` for an option that is not among the known, and for what is no object
 */
export function checkOptions(options: unknown, known: readonly string[], where: string | ((option: string) => string), code: ErrorCode = 'DECLARATION_INVALID'): void {
  const placeOf = (option: string): string => (typeof where === 'string' ? where : where(option))
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const kind = options === null ? 'null' : Array.isArray(options) ? 'a list' : typeof options
    throw new TidemarkError(code, `options are an object, not ${kind}`, { where: placeOf(''), hint: `Known: ${known.join(', ')}.` })
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new TidemarkError(code, `there is no option ${JSON.stringify(unknown)}`, { where: placeOf(unknown), hint: nearest(unknown, known) })
}

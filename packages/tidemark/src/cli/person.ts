import { textOf, type OptionSpec, type OptionValues } from './command-spec.ts'

/** Who does what stays on record. */
export const BY_OPTION: OptionSpec = { flags: '--by <name>', text: 'who does it, for the record (default: the user of this machine)' }

/** Who was named, for `withGate`. */
export function byOf(options: OptionValues): { readonly by?: string } {
  const by = textOf(options, 'by')
  return by === undefined ? {} : { by }
}

import { TidemarkError } from '../errors.ts'
import type { Outcome } from './command-spec.ts'
import type { Invocation } from './invocation.ts'
import type { Opened } from './history.ts'
import type { OptionValues } from './command-spec.ts'

/** What a command calls whose own part of the library is written elsewhere. */
export type Part = (opened: Opened, options: OptionValues, words: readonly string[], invocation: Invocation) => Promise<Outcome>

/** Stands where a part is not wired yet. */
export const notWired = (name: string): Part => async () => {
  throw new TidemarkError('UNEXPECTED', `${name} is not part of this build yet`, { why: 'Its command is there, and what it calls is not.' })
}

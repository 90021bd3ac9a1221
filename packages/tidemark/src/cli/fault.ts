import { TidemarkError } from '../errors.ts'

/** Whatever was thrown, as an error with a code. What nobody foresaw is UNEXPECTED; its stack stays inside. */
export function asTidemarkError(thrown: unknown): TidemarkError {
  if (thrown instanceof TidemarkError) return thrown
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new TidemarkError('UNEXPECTED', message.split('\n', 1)[0] as string, { cause: thrown })
}

/** An error for people (what, where, why, how to mend it), or as the one line of JSON that programs read. */
export function printFault(error: TidemarkError, json: boolean): string {
  if (json) return `${JSON.stringify(error.toDocument())}\n`
  const { code, message, where, why, hint, docs } = error.toDocument()
  const lines = [`error ${code}: ${message}`, ...(where === null ? [] : [`  where ${where}`]), `  why   ${why}`, `  mend  ${hint}`, `  docs  ${docs}`]
  return `${lines.join('\n')}\n`
}

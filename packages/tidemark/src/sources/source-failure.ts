import { TidemarkError } from '../errors.ts'
import type { SourceLocation } from './source-url.ts'

/** SOURCE_FAILED, with the beginning of what was asked. */
export function sourceFailure({ name, path }: SourceLocation, why: string, sql: string): TidemarkError {
  const statement = sql.replaceAll(/\s+/g, ' ').trim()
  return new TidemarkError('SOURCE_FAILED', `source ${name}: ${why}, in: ${statement.length > 120 ? `${statement.slice(0, 120)}…` : statement}`, { where: path })
}

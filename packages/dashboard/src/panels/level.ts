import type { Level } from '../../../tidemark/src/panels/panel.ts'
import { rawText } from '../format/amount.ts'
import { compareDecimals, isDecimal } from '../format/decimal.ts'

/**
 * The level that a value has reached, compared exactly; null below the first, and of no value. A level that the answer
 * told by its word is the one: it knows the parts of what it printed rounded.
 */
export function levelOf(value: unknown, levels: readonly Level[], told?: unknown): Level | null {
  const text = rawText(value)
  if (text === null || !isDecimal(text)) return null
  const named = levels.find(({ word }) => word === told)
  if (named !== undefined) return named
  return levels.filter(({ from }) => compareDecimals(text, from) >= 0)
    .reduce<Level | null>((highest, level) => (highest === null || compareDecimals(level.from, highest.from) >= 0 ? level : highest), null)
}

import type { Across } from '../definitions/measure.ts'
import { addInt64, type Int64 } from './int64.ts'

/** A total's level from those of its entities that have one; null when none has, or they make none. Throws SUM_TOO_LARGE. */
export function levelAcross(across: Across, values: readonly (Int64 | null)[]): Int64 | null {
  if (across === 'none') return null
  let level: Int64 | null = null
  for (const value of values) {
    if (value === null) continue
    if (level === null) level = value
    else if (across === 'sum') level = addInt64(level, value)
    else if (across === 'min' ? value < level : value > level) level = value
  }
  return level
}

/**
 * Which of a level's answers a total cannot give. The least of a sum over time cannot be had from the parts' least, nor
 * the mean of a least from the parts' means; a rule's own extreme can.
 */
export function refusedAcross(across: Across, answers: readonly string[]): readonly string[] {
  switch (across) {
    case 'sum': return answers.filter((answer) => answer === 'min' || answer === 'max')
    case 'min': return answers.filter((answer) => answer === 'max' || answer === 'mean')
    case 'max': return answers.filter((answer) => answer === 'min' || answer === 'mean')
    case 'none': return answers
  }
}

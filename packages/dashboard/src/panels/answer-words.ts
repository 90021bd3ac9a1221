import type { AnswerWord, ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import type { AnswerWords } from '../api/hooks.ts'
import { addDays, daysBetween } from '../format/period.ts'
import type { Grain } from '../search/shared-search.ts'

/** What a page knows that an answer can be asked with. */
export interface Known {
  readonly tenant: string | undefined
  readonly entity: string | undefined
  /** Whether the entity was chosen by somebody: an answer that can do without one takes it only then. */
  readonly entityChosen: boolean
  readonly from: string
  readonly to: string
  readonly ranged: boolean
  readonly grain: Grain | undefined
  readonly horizon?: string | undefined
  readonly threshold?: string | undefined
}

const USUAL_HORIZON_DAYS = '30'

/**
 * The words of an answer on a page; null while one that it needs is not known. A range that nobody chose is left to the
 * answer where it can do without: each has one that suits it.
 */
export function answerWords({ words }: ToldAnswer, known: Known): AnswerWords | null {
  const asked: Record<string, string | undefined> = {}
  for (const { word, required } of words) {
    const value = wordOf(word, required, known)
    if (required && value === undefined) return null
    if (value !== undefined) asked[word] = value
  }
  return asked
}

function wordOf(word: AnswerWord, required: boolean, { tenant, entity, entityChosen, from, to, ranged, grain, horizon, threshold }: Known): string | undefined {
  switch (word) {
    case 'tenant': return tenant
    case 'entity': return required || entityChosen ? entity : undefined
    case 'from': return required || ranged ? from : undefined
    case 'to': return required || ranged ? to : undefined
    case 'grain': return grain
    // The last instant of the range, and its first: what was, and what it is compared with.
    case 'at': return required || ranged ? `${addDays(to, -1)}T23:59:59Z` : undefined
    case 'before': return required || ranged ? `${from}T00:00:00Z` : undefined
    case 'horizon': return horizon ?? (required ? USUAL_HORIZON_DAYS : undefined)
    case 'threshold': return threshold
    case 'most': return undefined
  }
}

const PARTS = 8

/** The words of the parts of a range, oldest first, from which a line is drawn beside a number. */
export function partsOf(words: AnswerWords | null, { from, to }: { readonly from: string; readonly to: string }): readonly AnswerWords[] {
  const days = daysBetween(from, to)
  if (words === null || words['tenant'] === undefined || days < PARTS) return []
  const edge = (part: number): string => addDays(from, Math.round(days * part / PARTS))
  return Array.from({ length: PARTS }, (_, part) => ({ ...words, from: edge(part), to: edge(part + 1) }))
}

import { oneOf, oneWord } from './search-text.ts'

/** What the timeline can be narrowed to. */
export const TOLD_KINDS = ['captures', 'corrections', 'decisions', 'failures'] as const
export type ToldKind = (typeof TOLD_KINDS)[number]

/** What the page keeps in its address beside what all pages keep (`shared-search.ts`). */
export interface EntitySearch {
  /** The instant whose state is shown; left out: now. */
  readonly at?: string
  /** The row that is looked at: a local day, or an instant of a captured window. */
  readonly row?: string
  readonly told?: ToldKind
  /** Every measure over time, not only those that say most. */
  readonly measures?: 'all'
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/

export function entitySearch(words: Record<string, unknown>): EntitySearch {
  const [at, row, told, measures] = [moment(words['at']), moment(words['row']), oneOf(words['told'], TOLD_KINDS), oneOf(words['measures'], ['all'])]
  return { ...(at === undefined || !at.includes('T') ? {} : { at }), ...(row === undefined ? {} : { row }), ...(told === undefined ? {} : { told }), ...(measures === undefined ? {} : { measures }) }
}

function moment(value: unknown): string | undefined {
  const text = oneWord(value)
  return text !== undefined && MOMENT.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined
}

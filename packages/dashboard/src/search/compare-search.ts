import { oneWord, wordList } from './search-text.ts'

/** As many lines as can be told apart by form and colour. */
export const MOST_PICKED = 5

/** What the page keeps in its address beside what all pages keep (`shared-search.ts`). */
export interface CompareSearch {
  /** Answers: MEASURE.ANSWER, a column each. Left out: the first of the series. */
  readonly select?: readonly string[]
  /** The column that rows are ordered by, upwards; with `-` in front, downwards. */
  readonly sort?: string
  /** Entities whose lines are drawn over each other. */
  readonly pick?: readonly string[]
  /** The answer that the lines are of. Left out: the first column. */
  readonly line?: string
}

/** Reads an address. What it does not understand is left out, never an error. */
export function compareSearch(words: Record<string, unknown>): CompareSearch {
  const [select, pick, sort, line] = [wordList(words['select']), [...new Set(wordList(words['pick']))].slice(0, MOST_PICKED), oneWord(words['sort']), oneWord(words['line'])]
  return { ...(select.length === 0 ? {} : { select }), ...(sort === undefined ? {} : { sort }), ...(pick.length === 0 ? {} : { pick }), ...(line === undefined ? {} : { line }) }
}

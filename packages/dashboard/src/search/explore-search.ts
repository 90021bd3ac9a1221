import { oneOf, oneWord, wordList } from './search-text.ts'

/** Whose rows: all entities of the tenant as one, a row each, or the entity that is looked at. */
const WHOSE = ['total', 'each', 'one'] as const
export type Whose = (typeof WHOSE)[number]

/** Rows that the choice of grain about all pages does not have. */
export const OWN_ROWS = ['captured', 'range'] as const
export type OwnRows = (typeof OWN_ROWS)[number]

export const BESIDE = ['previous', 'year'] as const
export type Beside = (typeof BESIDE)[number]

/** The question of the page, beside what all pages keep (`shared-search.ts`). */
export interface ExploreSearch {
  /** Answers: MEASURE.ANSWER. Left out: the first of the series. */
  readonly select?: readonly string[]
  /** Left out: the total. */
  readonly whose?: Whose
  /** In place of the grain. */
  readonly rows?: OwnRows
  /** Dimensions: a row for each value. */
  readonly by?: readonly string[]
  /** DIMENSION=VALUE. */
  readonly where?: readonly string[]
  readonly compare?: readonly Beside[]
  /** What was believed at this instant, beside what is believed now. */
  readonly asOf?: string
  /** The row that is explained: its period, a blank, its entity. */
  readonly why?: string
}

/** Reads an address. What it does not understand is left out, never an error. */
export function exploreSearch(words: Record<string, unknown>): ExploreSearch {
  const [select, by, where] = [wordList(words['select']), wordList(words['by']), wordList(words['where']).filter((pair) => pair.indexOf('=') > 0)]
  const compare = BESIDE.filter((word) => wordList(words['compare']).includes(word))
  const [whose, rows, asOf, why] = [oneOf(words['whose'], WHOSE), oneOf(words['rows'], OWN_ROWS), oneWord(words['asOf']), oneWord(words['why'])]
  return {
    ...(select.length === 0 ? {} : { select }), ...(whose === undefined || whose === 'total' ? {} : { whose }), ...(rows === undefined ? {} : { rows }),
    ...(by.length === 0 ? {} : { by }), ...(where.length === 0 ? {} : { where }), ...(compare.length === 0 ? {} : { compare }),
    ...(asOf === undefined || Number.isNaN(Date.parse(asOf)) ? {} : { asOf }), ...(why === undefined || !why.includes(' ') ? {} : { why }),
  }
}

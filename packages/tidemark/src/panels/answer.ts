import { parseDay } from '../calendar/civil.ts'
import { parseInstant } from '../calendar/instant.ts'
import { checkDistinct, checkName } from '../definitions/name.ts'
import { checkOptions } from '../definitions/options.ts'
import { TidemarkError } from '../errors.ts'
import type { Grain } from '../query/request.ts'
import { checkPanel, isPath } from './check-panel.ts'
import { ANSWER_WORDS, type AnswerWord, type Panel, type ToldAnswer } from './panel.ts'
import type { Reader } from './reader.ts'

/** The words that an answer was asked with, as far as they were given. */
export interface AnswerWords {
  readonly tenant?: string
  readonly entity?: string
  /** First local day, `YYYY-MM-DD`. */
  readonly from?: string
  /** The local day after the last. */
  readonly to?: string
  readonly grain?: Grain
  /** An instant, ISO 8601. */
  readonly at?: string
  /** The instant to set beside it. */
  readonly before?: string
  /** Days to look ahead. */
  readonly horizon?: number
  /** The most rows. */
  readonly most?: number
  /** A decimal. */
  readonly threshold?: string
}

/** Which words an answer takes, and which of them must be given. */
export type AskedWords = Readonly<Partial<Record<AnswerWord, 'required' | 'optional'>>>

/** The words as `ask` gets them: `InferWords<{ tenant: 'required'; from: 'optional' }>` has a tenant, and may have a day. */
export type InferWords<W extends AskedWords> =
  { readonly [K in keyof W & AnswerWord as W[K] extends 'required' ? K : never]-?: NonNullable<AnswerWords[K]> } &
  { readonly [K in keyof W & AnswerWord as W[K] extends 'required' ? never : K]?: NonNullable<AnswerWords[K]> }

/** An answer of a project: what it says, what it takes, how it is drawn, and the function that gives it. */
export interface Answer<Words extends object = object, Document = unknown> extends ToldAnswer {
  ask(reader: Reader, words: Words): Promise<Document>
}

/** What an answer is declared by. */
export interface AnswerOptions<W extends AskedWords, Document> {
  readonly title: string
  /** One sentence for people: what it says, and of what. */
  readonly summary: string
  readonly words: W
  /** How it is drawn; null: not at all. */
  readonly panel: Panel | null
  /** Where it stands on the project's page; left out: not there. */
  readonly place?: NonNullable<ToldAnswer['place']>
  readonly coverage: ToldAnswer['coverage']
  /** Gives the document: plain JSON, decimals as text. */
  ask(reader: Reader, words: InferWords<W>): Promise<Document>
}

/**
 * Declares an answer of the project, which a server gives at `/v1/answers/NAME` and a dashboard draws.
 *
 *     answer('busiest', {
 *       title: 'Busiest days', summary: 'The days with most visits of a shop.', words: { tenant: 'required', from: 'optional' },
 *       panel: null, coverage: { path: 'coverage' }, ask: (reader, { tenant, from }) => busiest(reader, tenant, from),
 *     })
 *
 * Throws NAME_UNUSABLE, and PANEL_INVALID for what a dashboard could not draw.
 */
export function answer<const W extends AskedWords, Document>(name: string, options: AnswerOptions<W, Document>): Answer<InferWords<W>, Document> {
  const where = `answer(${JSON.stringify(name)})`
  checkName('an answer', name, where)
  const invalid = (message: string): never => { throw new TidemarkError('PANEL_INVALID', message, { where }) }
  checkOptions(options, ['title', 'summary', 'words', 'panel', 'place', 'coverage', 'ask'], where, 'PANEL_INVALID')
  const { title, summary, words, panel, place = null, coverage, ask } = options
  if (place !== null) checkOptions(place, ['row', 'column', 'width'], `${where}.place`, 'PANEL_INVALID')
  checkOptions(coverage, ['rows', 'path'], `${where}.coverage`, 'PANEL_INVALID')
  if (typeof title !== 'string' || title === '') invalid('it has no title')
  if (typeof summary !== 'string' || summary === '') invalid('it has no summary: say in one sentence what it tells')
  for (const [word, need] of Object.entries(words)) {
    if (!(ANSWER_WORDS as readonly string[]).includes(word)) invalid(`it cannot be asked with ${JSON.stringify(word)}: the words are ${ANSWER_WORDS.join(', ')}`)
    if (need !== 'required' && need !== 'optional') invalid(`the word ${word} is required or optional, not ${JSON.stringify(need)}`)
  }
  if (panel !== null) checkPanel(panel, where)
  if (place !== null && !(isCount(place.row) && isCount(place.column) && ['third', 'half', 'whole'].includes(place.width))) invalid('its place has a row and a column, counted from 0, and a width: third, half or whole')
  if (!isPath(coverage?.path) || ('rows' in coverage && !isPath(coverage.rows))) invalid('it does not say where its document keeps its coverage')
  if (typeof ask !== 'function') invalid('ask is no function')
  return Object.freeze({
    name, title, summary, panel, place, coverage, ask,
    words: ANSWER_WORDS.flatMap((word) => (words[word] === undefined ? [] : [{ word, required: words[word] === 'required' }])),
  })
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

/** The answers themselves. Throws NAME_TAKEN for two of one name, PANEL_INVALID for what is none. */
export function checkAnswers(answers: readonly Answer[]): readonly Answer[] {
  for (const [index, one] of answers.entries()) {
    if (typeof one?.ask !== 'function' || typeof one.name !== 'string' || !Array.isArray(one.words)) throw new TidemarkError('PANEL_INVALID', `answers[${index}] is not what answer(…) returns`, { where: `answers[${index}]` })
  }
  checkDistinct('answers', answers.map(({ name }) => name), 'answers')
  return Object.freeze([...answers])
}

/**
 * Checks what an answer is asked with: what reaches its function is of the form that it is declared with.
 *
 * @throws REQUEST_INVALID for a word that the answer does not take, and for one that it lacks; DATE_INVALID, RANGE_INVALID, INSTANT_INVALID
 */
export function checkWords({ name, words }: Pick<ToldAnswer, 'name' | 'words'>, given: AnswerWords): void {
  const taken = words.map(({ word }) => word)
  for (const [word, value] of Object.entries(given)) {
    if (value === undefined || taken.includes(word as AnswerWord)) continue
    throw new TidemarkError('REQUEST_INVALID', `${name} is not asked with ${JSON.stringify(word)}`, { where: word, hint: taken.length === 0 ? 'It takes no word.' : `It takes ${taken.join(', ')}.` })
  }
  const lacking = words.find(({ word, required }) => required && given[word] === undefined)
  for (const word of ['from', 'to'] as const) {
    if (given[word] !== undefined && parseDay(given[word]) === null) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(given[word])} is no local day`, { where: word })
  }
  if (given.from !== undefined && given.to !== undefined && given.from >= given.to) throw new TidemarkError('RANGE_INVALID', `the range from ${given.from} to ${given.to} holds no day`, { where: 'from' })
  for (const word of ['at', 'before'] as const) {
    const read = given[word] === undefined ? null : parseInstant(given[word])
    if (read !== null && 'code' in read) throw new TidemarkError('INSTANT_INVALID', `${JSON.stringify(given[word])} is no instant`, { where: word, why: read.reason })
  }
  if (lacking !== undefined) throw new TidemarkError('REQUEST_INVALID', `${name} is asked with ${JSON.stringify(lacking.word)}, and none was given`, { where: lacking.word, hint: `Give ${lacking.word}.` })
}

/** An answer without its function: what a server tells of it. */
export function toldAnswer({ ask: _, ...told }: Answer): ToldAnswer {
  return told
}

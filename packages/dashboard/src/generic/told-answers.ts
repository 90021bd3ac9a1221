import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'
import { isShare, type MainAnswer } from './main-answers.ts'

type Series = Pick<Schemas['DeclaredSeries'], 'measures' | 'of'>
export type Measure = Schemas['Measure']
export type Answer = Measure['answers'][number]

/** How a question is asked, as far as it decides which answers there are. */
export interface Asked {
  readonly total: boolean
  readonly asOf: boolean
}

/** Answers that one measure has alone are called by the measure; the others say which one they are. */
const PLAIN = new Set(['count sum', 'delta sum', 'ratio value', 'distinct estimate'])

const WORDS: Readonly<Record<string, string>> = {
  first: 'first', last: 'last', min: 'least', max: 'greatest', mean: 'mean', sum: 'sum', n: 'number of values', increase: 'increase', value: 'value', estimate: 'estimate', count: 'count', any: 'any', all: 'all',
}

/** An answer in words: `last`, `share of active`, `median`. */
export function answerWord(answer: string): string {
  const [head = '', tail] = answer.split(':')
  if (tail !== undefined) return `${head} of ${tail.replaceAll('_', ' ')}`
  const quantile = /^p(\d+(?:\.\d+)?)$/.exec(answer)
  if (quantile !== null) return quantile[1] === '50' ? 'median' : `${quantile[1]}th percentile`
  return WORDS[answer] ?? answer
}

/** Digits after the point say it: shares of one have four, and no unit of their own. */
function unitOf(measure: Measure, { answer }: Answer): string | null {
  if (answer.startsWith('share:')) return 'share'
  if (['n', 'count', 'any', 'all'].includes(answer) || answer.startsWith('count:')) return null
  return measure.unit ?? (isShare(measure) ? 'share' : null)
}

/** Every answer of a series by its key, as panels need it. */
export function toldAnswers({ measures }: Pick<Series, 'measures'>): ReadonlyMap<string, MainAnswer> {
  return new Map(measures.flatMap((measure) => measure.answers.map((answer): readonly [string, MainAnswer] => {
    const plain = PLAIN.has(`${measure.kind} ${answer.answer}`)
    return [answer.key, {
      measure: measure.name, key: answer.key, title: plain ? wordsOf(measure.name) : `${wordsOf(measure.name)}, ${answerWord(answer.answer)}`,
      unit: unitOf(measure, answer), type: answer.type, kind: measure.kind, total: answer.total,
    }]
  })))
}

/** Why an answer cannot be had so, by its declaration; null where it can. */
export function whyNot(measure: Measure, answer: Answer, { of }: Pick<Series, 'of'>, { total, asOf }: Asked): string | null {
  const entity = wordsOf(of.name).toLowerCase()
  if (total && !answer.total) {
    if (measure.across === 'none') return `not for several together: ${wordsOf(measure.name).toLowerCase()} is declared across: none`
    if (measure.across !== null) return `not for several together, whose levels are joined by ${measure.across}: it cannot be had from parts`
    return `only for one ${entity}, not for several together`
  }
  if (!total && !answer.alone) return `only for a total: it counts ${entity}s`
  if (asOf && !answer.asOf) return 'not as of an earlier instant: the detail is gone by then'
  return null
}

/** Of chosen answers, those that can be had so, and why the others cannot. */
export function parted(series: Series, keys: readonly string[], asked: Asked): { readonly possible: readonly string[]; readonly refused: readonly { readonly key: string; readonly why: string }[] } {
  const known = new Map(series.measures.flatMap((measure) => measure.answers.map((answer) => [answer.key, { measure, answer }] as const)))
  const judged = [...new Set(keys)].flatMap((key) => {
    const one = known.get(key)
    return one === undefined ? [] : [{ key, why: whyNot(one.measure, one.answer, series, asked) }]
  })
  return { possible: judged.filter(({ why }) => why === null).map(({ key }) => key), refused: judged.flatMap(({ key, why }) => (why === null ? [] : [{ key, why }])) }
}

import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'

type Measure = Schemas['Measure']
export type Answer = Measure['answers'][number]

/** The one answer of a kind that says most by itself. */
const MAIN: Readonly<Record<string, readonly string[]>> = {
  count: ['sum'], delta: ['sum'], gauge: ['last'], counter: ['increase'], ratio: ['value'], flag: ['count'], sampledFlag: ['count'], distinct: ['estimate'], histogram: ['p50', 'quantile:0.5', 'n'], state: ['last'],
}

/** A measure by its main answer, as a panel needs it. */
export interface MainAnswer {
  readonly measure: string
  readonly key: string
  readonly title: string
  readonly unit: string | null
  readonly type: Answer['type']
  readonly kind: string
  readonly total: boolean
}

/** The main answer of each measure that has one; `total`: only where entities together have it. */
export function mainAnswers({ measures }: Pick<Schemas['DeclaredSeries'], 'measures'>, total: boolean): readonly MainAnswer[] {
  return measures.flatMap((measure) => {
    const fitting = measure.answers.filter((answer) => (total ? answer.total : answer.alone))
    const wanted = MAIN[measure.kind] ?? []
    const answer = wanted.map((word) => fitting.find((one) => one.answer === word)).find((one) => one !== undefined) ?? fitting[0]
    return answer === undefined ? [] : [{
      measure: measure.name, key: answer.key, title: wordsOf(measure.name), type: answer.type, kind: measure.kind, total: answer.total,
      unit: measure.unit ?? (isShare(measure) ? 'share' : null),
    }]
  })
}

/** A ratio without a unit whose answers have four digits, as a share has, is shown in per cent; others as the numbers they are. */
export function isShare({ kind, answers }: Measure): boolean {
  return kind === 'ratio' && answers.every(({ scale }) => scale === 4)
}

/** Whether values can be drawn over time. */
export function isDrawn({ type }: MainAnswer): boolean {
  return type === 'integer' || type === 'decimal' || type === 'bigint'
}

/** As many as fit, in their order; where there are more, a few places are kept for ratios, which say what several others do together. */
export function chosenAnswers(answers: readonly MainAnswer[], most: number, keptForRatios = 2): readonly MainAnswer[] {
  if (answers.length <= most) return answers
  const ratios = answers.filter(({ kind }) => kind === 'ratio').slice(0, keptForRatios)
  const others = answers.filter(({ kind }) => kind !== 'ratio').slice(0, most - ratios.length)
  return answers.filter((answer) => ratios.includes(answer) || others.includes(answer))
}

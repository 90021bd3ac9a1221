import type { Unit } from '../../../tidemark/src/panels/panel.ts'
import type { Schemas } from '../api/client.ts'
import { isShare } from './main-answers.ts'

/** The answers that count or estimate, whatever their measure is in. */
const COUNTS: ReadonlySet<string> = new Set(['n', 'count'])

/** What a value of `MEASURE.ANSWER`, or of a measure alone, is in; null where that is not declared. */
export function answerUnit(series: Pick<Schemas['DeclaredSeries'], 'measures'> | undefined, key: string): Unit | null {
  const point = key.indexOf('.')
  const [name, answer] = point < 0 ? [key, ''] : [key.slice(0, point), key.slice(point + 1)]
  const measure = series?.measures.find((one) => one.name === name)
  if (measure === undefined || COUNTS.has(answer)) return null
  return answer.startsWith('share:') || isShare(measure) ? 'share' : measure.unit
}

import type { ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import { type Coverage, sumCoverage } from '../format/coverage.ts'
import { at, rowsAt } from './path.ts'

/** How complete a declared answer is: as its document says, or all its rows together. */
export function answerCoverage({ coverage }: Pick<ToldAnswer, 'coverage'>, document: unknown): Coverage | null {
  return 'rows' in coverage
    ? sumCoverage(rowsAt(document, coverage.rows).map((row) => coverageOf(at(row, coverage.path))))
    : coverageOf(at(document, coverage.path))
}

function coverageOf(value: unknown): Coverage | null {
  const one = value as Partial<Coverage> | null | undefined
  return typeof one?.expected === 'number' && typeof one.present === 'number' ? { expected: one.expected, present: one.present, reasons: one.reasons ?? {} } : null
}

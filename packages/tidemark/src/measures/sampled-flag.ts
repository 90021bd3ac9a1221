import type { MeasureDefinition } from '../definitions/measure.ts'
import type { Int64 } from './int64.ts'
import type { Kind } from './kind.ts'
import { onlyOfCollectors } from './only-of.ts'
import { printInteger } from './print.ts'

type SampledFlagDefinition = Extract<MeasureDefinition, { kind: 'sampledFlag' }>

const TRUE = 0
const N = 1

/** Yes or no at each capture: in how many windows it was true, of how many that had a value. */
export const sampledFlag: Kind<SampledFlagDefinition> = {
  parts: () => [{ part: 'true', merge: 'sum' }, { part: 'n', merge: 'sum' }],
  zero: onlyOfCollectors('sampledFlag'),
  adder: onlyOfCollectors('sampledFlag'),
  sample: (_definition, sample) => (sample === null ? [0, 0] : [sample as Int64, 1]),
  answers: () => ['any', 'all', 'count'],
  valued: (_definition, states) => Number(states[N] ?? 0),
  onlyAcross: () => [],
  notAcross: () => ['any', 'all'],
  notAsOf: [],
  answer(_definition, answer, { states }) {
    const n = Number(states[N] ?? 0)
    if (n === 0) return null
    switch (answer) {
      case 'any': return Number(states[TRUE]) > 0
      case 'all': return Number(states[TRUE]) === n
      default: return printInteger(states[TRUE] as Int64, 'integer')
    }
  },
  across: null,
  fraction: (_definition, { states }) =>
    Number(states[N] ?? 0) === 0 ? null : { numerator: BigInt(states[TRUE] as Int64), denominator: 1n },
}

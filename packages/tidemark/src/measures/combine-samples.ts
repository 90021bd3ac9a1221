import type { MeasureDefinition } from '../definitions/measure.ts'
import { addInt64, type Int64 } from './int64.ts'
import type { Sample } from './kind.ts'
import { levelAcross } from './level.ts'

/**
 * The one value of a window that several groups have together, where they share a cell: amounts add up, levels go by the
 * declared rule across entities, a flag is true when one is, values and words are put together; of states, which do not
 * combine, there is none. Groups without a value are left out; null when none has one. Throws SUM_TOO_LARGE.
 */
export function combineSamples(definition: MeasureDefinition, samples: readonly Sample[]): Sample {
  const numbers = samples as readonly (Int64 | null)[]
  switch (definition.kind) {
    case 'count':
    case 'delta': return numbers.reduce((sum, one) => (sum === null ? one : one === null ? sum : addInt64(sum, one)), null)
    case 'gauge':
    case 'counter': return levelAcross(definition.across, numbers)
    case 'sampledFlag': return numbers.reduce((any, one) => (any === 1 || one === null ? any : one), null)
    case 'histogram':
    case 'distinct': return (samples as readonly (readonly never[])[]).flat()
    default: return null
  }
}

import type { MeasureDefinition, MeasureKind } from '../definitions/measure.ts'
import { count } from './count.ts'
import { counter } from './counter.ts'
import { delta } from './delta.ts'
import { distinct } from './distinct.ts'
import { extreme } from './extreme.ts'
import { flag } from './flag.ts'
import { gauge } from './gauge.ts'
import { histogram } from './histogram.ts'
import type { Kind } from './kind.ts'
import { ratio } from './ratio.ts'
import { sampledFlag } from './sampled-flag.ts'
import { state } from './state.ts'

/** One entry a kind: a new kind is a file beside these and a line here. */
const KINDS = {
  count, delta, extreme, flag, sampledFlag, gauge, counter, state, histogram, distinct, ratio,
} satisfies { readonly [K in MeasureKind]: Kind<never> }

export function kindOf(definition: MeasureDefinition): Kind {
  return KINDS[definition.kind] as unknown as Kind
}

import type { MeasureDefinition, MeasureKind } from '../definitions/measure.ts'
import { count } from './count.ts'
import { delta } from './delta.ts'
import { extreme } from './extreme.ts'
import { flag } from './flag.ts'
import type { Kind } from './kind.ts'
import { ratio } from './ratio.ts'

/** One entry a kind: a new kind is a file beside these and a line here. */
const KINDS = { count, delta, extreme, flag, ratio } as { readonly [K in MeasureKind]: Kind<never> }

export function kindOf(definition: MeasureDefinition): Kind {
  return KINDS[definition.kind] as unknown as Kind
}

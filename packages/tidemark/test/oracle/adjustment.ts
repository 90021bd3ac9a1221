import { DAY_MS, type Day, dayOfText } from './civil.ts'
import type { Declared } from './declared-series.ts'
import { scaled } from './exact.ts'
import type { Belief } from './ledger.ts'
import type { DayBook } from './local-day.ts'
import type { AdjustmentInput } from './subject.ts'

/** What an adjustment is judged by. */
export interface Judging {
  readonly instantMs: number
  /** What is believed of its entity now, and its days; undefined and null when it is not enrolled. */
  readonly belief: Belief | undefined
  readonly days: DayBook | null
  readonly erased: boolean
}

/** Takes an adjustment up, or says why not. */
export function judgeAdjustment(series: Declared, input: AdjustmentInput, { instantMs, belief, days, erased }: Judging): string {
  const { tenant, entity, id, reason, group } = input
  const measure = series.definition.measures[input.measure]
  if (measure?.kind !== 'count' && measure?.kind !== 'delta') return 'unknown_measure'
  if (erased) return 'erased'
  if (belief === undefined || days === null) return 'unknown_entity'
  const day = dayOfText(input.day)
  const by = scaled(String(input.by), measure.kind === 'delta' ? measure.shape.scale : 0)
  const key = JSON.stringify([tenant, id])
  const content = JSON.stringify([
    entity, day, input.measure, by.toString(), reason, series.definition.dimensions.map(({ field }) => group?.[field] ?? null),
  ])
  const known = series.adjustments.get(key)
  if (known !== undefined) return known.content === content ? 'duplicate' : 'conflict'
  if (!days.exists(day)) return 'day_does_not_exist'
  if (day < belief.enrolment) return 'before_enrolment'
  if (day > furthestDay(series, days, instantMs)) return 'from_the_future'
  series.adjustments.set(key, { instantMs, input, content, fact: { kind: 'adjustment', day, measure: input.measure, by, group: group ?? {} } })
  return 'accepted'
}

/** The last day that an event accepted now could have; a label is latest in the offset +14:00. */
function furthestDay(series: Declared, days: DayBook, instantMs: number): Day {
  const bound = instantMs + DAY_MS
  return series.definition.stream.day === 'eventOffset' ? Math.floor((bound + 14 * 3_600_000) / DAY_MS) : days.dayAt(bound)
}

import { daySetOf } from '../measures/day-set.ts'
import { answerKeys, answerOf, resolveAnswer } from '../measures/answers.ts'
import type { EventView, OffsetAt } from '../measures/evaluate.ts'
import { foldOf } from '../measures/fold.ts'
import { addInt64, type Int64 } from '../measures/int64.ts'
import { layoutOf } from '../measures/layout.ts'
import type { EventSeriesDefinition } from '../definitions/series.ts'
import { storedFields } from '../definitions/stored-fields.ts'
import type { HeldAdjustment, HeldEvent, HeldSeries } from '../stores/contract/inventory.ts'
import type { EpochDay, State } from '../stores/contract/state.ts'
import type { AnswerScalar } from './answer.ts'

export type EventHeldSeries = HeldSeries & { readonly definition: EventSeriesDefinition }

/** What a day's row said from a transaction on. */
export interface ToldBelief {
  readonly transaction: number
  readonly facts: number
  readonly answers: Readonly<Record<string, AnswerScalar>>
}

/** Every answer that states give. A sum that no JSON number can carry is given as its digits. */
export function answersOf(definition: EventSeriesDefinition, states: readonly State[], windows: number): Record<string, AnswerScalar> {
  const layout = layoutOf(definition)
  return Object.fromEntries(answerKeys(definition).map((key) => {
    try {
      return [key, answerOf(definition, layout, resolveAnswer(definition, key, false), states, () => windows)]
    } catch (error) {
      const offset = layout.offsets[key.split('.', 1)[0] as string]
      if (offset === undefined) throw error
      return [key, String(states[offset])]
    }
  }))
}

/** A row's states in the order of the layout; the day set that a day row does not store is made up again. */
export function statesOf(definition: EventSeriesDefinition, states: Readonly<Record<string, State>>, day: EpochDay | null): State[] {
  return layoutOf(definition).columns.map(({ name, measure, merge }) => {
    if (merge === 'days' && day !== null) return Number(states[`${measure}_n`] ?? 0) > 0 ? daySetOf(day) : null
    return states[name] ?? null
  })
}

/** What a day's row said after each transaction that changed it, told again from its facts, oldest first. */
export function tellBeliefs(
  series: EventHeldSeries, day: EpochDay, cell: number, events: readonly HeldEvent[], adjustments: readonly HeldAdjustment[], offsetAt: OffsetAt,
): readonly ToldBelief[] {
  const { definition, since } = series
  const fold = foldOf(definition)
  const columns = storedFields(definition.stream).flatMap((stored) => stored.columns)
  const facts = events.map((event) => ({ event, view: { at: event.at, offsetMinutes: event.offsetMinutes, values: columns.map(({ name }) => event.values[name] ?? null) } satisfies EventView }))
    .filter(({ view }) => fold.cells(view).includes(cell))
  const moved = adjustments.filter(({ cells }) => cells.includes(cell))
  const changes = new Set([...facts.flatMap(({ event }) => [event.transaction, event.removed ?? event.transaction]), ...moved.map(({ transaction }) => transaction)])
  return [...changes].sort((a, b) => a - b).map((transaction) => {
    const states = fold.zero(day, since)
    let count = 0
    for (const { event, view } of facts) {
      if (event.transaction > transaction || (event.removed !== null && event.removed <= transaction)) continue
      fold.add(states, view, day, offsetAt, since)
      count++
    }
    for (const { transaction: accepted, measure, amount } of moved) {
      if (accepted > transaction) continue
      const offset = fold.layout.offsets[measure] as number
      states[offset] = addInt64((states[offset] ?? 0) as Int64, amount)
      count++
    }
    return { transaction, facts: count, answers: answersOf(definition, states, 1) }
  })
}

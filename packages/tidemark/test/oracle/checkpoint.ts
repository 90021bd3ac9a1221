import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import type { Declared } from './declared-series.ts'
import { keyText } from './entity-key.ts'
import { type Fact, isStateful, partOf } from './part.ts'
import type { CheckpointState, EntityKey } from './subject.ts'

/** The lifetime states of an entity after every so many first acceptances. */
export function checkpointsOf(series: Declared, entity: EntityKey): readonly CheckpointState[] {
  const events = series.ledger.accepted
    .map((event, place) => ({ event, place }))
    .filter(({ event, place }) => place >= series.acceptedBefore && event.key === keyText(entity))
  return series.definition.checkpoints.flatMap(({ every }) => {
    const states: CheckpointState[] = []
    for (let count = every; count <= events.length; count += every) {
      const upTo = events.slice(0, count)
      const place = (upTo.at(-1) as { place: number }).place
      const measures = [...series.measures].filter(([measure, added]) =>
        hasPlainState(series.definition.measures[measure]) && added.acceptedBefore <= place)
      states.push({
        every, count,
        states: Object.fromEntries(measures.map(([measure, added]) => {
          const facts = upTo.filter((each) => each.place >= added.acceptedBefore)
            .map(({ event }): Fact => ({ kind: 'event', day: event.day, event }))
          return [measure, checkpointState(measure, series.definition.measures[measure] as MeasureDefinition, facts)]
        })),
      })
    }
    return states
  })
}

/** Whether a checkpoint tells its state in numbers; how others are written is no business of the page. */
function hasPlainState(measure: MeasureDefinition | undefined): boolean {
  return isStateful(measure) && measure.kind !== 'histogram' && measure.kind !== 'distinct'
}

function checkpointState(name: string, measure: MeasureDefinition, facts: readonly Fact[]): Readonly<Record<string, string | null>> {
  if (!isStateful(measure)) throw new Error(`${name} has no state`)
  const part = partOf(name, measure, facts, 0)
  switch (part.kind) {
    case 'count': return { sum: part.sum.toString() }
    case 'delta': return { sum: part.sum.toString(), n: String(part.n) }
    case 'flag': return { count: String(part.count) }
    case 'extreme': return { [measure.kind === 'extreme' ? measure.side : 'min']: part.value?.toString() ?? null }
    case 'histogram':
    case 'distinct': throw new Error(`${name}: no history asks for checkpoints of this kind`)
  }
}

import type { CollectedEntity, CollectedStore, RosteredEntity } from '../contract/collected.ts'
import { sameAttributes } from './roster.ts'
import type { Writer } from './writer.ts'

/** What a writer has been told, and has told, by series. */
export class CollectedMemory {
  readonly rosters = new Map<string, { readonly round: number; readonly entities: readonly RosteredEntity[] }>()
  readonly told = new Map<string, { round: number; readonly entities: Map<number, CollectedEntity> }>()
}

/**
 * The commands of collected series, as they are sent to the writer. A roster, and what is known of its entities, hardly
 * differ from one capture to the next: the writer remembers both, and only what is new is sent.
 */
export function collectedCommands(writer: Pick<Writer, 'run'>, { rosters, told }: CollectedMemory): CollectedStore {
  return {
    async roster(series, entities, now) {
      const before = rosters.get(series)
      const again = before !== undefined && areSame(before.entities, entities) ? await writer.run('rosterAgain', series, before.round, now) : null
      if (again !== null) return again.ids
      const { ids, round } = await writer.run('roster', series, entities, now)
      rosters.set(series, { round, entities })
      return ids
    },
    async entities(series, now) {
      const before = told.get(series)
      const { round, whole, entities, latest } = await writer.run('rosteredEntities', series, now, before?.round ?? null)
      if (whole || before === undefined) {
        told.set(series, { round, entities: new Map(entities.map((one) => [one.id, one])) })
        return entities
      }
      before.round = round
      for (const one of entities) before.entities.set(one.id, one)
      for (const [id, latestAt] of latest) before.entities.set(id, { ...before.entities.get(id) as CollectedEntity, latestAt })
      return [...before.entities.values()]
    },
    captured: (series, from, to) => writer.run('capturedWindows', series, from, to),
    write: (batch) => writer.run('writeCaptured', batch),
  }
}

function areSame(before: readonly RosteredEntity[], entities: readonly RosteredEntity[]): boolean {
  return before.length === entities.length && entities.every((one, place) => isSame(before[place] as RosteredEntity, one))
}

function isSame(before: RosteredEntity, { tenant, entity, zone, attributes }: RosteredEntity): boolean {
  return before.entity === entity && before.tenant === tenant && before.zone === zone && sameAttributes(before.attributes, attributes)
}

import { labelCalendar, localCalendar, type LocalCalendar } from '../calendar/local-calendar.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'

/** The calendar that an entity's days are read from: its own, or the one of label days, which is everybody's. */
export function calendarOf(stream: StreamDefinition, entity: Pick<EntityState, 'zones'>): LocalCalendar {
  return stream.day === 'eventOffset' ? labelCalendar : localCalendar(entity.zones)
}

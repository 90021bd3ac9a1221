import type { DecodedEvent, RejectedEvent } from '../stores/contract/events.ts'

export interface EventBatch {
  readonly events: readonly DecodedEvent[]
  readonly rejects: readonly RejectedEvent[]
}

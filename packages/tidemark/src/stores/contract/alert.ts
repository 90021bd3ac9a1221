import type { Instant } from './state.ts'

/** - `open`: nobody has said that they know · `acknowledged` · `resolved`: the value has gone back, acknowledged or not */
export const ALERT_STATES = ['open', 'acknowledged', 'resolved'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** One opening of a rule for one entity. A later opening is another one. */
export interface StoredAlert {
  readonly id: number
  readonly rule: string
  readonly tenant: string
  readonly entity: string
  readonly state: AlertState
  readonly openedAt: Instant
  /** The value that opened it, as it was answered, and the period that it is of. */
  readonly value: string
  readonly period: string
  readonly acknowledged: { readonly by: string; readonly at: Instant; readonly note: string | null } | null
  /** The value that resolved it; null: its entity ended. */
  readonly resolved: { readonly at: Instant; readonly value: string | null } | null
  /** Until when a silence covers it, of the latest that does; null: none has been declared. */
  readonly silencedUntil: Instant | null
  /** By channel: when it was told, or how often that has failed, and why the last time. */
  readonly notifications: Readonly<Record<string, { readonly sentAt: Instant | null; readonly attempts: number; readonly error: string | null }>>
}

/** What a check found out; see `watch/evaluate.ts`. */
export interface AlertOpening {
  readonly rule: string
  /** The kind of entity: `campaign`. */
  readonly kind: string
  readonly tenant: string
  readonly entity: string
  readonly value: string
  readonly period: string
}

export interface AlertResolution {
  readonly id: number
  /** null: the entity has ended. */
  readonly value: string | null
}

export interface AlertChanges {
  readonly open: readonly AlertOpening[]
  readonly resolve: readonly AlertResolution[]
  /** Each opening is to be told on each of these. */
  readonly channels: readonly string[]
  readonly now: Instant
}

/** Ids of the alerts that this command changed: what another process has done already is not among them. */
export interface AlertsChanged {
  readonly opened: readonly number[]
  readonly resolved: readonly number[]
}

export interface AlertFilter {
  readonly states?: readonly AlertState[]
  readonly ids?: readonly number[]
  readonly tenants?: readonly string[]
}

/** What is not to be told: a rule, a tenant, an entity of it, or one rule of one of these; null stands for all. */
export interface SilenceScope {
  readonly rule: string | null
  readonly tenant: string | null
  readonly entity: string | null
}

export interface Silence extends SilenceScope {
  readonly until: Instant
  readonly by: string
  readonly note: string | null
}

/** An alert that is to be told on a channel, claimed by whoever holds the attempt. */
export interface ClaimedNotification {
  readonly alert: StoredAlert
  readonly channel: string
  /** Grows with each claim: a claim that was taken over is told from the one that took it. */
  readonly attempt: number
}

/**
 * Alerts and the outbox of what is to be told of them. None of it is history: nothing here is believed as of an instant.
 */
export interface AlertStore {
  /**
   * Opens and resolves, with an outbox entry for each opening and channel, in one transaction. At most one alert of a
   * rule and entity is open: what is open already, or was opened or resolved later than `now`, stays as it is. Resolving
   * under a silence takes what was not told out of the outbox.
   */
  change(changes: AlertChanges): Promise<AlertsChanged>
  /** Oldest first. `now` judges silences. */
  list(filter: AlertFilter, now: Instant): Promise<readonly StoredAlert[]>
  /** False when there is no such alert, or it is resolved; one that is acknowledged already keeps its first word. */
  acknowledge(id: number, by: string, note: string | null, now: Instant): Promise<boolean>
  /** Replaces what was said for the same scope. False when the tenant or the entity is not known. */
  silence(silence: Silence, now: Instant): Promise<boolean>
  /**
   * Claims the oldest entry of a channel that is due at `now`, not silenced and not acknowledged, for `ttlMs` by the
   * database's clock; null when there is none. A claim that has run out can be claimed anew.
   */
  claim(channel: string, now: Instant, ttlMs: number): Promise<ClaimedNotification | null>
  /** Records that it was told. Does nothing when the claim was taken over. */
  sent(id: number, channel: string, attempt: number, now: Instant): Promise<void>
  /** Gives the claim back: due again at `retryAt`. Does nothing when it was taken over. */
  failed(id: number, channel: string, attempt: number, error: string, retryAt: Instant): Promise<void>
}

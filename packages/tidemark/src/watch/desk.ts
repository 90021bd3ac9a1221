import { formatDay } from '../calendar/civil.ts'
import { DAY_MS } from '../calendar/day.ts'
import { formatInstant } from '../calendar/instant.ts'
import type { Clock } from '../clock.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { QueryRow } from '../query/answer.ts'
import type { AlertFilter, AlertState, AlertStore, StoredAlert } from '../stores/contract/alert.ts'
import type { Channel } from './channel.ts'
import type { DeliveryReport, FailedDelivery } from './deliver.ts'
import type { AlertPlan, Reading, UnknownReading } from './evaluate.ts'
import type { Ask } from './readings.ts'
import { type AlertRule, boundText, checkRules, type Severity } from './rule.ts'

/** One opening of an alert; instants are ISO 8601. Of a rule that is no longer declared, what it said is null. */
export interface Alert {
  readonly id: number
  readonly rule: string
  readonly tenant: string
  readonly entity: string
  readonly state: AlertState
  readonly openedAt: string
  /** What opened it. */
  readonly value: string
  readonly period: string
  readonly series: string | null
  readonly measure: string | null
  /** `at least 0.80`. */
  readonly bound: string | null
  readonly severity: Severity | null
  readonly action: string | null
  readonly acknowledged: { readonly by: string; readonly at: string; readonly note: string | null } | null
  /** `value` is null when the entity ended. */
  readonly resolved: { readonly at: string; readonly value: string | null } | null
  /** A silence covers it until then; null: none does now. */
  readonly silencedUntil: string | null
  /** By channel, when it was told; null while it has not been. */
  readonly notified: Readonly<Record<string, string | null>>
}

/** What a check did. */
export interface AlertReport {
  readonly opened: readonly Alert[]
  readonly resolved: readonly Alert[]
  /** Everything that is open now, not acknowledged and not silenced. */
  readonly open: readonly Alert[]
  /** Values that are not known: their alerts stay as they are. */
  readonly unknown: readonly UnknownReading[]
  /** Notifications sent, of whatever check. */
  readonly notified: number
  readonly failed: readonly FailedDelivery[]
}

/** Why an alert is there. */
export interface AlertExplanation {
  readonly alert: Alert
  readonly rule: AlertRule | null
  /** The watched answer by day, from a week before the opening to today or the resolution; empty when the rule is gone. */
  readonly values: readonly { readonly period: string; readonly value: unknown; readonly coverage: QueryRow['coverage'] }[]
}

export interface AlertsParts {
  readonly store: AlertStore
  readonly rules: readonly AlertRule[]
  readonly channels: readonly Channel[]
  readonly clock: Clock
  readonly ask: Ask
  /** The kind of entity of each declared series. */
  readonly kinds: ReadonlyMap<string, string>
}

const DAYS_EXPLAINED = 7

/** The error of an alert that does not exist, or that is none of whoever asks. */
export function alertUnknown(id: number): TidemarkError {
  return new TidemarkError('ALERT_UNKNOWN', `there is no alert ${id}`, { where: String(id) })
}

/** Of a tenant, or an entity of it, that is to be silenced. */
export function scopeUnknown(tenant: string | null, entity: string | null): TidemarkError {
  return new TidemarkError('ALERT_UNKNOWN', `nothing is known of ${[tenant, entity].filter((name) => name !== null).join('/')}`, { where: entity === null ? 'tenant' : 'entity' })
}

/** Declared alerts: what is open, why, and who knows. */
export class Alerts {
  readonly rules: readonly AlertRule[]
  readonly #parts: AlertsParts

  /** Throws ALERT_INVALID for rules that cannot stand side by side. */
  constructor(parts: AlertsParts) {
    this.rules = checkRules(parts.rules, [...parts.kinds.keys()])
    this.#parts = parts
  }

  /** Sets the latest values beside the rules, opens and resolves, and tells what has not been told. Safe to repeat, and by several processes at once. */
  async check(): Promise<AlertReport> {
    const { store, channels, clock } = this.#parts
    const plan = await this.plan()
    const now = clock()
    const changed = plan.open.length + plan.resolve.length === 0 ? { opened: [], resolved: [] }
      : await store.change({ open: plan.open, resolve: plan.resolve, channels: channels.map(({ name }) => name), now })
    const { notified, failed } = await this.notify()
    const of = async (ids: readonly number[]): Promise<readonly Alert[]> => (ids.length === 0 ? [] : (await store.list({ ids }, now)).map((alert) => this.#shown(alert)))
    return {
      opened: await of(changed.opened), resolved: await of(changed.resolved),
      open: (await this.list({ states: ['open'] })).filter(({ silencedUntil }) => silencedUntil === null),
      unknown: plan.unknown, notified, failed,
    }
  }

  /** What `check` would open and resolve. Changes nothing. */
  async plan(): Promise<AlertPlan> {
    const [{ evaluate }, { readLatest }] = await Promise.all([import('./evaluate.ts'), import('./readings.ts')])
    const { store, ask, clock, kinds } = this.#parts
    const now = clock()
    const readings: readonly Reading[] = await readLatest(ask, this.rules, (series) => kinds.get(series) as string, now)
    return evaluate(this.rules, readings, await store.list({ states: ['open', 'acknowledged'] }, now))
  }

  /** Tells what has not been told: part of every check. */
  async notify(): Promise<DeliveryReport> {
    const { deliver } = await import('./deliver.ts')
    return deliver({ store: this.#parts.store, channels: this.#parts.channels, rules: this.rules, clock: this.#parts.clock })
  }

  /** Oldest first. Default: what is not resolved. */
  async list(filter: AlertFilter = {}): Promise<readonly Alert[]> {
    const found = await this.#parts.store.list({ ...filter, states: filter.states ?? ['open', 'acknowledged'] }, this.#parts.clock())
    return found.map((alert) => this.#shown(alert))
  }

  /** Says that somebody knows: it is no longer told, and stays until its value has gone back. The first word stays. Throws ALERT_UNKNOWN. */
  async acknowledge(id: number, by: string, note: string | null = null): Promise<Alert> {
    const known = await this.#parts.store.acknowledge(id, by, note, this.#parts.clock())
    const alert = await this.#find(id)
    if (!known) throw new TidemarkError('ALERT_UNKNOWN', `the alert ${id} was resolved at ${alert.resolved?.at ?? 'some time'}`, { where: String(id) })
    return alert
  }

  /**
   * Tells nothing of a rule, a tenant, an entity, or a rule for one of these, until an instant. What opens meanwhile is
   * told afterwards, if it is still open then. The same scope again replaces the instant; one that is past ends it.
   * Throws ALERT_UNKNOWN for names that are not known, ALERT_INVALID for no scope at all.
   */
  async silence(
    scope: { readonly rule?: string; readonly tenant?: string; readonly entity?: string }, until: Date | number,
    by: string, note: string | null = null,
  ): Promise<void> {
    const { rule = null, tenant = null, entity = null } = scope
    const where = 'scope'
    if (rule === null && tenant === null) throw new TidemarkError('ALERT_INVALID', 'a silence covers a rule, a tenant, or an entity of a tenant', { where, hint: 'Name at least one of them; an entity needs its tenant.' })
    if (entity !== null && tenant === null) throw new TidemarkError('ALERT_INVALID', `the entity ${JSON.stringify(entity)} needs its tenant`, { where, hint: 'Name the tenant as well.' })
    if (rule !== null && !this.rules.some(({ name }) => name === rule)) {
      throw new TidemarkError('ALERT_UNKNOWN', `there is no rule ${JSON.stringify(rule)}`, { where: 'rule', hint: nearest(rule, this.rules.map(({ name }) => name)) })
    }
    if (await this.#parts.store.silence({ rule, tenant, entity, until: Number(until), by, note }, this.#parts.clock())) return
    throw scopeUnknown(tenant, entity)
  }

  /** The rule, what opened the alert, and what the value was before and since. Throws ALERT_UNKNOWN. */
  async explain(id: number): Promise<AlertExplanation> {
    const alert = await this.#find(id)
    const rule = this.rules.find(({ name }) => name === alert.rule) ?? null
    if (rule === null) return { alert, rule, values: [] }
    const opened = Math.floor(Date.parse(alert.openedAt) / DAY_MS)
    const end = Math.floor((alert.resolved === null ? this.#parts.clock() : Date.parse(alert.resolved.at)) / DAY_MS)
    const { rows } = await this.#parts.ask(rule.series, {
      select: [rule.measure], tenant: alert.tenant, entity: alert.entity, grain: 'day', from: formatDay(opened - DAYS_EXPLAINED), to: formatDay(end + 1),
    })
    return { alert, rule, values: rows.map((row) => ({ period: row.period, value: row[rule.measure as `${string}.${string}`] ?? null, coverage: row.coverage })) }
  }

  async #find(id: number): Promise<Alert> {
    const [found] = await this.#parts.store.list({ ids: [id] }, this.#parts.clock())
    if (found !== undefined) return this.#shown(found)
    throw alertUnknown(id)
  }

  #shown(stored: StoredAlert): Alert {
    const { openedAt, acknowledged, resolved, silencedUntil, notifications, ...alert } = stored
    const rule = this.rules.find(({ name }) => name === stored.rule)
    const instant = (at: number | null): string | null => (at === null ? null : formatInstant(at))
    return {
      ...alert, openedAt: formatInstant(openedAt),
      series: rule?.series ?? null, measure: rule?.measure ?? null, bound: rule === undefined ? null : boundText(rule), severity: rule?.severity ?? null, action: rule?.action ?? null,
      acknowledged: acknowledged === null ? null : { ...acknowledged, at: formatInstant(acknowledged.at) },
      resolved: resolved === null ? null : { ...resolved, at: formatInstant(resolved.at) },
      silencedUntil: instant(silencedUntil),
      notified: Object.fromEntries(Object.entries(notifications).map(([channel, { sentAt }]) => [channel, instant(sentAt)])),
    }
  }
}

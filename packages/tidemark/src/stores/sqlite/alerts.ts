import type { AlertChanges, AlertFilter, AlertsChanged, AlertState, ClaimedNotification, Silence, StoredAlert } from '../contract/alert.ts'
import type { WriteSession } from './session.ts'

// Every table has tenant and entity, so that an erasure finds what is to go. In a silence 0 and '' stand for all.
export const ALERT_TABLES: readonly string[] = [
  'CREATE TABLE tm_alert (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, rule TEXT NOT NULL, opened_at INTEGER NOT NULL, value TEXT NOT NULL, period TEXT NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, note TEXT, resolved_at INTEGER, resolved_value TEXT) STRICT',
  'CREATE INDEX tm_alert_entity ON tm_alert (tenant_id, entity_id, rule, opened_at)',
  'CREATE UNIQUE INDEX tm_alert_open ON tm_alert (tenant_id, entity_id, rule) WHERE resolved_at IS NULL',
  'CREATE TABLE tm_notification (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, alert_id INTEGER NOT NULL, channel TEXT NOT NULL, attempts INTEGER NOT NULL, claimed_until INTEGER NOT NULL, retry_at INTEGER NOT NULL, sent_at INTEGER, error TEXT, PRIMARY KEY (tenant_id, entity_id, alert_id, channel)) STRICT, WITHOUT ROWID',
  'CREATE INDEX tm_notification_due ON tm_notification (channel, alert_id) WHERE sent_at IS NULL',
  'CREATE TABLE tm_silence (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, rule TEXT NOT NULL, until INTEGER NOT NULL, silenced_by TEXT NOT NULL, note TEXT, at INTEGER NOT NULL, PRIMARY KEY (tenant_id, entity_id, rule)) STRICT, WITHOUT ROWID',
]

/** The database's clock, in epoch milliseconds: every process of the machine reads the same. */
const CLOCK = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
/** Of an alert `a`: until when the latest silence that covers it lasts. */
const SILENCED_UNTIL = "(SELECT max(s.until) FROM tm_silence s WHERE s.tenant_id IN (0, a.tenant_id) AND s.entity_id IN (0, a.entity_id) AND s.rule IN ('', a.rule))"
const MOST_ERROR = 500

export function changeAlerts(session: WriteSession, { open, resolve, channels, now }: AlertChanges): AlertsChanged {
  return session.housekeeping(() => {
    const opened: number[] = []
    const resolved: number[] = []
    for (const { id, value } of resolve) {
      const { changes } = session.sql('UPDATE tm_alert SET resolved_at = :now, resolved_value = :value WHERE id = :id AND resolved_at IS NULL AND opened_at <= :now').run({ id, value, now })
      if (changes === 0) continue
      resolved.push(id)
      session.sql(`DELETE FROM tm_notification WHERE sent_at IS NULL AND alert_id = (SELECT a.id FROM tm_alert a WHERE a.id = :id AND ${SILENCED_UNTIL} > :now)`).run({ id, now })
    }
    for (const { kind, tenant, entity, ...opening } of open) {
      // An entity that is not there was erased since it was read.
      const known = session.sql('SELECT e.id AS entityId, e.tenant_id AS tenantId FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = ? AND e.kind = ? AND e.name = ?')
        .get(tenant, kind, entity) as { entityId: number; tenantId: number } | undefined
      if (known === undefined) continue
      const id = session.sql(`
        INSERT INTO tm_alert (tenant_id, entity_id, rule, opened_at, value, period)
        SELECT :tenantId, :entityId, :rule, :now, :value, :period
        WHERE NOT EXISTS (SELECT 1 FROM tm_alert WHERE tenant_id = :tenantId AND entity_id = :entityId AND rule = :rule AND (resolved_at IS NULL OR resolved_at > :now))
        RETURNING id`).pluck().get({ ...known, ...opening, now }) as number | undefined
      if (id === undefined) continue
      opened.push(id)
      for (const channel of channels) {
        session.sql('INSERT INTO tm_notification (tenant_id, entity_id, alert_id, channel, attempts, claimed_until, retry_at) VALUES (?, ?, ?, ?, 0, 0, ?)').run(known.tenantId, known.entityId, id, channel, now)
      }
    }
    return { opened, resolved }
  })
}

interface AlertRow {
  readonly id: number
  readonly rule: string
  readonly tenant: string
  readonly entity: string
  readonly state: AlertState
  readonly openedAt: number
  readonly value: string
  readonly period: string
  readonly acknowledgedAt: number | null
  readonly acknowledgedBy: string
  readonly note: string | null
  readonly resolvedAt: number | null
  readonly resolvedValue: string | null
  readonly silencedUntil: number | null
}

export function listAlerts(session: WriteSession, filter: AlertFilter, now: number): readonly StoredAlert[] {
  return session.read(() => alertsOf(session, filter, now))
}

function alertsOf(session: WriteSession, { states, ids, tenants }: AlertFilter, now: number): readonly StoredAlert[] {
  const json = (list: readonly unknown[] | undefined): string | null => (list === undefined ? null : JSON.stringify(list))
  // The name of an entity that is being erased is gone already.
  const rows = session.sql(`
    SELECT * FROM (
      SELECT a.id, a.rule, t.name AS tenant, e.name AS entity, a.opened_at AS openedAt, a.value, a.period,
        iif(a.resolved_at IS NOT NULL, 'resolved', iif(a.acknowledged_at IS NOT NULL, 'acknowledged', 'open')) AS state,
        a.acknowledged_at AS acknowledgedAt, a.acknowledged_by AS acknowledgedBy, a.note, a.resolved_at AS resolvedAt, a.resolved_value AS resolvedValue,
        nullif(max(${SILENCED_UNTIL}, :now), :now) AS silencedUntil
      FROM tm_alert a JOIN tm_tenant t ON t.id = a.tenant_id JOIN tm_entity e ON e.id = a.entity_id
      WHERE e.kind <> ''${ids === undefined ? '' : ' AND a.id IN (SELECT value FROM json_each(:ids))'}${tenants === undefined ? '' : ' AND a.tenant_id IN (SELECT id FROM tm_tenant WHERE name IN (SELECT value FROM json_each(:tenants)))'}
    ) WHERE :states IS NULL OR state IN (SELECT value FROM json_each(:states)) ORDER BY id`).all({ ...(ids === undefined ? {} : { ids: json(ids) }), ...(tenants === undefined ? {} : { tenants: json(tenants) }), states: json(states), now }) as AlertRow[]
  const told = session.sql('SELECT channel, sent_at AS sentAt, attempts, error FROM tm_notification WHERE tenant_id = (SELECT tenant_id FROM tm_alert WHERE id = :id) AND entity_id = (SELECT entity_id FROM tm_alert WHERE id = :id) AND alert_id = :id ORDER BY channel')
  return rows.map(({ acknowledgedAt, acknowledgedBy, note, resolvedAt, resolvedValue, ...alert }) => ({
    ...alert,
    acknowledged: acknowledgedAt === null ? null : { by: acknowledgedBy, at: acknowledgedAt, note },
    resolved: resolvedAt === null ? null : { at: resolvedAt, value: resolvedValue },
    notifications: Object.fromEntries((told.all({ id: alert.id }) as { channel: string; sentAt: number | null; attempts: number; error: string | null }[])
      .map(({ channel, ...rest }) => [channel, rest])),
  }))
}

export function acknowledgeAlert(session: WriteSession, id: number, by: string, note: string | null, now: number): boolean {
  return session.housekeeping(() => {
    session.sql('UPDATE tm_alert SET acknowledged_at = ?, acknowledged_by = ?, note = ? WHERE id = ? AND resolved_at IS NULL AND acknowledged_at IS NULL').run(now, by, note, id)
    return session.sql('SELECT 1 FROM tm_alert WHERE id = ? AND resolved_at IS NULL').get(id) !== undefined
  })
}

export function silenceAlerts(session: WriteSession, { rule, tenant, entity, until, by, note }: Silence, now: number): boolean {
  return session.housekeeping(() => {
    const scopes = tenant === null ? [{ tenantId: 0, entityId: 0 }]
      : entity === null ? session.sql('SELECT id AS tenantId, 0 AS entityId FROM tm_tenant WHERE name = ?').all(tenant)
      : session.sql('SELECT e.tenant_id AS tenantId, e.id AS entityId FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = ? AND e.name = ?').all(tenant, entity)
    for (const scope of scopes as { tenantId: number; entityId: number }[]) {
      session.sql(`INSERT INTO tm_silence (tenant_id, entity_id, rule, until, silenced_by, note, at) VALUES (:tenantId, :entityId, :rule, :until, :by, :note, :now)
        ON CONFLICT DO UPDATE SET until = excluded.until, silenced_by = excluded.silenced_by, note = excluded.note, at = excluded.at`)
        .run({ ...scope, rule: rule ?? '', until, by, note, now })
    }
    return scopes.length > 0
  })
}

export function claimNotification(session: WriteSession, channel: string, now: number, ttlMs: number): ClaimedNotification | null {
  return session.housekeeping(() => {
    const claimed = session.sql(`
      UPDATE tm_notification SET attempts = attempts + 1, claimed_until = ${CLOCK} + :ttl
      WHERE channel = :channel AND sent_at IS NULL AND alert_id = (
        SELECT n.alert_id FROM tm_notification n JOIN tm_alert a ON a.id = n.alert_id
        WHERE n.channel = :channel AND n.sent_at IS NULL AND n.retry_at <= :now AND n.claimed_until <= ${CLOCK}
          AND a.acknowledged_at IS NULL AND ifnull(${SILENCED_UNTIL}, 0) <= :now
        ORDER BY n.alert_id LIMIT 1)
      RETURNING alert_id AS id, attempts AS attempt`).get({ channel, now, ttl: ttlMs }) as { id: number; attempt: number } | undefined
    const alert = claimed === undefined ? undefined : alertsOf(session, { ids: [claimed.id] }, now)[0]
    return claimed === undefined || alert === undefined ? null : { alert, channel, attempt: claimed.attempt }
  })
}

export function notificationSent(session: WriteSession, id: number, channel: string, attempt: number, now: number): void {
  session.housekeeping(() => session.sql('UPDATE tm_notification SET sent_at = ?, error = NULL WHERE alert_id = ? AND channel = ? AND attempts = ? AND sent_at IS NULL').run(now, id, channel, attempt))
}

export function notificationFailed(session: WriteSession, id: number, channel: string, attempt: number, error: string, retryAt: number): void {
  session.housekeeping(() => session.sql('UPDATE tm_notification SET claimed_until = 0, retry_at = ?, error = ? WHERE alert_id = ? AND channel = ? AND attempts = ? AND sent_at IS NULL').run(retryAt, error.slice(0, MOST_ERROR), id, channel, attempt))
}

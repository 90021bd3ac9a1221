import { formatInstant } from '../calendar/instant.ts'
import type { Clock } from '../clock.ts'
import { type ErrorCode, TidemarkError } from '../errors.ts'
import type { AlertStore, StoredAlert } from '../stores/contract/alert.ts'
import type { Channel, Notification } from './channel.ts'
import { type AlertRule, boundText } from './rule.ts'

/** How long a channel may take. */
const SEND_TIMEOUT_MS = 10_000
/** By the database's clock; longer than a send may take, so that only the claim of a dead process runs out. */
const CLAIM_MS = 30_000
const FIRST_RETRY_MS = 60_000
const LATEST_RETRY_MS = 3_600_000

export interface Delivery {
  readonly store: AlertStore
  readonly channels: readonly Channel[]
  readonly rules: readonly AlertRule[]
  readonly clock: Clock
  readonly claimMs?: number
}

export interface FailedDelivery {
  readonly alert: number
  readonly channel: string
  /** Of an error that Tidemark knows: ADDRESS_REFUSED, CHANNEL_FAILED, CHANNEL_SECRET_MISSING. */
  readonly code: ErrorCode | null
  readonly error: string
  /** When it will be tried again, by the first delivery from then on. */
  readonly retryAt: string
}

export interface DeliveryReport {
  readonly notified: number
  readonly failed: readonly FailedDelivery[]
}

/**
 * Tells what is in the outbox: each entry is claimed, sent, and then recorded as sent. What dies in between is sent again
 * once the claim has run out, with the same key. A channel that fails is tried again after 1, 2, 4 … minutes, at most an
 * hour, for as long as it takes.
 */
export async function deliver({ store, channels, rules, clock, claimMs = CLAIM_MS }: Delivery): Promise<DeliveryReport> {
  let notified = 0
  const failed: FailedDelivery[] = []
  for (const channel of channels) {
    for (let next = await store.claim(channel.name, clock(), claimMs); next !== null; next = await store.claim(channel.name, clock(), claimMs)) {
      const { alert, attempt } = next
      try {
        await inTime((signal) => channel.send(notificationOf(alert, rules.find(({ name }) => name === alert.rule)), signal))
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown.message : String(thrown)
        const code = thrown instanceof TidemarkError ? thrown.code : null
        const retryAt = clock() + retryAfterMs(attempt)
        await store.failed(alert.id, channel.name, attempt, code === null ? error : `${code}: ${error}`, retryAt)
        failed.push({ alert: alert.id, channel: channel.name, code, error, retryAt: formatInstant(retryAt) })
        continue
      }
      notified++
      await store.sent(alert.id, channel.name, attempt, clock())
    }
  }
  return { notified, failed }
}

/** After the first failure a minute, then twice as long each time, up to an hour. */
export function retryAfterMs(attempt: number): number {
  return attempt > 6 ? LATEST_RETRY_MS : Math.min(LATEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1))
}

/** Waits no longer than a send may take, also for one that does not mind its signal. */
async function inTime(send: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new Error(`no answer within ${SEND_TIMEOUT_MS / 1000} s`))
    controller.abort()
  }, SEND_TIMEOUT_MS)
  try {
    await Promise.race([send(controller.signal), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Of a rule that is no longer declared, what the alert itself knows. */
function notificationOf(alert: StoredAlert, rule: AlertRule | undefined): Notification {
  return {
    key: `alert-${alert.id}`, alert: alert.id, rule: alert.rule, severity: rule?.severity ?? 'warning', tenant: alert.tenant, entity: alert.entity,
    measure: rule?.measure ?? '', value: alert.value, period: alert.period, bound: rule === undefined ? '' : boundText(rule),
    openedAt: formatInstant(alert.openedAt), action: rule?.action ?? '', note: rule?.note ?? null,
  }
}

import { TidemarkError } from '../errors.ts'

/** What is told of an alert that has opened. */
export interface Notification {
  /** The same for every attempt to tell of this opening: by it a receiver knows a repetition. */
  readonly key: string
  readonly alert: number
  readonly rule: string
  readonly severity: string
  readonly tenant: string
  readonly entity: string
  /** `volunteersUtilization.value`. */
  readonly measure: string
  readonly value: string
  readonly period: string
  /** `at least 0.80`. */
  readonly bound: string
  /** ISO 8601. */
  readonly openedAt: string
  readonly action: string
  readonly note: string | null
}

/** Where alerts are told. A call that resolves has told it; one that throws is tried again, later each time. */
export interface Channel {
  /** Kept in the store: a channel of another name is told everything that opens from then on. */
  readonly name: string
  send(notification: Notification, signal: AbortSignal): Promise<void>
}

/** Writes a line to a stream; by default to standard error. */
export function consoleChannel(write: (line: string) => void = (line) => { process.stderr.write(line) }): Channel {
  return {
    name: 'console',
    async send({ rule, severity, tenant, entity, measure, value, period, bound, action }) {
      write(`ALERT ${rule} (${severity}): ${tenant}/${entity} ${measure} is ${value} (${period}), ${bound}. ${action}\n`)
    },
  }
}

/** The channels themselves. Throws CHANNEL_INVALID for what is none, and for two of one name: what one was told would count for both. */
export function checkChannels(channels: readonly Channel[]): readonly Channel[] {
  for (const [index, channel] of channels.entries()) {
    const where = `channels[${index}]`
    if (typeof channel?.name !== 'string' || channel.name === '' || typeof channel.send !== 'function') {
      throw new TidemarkError('CHANNEL_INVALID', `${where} is not what consoleChannel() or webhookChannel(…) returns: { name, send }`, { where })
    }
    if (channels.findIndex(({ name }) => name === channel.name) !== index) throw new TidemarkError('CHANNEL_INVALID', `two channels are named ${channel.name}`, { where })
  }
  return channels
}

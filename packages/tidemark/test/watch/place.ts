import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AlertRule, type Channel, type Notification, open, type Tidemark } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { capacity, metrics, overspent, states } from './declarations.ts'

/** A history of campaigns with alerts, on a clock of its own, and everything that it told. */
export class Watched {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-watch-'))
  readonly told: Notification[] = []
  /** Thrown by the channel while it is set. */
  failing: string | null = null
  now = 0
  #tm: Tidemark | null = null
  #events = 0

  get url(): string {
    return `sqlite:${join(this.folder, 'history.db')}`
  }

  get tm(): Tidemark {
    return this.#tm as Tidemark
  }

  readonly channel: Channel = {
    name: 'test',
    send: async (notification) => {
      if (this.failing !== null) throw new Error(this.failing)
      this.told.push(notification)
    },
  }

  async open(at: string, rules: readonly AlertRule[] = [capacity, overspent], channels: readonly Channel[] = [this.channel]): Promise<this> {
    this.now = Date.parse(at)
    this.#tm = await open({ store: this.url, series: [metrics], alerts: rules, channels, now: () => this.now })
    return this
  }

  /** Tells the state of a campaign at an instant, which becomes now. */
  async tell(at: string, seats: number, target: number, { campaign = 'c1', left = '100.00' } = {}): Promise<void> {
    this.now = Date.parse(at)
    await this.tm.ingest(states, [{ company: 'acme', campaign, id: `e${this.#events++}`, at, seats, target, left }])
  }

  async check(at?: string) {
    if (at !== undefined) this.now = Date.parse(at)
    return this.tm.alerts.check()
  }

  async close(): Promise<void> {
    await this.#tm?.close()
    this.#tm = null
  }

  async remove(): Promise<void> {
    await this.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { AnswerCache } from './cache.ts'

/** What is counted about a server, for Prometheus. No label names a tenant, an entity or a token. */
export class Metrics {
  readonly #registry = new Registry()
  readonly requests = new Counter({ name: 'tidemark_http_requests_total', help: 'Requests answered.', labelNames: ['method', 'route', 'status'], registers: [this.#registry] })
  readonly seconds = new Histogram({
    name: 'tidemark_http_request_seconds', help: 'From the first byte of a request to the last of its answer.', labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], registers: [this.#registry],
  })
  readonly underWay = new Gauge({ name: 'tidemark_http_requests_under_way', help: 'Requests that are being answered.', registers: [this.#registry] })
  readonly cacheLookups = new Counter({
    name: 'tidemark_cache_lookups_total', help: 'Answers looked up: hit, miss, joined (another request was computing it), stale (what it is about was touched), mended (the same, and only the days that were touched are made anew). The hit rate of a route is its hits and joined of all.', labelNames: ['route', 'result'], registers: [this.#registry],
  })
  readonly events = new Counter({ name: 'tidemark_ingested_events_total', help: 'Events taken in over HTTP, by what became of them.', labelNames: ['result'], registers: [this.#registry] })

  constructor(cache: AnswerCache | null) {
    collectDefaultMetrics({ register: this.#registry })
    if (cache === null) return
    new Gauge({ name: 'tidemark_cache_entries', help: 'Answers kept.', registers: [this.#registry], async collect() { this.set((await cache.stats()).entries) } })
    new Gauge({ name: 'tidemark_cache_bytes', help: 'Bytes of answers kept.', registers: [this.#registry], async collect() { this.set((await cache.stats()).bytes) } })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** Stops what watches the process for these metrics. */
  close(): void {
    this.#registry.clear()
  }
}

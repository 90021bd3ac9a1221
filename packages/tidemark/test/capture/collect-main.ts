import { decimal, entity, integer, open, series } from '../../src/index.ts'

/** One of several processes that capture the same windows of one store at once. Prints its report. */
const [, , store, now, name] = process.argv as [string, string, string, string, string]
const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })
const entities = Array.from({ length: 40 }, (_, index) => ({ tenant: 'acme', entity: `c${index}` }))
const value = name === 'first' ? 1 : 2
const snapshots = series('snapshots', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter }) => ({ volunteers: gauge(integer()), budget: gauge(decimal(2)), sessions: counter(integer()) }))
  .collect(async (input) => {
    // Long enough that both are asked before either writes.
    await new Promise((resolve) => setTimeout(resolve, 300))
    return input.entities.map((key) => ({ ...key, values: { volunteers: value, budget: '1.00', sessions: value } }))
  }, { entities: async () => entities })
const tidemark = await open({ store, series: [snapshots], now: () => Number(now) })
process.stdout.write(JSON.stringify(await tidemark.capture(snapshots)))
await tidemark.close()

import { entity, integer, series } from '../../src/index.ts'

export const LIT = Date.UTC(2026, 0, 5)
/** When the rows of the first day are due to be rolled up. */
export const LATER = LIT + 100 * 86_400_000

/** More than one piece of a tiers run takes. */
const LAMPS = Array.from({ length: 40 }, (_, place) => `lamp ${place}`)

export const lamps = series('lamps', { of: entity('lamp', { tenant: 'harbour', zone: 'UTC' }), grain: 'hour' })
  .measures(({ gauge }) => ({ brightness: gauge(integer()) }))
  .keep({ captured: '30d', day: '1y', month: 'forever' })
  .collect(async ({ entities }) => entities.map((one) => ({ ...one, values: { brightness: 40 } })), {
    entities: async () => LAMPS.map((name) => ({ tenant: 'oslo', entity: name })),
  })

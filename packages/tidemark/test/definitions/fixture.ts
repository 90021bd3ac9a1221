import { entity } from '../../src/definitions/entity.ts'
import { bigint, boolean, decimal, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'

export const person = entity('person', { tenant: 'client', zone: 'UTC' })

export const KEY = { client: text(), person: text(), id: text(), at: instant({ offset: 'kept' }) } as const
export const PARTS = { of: person, tenant: 'client', entity: 'person', id: 'id', at: 'at' } as const

export const acts = stream('acts', {
  ...PARTS,
  fields: {
    ...KEY, kind: oneOf(['fix', 'docs']), channel: oneOf(['web', 'app']), perhaps: oneOf(['yes', 'no']).optional(),
    note: text(), lines: integer().optional(), bytes: bigint(), cost: decimal(2), urgent: boolean(),
  },
})

export const others = stream('others', { ...PARTS, fields: KEY })

export const start = series('activity', { of: person, grain: 'day' })

/** A sound series to declare further. */
export const activity = start.from(acts, (e, { count, delta, min, any }) => ({
  all: count(), fix: count(e.kind.is('fix')), cost: delta(e.cost), firstAt: min(e.at.timeOfDay()), active: any(),
}))

import { entity } from '../../src/definitions/entity.ts'
import { decimal, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'

const contributor = entity('contributor', { tenant: 'client', zone: 'UTC' })
const fields = {
  client: text(), who: text(), id: text(), at: instant(), kind: oneOf(['feat', 'fix']), lines: integer(), hours: decimal(2),
} as const
const roles = { of: contributor, tenant: 'client', entity: 'who', id: 'id', at: 'at', fields } as const

const local = stream('commits', roles)
const labels = stream('labelled', { ...roles, day: 'eventOffset', fields: { ...fields, at: instant({ offset: 'kept' }) } })

/** Columns of a row: n, hours (sum, n), longest, active (n, days), fixes. */
function measured(fed: typeof local) {
  return series('activity', { of: contributor, grain: 'day' })
    .from(fed, (e, { count, delta, max, any }) => ({
      n: count(), hours: delta(e.hours), longest: max(e.lines), active: any(), fixes: count(e.kind.is('fix')),
    }))
    .by('kind')
    .derive(({ ratio }) => ({ share: ratio('fixes', 'n') }))
    .window('four', { anchor: 'firstEvent', months: 4 })
}

const keep = { day: '60d', week: '1y', month: '3y', quarter: 'archive' } as const
export const local60 = measured(local).keep({ ...keep, quarter: 'forever' }).definition
export const archivedSeries = measured(local).keep(keep).definition
export const labelled = measured(labels as unknown as typeof local).keep({ ...keep, quarter: 'forever' }).definition

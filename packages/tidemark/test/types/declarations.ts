// Compiled, never run: every line below a `@ts-expect-error` is refused by the compiler, and every other is not.
import {
  bigint, boolean, decimal, entity, instant, integer, oneOf, series, stream, text,
} from '../../src/index.ts'

const contributor = entity('contributor', { tenant: 'client', zone: 'UTC' })
const contributions = stream('contributions', {
  of: contributor, tenant: 'client_id', entity: 'contributor_id', id: 'commit_id', at: 'authored_at', day: 'eventOffset',
  fields: {
    client_id: text(), contributor_id: text(), commit_id: text(), kind: oneOf(['fix', 'docs']), area: oneOf(['core', 'docs']),
    authored_at: instant({ offset: 'kept' }), lines: integer().optional(), bytes: bigint(), cost: decimal(2), breaking: boolean(),
  },
})
const other = stream('reviews', {
  of: contributor, tenant: 't', entity: 'e', id: 'i', at: 'at', fields: { t: text(), e: text(), i: text(), at: instant() },
})
const start = series('activity', { of: contributor, grain: 'day' })

// What an event is read by
start.from(contributions, (e, { count, delta, min, max, any }) => {
  e.kind.is('fix')
  e.kind.in(['fix', 'docs']).and(e.breaking.isTrue()).or(e.lines.atLeast(10)).not()
  // @ts-expect-error no such value
  e.kind.is('fixx')
  // @ts-expect-error no such value among them
  e.kind.in(['fix', 'fixx'])
  // @ts-expect-error no such field
  e.kindd.is('fix')
  // @ts-expect-error a number is no condition
  count(e.lines)
  // @ts-expect-error a text has no sum
  delta(e.commit_id)
  // @ts-expect-error an instant is no number; its time of day is
  min(e.authored_at)
  // @ts-expect-error a boolean has no greatest
  max(e.breaking)
  // @ts-expect-error only an instant has a time of day
  e.lines.timeOfDay()
  // @ts-expect-error a one-of is not compared
  e.kind.atLeast('fix')
  // @ts-expect-error a flag is of a condition
  any(e.lines)
  return { all: count() }
})

const activity = start.from(contributions, (e, { count, delta, min, max, any }) => ({
  contributions: count(), fix: count(e.kind.is('fix')), lines: delta(e.lines), cost: delta(e.cost), bytes: delta(e.bytes),
  firstAt: min(e.authored_at.timeOfDay()), biggest: max(e.bytes), active: any(),
}))

// Ratios: of what adds up, and of what is there
activity.derive(({ ratio }) => ({
  fixShare: ratio('fix', 'contributions'),
  perDay: ratio('lines', 'active', { scale: 2 }),
  // @ts-expect-error an extreme does not add up
  first: ratio('firstAt', 'contributions'),
  // @ts-expect-error nor does it divide
  second: ratio('contributions', 'biggest'),
  // @ts-expect-error no such measure
  third: ratio('fixx', 'contributions'),
}))
const derived = activity.derive(({ ratio }) => ({ fixShare: ratio('fix', 'contributions') }))
derived.derive(({ ratio }) => ({ shareOfShare: ratio('fixShare', 'contributions') }))

// Dimensions
activity.by('kind')
activity.by('kind', 'area')
// @ts-expect-error a text is no dimension
activity.by('commit_id')
// @ts-expect-error nor is a number
activity.by('lines')
// @ts-expect-error no such field
activity.by('kindd')

// Checkpoints, windows, keep
activity.checkpoint({ every: 50, of: contributions })
// @ts-expect-error another stream does not feed the series
activity.checkpoint({ every: 50, of: other })
activity.window('fourMonths', { anchor: 'firstEvent', months: 4 })
// @ts-expect-error no such anchor
activity.window('fourMonths', { anchor: 'signup', months: 4 })
activity.keep({ day: '1y', week: '12w', month: '18mo', quarter: 'archive', asOfDays: 35 })
// @ts-expect-error not an age
activity.keep({ day: '1 year', month: 'forever' })
// @ts-expect-error days are not archived
activity.keep({ day: 'archive' })
// @ts-expect-error no such tier
activity.keep({ day: '1y', decade: 'forever' })
// @ts-expect-error the day tier must be there
activity.keep({ month: 'forever' })
// @ts-expect-error an event-fed series has days
series('hourly', { of: contributor, grain: 'hour' }).from

// Streams
const fields = { t: text(), e: text(), i: text(), at: instant(), n: integer() }
stream('fine', { of: contributor, tenant: 't', entity: 'e', id: 'i', at: 'at', fields })
// @ts-expect-error the id is a text
stream('numbered', { of: contributor, tenant: 't', entity: 'e', id: 'n', at: 'at', fields })
// @ts-expect-error the time is an instant
stream('untimed', { of: contributor, tenant: 't', entity: 'e', id: 'i', at: 't', fields })
// @ts-expect-error no such field
stream('tenantless', { of: contributor, tenant: 'client', entity: 'e', id: 'i', at: 'at', fields })
// @ts-expect-error no such day mode
stream('daily', { of: contributor, tenant: 't', entity: 'e', id: 'i', at: 'at', day: 'utc', fields })
// @ts-expect-error the tenant must be named
entity('person', { zone: 'UTC' })
// @ts-expect-error oneOf has values
oneOf([])

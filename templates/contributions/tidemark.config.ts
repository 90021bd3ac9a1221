import { defineConfig, entity, instant, oneOf, series, stream, text } from 'tidemark'

/** What a commit can be. */
export const kinds = ['change', 'fix', 'docs', 'test', 'merge', 'release'] as const

/** Someone who commits to a repository. The same person in two repositories is two contributors. */
export const contributor = entity('contributor', { tenant: 'client', zone: 'UTC' })

/** Commits, each on the day that its author's own clock showed. */
export const contributions = stream('contributions', {
  of: contributor, tenant: 'client_id', entity: 'contributor_id',
  id: 'commit_id', at: 'authored_at', day: 'eventOffset',
  fields: {
    client_id: text(), contributor_id: text(), commit_id: text(), kind: oneOf(kinds),
    authored_at: instant({ offset: 'kept' }), committed_at: instant(),
  },
})

/** What each contributor did, a row for each day on which they did something. */
export const activity = series('activity', { of: contributor, grain: 'day' })
  .from(contributions, (e, { count, any, min, max }) => ({
    contributions: count(),
    change: count(e.kind.is('change')),
    fix: count(e.kind.is('fix')),
    docs: count(e.kind.is('docs')),
    test: count(e.kind.is('test')),
    merge: count(e.kind.is('merge')),
    release: count(e.kind.is('release')),
    active: any(),
    firstAt: min(e.authored_at.timeOfDay()),
    lastAt: max(e.authored_at.timeOfDay()),
  }))
  .derive(({ ratio }) => ({ fixShare: ratio('fix', 'contributions') }))
  .checkpoint({ every: 50, of: contributions })
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })
  .keep({ day: '1y', week: '3y', month: '10y', quarter: 'archive', asOfDays: 35 })

export default defineConfig({ store: 'sqlite:history.db', archive: 'archive', series: [activity] })

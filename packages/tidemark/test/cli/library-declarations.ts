import { entity, instant, oneOf, series, stream, text } from '../../src/index.ts'

const who = entity('who', { tenant: 'client' })

const commits = stream('commits', {
  of: who, tenant: 'tenant', entity: 'who', id: 'id', at: 'at',
  fields: { tenant: text(), who: text(), id: text(), kind: oneOf(['fix', 'docs']), at: instant() },
})

const activity = series('activity', { of: who, grain: 'day' })
  .from(commits, (e, { count, any }) => ({ commits: count(), fix: count(e.kind.is('fix')), active: any() }))
  .by('kind')
  .derive(({ ratio }) => ({ fixShare: ratio('fix', 'commits') }))
  .window('fourMonths', { anchor: 'firstEvent', months: 4 })

/** What the tests of the library declare. */
export const declared = { who, commits, activity }

/** Another series over the same stream. */
export const count = series('other', { of: who, grain: 'day' }).from(commits, (_e, helpers) => ({ n: helpers.count() }))
